"""Expressions evaluated over NumPy arrays, with the bits that Python gives number by number."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from warmer.formulas.expression import ARITHMETIC, RELATIONS, Node, in_order
from warmer.formulas.functions import FUNCTIONS
from warmer.formulas.sums import LANES
from warmer.runs.task import Array

Leaf = Callable[[Node], Any]

DIVISIONS = {"/": np.divide, "//": np.floor_divide, "%": np.remainder, "fmod": np.fmod}
ROUNDED = {"floor": np.floor, "ceil": np.ceil, "trunc": np.trunc, "round": np.rint}


class Over:
    """Evaluates expressions over arrays, each shared node once.

    Parameters:
        leaf: the value of a leaf: a symbol, an element, a sum of products, a norm, or a probe.
    """

    def __init__(self, leaf: Leaf):
        self._leaf = leaf
        self._values: dict[int, Any] = {}

    def __call__(self, node: Node) -> Any:
        """The value of an expression."""
        if id(node) not in self._values:  # its parts first, however deep they go
            for part in in_order(node):
                if id(part) not in self._values:
                    self._values[id(part)] = self._compute(part)
        return self._values[id(node)]

    def _compute(self, node: Node) -> Any:
        operation = node.operation
        if operation == "constant":
            return node.value
        if operation in ("error_at", "norm") or not node.arguments:
            return self._leaf(node)
        operands = [self._values[id(argument)] for argument in node.arguments]
        if operation == "select":
            return np.where(*operands)
        if operation == "nonfinite":
            return ~np.isfinite(operands[0])
        if operation in DIVISIONS:
            return DIVISIONS[operation](*operands)
        if operation == "sqrt":
            return np.sqrt(operands[0])
        if operation in ROUNDED:
            return ROUNDED[operation](operands[0]) + 0.0  # of ints, which have no -0
        if operation in FUNCTIONS or operation == "**":
            return _by_python(FUNCTIONS.get(operation, pow), operands)
        return (ARITHMETIC.get(operation) or RELATIONS[operation])(*operands)


def ordered_dot(left: Array, right: Array) -> Any:
    """The sum of products over the last axis, in the documented order."""
    products = left * right
    features = products.shape[-1]
    if features <= LANES:
        total = products[..., 0]
        for index in range(1, features):
            total = total + products[..., index]
        return total
    lanes = products[..., :LANES].copy()
    for start in range(LANES, features, LANES):
        part = products[..., start : start + LANES]
        lanes[..., : part.shape[-1]] += part
    while lanes.shape[-1] > 1:
        half = lanes.shape[-1] // 2
        lanes = lanes[..., :half] + lanes[..., half:]
    return lanes[..., 0]


def _by_python(function: Callable[..., Any], operands: list[Any]) -> Array:
    """Apply a function number by number, as Python does; nan where Python would raise."""

    def apply(*numbers: float) -> float:
        try:
            result = function(*map(float, numbers))
        except (ArithmeticError, ValueError):
            return math.nan
        return result if isinstance(result, float) else math.nan

    arrays = np.broadcast_arrays(*operands)
    flat = [apply(*numbers) for numbers in zip(*(a.ravel().tolist() for a in arrays), strict=True)]
    return np.array(flat).reshape(arrays[0].shape)
