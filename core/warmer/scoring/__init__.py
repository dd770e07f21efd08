"""Scoring: how well predictions fit, in figures."""
