"""Explaining: formulas to read, and one step worked out."""
