"""warmer within other libraries: what a rule is there, made from its formula. Each is small."""
