"""Formulas as text, the way one writes them on paper."""

from warmer.formula.expression import Node


def text(node: Node) -> str:
    """Write an expression as text."""
    raise NotImplementedError
