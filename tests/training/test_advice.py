"""Advice: what is said of a run that cannot work or did not, and the number to try."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import warmer
from warmer.training.diagnosis import round_down


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
