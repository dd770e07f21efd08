"""Derivatives: how much each weight moves the error, from the formula of the prediction.

Backwards through the graph: every node receives the share of `delta` that reaches it. For the
linear network the sum of products receives `delta` itself, so that `weight_delta` is exactly
`delta * input`.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from warmer.formulas.expression import Node, UntraceableError, in_order
from warmer.formulas.functions import ROUNDINGS, SLOPES


class Term(NamedTuple):
    """A part of every weight_delta of a stretch of weights: `factor * other[i]`."""

    start: int
    stop: int
    factor: Node
    other: tuple[str, int, int]


class Gradient(NamedTuple):
    """The weight_delta of one row: terms for stretches of weights, then single elements.

    `fault` holds where Python itself would raise.
    """

    terms: list[Term]
    elements: dict[int, Node]
    fault: Node


Signed = tuple[Node, bool]  # a share, and whether its sign is to be turned
Shares = dict[tuple[int, int, tuple[str, int, int]] | int, Node]
"""The factor of each stretch, and the share of each single element."""


def gradient(prediction: Node, delta: Node) -> Gradient:
    """Derive `delta * d prediction / d weight` for every weight.

    The two sides of a branch are derived apart, so that the side that is not taken has no say:
    not even `0 * infinity`.

    Raises:
        UntraceableError: the prediction uses an operation that has no derivative here.
    """
    graph = prediction.graph
    zero = graph.constant(0.0)
    known: dict[int, tuple[Shares, Node]] = {}

    def of(node: Node) -> tuple[Shares, Node]:
        if id(node) not in known:
            if node.operation == "select":
                condition, *sides = node.arguments
                (left, fault_left), (right, fault_right) = map(of, sides)
                shares = {
                    key: graph.select(condition, left.get(key, zero), right.get(key, zero))
                    for key in (*left, *(key for key in right if key not in left))
                }
                known[id(node)] = shares, graph.select(condition, fault_left, fault_right)
            else:
                graph.guards.clear()
                known[id(node)] = _of_one_side(node, delta), graph.any_of(graph.guards)
        return known[id(node)]

    shares, fault = of(prediction)
    terms = [
        Term(key[0], key[1], factor, key[2])
        for key, factor in shares.items()
        if isinstance(key, tuple)
    ]
    elements = {key: share for key, share in shares.items() if isinstance(key, int)}
    return Gradient(terms, elements, fault)


def _of_one_side(prediction: Node, delta: Node) -> Shares:
    """Derive a prediction without branches."""
    shares: dict[int, Signed] = {id(prediction): (delta, False)}
    found: dict[Any, Signed] = {}
    order = in_order(prediction)
    moving = _moving(order)

    for node in reversed(order):
        if id(node) not in shares:
            continue
        share, negated = shares[id(node)]
        match node.operation:
            case "constant" | "symbol" | "select":
                pass  # a branch within is a truth value that is used as a number, and has no slope
            case "element":
                found[node.value[1]] = shares[id(node)]
            case "dot":
                for mine, other in (node.value, node.value[::-1]):
                    if mine[0] == "weights":
                        key = mine[1], mine[2], other
                        found[key] = _sum(found.get(key), shares[id(node)])
            case _:
                for argument, part, turned in _passed_on(node, share, moving):
                    if id(argument) in moving:
                        received = part, negated != turned
                        shares[id(argument)] = _sum(shares.get(id(argument)), received)
    return {key: -share if negated else share for key, (share, negated) in found.items()}


def _passed_on(node: Node, share: Node, moving: set[int]) -> Iterator[tuple[Node, Node, bool]]:
    """What each argument of a node receives of its share, and whether the sign is turned."""
    graph = node.graph
    match node.operation, node.arguments:
        case "+", (a, b):
            yield a, share, False
            yield b, share, False
        case "-", (a, b):
            yield a, share, False
            yield b, share, True
        case "*", (a, b):
            yield a, share * b, False
            yield b, share * a, False
        case "/", (a, b):
            yield a, share / b, False
            if id(b) in moving:
                yield b, share * node / b, True
        case "negative", (a,):
            yield a, share, True
        case "abs", (a,):
            yield a, graph.select(a < 0.0, -share, share), False
        case "**", (a, b):
            if id(a) in moving:
                yield a, share * (b * a ** (b - 1.0)), False
            if id(b) in moving:
                yield b, share * (node * a.apply("log")), False
        case "copysign", (a, b):
            turned = share * graph.make("copysign", 1.0, b)
            yield a, graph.select(a < 0.0, -turned, turned), False
        case "atan2", (a, b):
            square = a * a + b * b
            yield a, share * (b / square), False
            yield b, share * (a / square), True
        case "%", (a, b):
            yield a, share, False
            if id(b) in moving:
                yield b, share * (a // b), True
        case "fmod", (a, b):
            yield a, share, False
            if id(b) in moving:
                yield b, share * ((a - node) / b), True
        case flat, _ if flat == "//" or flat in ROUNDINGS:
            return  # it has no slope but where it jumps
        case function, (a,) if function in SLOPES:
            yield a, share * SLOPES[function](a, node), False
        case operation, _:
            raise UntraceableError(f"{operation} has no derivative here")


def _moving(order: Iterable[Node]) -> set[int]:
    """The nodes that change with a weight, by their ids."""
    moving: set[int] = set()
    for node in order:
        own = node.operation == "element" and node.value[0] == "weights"
        own |= node.operation == "dot" and "weights" in (node.value[0][0], node.value[1][0])
        if own or any(id(argument) in moving for argument in node.arguments):
            moving.add(id(node))
    return moving


def _sum(total: Signed | None, share: Signed) -> Signed:
    if total is None:
        return share
    (first, turned), (second, negated) = total, share
    if turned == negated:
        return first + second, turned
    return (second - first if turned else first - second), False
