"""Log odds: who answers them, and what a comparison of them gives."""

import math
from typing import Any

import attrs
import numpy as np
import pytest

import warmer

ENGINES = ["python", "arrays", "native"]
INPUTS = np.random.default_rng(3).standard_normal((12, 3))
TARGETS = (INPUTS.sum(axis=1) > 0) * 1.0


@attrs.frozen(eq=False)
class Probit:
    """A chance by the normal distribution, which gives no log odds."""

    @warmer.hookimpl
    def predict(self, weights: Any, inputs: Any) -> Any:
        return 0.5 * math.erfc(-warmer.dot(weights, inputs) / math.sqrt(2))


@attrs.frozen(eq=False)
class Doubling:
    """A chance whose log odds are twice the sum of products."""

    @warmer.hookimpl
    def predict(self, weights: Any, inputs: Any) -> Any:
        return 0.5 + 0.5 * math.tanh(warmer.dot(weights, inputs))

    @warmer.hookimpl
    def log_odds(self, weights: Any, inputs: Any) -> Any:
        return 2 * warmer.dot(weights, inputs)


@attrs.frozen(eq=False)
class Whole(Doubling):
    """A rule that brings both."""

    @warmer.hookimpl
    def learn(self, weight: Any, weight_delta: Any) -> Any:
        return weight - 0.1 * weight_delta


@attrs.frozen(eq=False)
class Halve:
    """Moves every chance half the way to 1/2."""

    @warmer.hookimpl(wrapper=True)
    def predict(self) -> Any:
        prediction = yield
        return 0.25 + 0.5 * prediction


def trained(engine: str = "python", rule: Any = "alpha-scaled", **options: Any) -> warmer.Run:
    asked = {"compare": "log-loss", "steps": 20, **options}
    return warmer.train(INPUTS, TARGETS, rule, engine=engine, **asked)


@pytest.mark.sampled(
    2,
    batch_size=[None, 1, 5],
    options=[
        {"predict": "logistic"},
        {"predict": Probit},
        {"predict": Doubling},
        {"predict": "logistic", "modifiers": [Halve]},
        {"rule": Whole},
        {"predict": "logistic", "rule": "hot-and-cold"},
        {"predict": Probit, "rule": "hot-and-cold"},
        {"predict": "logistic", "targets": 2},
    ],
)
def test_the_same_bits(options: dict[str, Any], batch_size: int | None) -> None:
    """Every engine compares log odds with the same bits, whoever answers them."""
    options = {"rule": "alpha-scaled", "batch_size": batch_size, **options}
    targets = TARGETS if options.pop("targets", 1) == 1 else np.stack([TARGETS, 1 - TARGETS], 1)
    runs = [
        warmer.train(INPUTS, targets, compare="log-loss", steps=20, engine=engine, **options)
        for engine in ENGINES
    ]
    assert [run.engine for run in runs] == ENGINES
    assert len({run.history.error.tobytes() for run in runs}) == 1
    assert len({run.history.weights.tobytes() for run in runs}) == 1
    assert runs[0].error.tobytes() if targets.ndim > 1 else runs[0].error == runs[1].error


def test_without_them() -> None:
    """Where a predictor has none, or is modified, they are those of its prediction."""
    for options in ({"predict": Probit}, {"predict": "logistic", "modifiers": [Halve]}):
        history = trained(batch_size=1, **options).history
        rows = np.arange(20) % len(TARGETS)
        chance = np.where(TARGETS[rows] == 1, history.prediction, 1 - history.prediction)
        np.testing.assert_allclose(history.error, -np.log(chance), rtol=1e-12)


def test_delta_is_the_slope_for_them() -> None:
    """delta is prediction - target, and weight_delta that times the slope of the log odds."""
    history = trained(batch_size=1, predict=Doubling).history
    rows = np.arange(20) % len(TARGETS)
    assert history.delta.tolist() == (history.prediction - TARGETS[rows]).tolist()
    np.testing.assert_allclose(history.weight_deltas, 2 * history.delta[:, None] * INPUTS[rows])


def test_both_ways_agree() -> None:
    """Where floats tell the prediction from 0 and 1, log odds of its own change only last bits."""

    @attrs.frozen(eq=False)
    class Plain:
        @warmer.hookimpl
        def predict(self, weights: Any, inputs: Any) -> Any:
            return 0.5 + 0.5 * math.tanh(warmer.dot(weights, inputs))

    np.testing.assert_allclose(
        trained(predict=Plain).weights, trained(predict=Doubling).weights, rtol=1e-9
    )


def test_a_modifier_that_asks_in_vain() -> None:
    """A modifier gets log odds where the comparison compares them, and is refused elsewhere."""

    @attrs.frozen(eq=False)
    class Cap:
        @warmer.hookimpl(wrapper=True)
        def compare(self, log_odds: Any) -> Any:
            answer = yield
            return answer._replace(error=min(answer.error, abs(log_odds) + 1))

    assert trained(predict="logistic", modifiers=[Cap]).outcome.status == "budget"
    with pytest.raises(warmer.ContractError, match="Cap asks for log_odds, and squared-error"):
        trained(compare="squared-error", modifiers=[Cap])


@pytest.mark.parametrize("answer", [None, "1", True])
def test_answers(answer: Any) -> None:
    """What is no number is refused, naming hook and plugin."""

    @attrs.frozen(eq=False)
    class Odd(Doubling):
        @warmer.hookimpl
        def log_odds(self) -> Any:
            return answer

    with pytest.raises(warmer.HookError, match="log_odds of Odd answered"):
        trained(predict=Odd)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_a_sure_prediction(engine: str, chance: float) -> None:
    """The log odds of 0 and 1 have no end: the run ends, and keeps its last weights."""

    @attrs.frozen(eq=False)
    class Sure:
        @warmer.hookimpl
        def predict(self, weights: Any, inputs: Any) -> Any:
            return chance if warmer.dot(weights, inputs) > 1 else 0.5 * warmer.dot(weights, inputs)

    run = warmer.train(
        [[1.0], [1.0]], [1.0, 1.0], "alpha-scaled", predict=Sure, compare="log-loss",
        weights=0.5, alpha=0.5, steps=50, engine=engine,
    )  # fmt: skip
    assert run.outcome.status == "diverged"
    assert f"those of {chance} have no end; predict: logistic" in run.outcome.reason
    assert run.outcome.steps > 0
    assert run.weights[0] > 1


def test_in_formulas() -> None:
    """They have a line of their own, before what is made of them."""
    text = str(warmer.formula("alpha-scaled", predict="logistic", compare="log-loss"))
    assert text.startswith("log_odds = dot(weights, inputs)\n")
    assert "weight_delta = delta * input\n" in text
    step = warmer.explain([2.0], [1.0], Whole, compare="log-loss", weights=20.0)
    assert [line.value for line in step.lines("log_odds")] == [80.0]


@pytest.mark.parametrize("share", [-1.0, 2.0, 1.0 + 1e-4])
@pytest.mark.parametrize("given", ["predictor", "rule"])
def test_of_another_prediction(share: float, given: str) -> None:
    """Log odds that are not those of the prediction are a finding, whoever answers them."""

    @attrs.frozen(eq=False)
    class Odd(Whole):
        @warmer.hookimpl
        def log_odds(self, weights: Any, inputs: Any) -> Any:
            return share * 2 * warmer.dot(weights, inputs)

    @attrs.frozen(eq=False)
    class OddAlone:
        predict, log_odds = Odd.predict, Odd.log_odds

    asked = {"rule": Odd} if given == "rule" else {"predict": OddAlone}
    findings = " ".join(trained(**asked).findings)
    assert "the log odds of Odd" in findings
    assert "do not fit its prediction: for weight" in findings
    modified = trained(**asked, modifiers=[Halve])  # then nobody asks for them
    assert "log odds" not in " ".join(modified.findings)


@pytest.mark.parametrize("predict", ["logistic", Doubling, Probit])
def test_of_its_own_prediction(predict: Any) -> None:
    """Nothing is said where they fit, and nothing where no comparison asks for them."""
    assert trained(predict=predict).findings == ()
    assert trained(predict=predict, compare="squared-error").findings == ()
