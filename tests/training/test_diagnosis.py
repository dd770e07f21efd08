"""Diagnosis: the number to try, before a run and after it."""

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
from warmer.training.diagnosis import Stability, round_down, stability

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


class TestTooLarge:
    """No share of weight_delta helps where squares leave the floats."""

    @pytest.mark.parametrize("alpha", [0.1, 0.25, 3.0])
    @pytest.mark.parametrize("batch_size", [None, 1])
    @pytest.mark.parametrize(
        ("inputs", "targets", "weights", "said"),
        [
            ([1.0, 2.0], [1.0, -1e200], 0.0, "the targets reach 1e+200, "),
            ([1.0, -1e160], [1.0, 2.0], 0.0, "the inputs reach 1e+160, "),
            ([1.0, 2.0], [1.0, 2.0], -1e180, "the start weights predict 2e+180, "),
        ],
    )
    def test_is_said(self, inputs, targets, weights, said: str, batch_size, alpha: float) -> None:
        """The numbers that are too large are named, and nothing else is advised."""
        run = warmer.train(
            inputs, targets, "alpha-scaled", alpha=alpha, weights=weights, batch_size=batch_size
        )

        assert run.outcome.status == "diverged"
        (finding,) = run.findings
        assert finding.startswith(f"{said}which is too large to square and add up: ")

    def test_by_any_rule(self) -> None:
        """It is the error that cannot be squared, whatever the rule is."""
        run = warmer.train([1.0], [1e200], "hot-and-cold")

        assert run.findings[0].startswith("the targets reach 1e+200")

    def test_not_of_what_is_not_squared(self) -> None:
        """Of another comparison nothing is said."""
        assert warmer.train([1.0], [1e200], "raw-gradient", compare="absolute-error").findings == ()


class TestAdvice:
    """What is said of a run that cannot work, or did not."""

    def test_the_books_divergence(self) -> None:
        """raw-gradient with input 2: why, and that alpha-scaled is stable below alpha 0.5."""
        run = warmer.train([2.0], [0.8], "raw-gradient", weights=0.5, steps=20)

        assert run.outcome.status == "diverged"
        assert run.outcome.reason == "the error grows 9x a step and is still growing"
        assert run.findings == (
            "raw-gradient multiplies the weight error by -3 each step; "
            "alpha-scaled is stable below alpha 0.5 = 2 / input^2: try alpha 0.25",
        )
        assert run.findings == (warmer.diagnose([2.0], "raw-gradient"),)

    @given(st.floats(1e-3, 1e3), st.floats(1.01, 50.0))
    def test_the_number_to_try_works(self, x: float, share: float) -> None:
        """Whatever is foretold to diverge does, and the alpha to try converges."""
        alpha = share * 2 / x**2
        said = warmer.diagnose([x], "alpha-scaled", alpha=alpha)
        tried = float(said.rsplit(" ", 1)[1])
        bad = warmer.train([x], [1.0], "alpha-scaled", alpha=alpha, steps=400)
        good = warmer.train([x], [1.0], "alpha-scaled", alpha=tried, steps=400)

        assert bad.outcome.status == "diverged"
        assert good.outcome.status == "budget"
        assert good.error < 1e-9
        assert warmer.diagnose([x], "alpha-scaled", alpha=tried) is None

    @pytest.mark.parametrize("floor", ["bound", "held"])
    def test_no_number_that_the_rule_does_not_take(self, floor: str) -> None:
        """Where a rule refuses the value to try, or takes another share, alpha-scaled's is told."""

        @attrs.frozen(eq=False)
        class Floored:
            alpha: float = warmer.param(1.0, **({"at_least": 0.5} if floor == "bound" else {}))

            @warmer.hookimpl
            def learn(self, weight: float, weight_delta: float) -> float:
                return weight - max(self.alpha, 0.5) * weight_delta

        assert warmer.diagnose([10.0], Floored, alpha=9.0).endswith(
            "; alpha-scaled is stable below alpha 0.02 = 2 / input^2: try alpha 0.01"
        )
        assert warmer.diagnose([1.0], Floored, alpha=9.0).endswith(
            "; it is stable below alpha 2 = 2 / input^2: try alpha 1"
        )

    @given(st.floats(1e-300, 1e300))
    def test_a_number_that_is_easy_to_type(self, value: float) -> None:
        """A number to try is rounded down, to two digits, and not by more than a tenth."""
        rounded = round_down(value)

        assert value * 0.9 <= rounded <= value * (1 + 1e-9)
        assert float(f"{rounded:.1e}") == rounded
