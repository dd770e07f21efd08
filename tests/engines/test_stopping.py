"""`warmer.Stop` in a hook ends the run before that step, on every engine alike."""

from typing import Any, NamedTuple

import attrs
import pytest

import warmer

INPUTS, TARGETS = [[1.0, 2.0], [0.5, -1.0], [2.0, 0.25]], [1.0, 2.0, 3.0]
ENGINES = ("python", "arrays", "native")


class Count(NamedTuple):
    steps: float = 0.0


@attrs.frozen(eq=False)
class Enough:
    """Alpha-scaled, until the error is small enough or the weight was moved often enough."""

    error: float = warmer.param(0.5)
    most: float = warmer.param(1000.0)
    memory = Count()

    @warmer.hookimpl
    def learn(self, weight, weight_delta, error, memory):
        if error < self.error:
            raise warmer.Stop(f"the error is below {self.error}")
        if memory.steps >= self.most:
            raise warmer.Stop("often enough")
        return weight - 0.1 * weight_delta, Count(memory.steps + 1)


@attrs.frozen(eq=False)
class Plural:
    """The same for all weights at once."""

    @warmer.hookimpl
    def learn(self, weights, weight_deltas, step):
        if step == 4:
            raise warmer.Stop("step 4")
        return weights - 0.1 * weight_deltas


@attrs.frozen(eq=False)
class Always:
    """Never learns."""

    @warmer.hookimpl
    def learn(self, weight):
        raise warmer.Stop


@attrs.frozen(eq=False)
class InPredict:
    """Predicts small numbers only."""

    @warmer.hookimpl
    def predict(self, weights, inputs):
        total = warmer.dot(weights, inputs)
        if total > 1:
            raise warmer.Stop("a large prediction")
        return total


@attrs.frozen(eq=False)
class InCompare:
    """Compares until the miss is small."""

    @warmer.hookimpl
    def compare(self, prediction, target):
        if abs(prediction - target) < 0.5:
            raise warmer.Stop("a small miss")
        return warmer.Comparison(abs(prediction - target), prediction - target)


@attrs.frozen(eq=False)
class InModifier:
    """Stops around the rule, after it has learned."""

    @warmer.hookimpl(wrapper=True)
    def learn(self, error):
        learned = yield
        if error < 0.5:
            raise warmer.Stop("after learning")
        return learned


CASES: dict[str, tuple[dict[str, Any], str]] = {
    "learn": ({"rule": Enough()}, "the error is below 0.5"),
    "memory": ({"rule": Enough(error=0.0, most=7.0)}, "often enough"),
    "predict": ({"rule": "alpha-scaled", "predict": InPredict()}, "a large prediction"),
    "compare": ({"rule": "alpha-scaled", "compare": InCompare()}, "a small miss"),
    "error_at": ({"rule": "hot-and-cold", "step_amount": 0.1, "predict": InPredict()},
                 "a large prediction"),
    "modifier": ({"rule": "alpha-scaled", "modifiers": [InModifier()]}, "after learning"),
}  # fmt: skip


def taken(options: dict[str, Any], **how: Any) -> int:
    """The steps that `warmer.steps` takes before it is stopped, one by one, and how it ends."""
    walk = warmer.steps(INPUTS, **options, **how)
    count = len(list(walk))
    assert walk.outcome.status == "stopped"
    return count


@pytest.mark.sampled(
    2, case=list(CASES), how=[{}, {"batch_size": 2}, {"batch_size": 1, "seed": 3}], targets=[1, 2]
)
def test_the_same_on_every_engine(same, case, how, targets) -> None:
    """Outcome, weights, memory and history are those at the start of the step that stopped."""
    options, reason = CASES[case]
    goal = TARGETS if targets == 1 else [[t, t + 1] for t in TARGETS]
    run = warmer.train(INPUTS, goal, engine="python", steps=500, history=1, **options, **how)
    assert (run.outcome.status, run.outcome.reason) == ("stopped", reason)
    steps = run.outcome.steps
    assert steps == len(run.history) == taken({"targets": goal, **options}, **how) < 500
    if steps:
        before = warmer.train(INPUTS, goal, steps=steps, engine="python", **options, **how)
        assert before.outcome.status in ("budget", "diverged")
        assert run.weights.tolist() == before.weights.tolist()
        assert run.memory.keys() == before.memory.keys()
    same("arrays native", INPUTS, goal, steps=500, history=1, **options, **how)


@pytest.mark.parametrize("tolerance", [None, 1e-9])
def test_with_a_tolerance(same, tolerance) -> None:
    """A tolerance changes nothing about it."""
    same("arrays native", INPUTS, TARGETS, Enough(), steps=500, tolerance=tolerance)


def test_plural_rules() -> None:
    """A rule of all weights stops likewise."""
    run = warmer.train(INPUTS, TARGETS, Plural(), steps=10)
    assert run.outcome == warmer.Outcome("stopped", "step 4", 3)


def test_at_once() -> None:
    """Where the first step stops, the weights are those that the run started from."""
    run = warmer.train(INPUTS, TARGETS, Always(), steps=10, weights=0.25)
    assert run.outcome == warmer.Outcome("stopped", "a plugin asked to stop", 0)
    assert run.weights.tolist() == [0.25, 0.25]
    assert len(run.history) == 0


def test_observers_are_told() -> None:
    """They hear of the steps before, and of the outcome."""
    heard = []

    @attrs.frozen(eq=False)
    class Listening:
        @warmer.hookimpl
        def steps_taken(self, step):
            heard.append(step)

        @warmer.hookimpl
        def run_ended(self, outcome):
            heard.append(outcome)

    for engine in ENGINES:
        heard.clear()
        run = warmer.train(
            INPUTS, TARGETS, Enough(), engine=engine, observers=[Listening()], steps=500
        )
        assert heard[-2:] == [run.outcome.steps, run.outcome]


def test_explained() -> None:
    """The step that stopped was not taken, and why; later ones are not there."""
    run = warmer.train(INPUTS, TARGETS, Enough(), steps=500)
    step = run.outcome.steps + 1
    found = warmer.explain(INPUTS, TARGETS, Enough(), step=step)
    assert found.note == "the step was not taken: the error is below 0.5"
    with pytest.raises(warmer.UsageError, match=f"no step {step + 1}: the error is below 0.5"):
        warmer.explain(INPUTS, TARGETS, Enough(), step=step + 1)
    assert warmer.explain([1.0], [1.0], "alpha-scaled", predict=InPredict(), weights=2.0).note


def test_an_error_that_cannot_be_asked() -> None:
    """Where predict stops over the rows, the error of the run is nan."""
    for engine in ENGINES:
        run = warmer.train(
            [1.0, 3.0], [0.5, 0.5], "alpha-scaled", predict=InPredict(), weights=0.5, steps=5,
            engine=engine,
        )  # fmt: skip
        assert run.outcome.reason == "a large prediction"
        assert repr(run.error) == "nan"
