"""Evaluation: an expression and numbers in, a number out, as Python itself would compute it."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from warmer.formulas.expression import ARITHMETIC, RELATIONS, Node
from warmer.formulas.functions import FUNCTIONS, ROUNDINGS
from warmer.formulas.sums import dot

CALLABLES: dict[str, Callable[..., Any]] = {
    **ARITHMETIC,
    **RELATIONS,
    **FUNCTIONS,
    **ROUNDINGS,
    "nonfinite": lambda x: not math.isfinite(x),
}


def evaluate(
    node: Node,
    known: Mapping[Any, Any],
    leaf: Callable[[Node], Any] | None = None,
    values: dict[int, Any] | None = None,
) -> Any:
    """Compute one expression; only the side of a branch that is taken is computed.

    Parameters:
        node: the expression.
        known: values of symbols, by `(owner, name)`; the functions `("", "error_at")` and
            `("", "norm")`.
        leaf: gives the value of other leaves (`element`, `dot`).
        values: what is computed already, by the identity of its node; added to.

    Raises:
        ArithmeticError, ValueError: as the same arithmetic would in Python.
    """
    values = {} if values is None else values
    stack = [node]
    while stack:
        top = stack[-1]
        if id(top) in values:
            stack.pop()
        elif top.operation == "select":
            condition, if_true, if_false = top.arguments
            if id(condition) not in values:
                stack.append(condition)
                continue
            taken = if_true if values[id(condition)] else if_false
            if id(taken) in values:
                values[id(top)] = values[id(taken)]
            else:
                stack.append(taken)
        else:
            missing = [x for x in top.arguments if id(x) not in values]
            if missing:
                stack.append(missing[0])
            else:
                values[id(top)] = _compute(top, known, leaf, values)
    return values[id(node)]


def _compute(node: Node, known: Mapping[Any, Any], leaf: Any, values: dict[int, Any]) -> Any:
    operands = [values[id(argument)] for argument in node.arguments]
    match node.operation:
        case "constant":
            return node.value
        case "symbol":
            return known[node.value]
        case "error_at" | "norm":
            return known["", node.operation](*operands)
        case operation if operation in CALLABLES:
            result = CALLABLES[operation](*operands)
            if isinstance(result, complex):
                raise ValueError("a power of a negative number is complex")
            return result
    if leaf is None:
        raise KeyError(node.operation)
    return leaf(node)


def leaf_of(weights: Sequence[float], inputs: Sequence[float]) -> Callable[[Node], float]:
    """Make the function that gives the value of elements and sums of products of one row."""
    vectors = {"weights": weights, "inputs": inputs}

    def leaf(node: Node) -> float:
        if node.operation == "element":
            name, index = node.value
            return float(vectors[name][index])
        left, right = (vectors[name][start:stop] for name, start, stop in node.value)
        return float(dot(left, right))

    return leaf
