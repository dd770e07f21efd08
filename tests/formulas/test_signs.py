"""Signs: what is said to be never negative is never negative."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmer.formulas.evaluation import evaluate
from warmer.formulas.expression import Graph, Node
from warmer.formulas.signs import never_negative

NAMES = ("x", "y", "z")
BINARY = ("+", "-", "*", "/")
UNARY = ("negative", "abs", "sqrt", "exp", "log1p", "tanh", "erf", "sin", "log")


@st.composite
def expressions(draw: st.DrawFn) -> Node:
    """Expressions of a few operations, on three symbols and a few constants."""
    graph = Graph()
    nodes = [*map(graph.symbol, NAMES), *map(graph.constant, (2.0, -0.5, 0.0))]
    for _ in range(draw(st.integers(1, 8))):
        one, other = (nodes[draw(st.integers(0, len(nodes) - 1))] for _ in "ab")
        kind = draw(st.sampled_from((*BINARY, *UNARY, "select", "square")))
        if kind == "select":
            nodes.append(graph.select(graph.make("<", one, other), one, other))
        elif kind == "square":
            nodes.append(graph.make("*", one, one))
        else:
            nodes.append(graph.make(kind, *([one] if kind in UNARY else [one, other])))
    return nodes[-1]


@given(expressions(), st.lists(st.floats(-4, 4), min_size=3, max_size=3))
def test_never_negative(node: Node, values: list[float]) -> None:
    """Whatever numbers are put in, the value is 0, above or nan, or there is none."""
    known = {("", name): value for name, value in zip(NAMES, values, strict=True)}
    try:
        value = evaluate(node, known)
    except (ArithmeticError, ValueError):
        return
    assert not never_negative(node) or value >= 0 or math.isnan(value)


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (lambda x, y: (x - y) * (x - y), True),
        (lambda x, y: 0.5 * (x - y) * (x - y), True),
        (lambda x, y: abs(x - y) + x * x / 3, True),
        (lambda x, y: (x - y) ** 2, True),
        (lambda x, y: -(x * -x), True),
        (lambda x, y: x * y * x * y, True),
        (lambda x, y: x - y, False),
        (lambda x, y: x * x - y * y, False),
        (lambda x, y: -abs(x), False),
        (lambda x, y: abs(x) * y, False),
    ],
)
def test_usual_errors(build, expected: bool) -> None:
    """The errors that people write are seen to be never negative, and others are not."""
    graph = Graph()
    assert never_negative(build(graph.symbol("x"), graph.symbol("y"))) is expected
