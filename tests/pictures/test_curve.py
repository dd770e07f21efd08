"""The error over the weight as data."""

import attrs
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import warmer

rng = np.random.default_rng(1)
ROWS, TWO = rng.normal(size=(20, 3)), rng.normal(size=(20, 2))


@pytest.mark.parametrize("predict", ["linear", "logistic"])
@pytest.mark.parametrize("batch_size", ["full", 3])
def test_errors_are_those_of_a_run_that_ends_there(predict, batch_size):
    """An error on the curve has the bits of `run.error` of a run that stands at those weights."""
    task = {"inputs": [1.0, -2.0, 0.5, 3.0], "targets": [0.1, 0.9, 0.3, 0.2], "predict": predict,
            "rule": "alpha-scaled"}  # fmt: skip
    run = warmer.train(**task, steps=10, batch_size=batch_size)
    curve = warmer.error_curve(run, points=9)

    assert curve.errors.shape == curve.positions.shape == (9,)
    assert np.all(np.diff(curve.positions) > 0)
    assert np.array_equal(curve.walked, run.history.weights[:, 0])
    assert curve.ended == run.weights[0]
    for position, error in zip(curve.positions, curve.errors, strict=True):
        still = warmer.train(**task, alpha=1e-300, weights=position, steps=1)
        assert still.error == error
        assert run.error_at([position]) == error
    assert run.error_at(run.weights) == run.error


def test_along_the_line():
    """With more weights, 0 are the first and 1 the last; several targets have a line each."""
    run = warmer.train(ROWS, TWO, "alpha-scaled", steps=30, weights=0.3)
    curve = warmer.error_curve(run, points=5, low=0, high=1)

    assert curve.weights == 3
    assert curve.errors.shape == (5, 2)
    assert curve.walked.shape == (30, 2)
    assert curve.walked[0] == pytest.approx([0, 0])
    assert curve.ended == pytest.approx([1, 1])
    assert curve.errors[0] == pytest.approx(run.history.error[0])
    assert curve.errors[-1] == pytest.approx(run.error)
    middle = run.error_at((run.history.weights[0] + run.weights) / 2)
    assert curve.errors[2] == pytest.approx(middle)
    alone = warmer.train(ROWS, TWO[:, 1], "alpha-scaled", steps=30, weights=0.3)
    of_it = warmer.error_curve(alone)
    both = warmer.error_curve(run)
    assert both.errors[:, 1] == pytest.approx(of_it.errors)
    assert both.positions[:, 1] == pytest.approx(of_it.positions)


NUMBER = st.floats(-1e6, 1e6)


@given(weight=NUMBER, goal=NUMBER, alpha=st.floats(0.01, 1.99), steps=st.integers(1, 30))
@example(weight=5e-324, goal=5e-324, alpha=1.0, steps=1)
@settings(max_examples=60, deadline=None)
def test_the_curve_holds_the_walk(weight, goal, alpha, steps):
    """By default the line holds every step, and its bottom where the run came near it."""
    run = warmer.train([1.0], [goal], "alpha-scaled", alpha=alpha, weights=weight, steps=steps)
    if run.outcome.status == "diverged":
        return
    curve = warmer.error_curve(run)

    low, high = curve.positions[0], curve.positions[-1]
    assert low < high
    assert np.all((curve.walked >= low) & (curve.walked <= high))
    if alpha > 0.3 and abs(weight - goal) > 1e-6 * abs(goal):
        assert low <= goal <= high


def test_a_plugin_that_refuses_weights():
    """Where a plugin fails at other weights the curve has a gap, and the run is drawn."""

    @attrs.frozen(eq=False)
    class Root:
        @warmer.hookimpl
        def predict(self, weights, inputs):
            return weights[0] ** 0.5 * inputs[0] if weights[0] >= 0 else 1 / 0

        @warmer.hookimpl
        def learn(self, weight, error_at):
            return weight + 0.1 if error_at(weight + 0.1) < error_at(weight) else weight

    run = warmer.train([1.0], [2.0], Root(), weights=0.1, steps=3)
    curve = warmer.error_curve(run, low=-1, high=1, points=5)

    assert np.isnan(curve.errors).tolist() == [True, True, False, False, False]
    assert "nan" not in run.plot().svg()
