"""Predictions of every shape: of single weights, of some of them, of several sums."""

import math

import attrs
import numpy as np
import pytest

import warmer


def bias(weights, inputs):
    return warmer.dot(weights[:-1], inputs[:-1]) + weights[-1]


def single_weights(weights, inputs):
    return weights[0] * inputs[1] + weights[1] * weights[1] - inputs[-1]


def overlapping_parts(weights, inputs):
    return warmer.dot(weights[:3], inputs[:3]) + warmer.dot(weights[1:], inputs[1:])


def shifted_part(weights, inputs):
    return warmer.dot(weights[:2], inputs[1:3]) * 0.5


def two_sums(weights, inputs):
    return warmer.dot(weights, inputs) - 0.25 * warmer.dot(weights, weights)


def squashed_parts(weights, inputs):
    half = len(weights) // 2
    left = math.tanh(warmer.dot(weights[:half], inputs[:half]))
    return left * weights[0] + warmer.dot(weights[half:], inputs[half:])


def leaky(weights, inputs):
    sum_ = warmer.dot(weights[1:], inputs[1:])
    return sum_ if sum_ > 0 else 0.1 * sum_ + weights[0]


def nothing(weights, inputs):
    return 1.0


PREDICTIONS = (
    bias, single_weights, overlapping_parts, shifted_part, two_sums, squashed_parts, leaky, nothing
)  # fmt: skip


def predictor(function):
    def predict(self, weights, inputs):
        return function(weights, inputs)

    body = {"predict": warmer.hookimpl(predict)}
    return attrs.frozen(eq=False)(type(function.__name__, (), body))()


@pytest.mark.sampled(
    16,
    function=PREDICTIONS,
    features=[3, 9, 70],
    batch_size=[1, 3],
    targets=[1, 2],
    named=["alpha-scaled", "hot-and-cold"],
)
def test_same_bits(same, function, features, batch_size, targets, named) -> None:
    """Weights, error and history agree to the bit, whatever a prediction is made of."""
    numbers = np.random.default_rng(features)
    rows = 2 if features > 60 else 7
    inputs = numbers.normal(size=(rows, features))
    goal = numbers.normal(size=(rows, targets))
    same(
        "arrays native", inputs, goal, named, predict=predictor(function), steps=3,
        batch_size=batch_size and min(batch_size, rows), weights=0.125,
    )  # fmt: skip


@pytest.mark.parametrize("function", PREDICTIONS)
def test_many_weights(same, function) -> None:
    """The same where loops go over the weights."""
    numbers = np.random.default_rng(1)
    inputs, goal = numbers.normal(size=(3, 300)), numbers.normal(size=3)
    same(
        "arrays native", inputs, goal, "alpha-scaled", predict=predictor(function), steps=3,
        batch_size=2, weights=0.125,
    )  # fmt: skip
