"""Outcomes: how a run ends, and that it never ends silently."""

import math
from typing import Any

import attrs
import numpy as np
import pytest

import warmer


@attrs.frozen(eq=False)
class Script:
    """Moves the weight to the next of some numbers."""

    numbers: str = warmer.param("1")

    @warmer.hookimpl
    def learn(self, weight: float, step: float) -> float:
        return [float(number) for number in self.numbers.split()][int(step) - 1]


@attrs.frozen(eq=False)
class Power:
    """Squared error, written with **, which raises where a product gives inf."""

    @warmer.hookimpl
    def compare(self, prediction: float, target: float) -> warmer.Comparison:
        delta = prediction - target
        return warmer.Comparison(delta**2, delta)


class TestBudget:
    """The default: a number of steps, and no early end."""

    def test_all_steps(self, any_rule) -> None:
        """A run takes all its steps, even at the goal."""
        run = warmer.train([0.0], [0.0], any_rule, steps=12)

        assert warmer.Run is type(run)
        assert run.outcome.reason == "all 12 steps were taken"
        assert (run.outcome.status, run.outcome.steps, len(run.history)) == ("budget", 12, 12)


class TestConverged:
    """Only where a tolerance is asked for."""

    @pytest.mark.parametrize("tolerance", [0.0, 0.1, 0.3])
    @pytest.mark.parametrize("rows", [1, 3])
    def test_a_whole_pass_without_a_farther_move(self, tolerance: float, rows: int) -> None:
        """The run ends with the first pass in which no step moved a weight by more."""
        targets = np.linspace(1.0, 2.0, rows)
        options = {"alpha": 0.25, "batch_size": 1}
        run = warmer.train(
            np.ones(rows), targets, "alpha-scaled", tolerance=tolerance, steps=399, **options
        )
        full = warmer.train(np.ones(rows), targets, "alpha-scaled", steps=399, **options)
        weights = [*full.history.weights[:, 0], *full.weights]
        moves = np.abs(np.diff(weights)).reshape(-1, rows).max(axis=1)
        passes = np.flatnonzero(moves <= tolerance)

        if len(passes):
            assert ("converged", (passes[0] + 1) * rows) == (run.outcome.status, run.outcome.steps)
            assert f"no weight moved more than {tolerance!r} in a whole pass" in run.outcome.reason
            assert run.weights[0] == weights[run.outcome.steps]
        else:
            assert run.outcome.status == "budget"

    def test_not_asked_for(self) -> None:
        """Without a tolerance, a run that stands still goes on to its last step."""
        run = warmer.train([1.0], [0.0], "raw-gradient", steps=50)

        assert (run.outcome.status, run.outcome.steps) == ("budget", 50)

    def test_the_iterator_as_well(self) -> None:
        """An endless iterator ends by itself where its tolerance is met."""
        walk = warmer.steps([1.0], [3.0], "alpha-scaled", alpha=0.5, tolerance=0.01)
        taken = list(walk)

        assert walk.outcome.status == "converged"
        assert len(taken) == walk.outcome.steps
        assert abs(taken[-1].new_weights[0] - taken[-1].weights[0]) <= 0.01
        assert list(walk) == []


class TestDiverged:
    """Numbers beyond all bounds, or grown and still growing."""

    @pytest.mark.parametrize("bad", ["nan", "inf", "-inf"])
    @pytest.mark.parametrize("step", [1, 3])
    def test_caught_before_it_is_committed(self, bad: str, step: int) -> None:
        """A weight that would not be finite is not committed: the last finite ones are kept."""
        numbers = ["1.5", "2.5", "3.5", "4.5"]
        numbers[step - 1] = bad
        run = warmer.train([1.0], [1.0], Script, numbers=" ".join(numbers), weights=7.0, steps=4)

        assert run.outcome.status == "diverged"
        assert run.outcome.steps == step - 1
        assert run.outcome.reason == (
            f"a weight would become {bad} at step {step}; "
            "the weights are those at the start of that step"
        )
        assert run.weights.tolist() == ([7.0] if step == 1 else [2.5])
        assert run.history.step.tolist() == list(range(1, step))

    def test_one_bad_weight_holds_all_back(self) -> None:
        """Where one of several weights would not be finite, none is moved."""

        @attrs.frozen(eq=False)
        class Rule:
            @warmer.hookimpl
            def learn(self, weight: float) -> float:
                return math.nan if weight == 2.0 else weight + 1.0

        run = warmer.train([[1.0, 1.0]], [[1.0, 1.0]], Rule, weights=[[0.0, 0.5], [0.0, 1.0]])

        assert run.outcome.steps == 1
        assert run.weights.tolist() == [[1.0, 1.5], [1.0, 2.0]]

    def test_memory_as_well(self, momentum) -> None:
        """What a weight remembers is finite as long as the run goes on."""
        run = warmer.train([1e154], [1.0], momentum, weights=1.0, steps=9)

        assert run.outcome.status == "diverged"
        assert np.isfinite(run.memory["velocity"]).all()
        assert np.isfinite(run.weights).all()

    @pytest.mark.parametrize("steps", [8, 100, 2000])
    def test_grown_and_still_growing(self, shipped_rule: str, steps: int) -> None:
        """The last finite weights and every finite step stay; the error is never nan."""
        run = warmer.train([2.0], [0.8], "raw-gradient", weights=0.5, steps=steps)

        assert run.outcome.status == "diverged"
        assert len(run.history) == run.outcome.steps
        assert np.isfinite(run.history.error).all()
        assert np.isfinite(run.weights).all()
        assert "9x a step" in run.outcome.reason or "the error is inf at step" in run.outcome.reason

    def test_a_power_that_overflows(self) -> None:
        """`delta ** 2` raises where `delta * delta` gives inf: both are divergence, at one step."""
        data = [2.0], [0.8], "raw-gradient"
        product = warmer.train(*data, weights=0.5, steps=1000)
        power = warmer.train(*data, weights=0.5, steps=1000, compare=Power)

        assert product.outcome.status == power.outcome.status == "diverged"
        assert product.outcome.steps == power.outcome.steps
        assert product.weights.tolist() == power.weights.tolist()
        assert "compare of Power leaves the floats" in power.outcome.reason

    @pytest.mark.parametrize("engine", ["python", "arrays"])
    def test_slowly(self, engine: str) -> None:
        """Growth by a fifth a step to the end of the floats is divergence, and warns of nothing."""
        run = warmer.train(
            [1.0], [1.0], "alpha-scaled", alpha=2.1, weights=1e140, steps=600, engine=engine
        )

        assert run.outcome.status == "diverged"
        assert run.outcome.reason.startswith("the error is inf at step ")

    def test_the_error_at_the_edge(self) -> None:
        """Where the error at the final weights is beyond the floats, it is inf."""
        run = warmer.train([1e200], [0.0], Script, numbers="1e100", steps=1)

        assert (run.outcome.status, run.error) == ("budget", math.inf)


class TestFaults:
    """A plugin that raises."""

    def test_division_by_zero(self) -> None:
        """Python's own error is a HookError with rule, hook, line, values and step; cause kept."""

        @attrs.frozen(eq=False)
        class Rule:
            @warmer.hookimpl
            def learn(self, weight: float, step: float) -> float:
                return weight + 1 / (3 - step)

        line = Rule.learn.__code__.co_firstlineno + 2
        with pytest.raises(warmer.HookError) as caught:
            warmer.train([1.0], [1.0], Rule, weights=0.0)
        said = str(caught.value)

        assert said.startswith("learn of Rule failed: ZeroDivisionError: ")
        assert said.endswith(f"test_outcomes.py:{line}, weight 1.5) at step 3")
        assert type(caught.value.__cause__) is ZeroDivisionError

    @pytest.mark.parametrize("hook", ["predict", "compare", "learn"])
    def test_every_hook(self, hook: str) -> None:
        """A fault in any hook names that hook and its plugin."""

        @attrs.frozen(eq=False)
        class Rule:
            @warmer.hookimpl
            def predict(self, weights: Any, inputs: Any) -> float:
                return weights[0] if hook != "predict" else {}["none"]

            @warmer.hookimpl
            def compare(self, prediction: float, target: float) -> warmer.Comparison:
                return warmer.Comparison(0.0, 0.0) if hook != "compare" else {}["none"]

            @warmer.hookimpl
            def learn(self, weight: float) -> float:
                return weight if hook != "learn" else {}["none"]

        with pytest.raises(warmer.HookError, match=f"^{hook} of Rule failed: KeyError: 'none'"):
            warmer.train([1.0], [1.0], Rule)

    def test_in_the_iterator(self) -> None:
        """The iterator gives every good step before it raises."""

        @attrs.frozen(eq=False)
        class Rule:
            @warmer.hookimpl
            def learn(self, weight: float, step: float) -> float:
                return 1.0 / (3 - step)

        walk = warmer.steps([1.0], [1.0], Rule)

        assert [next(walk).step, next(walk).step] == [1, 2]
        with pytest.raises(warmer.HookError):
            next(walk)
        with pytest.raises(StopIteration):
            next(walk)

    def test_ctrl_c_goes_through(self) -> None:
        """KeyboardInterrupt is nobody's fault and is not wrapped."""

        @attrs.frozen(eq=False)
        class Rule:
            @warmer.hookimpl
            def learn(self, weight: float) -> float:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            warmer.train([1.0], [1.0], Rule)
