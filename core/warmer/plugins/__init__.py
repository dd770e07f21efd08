"""Plugins: what is installed, found by name, and bound to the hooks of a network."""
