"""Formulas: a rule, read by calling it with symbols in place of numbers.

    expression   nodes of a graph that record the arithmetic done with them
    functions    the functions of one number that formulas may use
    trace        a plugin's method in, expressions out, branches included
    derivative   the slope of a prediction for each weight, from its expression
    evaluate     an expression and numbers in, a number out

Nothing here knows of engines or of LLVM.
"""
