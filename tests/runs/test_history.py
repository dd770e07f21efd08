"""History: every step as columns, or every n-th, or none."""

from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import warmer
from warmer.runs.history import MOST_NUMBERS, stride_for

COLUMNS = [field.name for field in attrs.fields(warmer.History)[:-1]]  # all but the names
RNG = np.random.default_rng(4)
INPUTS, TARGETS = RNG.standard_normal((5, 2)), RNG.standard_normal((5, 3))


def train(rule: Any = "alpha-scaled", targets: Any = TARGETS, **options: Any) -> warmer.Run:
    """A short run."""
    return warmer.train(INPUTS, targets, rule, **{"steps": 23, "seed": 1, **options})


class TestStride:
    """Every n-th step."""

    @pytest.mark.parametrize("batch_size", [None, 1, 2])
    def test_part_of_the_whole(self, any_rule, batch_size: int | None) -> None:
        """A history with a stride is every n-th step of the full one, from the first on."""
        full = train(any_rule, batch_size=batch_size, history=1)
        for stride in (2, 5, 23, 1000):
            some = train(any_rule, batch_size=batch_size, history=stride)
            for name in COLUMNS:
                expected, actual = getattr(full.history, name), getattr(some.history, name)
                if expected is None:
                    assert actual is None
                else:
                    assert expected[::stride].tobytes() == actual.tobytes()
            assert full.weights.tobytes() == some.weights.tobytes()
            assert full.error.tobytes() == some.error.tobytes()

    def test_none(self, any_rule) -> None:
        """Without a history the run is the same, and has none."""
        run = train(any_rule, history=None)

        assert run.history is None
        assert train(any_rule).weights.tobytes() == run.weights.tobytes()

    @pytest.mark.parametrize("stride", [1, 3])
    def test_a_run_that_ends_early(self, stride: int) -> None:
        """A run that ends before its last step has the steps that it took, and no others."""
        run = warmer.train([2.0], [0.8], "raw-gradient", weights=0.5, steps=5000, history=stride)

        assert run.outcome.steps < 5000
        assert list(range(1, run.outcome.steps + 1, stride)) == run.history.step.tolist()

    @given(st.integers(1, 10**12), st.integers(1, 5000), st.integers(1, 100))
    def test_auto(self, steps: int, weights: int, targets: int) -> None:
        """By itself a history keeps every step that 16 MB hold, and then as many as fit."""
        stride = stride_for("auto", steps, weights, targets)
        numbers = targets * (2 * weights + 3)

        assert stride >= 1
        assert (-(-steps // stride) - 1) * numbers <= MOST_NUMBERS
        assert stride == 1 or steps * numbers > MOST_NUMBERS
        assert stride_for("auto", min(steps, MOST_NUMBERS // numbers), weights, targets) == 1


class TestShape:
    """The columns."""

    def test_several_targets(self) -> None:
        """With several targets every column but `step` has them as its last axis."""
        history = train(batch_size=1).history

        assert history.step.shape == (23,)
        assert history.weights.shape == history.weight_deltas.shape == (23, 2, 3)
        assert history.error.shape == history.prediction.shape == history.delta.shape == (23, 3)
        assert len(history) == 23

    def test_one_target(self) -> None:
        """With one target given without an axis, no column has one."""
        history = train(targets=TARGETS[:, 0], batch_size=1).history

        assert history.weights.shape == history.weight_deltas.shape == (23, 2)
        assert history.error.shape == history.prediction.shape == history.delta.shape == (23,)

    def test_one_target_with_an_axis(self) -> None:
        """Targets of shape (rows, 1) keep their axis in everything that a run holds."""
        run = train(targets=TARGETS[:, :1])

        assert run.weights.shape == (2, 1)
        assert run.history.weights.shape == (23, 2, 1)
        assert run.history.error.shape == (23, 1)
        assert run.error.shape == (1,)

    def test_read_only(self) -> None:
        """What happened cannot be rewritten."""
        history = train(batch_size=1).history
        for name in COLUMNS[1:]:
            with pytest.raises(ValueError, match="read-only"):
                getattr(history, name)[...] = 0.0

    def test_the_meaning_of_the_columns(self) -> None:
        """error, prediction, delta and weight_delta are those at the recorded weights."""
        history = train(targets=TARGETS[:, 0], batch_size=1, seed=None).history
        for place in range(23):
            row = place % 5
            weights, inputs = history.weights[place].tolist(), INPUTS[row].tolist()
            prediction = weights[0] * inputs[0] + weights[1] * inputs[1]
            delta = prediction - TARGETS[row, 0]

            assert history.prediction[place] == prediction
            assert history.delta[place] == delta
            assert history.error[place] == delta * delta
            assert history.weight_deltas[place].tolist() == [delta * x for x in inputs]
