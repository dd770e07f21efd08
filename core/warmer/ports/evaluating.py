"""Formulas over the arrays of any library that calls functions as `math` does."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from warmer.formulas.evaluation import CALLABLES
from warmer.formulas.expression import ARITHMETIC, RELATIONS, Node, in_order
from warmer.formulas.functions import FUNCTIONS, ROUNDINGS

Functions = Mapping[str, Callable[..., Any]]
Values = dict[int, Any]  # by the identity of a node

WHOLE = ("norm", "error_at")
"""What needs all weights before the first of them has its value."""


class Program:
    """Expressions, in the order in which they are computed.

    Parameters:
        results: what is wanted.
        varies: whether a leaf differs from weight to weight.

    Attributes:
        fixed: what is the same for every weight.
        varying: all else.
        whole: norms and probes, in order, each with what has to be computed before.
    """

    def __init__(self, results: Sequence[Node], varies: Callable[[Node], bool]):
        order = in_order(*results)
        varying: set[int] = set()
        for node in order:
            leaf = not node.arguments and node.operation != "constant" and varies(node)
            above = any(id(argument) in varying for argument in node.arguments)
            if leaf or above or node.operation in WHOLE:
                varying.add(id(node))
        self.results = tuple(results)
        self.fixed = [node for node in order if id(node) not in varying]
        self.varying = [node for node in order if id(node) in varying]
        self.whole = [
            (node, [part for part in in_order(node)[:-1] if id(part) in varying])
            for node in self.varying
            if node.operation in WHOLE
        ]


def functions_of(*modules: Any) -> dict[str, Callable[..., Any]]:
    """Find the functions of formulas in a library, by the names that `math` has for them."""
    named = {
        name: next(getattr(module, name) for module in modules if hasattr(module, name))
        for name in (*FUNCTIONS, *ROUNDINGS)
    }
    return {**ARITHMETIC, **RELATIONS, **named, "select": modules[0].where}


def compute(order: Iterable[Node], values: Values, functions: Functions) -> None:
    """Compute expressions one after another; numbers stay numbers of Python.

    Where Python would raise, or a power is complex, the number is nan; over arrays it is what the
    library makes of it.

    Parameters:
        values: of the leaves, and of whatever is computed already; added to.
    """
    for node in order:
        if id(node) in values:
            continue
        if node.operation == "constant":
            values[id(node)] = node.value
            continue
        operands = [values[id(argument)] for argument in node.arguments]
        if node.operation == "select" and isinstance(operands[0], (bool, float)):
            values[id(node)] = operands[1] if operands[0] else operands[2]
        elif all(isinstance(operand, (bool, float)) for operand in operands):
            values[id(node)] = _number(CALLABLES[node.operation], operands)
        else:
            values[id(node)] = functions[node.operation](*operands)


def _number(function: Callable[..., Any], operands: Sequence[float]) -> float | bool:
    try:
        result = function(*operands)
    except (ArithmeticError, ValueError):
        return math.nan
    if isinstance(result, complex):
        return math.nan
    return result if isinstance(result, bool) else float(result)
