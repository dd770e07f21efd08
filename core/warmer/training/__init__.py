"""Training: a run from the arguments to the result."""
