"""Engines: different ways to take the same steps, with the same bits."""
