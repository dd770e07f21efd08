"""Ints: which nodes stand for an int in Python, and how large it may be.

Python's ints are exact however large, and there is no -0 among them; a formula computes with
floats, which are exact up to 2**53.
"""

import math
from collections.abc import Sequence
from typing import Any

INTEGRAL = frozenset(("+", "-", "*", "**", "//", "%", "negative", "abs"))
"""What makes an int of ints."""

LARGEST_INT = 2**53  # up to here every int is a float


class Ints:
    """What is known of the ints of one graph, by the identity of their nodes.

    Attributes:
        computed: whether there is any but those that were written down as they are.
    """

    def __init__(self) -> None:
        self._kinds: dict[int, bool | None] = {}
        self._sizes: dict[int, float] = {}
        self.computed = False

    def note(self, node: Any, is_int: bool | None, size: float) -> None:
        """Remember that a node is an int (None: it may be one), and how large it may be."""
        self._kinds[id(node)] = is_int
        self._sizes[id(node)] = size
        self.computed |= node.operation != "constant"

    def is_int(self, node: Any) -> bool | None:
        """Say whether a node stands for an int; None where it may."""
        return self._kinds.get(id(node), False)

    def size(self, node: Any) -> float:
        """How large an int may be; infinite where only its run can say."""
        return self._sizes.get(id(node), 0)

    def size_of(self, operation: str, operands: Sequence[Any]) -> float:
        """How large what an operation makes of ints may be."""
        sizes: list[Any] = [self.size(operand) for operand in operands]
        if math.inf in sizes:
            return math.inf
        size: float = sum(sizes)  # an int, so that it is exact
        if operation == "*":
            size = math.prod(sizes)
        elif operation == "**":
            size = max(1, sizes[0]) ** min(sizes[1], 64)
        return size


def makes_negative_zero(operation: str, operands: Sequence[Any]) -> bool:
    """Say whether floats may come to -0.0 where ints come to 0.

    Not so where a factor, or what is divided by, is a number above 0.
    """
    if operation not in ("*", "//", "%", "negative"):
        return False
    told = operands if operation == "*" else operands[1:]
    return not any(node.operation == "constant" and node.value > 0 for node in told)


def exceeds_floats(value: int) -> bool:
    """Say whether no float equals an int: Python compares the two exactly."""
    try:
        return float(value) != value
    except OverflowError:
        return True
