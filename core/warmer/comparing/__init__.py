"""Rules compared fairly, and the values of a parameter that work: many runs, and what they say."""
