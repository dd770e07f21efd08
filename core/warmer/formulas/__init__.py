"""Formulas: expressions that record arithmetic, what they come to, and how they are written."""
