"""Predictions that cannot be traced, since they do something with all weights at once."""

import attrs
import numpy as np
import pytest

import warmer
from warmer.formulas.expression import UntraceableError
from warmer.tracing.reader import trace_prediction


def predictor(predict):
    return attrs.frozen(eq=False)(type("Made", (), {"predict": warmer.hookimpl(predict)}))


def by_sum(self, weights, inputs):
    return sum(w * x for w, x in zip(weights, inputs, strict=True))


def by_numpy(self, weights, inputs):
    return np.dot(weights, inputs)


def by_array(self, weights, inputs):
    return float(np.asarray(weights) @ np.asarray(inputs))


def by_comparing(self, weights, inputs):
    return 1.0 if weights == inputs else 0.0


def by_stride(self, weights, inputs):
    return warmer.dot(weights[::2], inputs[::2])


def by_kind(self, weights, inputs):
    return 1.0 if isinstance(weights, tuple) else 2.0


@pytest.mark.parametrize(
    "predict", [by_sum, by_numpy, by_array, by_comparing, by_stride, by_kind],
    ids=lambda predict: predict.__name__,
)  # fmt: skip
def test_predictions(predict, network_of):
    """What is done with all weights at once is traced as dot, or not at all."""
    with pytest.raises(UntraceableError, match="predict of Made: .*:[0-9]+"):
        trace_prediction(network_of("raw-gradient", predict=predictor(predict)), 3)


def in_a_loop(self, weights, inputs):
    total = 0.0
    for w, x in zip(weights, inputs, strict=True):
        total = total + w * x
    return total


def by_index(self, weights, inputs):
    return weights[0] * inputs[0] + max(weights[i] for i in range(len(weights)))


@pytest.mark.parametrize("predict", [in_a_loop, by_index], ids=lambda predict: predict.__name__)
def test_long_loops(predict, network_of):
    """Beyond 64 weights one by one, the refusal says what to write instead."""
    with pytest.raises(UntraceableError, match=r"warmer\.dot"):
        trace_prediction(network_of("raw-gradient", predict=predictor(predict)), 65)
