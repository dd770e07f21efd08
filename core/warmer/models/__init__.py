"""Models: what came of a run, kept, and used on other rows."""
