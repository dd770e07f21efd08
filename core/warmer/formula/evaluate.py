"""Evaluation: an expression and numbers in, a number out, as Python itself would compute it."""

from collections.abc import Callable, Mapping
from typing import Any

from warmer.formula.expression import ARITHMETIC, RELATIONS, Node
from warmer.formula.functions import FUNCTIONS

CALLABLES: dict[str, Callable[..., Any]] = {**ARITHMETIC, **RELATIONS, **FUNCTIONS}


def evaluate(
    node: Node, known: Mapping[Any, Any], leaf: Callable[[Node], Any] | None = None
) -> Any:
    """Compute one expression; only the side of a branch that is taken is computed.

    Parameters:
        node: the expression.
        known: values of symbols, by `(owner, name)`.
        leaf: gives the value of other leaves (`element`, `dot`, `error_at`).

    Raises:
        ArithmeticError, ValueError: as the same arithmetic would in Python.
    """
    values: dict[int, Any] = {}

    def value(node: Node) -> Any:
        if id(node) not in values:
            values[id(node)] = compute(node)
        return values[id(node)]

    def compute(node: Node) -> Any:
        match node.operation:
            case "constant":
                return node.value
            case "symbol":
                return known[node.value]
            case "select":
                condition, if_true, if_false = node.arguments
                return value(if_true) if value(condition) else value(if_false)
            case operation if operation in CALLABLES:
                return CALLABLES[operation](*(value(argument) for argument in node.arguments))
        if leaf is None:
            raise KeyError(node.operation)
        return leaf(node)

    return value(node)
