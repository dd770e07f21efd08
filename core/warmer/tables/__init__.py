"""Tables and arrays from outside in, checked numbers out."""
