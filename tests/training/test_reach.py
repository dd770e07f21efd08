"""Targets that a predictor cannot reach are told."""

import math

import attrs
import pytest

import warmer


def told(predict, targets, **more):
    """What a run says about its targets."""
    run = warmer.train([[1.0], [-1.0]], targets, "hot-and-cold", steps=3, predict=predict, **more)
    return [finding for finding in run.findings if finding.startswith("targets ")]


def test_labels():
    """Labels -1 and 1 are beyond what `logistic` predicts, and it is said with numbers."""
    assert told("logistic", [-1.0, 1.0]) == [
        "targets run from -1 to 1, and logistic predicts numbers from 0 to 1: it cannot reach what "
        "lies beyond; scale or relabel the targets"
    ]


def test_one_target():
    """Where all targets are one number, it is this one."""
    assert told("logistic", [2.0, 2.0])[0].startswith("targets are 2, and logistic predicts ")


@pytest.mark.parametrize("targets", [[0.0, 1.0], [0.2, 0.7]])
def test_within_reach(targets):
    """Nothing is said of targets that can be predicted or approached."""
    assert told("logistic", targets) == []


SHIPPED = [plugin.name for plugin in warmer.Registry(allowed=[]).plugins("predictor")]


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("weight", [-1e8, -5.0, 0.3, 1e8])
def test_what_is_predicted_can_be_reached(name, weight):
    """Nothing is said where the targets are the predictor's own predictions."""
    predictions = [
        warmer.train(
            [[x]], [0.5], "hot-and-cold", predict=name, weights=weight, steps=1, history=1,
            batch_size=1,
        ).history.prediction[0]
        for x in (1.0, -1.0)
    ]  # fmt: skip

    assert told(name, predictions) == []


def bent(function):
    """A predictor made of a function."""

    @attrs.frozen(eq=False)
    class Bent:
        @warmer.hookimpl
        def predict(self, weights, inputs):
            return float(function(warmer.dot(weights, inputs)))

    return Bent()


@pytest.mark.parametrize(
    ("function", "limits"),
    [
        (lambda z: max(z, 0.0), "from 0"),
        (lambda z: -max(z, 0.0), "to 0"),
        (math.tanh, "from -1 to 1"),
        (abs, None),
        (math.sin, None),
        (lambda z: z, None),
        (lambda z: math.exp(z) if z < 9 else 1 / 0, None),
    ],
)
def test_limits(function, limits):
    """A limit is claimed where the prediction stays at it, on one side or on both."""
    found = told(bent(function), [-7.0, 7.0], engine="python")

    assert [limits] * len(found) == [f.partition("numbers ")[2].partition(":")[0] for f in found]
    assert len(found) == (limits is not None)
