"""The native engine: formulas compiled to machine code with LLVM.

emitter      writes LLVM's text, line by line
layout       how the numbers of all weights are cut into vectors, and where they live
arithmetic   an expression in, instructions out; for one number or for eight at once
rows         a batch's rows: predictions, errors, and the sums that weight_delta needs
probes       error_at, for many weights in one pass over the rows
plan         what is written out and what is a loop
assessing    predict, compare and weight_delta of a row
errors       the errors of the steps; recording: the history
kernel       the loop over steps, from all of these
compiler     LLVM's text in, a function pointer out
engine       calls the function, chunk by chunk
"""
