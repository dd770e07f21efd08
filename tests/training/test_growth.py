"""Growth: an error that has grown and still grows, recognised from the numbers of any rule."""

import math
from fractions import Fraction
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import warmer
from warmer.training.diagnosis import times


@attrs.frozen(eq=False)
class Growing:
    """Moves away from the goal by a factor."""

    factor: float = warmer.param(1.1)

    @warmer.hookimpl
    def learn(self, weight: float) -> float:
        return weight * self.factor


def train(rule: Any = "alpha-scaled", inputs: Any = (1.0,), targets: Any = (3.0,), **options: Any):
    """A short run of one weight."""
    return warmer.train(list(inputs), list(targets), rule, **{"steps": 400, **options})


@attrs.frozen(eq=False)
class Levels:
    """Holds the weight at one level after the other, ten steps each."""

    levels: str = warmer.param("1")

    @warmer.hookimpl
    def learn(self, weight: float, step: float) -> float:
        return float(self.levels.split()[min(int(step) // 10, 7)])


class TestGrowth:
    """The error has grown and still grows."""

    @given(st.floats(1.02, 1.5), st.integers(8, 200))
    def test_any_rule(self, factor: float, steps: int) -> None:
        """Growth is recognised whatever the rule, and its factor told."""
        run = train(Growing, targets=[0.0], factor=factor, weights=1.0, steps=steps)
        told = float(run.outcome.reason.split()[3].removesuffix("x"))

        assert run.outcome.status == "diverged"
        assert told == pytest.approx(factor * factor, rel=1e-3)

    @pytest.mark.parametrize("alpha", [2.1, 2.01, 2.0001, 2.000001])
    def test_slowly(self, alpha: float) -> None:
        """However slowly an error grows, what is told of it is above 1, and is its factor."""
        run = train("alpha-scaled", alpha=alpha, weights=1.0, steps=100_000)
        said = warmer.diagnose([1.0], "alpha-scaled", alpha=alpha).split()[6]

        assert run.outcome.status == "diverged"
        assert -1 - float(said) == pytest.approx(alpha - 2, rel=0.01)
        if run.outcome.steps == 100_000:
            told = run.outcome.reason.split()[3].removesuffix("x")
            assert float(told) - 1 == pytest.approx((alpha - 1) ** 2 - 1, rel=0.01)

    @given(st.floats(1e-25, 1e25))
    def test_a_factor_is_never_written_as_1(self, excess: float) -> None:
        """A factor above 1 keeps, as text, three digits of what it has above 1."""
        assert float(Fraction(times(excess)) - 1) == pytest.approx(excess, rel=0.006)

    @pytest.mark.parametrize("steps", [80, 8000])
    def test_in_waves(self, steps: int) -> None:
        """Where the last step happens not to raise a growing error, the rise of eighths is told."""

        @attrs.frozen(eq=False)
        class Waves:
            @warmer.hookimpl
            def learn(self, step: int) -> float:
                return math.exp(step / steps) * (1.0 if step % 2 else 2.0)

        run = train(Waves, targets=[0.0], weights=1.0, steps=steps)
        told = run.outcome.reason.split()[3].removesuffix("x")

        assert run.outcome.status == "diverged"
        assert float(told) - 1 == pytest.approx(2 / steps, rel=0.1)

    @pytest.mark.parametrize("engine", ["python", "arrays", "native"])
    @pytest.mark.parametrize(
        ("alpha", "status"),
        [(2.001, "diverged"), (1.999, "budget"), (2.0, "budget"), (1e-9, "budget")],
    )
    def test_near_the_largest_floats(self, engine: str, alpha: float, status: str) -> None:
        """Errors that add up beyond the floats are judged as smaller ones are, by all engines."""
        data = {"inputs": [1.0], "targets": [1.0], "alpha": alpha, "steps": 400}
        run = train(**data, weights=6e153, engine=engine)

        assert run.outcome.status == status
        assert run.outcome == train(**data, weights=3.0).outcome

    def test_slowly_near_the_largest_floats(self) -> None:
        """Where every eighth of a run adds up beyond the floats, its last steps show the growth."""
        run = train(targets=[1.0], alpha=2.0001, steps=20_000, weights=1e153)

        assert run.outcome.reason == "the error grows 1.0002x a step and is still growing"

    @pytest.mark.parametrize("batch_size", [1, 2])
    @pytest.mark.parametrize("start", [1e140, 1e148, 2e152, 1e153])
    def test_in_batches_near_the_largest_floats(self, batch_size: int, start: float) -> None:
        """In batches as well, an error that grew until its sums are beyond the floats grows."""
        factor = (6e153 / start) ** (1 / 1200)
        run = train(Growing, inputs=[1.0] * 3, targets=[0.0] * 3, batch_size=batch_size,
                    weights=start, factor=factor, steps=1200)  # fmt: skip

        told = float(run.outcome.reason.split()[3].removesuffix("x"))

        assert run.outcome.status == "diverged"
        assert told == pytest.approx(factor**2, rel=1e-4)

    def test_in_batches_beyond_the_largest_floats(self) -> None:
        """Where the errors of all rows add up beyond the floats, the weights show the growth."""
        data = {"inputs": [1.0] * 40, "targets": [1.0] * 40, "batch_size": 1, "steps": 400}
        run = train(alpha=2.01, weights=1e152, **data)

        assert (run.error, run.outcome.status) == (math.inf, "diverged")
        assert train(alpha=1.99, weights=6e153, **data).outcome.status == "budget"

    @pytest.mark.sampled(
        3,
        batch_size=[1, 3, 10],
        passes=[1, 2, 5],
        moves=[("alpha-scaled", 0.01), ("alpha-scaled", 0.3), ("hot-and-cold", 0.001)],
    )
    def test_not_where_rows_are_sorted(self, batch_size: int, passes: int, moves) -> None:
        """Rows whose targets grow are no growth of the error, from 0 or from the best weights."""
        rule, share = moves
        day = np.arange(80.0)
        inputs = np.column_stack([(day - day.mean()) / day.std(), np.ones(80)])
        cases = np.round(10 * np.exp(0.09 * day))
        best = np.linalg.lstsq(inputs, cases, rcond=None)[0]
        amount = {"alpha" if rule == "alpha-scaled" else "step_amount": share}
        steps = passes * -(-80 // batch_size)
        for start in (0.0, best):
            run = warmer.train(
                inputs, cases, rule, batch_size=batch_size, steps=steps, weights=start, **amount
            )
            assert run.outcome.status == "budget"

    @pytest.mark.parametrize("batch_size", [1, 2])
    def test_in_batches(self, batch_size: int) -> None:
        """Growth is recognised where every step sees other rows."""
        run = train(inputs=[1.0, 2.0, 3.0], targets=[1.0, 2.0, 3.5], alpha=1.5, steps=24,
                    batch_size=batch_size)  # fmt: skip

        assert run.outcome.status == "diverged"

    @pytest.mark.sampled(3, place=[0, 50, 99], steps=[300, 330, 400, 555, 800, 1000])
    def test_one_row_decides(self, place: int, steps: int) -> None:
        """A single row of a pass that is too steep is enough, wherever it stands."""
        inputs = np.full(100, 0.1)
        inputs[place] = 10.0
        run = train(inputs=inputs, targets=3 * inputs, alpha=0.5, batch_size=1, steps=steps)

        assert run.error > 1e6
        assert run.outcome.status == "diverged"
        assert "try alpha 0.01" in run.findings[0]

    def test_of_one_target_among_several(self) -> None:
        """One network that diverges among several that do not is enough."""

        @attrs.frozen(eq=False)
        class Pick:
            @warmer.hookimpl
            def learn(self, weight: float) -> float:
                return weight * 1.5 if weight > 1.0 else weight

        run = warmer.train([1.0], [[0.0, 0.0]], Pick, weights=[[2.0, 0.5]], steps=30)

        assert run.outcome.status == "diverged"

    def test_not_without_history(self) -> None:
        """Growth is recognised with history off as well."""
        runs = [train("raw-gradient", inputs=[2.0], steps=20, history=h) for h in (1, 7, None)]

        assert len({run.outcome for run in runs}) == 1
        assert runs[0].outcome.status == "diverged"

    @pytest.mark.parametrize(
        ("levels", "status"),
        [
            ("1 9 8 7 6 7 8 9", "diverged"),
            ("1 9 9 9 5 4 3 6", "budget"),
            ("1 9 8 7 6 7 6 8", "budget"),
            ("9 8 7 1 2 3 4 5", "budget"),
            ("9 8 7 6 7 8 8.8 9.1", "budget"),
            ("1 9 8 7 5 6 7 7", "budget"),
        ],
    )
    def test_grown_and_still_growing(self, levels: str, status: str) -> None:
        """Diverged is what rose in each of the last eighths and stands above the first."""
        first = float(levels.split()[0])
        run = train(Levels, targets=[0.0], weights=first, levels=levels, steps=80)

        assert run.outcome.status == status

    @pytest.mark.sampled(
        2, lasso=[True, False], alpha=[0.3, 0.1, 0.01, 0.003], steps=[8, 40, 400, 2000]
    )
    def test_not_where_the_rule_leaves_the_least_error(self, lasso, alpha, steps: int) -> None:
        """A pull from the least error to a goal of its own is no growth, at any time."""

        @attrs.frozen(eq=False)
        class Pulled:
            @warmer.hookimpl
            def learn(self, weight: float, weight_delta: float) -> float:
                pull = math.copysign(0.5, weight) if lasso else 0.5 * weight
                return weight - alpha * (weight_delta + pull)

        run = train(Pulled, inputs=[1.0, 1.0], targets=[2.0, 2.1], weights=2.05, steps=steps)

        assert run.error > 0.0025
        assert run.outcome.status == "budget"

    @pytest.mark.parametrize("steps", [8, 9, 13, 40])
    def test_of_a_rule_with_a_pull(self, steps: int) -> None:
        """A rule that pulls weights may diverge as well."""

        @attrs.frozen(eq=False)
        class Decaying:
            @warmer.hookimpl
            def learn(self, weight: float, weight_delta: float) -> float:
                return 0.99 * weight - 3.0 * weight_delta

        assert train(Decaying, steps=steps).outcome.status == "diverged"

    def test_not_where_it_has_turned(self) -> None:
        """An error that rose and falls again is no divergence."""

        @attrs.frozen(eq=False)
        class Detour:
            @warmer.hookimpl
            def learn(self, weight: float, step: float) -> float:
                return weight * (1.2 if step < 60 else 0.95)

        assert train(Detour, targets=[0.0], weights=1.0, steps=100).outcome.status == "budget"


ROWS = st.lists(
    st.tuples(st.floats(-5, 5), st.floats(-5, 5), st.floats(-5, 5)), min_size=1, max_size=6
)


@given(ROWS, st.floats(0.01, 0.95), st.integers(1, 60), st.booleans())
def test_no_false_alarm(rows, share: float, steps: int, two: bool) -> None:
    """A stable alpha is never called diverged, before the run or after it."""
    data = np.array(rows)
    inputs, targets = (data[:, :2] if two else data[:, :1]), data[:, 2]
    largest = np.linalg.eigvalsh(inputs.T @ inputs / len(rows))[-1]
    alpha = share * 2 / max(largest, 1e-3)

    assert "stable" not in (warmer.diagnose(inputs, "alpha-scaled", alpha=alpha) or "")
    run = warmer.train(inputs, targets, "alpha-scaled", alpha=alpha, steps=steps)
    assert run.outcome.status == "budget"
