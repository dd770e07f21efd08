"""Diagnosis: where the theory of the linear network applies, and the limits that it gives."""

from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import warmer
from warmer.plugins.choosing import assemble
from warmer.runs.task import Batches
from warmer.training.curvature import steepest
from warmer.training.diagnosis import Stability, stability

REGISTRY = warmer.Registry(allowed=[])


def stability_of(inputs: Any, rule: Any, **options: Any) -> Stability | None:
    """What the theory says of a rule on these inputs."""
    roles = {name: options.pop(name, None) for name in ("predict", "compare")}
    network = assemble(
        rule, options, roles["predict"], roles["compare"], options.pop("modifiers", ()), REGISTRY
    )
    array = np.asarray(inputs, dtype=float)
    return stability(network, array.reshape(len(array), -1))


@attrs.frozen(eq=False)
class Shrinking:
    """A third party's rule: its parameter has another name, and the rate is half of it."""

    pace: float = warmer.param(0.1, above=0)
    unrelated: float = warmer.param(3.0)

    @warmer.hookimpl
    def learn(self, weight: float, weight_delta: float) -> float:
        return weight - weight_delta * self.pace / 2


@attrs.frozen(eq=False)
class Decaying:
    """Not of the form weight - rate * weight_delta."""

    @warmer.hookimpl
    def learn(self, weight: float, weight_delta: float) -> float:
        return 0.9 * weight - 0.1 * weight_delta


@attrs.frozen(eq=False)
class Climbing:
    """Goes uphill."""

    @warmer.hookimpl
    def learn(self, weight: float, weight_delta: float) -> float:
        return weight + weight_delta


@attrs.frozen(eq=False)
class Doubled:
    """The book's comparison with the factor 2 that it leaves out."""

    @warmer.hookimpl
    def compare(self, prediction: float, target: float) -> warmer.Comparison:
        delta = prediction - target
        return warmer.Comparison(delta * delta, 2 * delta)


class TestLimits:
    """Where stability ends."""

    @given(st.floats(0.01, 100.0) | st.floats(-100.0, -0.01))
    def test_one_row(self, x: float) -> None:
        """One weight, one row: stable below alpha 2 / input^2."""
        found = stability_of([x], "alpha-scaled", alpha=0.1)

        assert found.parameter_limit == pytest.approx(2 / x**2)
        assert (found.parameter, found.formula) == ("alpha", "2 / input^2")

    @given(st.lists(st.floats(0.1, 100.0), min_size=2, max_size=9))
    def test_one_weight(self, column: list[float]) -> None:
        """One weight, many rows: stable below alpha 2 / mean(input^2)."""
        found = stability_of(column, "alpha-scaled", alpha=0.1)

        assert found.parameter_limit == pytest.approx(2 / np.mean(np.square(column)))
        assert found.formula == "2 / mean(input^2)"

    @pytest.mark.parametrize("shape", [(5, 2), (3, 7), (400, 9), (40, 257), (20, 400)])
    def test_several_weights(self, shape: tuple[int, int]) -> None:
        """Several weights: stable below 2 / the largest eigenvalue of X'X / rows."""
        inputs = np.random.default_rng(1).standard_normal(shape) + 0.5
        largest = np.linalg.svd(inputs, compute_uv=False)[0] ** 2 / shape[0]
        found = stability_of(inputs, "alpha-scaled", alpha=0.1)

        assert found.parameter_limit == pytest.approx(2 / largest, rel=1e-6)
        assert found.formula == "2 / largest eigenvalue of X'X / rows"

    @given(st.floats(0.1, 10.0), st.floats(0.05, 3.0))
    def test_the_run_agrees(self, x: float, share: float) -> None:
        """The factor foretold is the one that each step multiplies the distance to the goal by."""
        assume(abs(share - 1) > 1e-3)
        alpha = share * 2 / x**2
        found = stability_of([x], "alpha-scaled", alpha=alpha)
        run = warmer.train([x], [0.0], "alpha-scaled", alpha=alpha, weights=1.0, steps=1)

        assert run.weights[0] == pytest.approx(found.factor, rel=1e-9, abs=1e-9)
        assert found.stable == (share < 1)

    def test_a_rule_of_a_third_party(self) -> None:
        """A rule is known by what it does: its parameter is found, whatever it is called."""
        found = stability_of([2.0], Shrinking, pace=0.3)

        assert (found.rate, found.parameter, found.value) == (0.15, "pace", 0.3)
        assert found.parameter_limit == pytest.approx(1.0)
        assert warmer.diagnose([2.0], Shrinking, pace=0.99) is None
        assert warmer.diagnose([2.0], Shrinking, pace=1.5) == (
            "Shrinking multiplies the weight error by -2 each step; "
            "it is stable below pace 1 = 2 / input^2: try pace 0.5"
        )

    def test_a_modifier_counts(self) -> None:
        """What modifiers do to a step is part of its rate."""

        @attrs.frozen(eq=False)
        class Thrice:
            @warmer.hookimpl(wrapper=True)
            def learn(self, weight: float) -> Any:
                learned = yield
                return learned._replace(weight=weight + 3 * (learned.weight - weight))

        assert warmer.diagnose([1.0], "raw-gradient") is None
        said = warmer.diagnose([1.0], "raw-gradient", modifiers=[Thrice])

        assert "multiplies the weight error by -2 each step" in said
        assert said.endswith(
            "alpha-scaled is stable below alpha 0.666667 = 2 / input^2: try alpha 0.33"
        )
        run = warmer.train([1.0], [1.0], "alpha-scaled", alpha=0.33, modifiers=[Thrice])
        assert run.error < 1e-9

    @pytest.mark.parametrize("rule", ["hot-and-cold", Decaying, Climbing])
    def test_other_rules(self, rule: Any) -> None:
        """Of rules that the theory does not cover, nothing is said."""
        assert stability_of([2.0], rule) is None
        assert warmer.diagnose([1000.0], rule) is None

    def test_rules_that_remember_or_are_plural(self, momentum, jumpy) -> None:
        """Rules with memory or with whole arrays are not covered."""
        assert stability_of([2.0], momentum) is None
        assert stability_of([2.0], jumpy) is None

    def test_another_network(self) -> None:
        """Of another comparison or predictor nothing is said."""

        @attrs.frozen(eq=False)
        class Affine:
            @warmer.hookimpl
            def predict(self, weights: Any, inputs: Any) -> float:
                return warmer.dot(weights, inputs) + 1.0

        assert stability_of([2.0], "raw-gradient", compare=Doubled) is None
        assert stability_of([2.0], "raw-gradient", predict=Affine) is None

    @pytest.mark.parametrize("inputs", [[0.0], [[0.0, 0.0]], [1e200]])
    def test_no_limit(self, inputs: Any) -> None:
        """Where there is no finite limit, nothing is said and nothing is warned of."""
        assert stability_of(inputs, "raw-gradient") is None


class TestBatches:
    """In batches the worst of them decides."""

    @given(
        st.integers(2, 9), st.integers(1, 3), st.integers(1, 8), st.booleans(), st.integers(0, 99)
    )
    def test_limits(self, rows: int, weights: int, size: int, shuffled: bool, seed: int) -> None:
        """The limit is that of the steepest batch; of shuffled rows none is steeper."""
        assume(size < rows)
        inputs = np.random.default_rng(seed).standard_normal((rows, weights))
        batches = Batches(rows, size, seed if shuffled else None)
        largest = max(
            np.linalg.svd(part, compute_uv=False)[0] ** 2 / len(part)
            for step in range(1, 5 * batches.per_pass + 1)
            for part in [inputs[batches.order(step)] if shuffled else inputs]
            for part in [part[slice(*batches.span(step))]]
        )
        found, formula = steepest(inputs, batches)

        if shuffled and size > 1:
            assert found >= largest * (1 - 1e-9)
            assert found <= np.square(inputs).sum(axis=1).max() * (1 + 1e-9)
        else:
            assert found == pytest.approx(largest, rel=1e-9)
        assert formula.startswith("2 / ")

    @pytest.mark.parametrize("shape", [(3, 300), (300, 3), (280, 270)])
    def test_large_batches(self, shape: tuple[int, int]) -> None:
        """A batch may be wide, long or both."""
        inputs = np.random.default_rng(2).standard_normal((2 * shape[0], shape[1])) + 0.5
        halves = [np.linalg.svd(half, compute_uv=False)[0] ** 2 / shape[0]
                  for half in np.split(inputs, 2)]  # fmt: skip

        assert steepest(inputs, Batches(2 * shape[0], shape[0]))[0] == pytest.approx(max(halves))

    def test_a_single_row_decides(self) -> None:
        """One large row among many small ones: the advice is what this row allows, and works."""
        inputs = np.array([0.1] * 99 + [10.0])
        data = inputs, 3 * inputs, "alpha-scaled"
        run = warmer.train(*data, alpha=0.5, batch_size=1)

        assert run.outcome.status == "diverged"
        assert run.findings == (
            "alpha-scaled multiplies the weight error by -49 in the worst step; it is stable below "
            "alpha 0.02 = 2 / largest input^2: try alpha 0.01",
        )
        assert warmer.train(*data, alpha=0.01, batch_size=1).error < 1e-9

    def test_before_the_run(self) -> None:
        """Before a run in batches, the worst step is told where all rows together overshoot too."""
        inputs = [0.1] * 99 + [10.0]

        assert warmer.diagnose(inputs, "alpha-scaled", alpha=0.5, batch_size=1) is None
        assert warmer.diagnose(inputs, "alpha-scaled", alpha=0.019, batch_size=1) is None
        said = warmer.diagnose(inputs, "alpha-scaled", alpha=2.5, batch_size=1, seed=3)
        assert said.endswith("alpha 0.02 = 2 / largest input^2: try alpha 0.01")
        with pytest.raises(warmer.UsageError, match="batch_size must be at most the 100 rows"):
            warmer.diagnose(inputs, "alpha-scaled", batch_size=101)
