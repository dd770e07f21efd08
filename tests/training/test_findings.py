"""Findings: swinging, stalling and growth, recognised from the numbers of any rule."""

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


class TestSwinging:
    """Back and forth around the goal, and no closer."""

    def test_hot_and_cold_ends_so(self) -> None:
        """hot-and-cold reaches its floor of one step and swings there; the finding says how far."""
        run = train("hot-and-cold", step_amount=0.07)

        assert run.outcome.status == "budget"
        assert run.findings == (
            "swinging: the weights move 0.07 and back again, and get no closer; "
            "a smaller step gets closer",
        )

    def test_at_the_limit_of_stability(self) -> None:
        """Gradient descent at the limit itself swings for ever."""
        assert train(alpha=2.0).findings[0].startswith("swinging: the weights move 6 and back")

    @given(st.floats(1.01, 1.95))
    def test_not_while_it_gets_closer(self, alpha: float) -> None:
        """A run that overshoots and gets closer is not swinging."""
        assert train(alpha=alpha, steps=12).findings == ()

    def test_not_on_the_way(self) -> None:
        """hot-and-cold that is still on its way is not swinging."""
        assert train("hot-and-cold", step_amount=0.001, steps=20).findings == ()


class TestStalling:
    """No move, and no reason to be content."""

    def test_nothing_to_learn_from(self) -> None:
        """At input 0 no weight moves, and the error stays."""
        run = train("raw-gradient", inputs=[0.0])

        assert run.findings == (
            "weight_delta has vanished: it is 0 in every row, although the error is 9 (at the "
            "start 9); the prediction is flat there, and no slope leads back",
        )

    def test_too_small_a_step(self) -> None:
        """An alpha so small that no weight changes is named."""
        run = train(alpha=1e-30, weights=1.0)

        assert run.findings == ("stalling: the last steps moved no weight at all",)

    def test_moves_that_change_nothing(self) -> None:
        """Moves too small for the error to notice are named."""
        run = train(alpha=1e-14, weights=1.0)

        assert run.findings == ("stalling: the last steps no longer changed the error",)

    @pytest.mark.parametrize("targets", [[3.0, 3.0], [3.0, 4.0]], ids=["exact", "a best fit"])
    def test_not_at_the_goal(self, targets: list[float]) -> None:
        """A run that has arrived, with or without an error left over, is not stalling."""
        run = train(inputs=[1.0, 1.0], targets=targets, alpha=0.3)

        assert run.weights[0] == pytest.approx(np.mean(targets))
        assert run.findings == ()

    @pytest.mark.parametrize("batch_size", [None, 100])
    def test_not_where_noise_is_left(self, batch_size: int | None) -> None:
        """Targets of which nothing can be learned are no stalling, once the rest is learned."""
        rng = np.random.default_rng(0)
        inputs, targets = rng.standard_normal((500, 5)), rng.standard_normal(500)
        run = train(inputs=inputs, targets=targets, alpha=0.1, steps=250, batch_size=batch_size)
        best = np.linalg.lstsq(inputs, targets, rcond=None)[0]

        assert run.findings == ()
        if batch_size is None:
            assert run.error == pytest.approx(np.mean((inputs @ best - targets) ** 2), rel=1e-12)

    @pytest.mark.parametrize("alpha", [0.1, 1e-14, 1e-30])
    @pytest.mark.parametrize(
        ("inputs", "targets", "start"),
        [
            ([1.0, -1.0], [5.0, 5.0], 0.0),
            ([1.0, 1.0], [3.0, 4.0], 3.5),
            ([0.7, 0.3], [0.07, 0.03], 0.1),
        ],
    )
    def test_not_from_the_start(self, inputs, targets, start: float, alpha: float) -> None:
        """A run that starts at the least error may stand still, whatever its alpha."""
        assert (
            train(inputs=inputs, targets=targets, weights=start, alpha=alpha, steps=6).findings
            == ()
        )

    @pytest.mark.parametrize("compare", ["squared-error", "absolute-error"])
    @pytest.mark.parametrize("scale", [1e-8, 1.0, 1e8])
    def test_not_where_rounding_is_left(self, compare: str, scale: float) -> None:
        """An error of the last bits of the predictions is none, whatever the comparison."""
        rng = np.random.default_rng(4)
        for rows in range(2, 12):
            inputs = scale * rng.standard_normal((rows, 2))
            best = np.array([1.23, -0.7]) / scale
            targets = inputs @ best * (1 + 1e-16 * rng.integers(-3, 3, rows))
            options = {"alpha": 1e-20 / scale**2, "steps": 6, "compare": compare}
            run = train(inputs=inputs, targets=targets, weights=best, **options)

            assert run.findings == ()

    @pytest.mark.parametrize("steps", [30, 1000])
    @pytest.mark.parametrize("pull", [0.5, 20.0])
    def test_not_where_the_rule_holds_it(self, steps: int, pull: float) -> None:
        """A rule that pulls weights to 0 stands still where pull and slope are equal."""

        @attrs.frozen(eq=False)
        class Pulled:
            @warmer.hookimpl
            def learn(self, weight: float, weight_delta: float) -> float:
                moved = weight - 0.3 * weight_delta
                return math.copysign(max(0.0, abs(moved) - 0.3 * pull), moved)

        run = train(Pulled, inputs=[1.0, 1.0], targets=[3.0, 4.0], weights=1.0, steps=steps)

        assert run.history.weights[-1, 0] == pytest.approx(max(0.0, 3.5 - pull), rel=1e-4)
        assert run.findings == ()

    def test_not_where_the_last_rows_are_empty(self) -> None:
        """In batches a whole pass without a move is standing still, and no less."""
        inputs = [[1.0, 0.0], [0.0, 1.0], *[[0.0, 0.0]] * 6]
        run = warmer.train(inputs, np.ones(8), "alpha-scaled", batch_size=1, steps=80, alpha=0.1)

        assert run.findings == ()
        still = warmer.train(inputs, np.ones(8), "alpha-scaled", batch_size=1, steps=80,
                             alpha=1e-30, weights=3.0)  # fmt: skip
        assert still.findings == ("stalling: the last steps moved no weight at all",)


SATURATED = {"predict": "logistic", "compare": "squared-error", "weights": 0.0, "alpha": 10.0}


class TestVanished:
    """A slope that is lost is no goal."""

    @pytest.mark.parametrize("engine", ["python", "arrays", "native"])
    @pytest.mark.parametrize("tolerance", [None, 0.0, 1e-6])
    @pytest.mark.parametrize("history", [1, 2, "auto", None])
    @pytest.mark.parametrize("batch_size", [None, 2])
    def test_overshot(self, engine: str, tolerance: Any, history: Any, batch_size: Any) -> None:
        """A prediction that was pushed where it is flat has not converged, and that is said."""
        area = [700.0, 500.0, 1200.0, 600.0, 1500.0, 450.0]
        run = warmer.train(area, [0.0, 1.0] * 3, "alpha-scaled", engine=engine, steps=60,
                           tolerance=tolerance, history=history, batch_size=batch_size,
                           **SATURATED)  # fmt: skip

        assert run.outcome.status == "budget"
        assert run.error > 0.4
        if history or tolerance is not None:
            assert "weight_delta has vanished" in run.findings[0]
            assert "in every row, although the error is 0.5 (at the start 0.25)" in run.findings[0]

    @pytest.mark.parametrize("rule", ["alpha-scaled", "hot-and-cold"])
    def test_from_the_start(self, rule: str) -> None:
        """Whoever starts where the prediction is flat has not converged, by any rule."""
        run = warmer.train([1.0, 2.0], [0.0, 0.0], rule, predict="logistic", weights=1e3,
                           compare="squared-error", tolerance=1e-6, steps=20)  # fmt: skip

        assert run.outcome.status == "budget"
        assert "it is 0 in every row, although the error is 1" in run.findings[0]

    def test_endless(self) -> None:
        """The iterator goes on: who waits for a tolerance is not told that it was met."""
        walk = warmer.steps([1.0], [0.0], "alpha-scaled", tolerance=1e-6, predict="logistic",
                            compare="squared-error", weights=1e3)  # fmt: skip

        assert [next(walk).step for _ in range(5)] == [1, 2, 3, 4, 5]
        assert walk.outcome is None

    @pytest.mark.parametrize("predict", ["linear", "logistic"])
    def test_not_where_most_rows_are_empty(self, predict: str) -> None:
        """A weight of which few rows say anything converges where these cancel."""
        inputs, targets = np.zeros(5000), np.random.default_rng(0).random(5000)
        inputs[[7, 1234, 3333]] = 1.0
        run = train(inputs=inputs, targets=targets, predict=predict, alpha=2e3, tolerance=1e-9,
                    compare="squared-error")  # fmt: skip

        assert (run.outcome.status, run.findings) == ("converged", ())

    def test_the_numbers_told(self) -> None:
        """The errors told are over all rows, and of many rows it is said how many were asked."""
        targets = np.zeros(1000)
        targets[:405] = 1.0
        run = warmer.train(np.ones(1000), targets, "alpha-scaled", predict="logistic", weights=1e3,
                           compare="squared-error", steps=20)  # fmt: skip

        assert "it is 0 in each of 100 rows, although the error is 0.595 (" in run.findings[0]

    def test_is_not_sought_at_every_step(self) -> None:
        """Where weights go on by less than the tolerance, the rows are not asked over and over."""
        asked = []

        @attrs.frozen(eq=False)
        class Flat:
            @warmer.hookimpl
            def predict(self, weights: Any, inputs: Any) -> Any:
                asked.append(1)
                return 0.5 + 0.5 * math.tanh(warmer.dot(weights, inputs))

        run = train(inputs=[7.0, 5.0, 12.0, 6.0, 15.0, 4.5], targets=[0.0, 1.0] * 3, steps=200,
                    predict=Flat, alpha=2.6, tolerance=1e-3, engine="python")  # fmt: skip

        assert "has vanished: it is at most" in run.findings[0]
        assert len(set(run.history.weights[2:, 0])) > 100
        assert len(asked) < 6 * 250

    def test_not_where_rows_cancel(self) -> None:
        """Where weight_delta is 0 because the rows cancel, the run has converged."""
        run = train(inputs=[1.0, 1.0], targets=[3.0, 4.0], weights=3.5, tolerance=0.0)

        assert (run.outcome.status, run.findings) == ("converged", ())
        assert not run.history.weight_deltas.any()

    def test_not_where_the_rule_wants_more_error(self) -> None:
        """A rule that leaves the least error for a goal of its own converges there."""

        @attrs.frozen(eq=False)
        class Decaying:
            @warmer.hookimpl
            def learn(self, weight: float, weight_delta: float) -> float:
                return weight - 0.1 * (weight_delta + weight)

        run = train(Decaying, inputs=[1.0], targets=[2.0], weights=2.0, tolerance=1e-9)

        assert run.outcome.status == "converged"
        assert run.error == pytest.approx(1.0)

    def test_not_where_nothing_is_left_to_learn(self) -> None:
        """A flat prediction that is right is one that has been learned."""
        run = warmer.train([1.0, -1.0], [1.0, 0.0], "alpha-scaled", predict="logistic", weights=1e3,
                           compare="squared-error", tolerance=1e-6)  # fmt: skip

        assert (run.outcome.status, run.findings) == ("converged", ())


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
        data = {"inputs": [1.0], "targets": [1.0], "alpha": alpha, "steps": 2000}
        run = train(**data, weights=1.1e153, engine=engine)

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

    @pytest.mark.parametrize("batch_size", [1, 3, 10])
    @pytest.mark.parametrize("passes", [1, 2, 5])
    @pytest.mark.parametrize(
        ("rule", "share"), [("alpha-scaled", 0.01), ("alpha-scaled", 0.3), ("hot-and-cold", 0.001)]
    )
    def test_not_where_rows_are_sorted(self, batch_size, passes: int, rule: str, share) -> None:
        """Rows whose targets grow are no growth of the error, from 0 or from the best weights."""
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

    @pytest.mark.parametrize("place", [0, 50, 99])
    @pytest.mark.parametrize("steps", [300, 330, 400, 555, 800, 1000])
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

    @pytest.mark.parametrize("steps", [8, 40, 400, 2000])
    @pytest.mark.parametrize("alpha", [0.3, 0.1, 0.01, 0.003])
    @pytest.mark.parametrize("lasso", [True, False])
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

    assert warmer.diagnose(inputs, "alpha-scaled", alpha=alpha) is None
    run = warmer.train(inputs, targets, "alpha-scaled", alpha=alpha, steps=steps)
    assert run.outcome.status == "budget"
