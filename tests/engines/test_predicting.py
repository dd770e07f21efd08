"""Predictions for many rows: by the formula they are those that predict itself answers."""

import math

import attrs
import numpy as np
import pytest

import warmer
from warmer.engines.predicting import predictions

RNG = np.random.default_rng(3)


@attrs.frozen(eq=False)
class Bent:
    """A predictor with a parameter, elements and a branch."""

    slope: float = warmer.param(0.1)

    @warmer.hookimpl
    def predict(self, weights, inputs):
        total = weights[0] * inputs[0] + weights[1] * inputs[1]
        return total if total > 0 else self.slope * total


@attrs.frozen(eq=False)
class Unread:
    """A predictor without a formula."""

    @warmer.hookimpl
    def predict(self, weights, inputs):
        return float(f"{warmer.dot(weights, inputs):.6g}")


@attrs.frozen(eq=False)
class Growing:
    """A predictor that leaves the floats, as Python says by an error."""

    @warmer.hookimpl
    def predict(self, weights, inputs):
        return math.exp(warmer.dot(weights, inputs))


@pytest.mark.parametrize("predict", ["linear", "logistic", Bent, Unread])
def test_as_predict_answers(predict):
    """Bit for bit, for every row and target, over several blocks of rows."""
    network = warmer.network("alpha-scaled", predict=predict)
    rows, weights = RNG.normal(size=(4100, 2)), RNG.normal(size=(2, 2))
    expected = [
        [network.hook.predict(weights=tuple(w), inputs=tuple(row)) for w in weights.T.tolist()]
        for row in rows.tolist()
    ]

    assert predictions(network, rows, weights).tolist() == expected


def test_beyond_the_floats():
    """A prediction that leaves the floats is inf; the rows around it are as ever."""
    network = warmer.network("alpha-scaled", predict=Growing)
    found = predictions(network, np.array([[1.0], [1000.0], [0.0]]), np.array([[1.0]]))

    assert found[:, 0].tolist() == [math.e, math.inf, 1.0]
