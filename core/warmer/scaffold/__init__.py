"""The scaffold: a package with one plugin in it, begun for its author."""
