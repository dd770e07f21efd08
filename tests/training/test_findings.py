"""Findings: swinging, stalling and lost slopes, recognised from the numbers of any rule."""

import math
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import warmer


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
        assert not any("swing" in said for said in train(alpha=alpha, steps=12).findings)

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

    @pytest.mark.sampled(
        3,
        engine=["python", "arrays", "native"],
        tolerance=[None, 0.0, 1e-6],
        history=[1, 2, "auto", None],
        batch_size=[None, 2],
    )
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
