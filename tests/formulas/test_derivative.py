"""Derivatives: weight_delta of any prediction, from its formula."""

import math
from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import warmer
from warmer.formulas.evaluation import evaluate
from warmer.formulas.expression import Graph
from warmer.formulas.functions import FUNCTIONS, SLOPES

WITHIN = {"asin": (-0.9, 0.9), "acos": (-0.9, 0.9), "atanh": (-0.9, 0.9), "acosh": (1.1, 5.0)}
POSITIVE = ("sqrt", "log", "log2", "log10", "log1p")
FLOATS = st.floats(-1e50, 1e50)


def weight_deltas(predict: Callable[..., Any], weights: list[float], inputs: list[float]) -> Any:
    """weight_delta of one step on one row with this predict and delta 1."""

    @attrs.frozen(eq=False)
    class One:
        @warmer.hookimpl
        def compare(self, prediction: float, target: float) -> warmer.Comparison:
            return warmer.Comparison(1.0, 1.0)

    plugin = attrs.make_class(
        "Predictor", {}, class_body={"predict": warmer.hookimpl(predict)}, frozen=True, eq=False
    )
    (step,) = warmer.steps(
        [inputs], [0.0], "raw-gradient", weights=weights, predict=plugin, compare=One, steps=1
    )
    return step.weight_deltas


def slope(function: Callable[[float], float], at: float) -> float:
    """The slope by differences, of the fourth order."""
    h = 1e-3 * max(1.0, abs(at))
    near, far = (function(at + k * h) - function(at - k * h) for k in (1, 2))
    return (8 * near - far) / (12 * h)


@pytest.mark.parametrize("name", SLOPES)
def test_every_function(name: str) -> None:
    """The derivative of every function is its slope, measured by differences."""
    low, high = WITHIN.get(name, (0.2, 3.0) if name in POSITIVE else (-1.4, 1.4))
    for at in np.linspace(low, high, 21).tolist():
        graph = Graph()
        x = graph.symbol("x")
        derived = SLOPES[name](x, x.apply(name))
        assert evaluate(derived, {("", "x"): at}) == pytest.approx(
            slope(FUNCTIONS[name], at), rel=1e-6, abs=1e-9
        )


def test_all_functions_have_one() -> None:
    """Every function of one number that a formula may use has a derivative."""
    assert set(FUNCTIONS) - set(SLOPES) == {"atan2", "copysign", "fmod"}


TWO_NUMBERS = {
    "atan2": math.atan2,
    "atan2 turned": lambda x, y: math.atan2(y, x),
    "copysign": math.copysign,
    "copysign turned": lambda x, y: math.copysign(y, x),
    "remainder": lambda x, y: x % y,
    "remainder turned": lambda x, y: -y % (x * x),
    "fmod": math.fmod,
    "fmod turned": lambda x, y: math.fmod(-y, x * x),
    "flat": lambda x, y: x * (y // 0.37 + math.floor(x) + math.ceil(y) + math.trunc(x) + round(y)),
    "power": lambda x, y: x**y,
    "power of both": lambda x, y: (x + y) ** (x * y),
}


@pytest.mark.parametrize("name", TWO_NUMBERS)
@pytest.mark.parametrize("at", [(0.7, 1.3), (1.9, 0.4), (2.3, 2.4)])
def test_functions_of_two_numbers(name: str, at: tuple[float, float]) -> None:
    """The derivative for each of the two numbers is the slope, measured by differences."""
    function = TWO_NUMBERS[name]
    x, y = at
    found = weight_deltas(lambda self, weights, inputs: function(*weights), [x, y], [1.0, 1.0])
    expected = [slope(lambda a: function(a, y), x), slope(lambda b: function(x, b), y)]
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-9)


@given(st.lists(st.tuples(FLOATS, FLOATS), min_size=1, max_size=12), FLOATS)
def test_linear_is_delta_times_input(pairs: list[tuple[float, float]], target: float) -> None:
    """For the linear network weight_delta is delta * input, bit for bit, -0.0 included."""
    weights, inputs = (list(each) for each in zip(*pairs, strict=True))
    (step,) = warmer.steps([inputs], [target], "raw-gradient", weights=weights, steps=1)
    delta = warmer.dot(weights, inputs) - target

    assert [(delta * x).hex() for x in inputs] == [x.hex() for x in step.weight_deltas.tolist()]


@given(st.integers(1, 20))
def test_the_loop_and_the_dot(features: int) -> None:
    """A predictor that adds product by product has the same weight_delta as `warmer.dot`."""
    rng = np.random.default_rng(features)
    weights, inputs = rng.standard_normal((2, features)).tolist()

    def loop(self: Any, weights: Any, inputs: Any) -> float:
        total = weights[0] * inputs[0]
        for i in range(1, len(weights)):
            total = total + weights[i] * inputs[i]
        return total

    assert weight_deltas(loop, weights, inputs).tolist() == inputs


def logistic(self: Any, weights: Any, inputs: Any) -> float:
    """A squashed sum."""
    return 1.0 / (1.0 + math.exp(-warmer.dot(weights, inputs)))


def folded(self: Any, weights: Any, inputs: Any) -> float:
    """A branch for each sign."""
    total = weights[0] * inputs[0] - weights[1] * inputs[1]
    return total * total if total > 0.0 else 3.0 * total


def mixed(self: Any, weights: Any, inputs: Any) -> float:
    """Everything at once, with a bias that no input goes with."""
    w0, w1, w2 = weights
    x0, x1, _ = inputs
    return abs(w0 * x0) / (2.0 + w1 * w1) + max(w1, x1) * math.tanh(w2) - -(w2**3) + w0


def sliced(self: Any, weights: Any, inputs: Any) -> float:
    """The last weight is a bias."""
    return warmer.dot(weights[:-1], inputs[:-1]) * 2.0 + weights[-1]


def quadratic(self: Any, weights: Any, inputs: Any) -> float:
    """Each weight in two places."""
    return warmer.dot(weights, weights) + warmer.dot(weights, inputs)


@pytest.mark.parametrize("predict", [logistic, folded, mixed, sliced, quadratic])
@pytest.mark.parametrize("weights", [[0.5, -1.2, 0.3], [-0.7, 2.0, -1.1], [1.5, 0.4, 0.9]])
def test_any_prediction(predict: Callable[..., Any], weights: list[float]) -> None:
    """weight_delta of any formula is its slope for each weight, measured by differences."""
    inputs = [1.3, -0.8, 2.1]
    derived = weight_deltas(predict, weights, inputs)
    for index in range(3):

        def moved(weight: float, index: int = index) -> float:
            tried = [*weights[:index], weight, *weights[index + 1 :]]
            return float(predict(None, tried, inputs))

        assert derived[index] == pytest.approx(slope(moved, weights[index]), rel=1e-6, abs=1e-9)


@given(st.floats(-3, 3), st.floats(-3, 3))
def test_the_chain_rule(weight: float, x: float) -> None:
    """weight_delta of a logistic network is delta * p * (1 - p) * input."""
    p = 1.0 / (1.0 + math.exp(-(weight * x)))

    assert weight_deltas(logistic, [weight], [x])[0] == pytest.approx(p * (1 - p) * x, abs=1e-12)


def test_a_fault_in_the_derivative() -> None:
    """Where a prediction can be computed and its slope cannot, the error names the predictor."""

    def root(self: Any, weights: Any, inputs: Any) -> float:
        return math.sqrt(weights[0] * inputs[0])

    with pytest.raises(warmer.HookError, match="the derivative of Predictor failed: ZeroDiv"):
        weight_deltas(root, [0.0], [1.0])
