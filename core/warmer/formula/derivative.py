"""Derivatives: how much each weight moves the error, from the formula of the prediction.

Backwards through the graph: every node receives the share of `delta` that reaches it. For the
linear network the sum of products receives `delta` itself, so that `weight_delta` is exactly
`delta * input`.
"""

from typing import NamedTuple

from warmer.formula.expression import Node, UntraceableError, in_order
from warmer.formula.functions import SLOPES


class Term(NamedTuple):
    """A part of every weight_delta of a stretch of weights: `factor * other[i]`."""

    start: int
    stop: int
    factor: Node
    other: tuple[str, int, int]


class Gradient(NamedTuple):
    """The weight_delta of one row: terms for stretches of weights, then single elements."""

    terms: list[Term]
    elements: dict[int, Node]


def gradient(prediction: Node, delta: Node) -> Gradient:
    """Derive `delta * d prediction / d weight` for every weight.

    Raises:
        UntraceableError: the prediction uses an operation that has no derivative here.
    """
    graph = prediction.graph
    shares: dict[Node, Node] = {prediction: delta}
    terms: list[Term] = []
    elements: dict[int, Node] = {}

    def give(node: Node, share: Node) -> None:
        shares[node] = shares[node] + share if node in shares else share

    for node in reversed(in_order(prediction)):
        share = shares.get(node)
        if share is None:
            continue
        match node.operation, node.arguments:
            case "constant" | "symbol", ():
                pass
            case "element", ():
                name, index = node.value
                if name == "weights":
                    elements[index] = share
            case "dot", ():
                for mine, other in (node.value, node.value[::-1]):
                    if mine[0] == "weights":
                        terms.append(Term(mine[1], mine[2], share, other))
            case "+", (a, b):
                give(a, share)
                give(b, share)
            case "-", (a, b):
                give(a, share)
                give(b, -share)
            case "*", (a, b):
                give(a, share * b)
                give(b, share * a)
            case "/", (a, b):
                give(a, share / b)
                give(b, -(share * node / b))
            case "negative", (a,):
                give(a, -share)
            case "abs", (a,):
                give(a, graph.select(a < 0.0, -share, share))
            case "**", (a, b):
                give(a, share * (b * a ** (b - 1.0)))
                if b.operation != "constant":
                    raise UntraceableError("a power whose exponent is not a constant")
            case "select", (condition, a, b):
                nothing = graph.constant(0.0)
                give(a, graph.select(condition, share, nothing))
                give(b, graph.select(condition, nothing, share))
            case function, (a,) if function in SLOPES:
                give(a, share * SLOPES[function](a, node))
            case operation, _:
                raise UntraceableError(f"{operation} has no derivative here")
    return Gradient(terms, elements)
