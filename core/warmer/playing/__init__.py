"""A page to play with: rules that walk in a browser, step by step."""
