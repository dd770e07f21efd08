"""Predictors that say how many weights they have: the same bits on every engine."""

import math
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import warmer

TWO_LAYERS = "docs/examples/warmer-two-layers/warmer_two_layers.py:TwoLayers"


def two_layers(hidden: int) -> Any:
    """The example, as an object."""
    from warmer.plugins.registry import load_file

    return load_file(TWO_LAYERS, "predictor")(hidden=hidden)


@attrs.frozen(eq=False)
class Quadratic:
    """Two weights for each input, one of them for its square."""

    def weight_count(self, inputs):
        return 2 * inputs

    @warmer.hookimpl
    def predict(self, weights, inputs):
        squares = 0.0
        for index, x in enumerate(inputs):
            squares = squares + weights[len(inputs) + index] * x * x
        return warmer.dot(weights[: len(inputs)], inputs) + squares


@attrs.frozen(eq=False)
class Bumps:
    """Radial basis: a weight for each of some bumps, whatever the number of inputs."""

    bumps: int = warmer.param(3, at_least=1)

    def weight_count(self, inputs):
        return self.bumps

    @warmer.hookimpl
    def predict(self, weights, inputs):
        square, total = warmer.dot(inputs, inputs), 0.0
        for index in range(self.bumps):
            total += weights[index] * math.exp(-abs(square - index))
        return total


@attrs.frozen(eq=False)
class First:
    """Fewer weights than inputs: the others are not looked at."""

    most: int = warmer.param(2, at_least=1)

    def weight_count(self, inputs):
        return min(self.most, inputs)

    @warmer.hookimpl
    def predict(self, weights, inputs):
        return warmer.dot(weights, inputs[: len(weights)])


@attrs.frozen(eq=False)
class Last(First):
    """The last inputs instead."""

    @warmer.hookimpl
    def predict(self, weights, inputs):
        return warmer.dot(weights, inputs[-len(weights) :])


@attrs.frozen(eq=False)
class Chance:
    """A chance, whose log odds a comparison may ask for, of more weights than inputs."""

    def weight_count(self, inputs):
        return inputs + 1

    @warmer.hookimpl
    def predict(self, weights, inputs):
        return 1 / (1 + math.exp(-self.log_odds(weights, inputs)))

    @warmer.hookimpl
    def log_odds(self, weights, inputs):
        return warmer.dot(weights[:-1], inputs) + weights[-1]


@attrs.frozen(eq=False)
class Brought(Quadratic):
    """A rule that brings its own predict, and says how many weights that has."""

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - 0.01 * weight_delta


PREDICTORS = {
    "quadratic": Quadratic(),
    "bumps": Bumps(),
    "two-layers": two_layers(3),
    "first": First(),
    "last": Last(most=9),
    "chance": Chance(),
}


def table(rows: int, inputs: int, targets: int = 1) -> tuple[np.ndarray, np.ndarray]:
    numbers = np.random.default_rng(rows * inputs)
    return (
        numbers.normal(size=(rows, inputs)) / np.sqrt(inputs),
        numbers.normal(size=(rows, targets) if targets > 1 else rows),
    )


@pytest.mark.sampled(
    18,
    named=list(PREDICTORS),
    inputs=[1, 2, 9, 17],
    learner=["alpha-scaled", "hot-and-cold", "Momentum", "Probing"],
    how=[{"batch_size": 4}, {"batch_size": 3, "seed": 5}, {"batch_size": 1}, {}],
)
def test_same_bits(same, rules, named, inputs, learner, how) -> None:
    """Weights, memory, error and history agree to the bit, also in a short last batch."""
    same(
        "arrays native", *table(10, inputs, 1 + (inputs == 2)), rules[learner], steps=7,
        history=2, weights=0.25, predict=PREDICTORS[named], **how,
    )  # fmt: skip


@pytest.mark.parametrize("learner", ["Adam", "hot-and-cold"])
def test_more_weights_than_are_written_out(same, rules, learner) -> None:
    """Beyond 64 weights, loops go over them."""
    same(
        "arrays native", *table(2, 2), rules[learner], steps=2, predict=two_layers(33),
        weights="random", seed=1,
    )  # fmt: skip


def test_a_rule_with_its_own(same) -> None:
    """A rule that brings predict may say how many weights it has."""
    data = table(8, 3, 2)
    same("arrays native", *data, Brought(), steps=5, batch_size=3, weights=0.5)
    assert warmer.train(*data, Brought(), steps=1).weights.shape == (6, 2)


def test_log_odds(same) -> None:
    """A comparison of log odds, and more weights than inputs."""
    inputs, _ = table(8, 3)
    same(
        "arrays native", inputs, [0.0, 1.0] * 4, "alpha-scaled", steps=5, predict=Chance(),
        compare="log-loss", batch_size=3, weights=0.25,
    )  # fmt: skip


def test_many_rows_and_threads(same) -> None:
    """Blocks of rows that threads share, with rows shorter and longer than the weights."""
    data = table(300, 9)
    for named in ("two-layers", "last", "bumps"):
        same(
            "native", *data, "alpha-scaled", steps=3, predict=PREDICTORS[named],
            weights="random", seed=1, threads=(1, 3),
        )  # fmt: skip


@settings(max_examples=25)
@given(
    st.integers(1, 5), st.integers(1, 12), st.integers(1, 4), st.integers(0, 2**32),
)  # fmt: skip
def test_backprop(hidden: int, inputs: int, rows: int, seed: int) -> None:
    """The derivative of two layers is that of backpropagation by hand, to 1e-12."""
    numbers = np.random.default_rng(seed)
    table, goal = numbers.normal(size=(rows, inputs)), numbers.normal(size=rows)
    weights = numbers.normal(size=hidden * (inputs + 1))
    (step,) = warmer.steps(
        table, goal, "raw-gradient", weights=weights, steps=1, predict=two_layers(hidden)
    )
    first, second = weights[: hidden * inputs].reshape(hidden, inputs), weights[hidden * inputs :]
    units = np.tanh(table @ first.T)
    delta = units @ second - goal
    back = delta[:, np.newaxis] * second * (1 - units**2)
    expected = np.concatenate([(back.T @ table).ravel(), units.T @ delta]) / rows
    np.testing.assert_allclose(step.weight_deltas, expected, rtol=1e-12, atol=1e-12)


XOR = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], [0, 1, 1, 0]


@pytest.mark.parametrize("engine", ["python", "native"])
def test_xor(engine) -> None:
    """Two layers learn what no single one can."""
    how = {"alpha": 0.5, "weights": "random", "seed": 1, "engine": engine}
    run = warmer.train(*XOR, "alpha-scaled", steps=400, predict=two_layers(4), **how)
    assert run.error < 0.01
    alone = warmer.train(*XOR, "alpha-scaled", steps=400, **how)
    assert alone.error > 0.2
