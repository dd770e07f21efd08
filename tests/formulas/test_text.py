"""Formulas as text and as LaTeX."""

import itertools
import math
import operator

import pytest

import warmer
from warmer.formulas.evaluation import evaluate
from warmer.formulas.expression import ARITHMETIC, Graph
from warmer.formulas.latex import latex, latex_name
from warmer.formulas.text import definitions, text
from warmer.formulas.vector import Vector

NUMBERS = {"a": 0.1, "b": 0.7, "c": -1.3}
BINARY = ["+", "-", "*", "/", "//", "%", "**"]


def symbols(names="abc"):
    graph = Graph()
    return graph, *map(graph.symbol, names)


def value(node):
    return evaluate(node, {("", name): number for name, number in NUMBERS.items()})


@pytest.mark.parametrize(("first", "second"), list(itertools.product(BINARY, repeat=2)))
@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("inner", [None, operator.neg])
def test_order_of_evaluation(first, second, side, inner):
    """Python computes the text to the same bits, and no parenthesis can be left out."""
    _, a, b, c = symbols()
    one, two = ARITHMETIC[first], ARITHMETIC[second]
    turn = inner or (lambda node: node)
    node = two(turn(one(a, b)), c) if side == "left" else two(c, turn(one(a, b)))
    written = text(node)
    try:
        expected = value(node)
    except (ArithmeticError, ValueError):
        return
    assert eval(written, dict(NUMBERS)) == expected
    if "(" in written:
        bare = written.replace("(", "").replace(")", "")
        graph, *_ = symbols()
        known = {name: graph.symbol(name) for name in NUMBERS}
        assert text(eval(bare, known)) == bare
        assert text(eval(written, known)) == written != bare


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("(a + b) + c", "a + b + c"),
        ("a + (b + c)", "a + (b + c)"),
        ("a - (b - c)", "a - (b - c)"),
        ("a * (b * c)", "a * (b * c)"),
        ("-a ** 2", "-a ** 2"),
        ("(-a) ** 2", "(-a) ** 2"),
        ("a ** -b", "a ** -b"),
        ("a ** b ** c", "a ** b ** c"),
        ("(a ** b) ** c", "(a ** b) ** c"),
        ("-(a + b)", "-(a + b)"),
        ("a * -b", "a * -b"),
        ("abs(a - b) * 2.0", "abs(a - b) * 2"),
        ("a * 1e-8 + 0.1", "a * 1e-08 + 0.1"),
        ("a * -0.0", "a * -0.0"),
        ("a * 1e22", "a * 1e+22"),
        ("(a < b) * c", "(1 if a < b else 0) * c"),
    ],
)
def test_written(source, written):
    """Python's own notation, with no more parentheses than the order of evaluation needs."""
    graph = Graph()
    assert text(eval(source, {name: graph.symbol(name) for name in "abc"})) == written


def test_branches():
    """A branch is Python's conditional expression; `min` and `max` are written as such."""
    graph, a, b, c = symbols()
    branch = graph.select(a < b, graph.select(b < c, a, b), graph.select(a < c, b, c))
    assert text(branch) == "(a if b < c else b) if a < b else b if a < c else c"
    assert text(branch * 2) == f"({text(branch)}) * 2"
    assert text(graph.select(b > a, b, a)) == "max(a, b)"
    assert text(graph.select(b < a, b, a)) == "min(a, b)"
    assert text(graph.select(b > a, a, b)) == "a if b > a else b"


def test_leaves():
    """Sums say which stretch they are of, unless it is all of both."""
    graph = Graph()
    graph.lengths = {"weights": 3, "inputs": 3}
    weights, inputs = (Vector(graph, name, 0, 3) for name in ("weights", "inputs"))
    assert text(warmer.dot(weights, inputs)) == "dot(weights, inputs)"
    assert text(warmer.dot(weights[:2], inputs[1:])) == "dot(weights[0:2], inputs[1:3])"
    assert text(weights[-1] * inputs[0]) == "weights[2] * inputs[0]"
    velocity, alpha = graph.symbol("velocity", "memory"), graph.symbol("alpha", "0")
    assert text(velocity * alpha) == "memory.velocity * alpha"
    assert text(alpha, symbols={("0", "alpha"): "rule.alpha"}) == "rule.alpha"


def test_names():
    """What has a name is called by it, but for the line that says what it is."""
    _, prediction, target, _ = symbols(("prediction", "target", "c"))
    delta = prediction - target
    assert text(delta * delta, {delta: "delta"}) == "delta * delta"
    assert text(delta, {delta: "delta"}) == "prediction - target"


def test_shared_parts():
    """What is used more than once gets a line of its own, unless it is small."""
    _, a, b, _ = symbols()
    small, large = a + b, a * b + 1
    assert text(small * small) == "(a + b) * (a + b)"
    assert text(large * large) == "t1 * t1 where t1 = a * b + 1"
    lines = definitions([("x", large / a), ("y", large * large)], {}, taken={"t1"})
    assert [name for name, _ in lines] == ["t2", "x", "y"]


@pytest.mark.parametrize("write", [text, latex])
def test_no_explosion(write):
    """A formula that uses its own parts again and again is written in as many lines as it has."""
    _, node, *_ = symbols()
    for _ in range(200):
        node = node * node + 1
    lines = list(definitions([("", node)], named := {}))
    names = {part: named[id(part)] for _, part in lines[:-1]}
    assert len(text(node)) < 200 * 30
    assert all(len(write(part, names)) < 80 for _, part in lines)


def test_depth():
    """Formulas of any depth are written and computed."""
    _, node, b, _ = symbols()
    for _ in range(5000):
        node = node + b
    assert text(node).count("+") == latex(node).count("+") == 5000
    assert value(node) == pytest.approx(0.1 + 5000 * 0.7)


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("(a + b) / c", r"\frac{a + b}{c}"),
        ("a - (b - c)", r"a - \left(b - c\right)"),
        ("a * (b / c)", r"a \cdot \left(\frac{b}{c}\right)"),
        ("(a + b) ** (a + c)", r"\left(a + b\right)^{a + c}"),
        ("abs(-a)", r"\left|-a\right|"),
        ("a.apply('sqrt') + b.apply('exp')", r"\sqrt{a} + \exp\left(b\right)"),
        ("a.apply('expm1')", r"\operatorname{expm1}\left(a\right)"),
        ("a * 2.5e-8 + 1e-8", r"a \cdot \left(2.5 \cdot 10^{-8}\right) + 10^{-8}"),
        ("max_", r"\max\left(a, b\right)"),
        ("a % b * c", r"a \bmod b \cdot c"),
        ("a // (b + c)", r"\left\lfloor\frac{a}{b + c}\right\rfloor"),
        (
            "a.apply('floor') - b.apply('ceil')",
            r"\left\lfloor a\right\rfloor - \left\lceil b\right\rceil",
        ),
        ("b.apply('round')", r"\operatorname{round}\left(b\right)"),
        (
            "branch",
            r"\begin{cases} a & \text{if } a \le b \\ b & \text{if } b \ne c "
            r"\\ c & \text{otherwise} \end{cases}",
        ),
    ],
)
def test_latex(source, written):
    """LaTeX: fractions, roots, cases; parentheses by the same rule as in the text."""
    graph, a, b, c = symbols()
    known = {
        "a": a, "b": b, "c": c, "max_": graph.select(b > a, b, a),
        "branch": graph.select(a <= b, a, graph.select(b != c, b, c)),
    }  # fmt: skip
    assert latex(eval(source, known)) == written


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("alpha", r"\alpha"),
        ("beta_2", r"\beta_{2}"),
        ("lambda_", r"\lambda"),
        ("w", "w"),
        ("step_amount", r"\mathrm{step\_amount}"),
        ("memory.velocity", r"\mathrm{memory}.\mathrm{velocity}"),
    ],
)
def test_names_in_latex(name, written):
    """Greek letters are Greek, words are upright, underscores are escaped."""
    assert latex_name(name) == written


def test_sums_in_latex():
    """A sum of products says its limits, unless it is of all weights."""
    graph = Graph()
    graph.lengths = {"weights": 3, "inputs": 3}
    weights, inputs = (Vector(graph, name, 0, 3) for name in ("weights", "inputs"))
    assert latex(warmer.dot(weights, inputs)) == r"\sum_i w_i x_i"
    assert latex(warmer.dot(weights[:2], inputs[1:])) == r"\sum_{i=0}^{1} w_{i} x_{i+1}"
    assert latex(weights[2]) == "w_{2}"


@pytest.mark.parametrize("number", [0.1, 1 / 3, 1e-323, 1e308, 2.0**53 + 2, -0.0, 123456789.0])
def test_numbers(number):
    """Numbers are written so that they read back to the same bits."""
    read = float(text(Graph().constant(number)))
    assert (read, math.copysign(1, read)) == (number, math.copysign(1, number))
