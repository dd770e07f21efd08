"""`weight_count`: a predictor says how many weights it has for how many inputs."""

import math
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import warmer

INPUTS, TARGETS = [[1.0, 2.0], [0.5, -1.0], [2.0, 0.25]], [1.0, 2.0, 3.0]


@attrs.frozen(eq=False)
class Curve:
    """A weight for every power of one input, and a limit that one weight alone would show."""

    powers: int = warmer.param(2, at_least=1)

    def weight_count(self, inputs):
        return self.powers * inputs

    @warmer.hookimpl
    def predict(self, weights, inputs):
        total = 0.0
        for index, weight in enumerate(weights):
            total += weight * inputs[index % len(inputs)] ** (1 + index // len(inputs))
        return total


def answering(answer: Any) -> Any:
    """A predictor whose weight_count answers that, or raises it."""

    @attrs.frozen(eq=False)
    class Odd:
        def weight_count(self, inputs):
            if isinstance(answer, Exception):
                raise answer
            return answer

        @warmer.hookimpl
        def predict(self, weights, inputs):
            return warmer.dot(weights, weights)

    return Odd()


@given(st.integers(1, 5), st.integers(1, 4), st.integers(1, 3))
def test_shapes(powers: int, inputs: int, targets: int) -> None:
    """Weights, history and memory have as many weights as the predictor says."""
    run = warmer.train(
        np.ones((2, inputs)), np.ones((2, targets)), "alpha-scaled", alpha=0.01, steps=2,
        predict=Curve(powers=powers),
    )  # fmt: skip
    assert run.weights.shape == (powers * inputs, targets)
    assert run.history.weights.shape == run.history.weight_deltas.shape == (2, *run.weights.shape)


def test_plural_rules_see_both() -> None:
    """`weights` and `weight_deltas` have their number, and `inputs` that of the columns."""
    seen = {}

    @attrs.frozen(eq=False)
    class Looking:
        @warmer.hookimpl
        def learn(self, weights, weight_deltas, inputs, deltas):
            seen.update(
                weights=weights.shape, slopes=weight_deltas.shape, inputs=inputs.shape,
                deltas=deltas.shape,
            )  # fmt: skip
            return weights

    warmer.train(INPUTS, TARGETS, Looking, predict=Curve(powers=3), steps=1)
    assert seen == {"weights": (6,), "slopes": (6,), "inputs": (3, 2), "deltas": (3,)}


def test_start_weights() -> None:
    """Where to start is one number, or as many as the predictor says."""
    start = [1.0, 2.0, 3.0, 4.0]
    (step,) = warmer.steps(INPUTS, TARGETS, "raw-gradient", weights=start, predict=Curve, steps=1)
    assert step.weights.tolist() == start
    with pytest.raises(
        warmer.DataError, match=r"weights have the shape \(2,\), and \(4,\) is need"
    ):
        warmer.train(INPUTS, TARGETS, "raw-gradient", weights=[1.0, 2.0], predict=Curve)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (0, "answered 0, not a whole number of at least 1"),
        (-2, "answered -2, not a whole"),
        (2.0, "answered 2.0, not a whole"),
        (True, "answered True, not a whole"),
        (None, "answered None, not a whole"),
        ("3", "answered '3', not a whole"),
        (ValueError("no"), "failed: ValueError: no"),
        (warmer.Stop("no"), "failed: Stop: no"),
    ],
)
@pytest.mark.parametrize("door", ["train", "steps", "explain"])
def test_no_number(answer, said, door) -> None:
    """What is no whole number of at least 1 is an error with plugin, file and line."""
    with pytest.raises(warmer.HookError) as caught:
        next(
            iter(
                [getattr(warmer, door)(INPUTS, TARGETS, "raw-gradient", predict=answering(answer))]
            )
        )
    assert str(caught.value).startswith(f"weight_count of Odd, asked for 2 inputs, {said}")
    assert "test_weight_count.py:" in str(caught.value)
    reason = warmer.formula("raw-gradient", predict=answering(answer)).predict.reason
    assert said in reason


def test_numbers_of_numpy() -> None:
    """NumPy's whole numbers are whole numbers."""
    assert (
        len(
            warmer.train(
                INPUTS, TARGETS, "raw-gradient", predict=answering(np.int64(5)), steps=1
            ).weights
        )
        == 5
    )


def test_refusing_inputs() -> None:
    """A predictor may say that it takes no such table."""
    odd = answering(warmer.DataError("it takes one input"))
    with pytest.raises(warmer.DataError, match="^it takes one input$"):
        warmer.train(INPUTS, TARGETS, "raw-gradient", predict=odd)


def test_too_many() -> None:
    """More weights than there is memory for are refused in a sentence."""
    for count in (10**15, 10**30):
        for start in (0.0, "random"):
            with pytest.raises(warmer.UsageError, match=f"{count} weights need more memory"):
                warmer.train(
                    INPUTS, TARGETS, "raw-gradient", predict=answering(count), weights=start
                )


def test_modifiers_see_them() -> None:
    """A modifier around predict is given what the predictor is given."""
    seen = set()

    @attrs.frozen(eq=False)
    class Watching:
        @warmer.hookimpl(wrapper=True)
        def predict(self, weights, inputs):
            seen.add((len(weights), len(inputs)))
            return (yield)

    warmer.train(
        INPUTS, TARGETS, "raw-gradient", predict=Curve(powers=3), modifiers=[Watching], steps=1
    )
    assert seen == {(6, 2)}


def test_formulas_say_how_many() -> None:
    """The formula is for so many weights and inputs; weights alone do not say how many inputs."""
    found = warmer.formula("raw-gradient", predict=Curve, inputs=1)
    assert found.predict.note == "for 2 weights and 1 input; for powers=2"
    assert found.weights == 2
    assert found.predict.lines[0].text == (
        "0.0 + weights[0] * inputs[0] ** 1 + weights[1] * inputs[0] ** 2"
    )
    with pytest.raises(warmer.UsageError, match="Curve says itself how many .* say inputs="):
        warmer.formula("raw-gradient", predict=Curve, weights=2)
    with pytest.raises(warmer.UsageError, match="as many as inputs, and inputs is 3"):
        warmer.formula("raw-gradient", weights=2, inputs=3)
    assert warmer.formula("raw-gradient", weights=2, inputs=2).weights is None


def test_slopes_of_stretches() -> None:
    """The slope of a stretch of weights names the inputs that each of them is multiplied with."""

    @attrs.frozen(eq=False)
    class Twice:
        def weight_count(self, inputs):
            return 2 * inputs

        @warmer.hookimpl
        def predict(self, weights, inputs):
            count = len(inputs)
            return math.tanh(warmer.dot(weights[:count], inputs)) + warmer.dot(
                weights[count:], inputs
            )

    found = warmer.formula("raw-gradient", predict=Twice, inputs=3)
    (line,) = (line for line in found.slope.lines if line.name == "weight_deltas[3:6]")
    assert line.text == "delta * inputs[0:3]"
    assert "inputs[0:3]" in line.latex
    step = warmer.explain([[2.0, 3.0, 5.0]], [1.0], "raw-gradient", predict=Twice, shown=6)
    assert [line.formula for line in step.lines("weight_delta")][3:] == [
        "delta * inputs[0]", "delta * inputs[1]", "delta * inputs[2]"
    ]  # fmt: skip


def test_no_advice_of_the_linear_network() -> None:
    """What looks linear with one weight for each input is not, and gets no such advice."""

    @attrs.frozen(eq=False)
    class Padded:
        def weight_count(self, inputs):
            return inputs + 1

        @warmer.hookimpl
        def predict(self, weights, inputs):
            return warmer.dot(weights[: len(inputs)], inputs)

    assert warmer.diagnose([10.0], "alpha-scaled", alpha=1.0) is not None
    assert warmer.diagnose([10.0], "alpha-scaled", alpha=1.0, predict=Padded) is None
    run = warmer.train([10.0], [1.0], "alpha-scaled", alpha=1.0, predict=Padded, weights=1.0)
    assert run.outcome.status == "diverged"
    assert run.findings == ()


def test_no_limit_seen_with_one_weight() -> None:
    """Weights that reach further together are not said to have a limit."""

    @attrs.frozen(eq=False)
    class Scaled:
        def weight_count(self, inputs):
            return inputs + 1

        @warmer.hookimpl
        def predict(self, weights, inputs):
            return weights[-1] * math.tanh(warmer.dot(weights[:-1], inputs))

    run = warmer.train([1.0, 2.0], [5.0, 6.0], "alpha-scaled", predict=Scaled, weights=1.0, steps=3)
    assert run.findings == ()


def test_wrong_log_odds() -> None:
    """Log odds that do not fit are found with as many weights as there are."""

    @attrs.frozen(eq=False)
    class Wrong:
        def weight_count(self, inputs):
            return 2 * inputs

        @warmer.hookimpl
        def predict(self, weights, inputs):
            return 1 / (1 + math.exp(-weights[0] * inputs[0] - weights[1]))

        @warmer.hookimpl
        def log_odds(self, weights, inputs):
            return weights[0] * inputs[0]

    run = warmer.train([1.0], [1.0], "alpha-scaled", predict=Wrong, compare="log-loss", steps=1)
    assert "for weight -7.3, 2 times, and input 1" in run.findings[0]


def test_a_flat_start() -> None:
    """Where all weights start at 0 and the prediction is flat, the remedy is named."""

    @attrs.frozen(eq=False)
    class Product:
        def weight_count(self, inputs):
            return inputs + 1

        @warmer.hookimpl
        def predict(self, weights, inputs):
            return weights[-1] * warmer.dot(weights[:-1], inputs)

    how = {"predict": Product, "alpha": 0.1, "steps": 50}
    run = warmer.train([1.0, 2.0], [5.0, 6.0], "alpha-scaled", **how)
    assert run.findings[0].endswith("start elsewhere, with random weights say")
    run = warmer.train([1.0, 2.0], [5.0, 6.0], "alpha-scaled", weights="random", seed=1, **how)
    assert run.findings == ()
