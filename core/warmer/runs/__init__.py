"""Runs as plain values: task, state, history, outcome, result."""
