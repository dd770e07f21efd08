"""Formulas over the arrays of any library that calls functions as `math` does."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from warmer.formulas.evaluation import CALLABLES
from warmer.formulas.expression import ARITHMETIC, RELATIONS, Node, in_order
from warmer.formulas.functions import FUNCTIONS, ROUNDINGS

Functions = Mapping[str, Callable[..., Any]]
Values = dict[int, Any]  # by the identity of a node

WHOLE = ("norm", "error_at")
"""What needs all weights before the first of them has its value."""


class Operation(NamedTuple):
    """One operation of a program; nodes stand for their identities.

    Parameters:
        name, arguments, place: what is done, with which values, and where its value is put.
        done: values that nobody asks for afterwards, whose memory the next operation may have.
        over: the value that it may be written over, which nobody needs any more; None for none.
    """

    name: str
    arguments: tuple[int, ...]
    place: int
    done: tuple[int, ...]
    over: int | None = None


class Program:
    """Expressions, in the order in which they are computed.

    Parameters:
        results: what is wanted.
        varies: whether a leaf differs from weight to weight.

    Attributes:
        numbers: the identities of all that is the same for every weight.
        constants: the values of the constants among these.
        fixed: those that are computed from others, in order.
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
        self.numbers = {id(node) for node in order} - varying
        self.constants = {id(node): node.value for node in order if node.operation == "constant"}
        self.fixed = [node for node in order if node.arguments and id(node) not in varying]
        self._varying = varying
        self.varying = self._operations(results)
        self.whole = [
            (node, self._operations(node.arguments)) for node in order if node.operation in WHOLE
        ]

    def _operations(self, results: Sequence[Node]) -> list[Operation]:
        """What leads to some results, beside what is the same for every weight.

        What only a norm or a probe stands on is left out: it is computed before them.
        """
        needed, order = set(map(id, results)), []
        for node in reversed(in_order(*results)):
            own = id(node) in needed and id(node) in self._varying
            if own and node.arguments and node.operation not in WHOLE:
                needed.update(map(id, node.arguments))
                order.append(node)
        order.reverse()
        last = {id(part): id(node) for node in order for part in node.arguments}
        made = {id(node) for node in order} - {id(node) for node in results}
        return [
            Operation(
                node.operation,
                tuple(map(id, node.arguments)),
                id(node),
                tuple({id(x) for x in node.arguments if last[id(x)] == id(node)} & made),
            )
            for node in order
        ]


def functions_of(*modules: Any) -> dict[str, Callable[..., Any]]:
    """Find the functions of formulas in a library, by the names that `math` has for them."""
    named = {
        name: next(getattr(module, name) for module in modules if hasattr(module, name))
        for name in (*FUNCTIONS, *ROUNDINGS)
    }
    return {**ARITHMETIC, **RELATIONS, **named, "select": modules[0].where}


def compute_numbers(order: Iterable[Node], values: Values, functions: Functions) -> None:
    """Compute what is the same for every weight; numbers stay numbers of Python.

    Where Python would raise, or a power is complex, the number is nan.

    Parameters:
        values: of the leaves, and of whatever is computed already; added to.
        functions: for what is no number of Python, such as a loss.
    """
    for node in order:
        operands = [values[id(argument)] for argument in node.arguments]
        if node.operation == "select" and isinstance(operands[0], (bool, float)):
            values[id(node)] = operands[1] if operands[0] else operands[2]
        elif all(isinstance(operand, (bool, float)) for operand in operands):
            values[id(node)] = _number(CALLABLES[node.operation], operands)
        else:
            values[id(node)] = functions[node.operation](*operands)


def compute(operations: Iterable[Operation], values: Values, functions: Functions) -> None:
    """Compute what differs from weight to weight, as arrays.

    Parameters:
        values: of the leaves, and of all that is the same for every weight; those of the results
            are added to it.
    """
    for name, arguments, place, done, over in operations:
        operands = [values[argument] for argument in arguments]
        if over is None:
            values[place] = functions[name](*operands)
        else:
            values[place] = functions[name](*operands, out=values[over])
        for each in done:
            del values[each]


def _number(function: Callable[..., Any], operands: Sequence[float]) -> float | bool:
    try:
        result = function(*operands)
    except (ArithmeticError, ValueError):
        return math.nan
    if isinstance(result, complex):
        return math.nan
    return result if isinstance(result, bool) else float(result)
