"""The slope of the error for a weight is right to rounding wherever the error is finite.

What is right is computed with 60 digits from the mathematics alone.
"""

import decimal
import random
from decimal import Decimal
from functools import cache

import attrs
import numpy as np
import pytest

import warmer

decimal.DefaultContext.prec = 60
decimal.setcontext(decimal.DefaultContext)
ROWS, LITERAL = 1_000, 200  # rows that the literal engine takes of them, which is slow
FARTHEST = 700.0

PREDICTORS, COMPARISONS = (
    [plugin.name for plugin in warmer.Registry(allowed=[]).plugins(kind)]
    for kind in ("predictor", "comparison")
)


@attrs.frozen(eq=False)
class Still:
    """Asks for the slope, and moves nothing."""

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight + 0.0 * weight_delta


def _linear(z):
    return z, 1 - z, Decimal(1)


def _logistic(z):
    p, q = 1 / (1 + (-z).exp()), 1 / (1 + z.exp())
    return p, q, p * q


def _squared(p, _q, t):
    return (p - t) * (p - t), p - t


def _absolute(p, _q, t):
    return abs(p - t), Decimal((p > t) - (p < t))


def _log_loss(p, q, t):
    return -(t * p.ln() + (1 - t) * q.ln()), (p - t) / (p * q)


PREDICTED = {"linear": _linear, "logistic": _logistic}
"""z = weight * input -> the prediction p, 1 - p, and d p / d z."""

COMPARED = {"squared-error": _squared, "absolute-error": _absolute, "log-loss": _log_loss}
"""p, 1 - p and the target -> the error, and its slope for p (of squared error, half of it)."""


def true(predictor, comparison, weight, row, target):
    """The error and its slope for the weight, with 60 digits."""
    p, q, slope = PREDICTED[predictor](Decimal(weight) * Decimal(row))
    error, delta = COMPARED[comparison](p, q, Decimal(target))
    return error, delta * slope * Decimal(row)


def test_every_shipped_one_is_here():
    """No shipped predictor or comparison is left out."""
    assert (set(PREDICTORS), set(COMPARISONS)) == (set(PREDICTED), set(COMPARED))


@cache
def rows_of(predictor, comparison, weight):
    """Random inputs whose weighted sums go up to 700, or lie where a chance can."""
    chance = random.Random(f"{predictor} {comparison}")
    chances = comparison == "log-loss"
    inputs, targets = [], []
    for index in range(ROWS):
        far = FARTHEST * chance.random() ** (1 + index % 3)
        z = chance.choice((-1, 1)) * far
        if chances and predictor == "linear":
            nearest = 15 if weight == 1.0 else 3  # to 1: the product itself is rounded
            z = 10 ** -max(far / 3, 0.001) if index % 2 else 1 - 10 ** -chance.uniform(0, nearest)
        inputs.append(z / weight)
        of_chances = chances or predictor == "logistic"
        targets.append(chance.choice((0.0, 1.0, chance.random())) if of_chances else far - 9.0)
    return np.array(inputs), np.array(targets)


def run(predictor, comparison, weight, engine, rows=ROWS):
    inputs, targets = rows_of(predictor, comparison, weight)
    return warmer.train(
        inputs[:rows], targets[:rows], Still, weights=weight, steps=rows, batch_size=1, history=1,
        predict=predictor, compare=comparison, engine=engine,
    ).history  # fmt: skip


def close(found, wanted, relative, absolute):
    off = abs(Decimal(found) - wanted)
    return off <= max(Decimal(relative) * abs(wanted), Decimal(absolute))


@pytest.mark.parametrize("weight", [1.0, -0.37])
@pytest.mark.parametrize("predictor", PREDICTORS)
@pytest.mark.parametrize("comparison", COMPARISONS)
def test_slopes(predictor, comparison, weight):
    """weight_delta is the slope to 1e-9 of it, or to 1e-15 of the input; the error to 1e-12."""
    inputs, targets = rows_of(predictor, comparison, weight)
    history = run(predictor, comparison, weight, "native")
    assert len(history) == ROWS
    for row, target, error, slope in zip(
        inputs.tolist(), targets.tolist(), history.error.tolist(),
        history.weight_deltas[:, 0].tolist(), strict=True,
    ):  # fmt: skip
        wanted, wanted_slope = true(predictor, comparison, weight, row, target)
        assert close(slope, wanted_slope, 1e-9, 1e-15 * abs(row)), (row, target)
        assert close(error, wanted, 1e-12, 1e-15), (row, target)


@pytest.mark.parametrize("engine", ["python", "arrays"])
@pytest.mark.parametrize("predictor", PREDICTORS)
@pytest.mark.parametrize("comparison", COMPARISONS)
def test_the_same_bits(predictor, comparison, engine):
    """Every engine gives the same errors and slopes, to the bit."""
    native = run(predictor, comparison, 1.0, "native", LITERAL)
    other = run(predictor, comparison, 1.0, engine, LITERAL)
    assert native.error.tobytes() == other.error.tobytes()
    assert native.weight_deltas.tobytes() == other.weight_deltas.tobytes()
    assert native.prediction.tobytes() == other.prediction.tobytes()
