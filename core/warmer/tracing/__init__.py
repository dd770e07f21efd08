"""Tracing: a plugin in, its formula out."""
