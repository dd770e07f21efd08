"""The native engine: formulas compiled to machine code with LLVM.

    emitter      writes LLVM's text, line by line
    arithmetic   an expression in, instructions out; for one number or for eight at once
    rows         a batch's rows: predictions, errors, and the sums that weight_delta needs
    probes       error_at, for many weights in one pass over the rows
    kernel       the loop over steps
    compiler     LLVM's text in, a function pointer out
    engine       calls the function, chunk by chunk
"""
