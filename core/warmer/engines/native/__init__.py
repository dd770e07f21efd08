"""The native engine: formulas compiled to machine code with LLVM.

emitter      writes LLVM's text, line by line
layout       how the numbers of all weights are cut into vectors, and where they live
arithmetic   an expression in, instructions out; for one number or for eight at once
team         threads that share the blocks of a batch
rows         a batch's rows, some at a time, and the sums over them
assessing    predict and compare for a row, and its weight_delta
probes       error_at, for many weights in one pass over the rows
errors       the errors of the steps; recording: the history
passes       which rows each step sees, batch after batch
step         one step of one target, from all of these
plan         what is written out and what is a loop
kernel       the loop over steps
compiler     LLVM's text in, a function pointer out
forking      the lock that a fork waits for while something is compiled
packing      states and records as the words and arrays that the function works on
cores        how many the process may use
threads      how many are worth having, and how they run beside each other
engine       calls the function, chunk by chunk
"""
