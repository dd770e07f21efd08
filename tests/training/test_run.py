"""Runs: results that can be kept, sent and looked at."""

import copy
import pickle
from typing import Any

import attrs
import numpy as np
import pytest

import warmer

RNG = np.random.default_rng(6)
INPUTS, TARGETS = RNG.standard_normal((6, 2)), RNG.standard_normal((6, 2))
ARRAYS = ("weights", "error")


class TestPickle:
    """A run as bytes and back."""

    @pytest.mark.parametrize("keep", [pickle.loads, copy.deepcopy, copy.copy])
    @pytest.mark.parametrize("targets", [TARGETS, TARGETS[:, 0]], ids=["two", "one"])
    def test_every_part_comes_back(self, any_rule, targets: Any, keep: Any) -> None:
        """A run that was pickled or copied has the same numbers, without the data."""
        run = warmer.train(INPUTS, targets, any_rule, steps=9, batch_size=1, seed=3)
        back = keep(pickle.dumps(run)) if keep is pickle.loads else keep(run)

        for name in ARRAYS:
            assert np.array_equal(getattr(run, name), getattr(back, name))
        assert run.history.names == back.history.names
        for field in attrs.fields(warmer.History)[:-1]:
            one, other = (getattr(each.history, field.name) for each in (run, back))
            assert np.array_equal(one, other)
        assert {name: values.tolist() for name, values in run.memory.items()} == {
            name: values.tolist() for name, values in back.memory.items()
        }
        for name in ("outcome", "description", "engine", "findings", "reports"):
            assert getattr(run, name) == getattr(back, name)

    def test_a_rule_that_cannot_be_pickled(self) -> None:
        """The run of a rule that was made in a function can be pickled all the same."""

        @attrs.frozen(eq=False)
        class Local:
            @warmer.hookimpl
            def learn(self, weight: float) -> float:
                return weight

        run = warmer.train(INPUTS, TARGETS, Local, steps=1)

        assert pickle.loads(pickle.dumps(run)).error.tolist() == run.error.tolist()

    def test_a_run_does_not_carry_its_data(self) -> None:
        """The bytes of a run do not grow with the rows that it was trained on."""
        sizes = [
            len(pickle.dumps(warmer.train(np.ones(rows), np.ones(rows), "raw-gradient", steps=2)))
            for rows in (1000, 3000)
        ]

        assert abs(sizes[1] - sizes[0]) < 1000


@pytest.mark.parametrize("name", ["error", "findings"])
def test_computed_when_first_asked_for(name: str) -> None:
    """What a run says of all rows is computed when it is first asked for, and once."""
    compared = []

    @attrs.frozen(eq=False)
    class Noting:
        @warmer.hookimpl
        def compare(self, prediction: float, target: float) -> warmer.Comparison:
            compared.append(prediction)
            return warmer.Comparison((prediction - target) ** 2, prediction - target)

    run = warmer.train(INPUTS, TARGETS[:, 0], "alpha-scaled", compare=Noting(), steps=3,
                       engine="python")  # fmt: skip
    counts = []
    for _ in range(3):
        counts.append(len(compared))
        getattr(run, name)

    assert counts[0] < counts[1] == counts[2]


class TestError:
    """`run.error`."""

    def test_at_the_final_weights(self, shipped_rule: str) -> None:
        """The error of a run is the error at its final weights over all rows."""
        run = warmer.train(INPUTS, TARGETS, shipped_rule, steps=9, batch_size=4)
        again = warmer.train(INPUTS, TARGETS, shipped_rule, weights=run.weights, steps=1)

        assert run.error.tolist() == again.history.error[0].tolist()

    def test_a_float_for_one_target(self) -> None:
        """One target has one error, a float."""
        assert type(warmer.train([1.0], [2.0], "raw-gradient", steps=1).error) is float

    def test_asked_for_twice(self) -> None:
        """The error is computed once: it stays what it was when it is first asked for."""
        run = warmer.train(INPUTS, TARGETS, "raw-gradient", steps=1)

        assert run.error is run.error


class TestDescription:
    """A run says in plain data what was run."""

    def test_plain_data(self, any_rule) -> None:
        """The description is made of names, numbers and nothing else."""

        def plain(value: Any) -> bool:
            if isinstance(value, dict):
                return all(type(key) is str and plain(each) for key, each in value.items())
            if isinstance(value, list):
                return all(map(plain, value))
            return value is None or type(value) in (str, float, int, bool)

        run = warmer.train(INPUTS, TARGETS, any_rule, steps=1)

        assert plain(run.description)
        assert set(run.description) == {"rule", "predictor", "comparison", "modifiers"}

    def test_who_they_are(self) -> None:
        """Shipped plugins are named with distribution, version and parameter values."""
        run = warmer.train([1.0], [1.0], "alpha-scaled", alpha=0.25, steps=1)

        assert run.description["rule"] == {
            "name": "alpha-scaled",
            "distribution": "warmer",
            "version": warmer.__version__,
            "parameters": {"alpha": 0.25},
        }

    def test_a_run_cannot_be_changed(self) -> None:
        """Nobody gives a run other weights."""
        run = warmer.train([1.0], [1.0], "raw-gradient", steps=1)
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            run.weights = None


class TestSteps:
    """`warmer.steps`."""

    def test_faults_are_said_at_once(self) -> None:
        """What was asked for wrongly is said by the call, not by the first step."""
        with pytest.raises(warmer.UnknownNameError):
            warmer.steps([1.0], [1.0], "nobody")
        with pytest.raises(warmer.DataError):
            warmer.steps([1.0], [1.0, 2.0], "raw-gradient")
        with pytest.raises(warmer.ParameterError):
            warmer.steps([1.0], [1.0], "raw-gradient", steps=0)

    def test_without_end(self) -> None:
        """Without a number of steps the iterator goes on as long as it is asked."""
        walk = warmer.steps([1.0], [0.0], "hot-and-cold")
        last = [next(walk) for _ in range(500)][-1]

        assert (last.step, walk.outcome) == (500, None)

    def test_iterators_do_not_meet(self) -> None:
        """Two iterators on the same data go on independently."""
        one, other = (
            warmer.steps(INPUTS, TARGETS, "alpha-scaled", batch_size=1, seed=1) for _ in "ab"
        )
        first = [next(one) for _ in range(9)]
        second = [next(other) for _ in range(9)]

        for a, b in zip(first, second, strict=True):
            assert a.new_weights.tolist() == b.new_weights.tolist()

    def test_steps_are_kept_as_they_were(self) -> None:
        """A step that was kept does not change while the iterator goes on, nor can it be."""
        walk = warmer.steps(INPUTS, TARGETS, "alpha-scaled", alpha=0.1)
        step = next(walk)
        before = step.weights.tolist(), step.new_weights.tolist()
        next(walk)

        assert (step.weights.tolist(), step.new_weights.tolist()) == before
        for array in (step.weights, step.new_weights, step.weight_deltas):
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 0.0
