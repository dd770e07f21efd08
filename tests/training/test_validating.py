"""Stopping by rows that nothing is learned from."""

import itertools

import attrs
import numpy as np
import pytest

import warmer
from warmer.exceptions import WarmerError
from warmer.runs.task import State
from warmer.training.validating import Validating

RNG = np.random.default_rng(5)
ROWS = RNG.normal(size=(40, 25))
GOALS = ROWS @ RNG.normal(size=(25, 2)) + 3 * RNG.normal(size=(40, 2))
LEARNED, OTHER = (ROWS[:30], GOALS[:30]), (ROWS[30:], GOALS[30:])
HOW = {"alpha": 0.05, "steps": 3000, "patience": 5, "every": 7}


def run(**more):
    inputs, targets = more.pop("learned", LEARNED)
    return warmer.train(inputs, targets, "alpha-scaled", **{**HOW, "valid": OTHER, **more})


@pytest.mark.sampled(
    3,
    engine=["python", "arrays", "native"],
    seconds=[0.0, 1e-4, 1e9],
    more=[{}, {"history": 3}, {"batch_size": 10}],
)
def test_one_stopping_step(engine, seconds, more, monkeypatch):
    """Every engine stops after the same step with the same bits, however chunks are cut."""
    usual = run(**more)
    monkeypatch.setattr("warmer.training.loop.CHUNK_SECONDS", seconds)
    other = run(engine=engine, **more)

    assert (usual.outcome, usual.outcome.status) == (other.outcome, "stopped")
    assert usual.weights.tobytes() == other.weights.tobytes()
    assert usual.validation.errors.tobytes() == other.validation.errors.tobytes()


def test_the_law():
    """It looks every so many steps from the start on, keeps the least, and waits as it was told."""
    found = run(learned=(LEARNED[0], LEARNED[1][:, 0]), valid=(OTHER[0], OTHER[1][:, 0]))
    seen = found.validation
    weights = {0: np.zeros(25)}
    steps = warmer.steps(LEARNED[0], LEARNED[1][:, 0], "alpha-scaled", alpha=0.05)
    for step in itertools.islice(steps, found.outcome.steps):
        weights[step.step] = step.new_weights
    errors = [float(np.mean((OTHER[0] @ weights[s] - OTHER[1][:, 0]) ** 2)) for s in seen.steps]
    best = int(np.argmin(errors))

    assert seen.steps.tolist() == list(range(0, found.outcome.steps + 1, 7))
    assert seen.errors.tolist() == pytest.approx(errors, rel=1e-12)
    assert (seen.step, seen.error) == (seen.steps[best], seen.errors[best])
    assert found.outcome.steps == seen.step + 5 * 7
    assert found.weights.tolist() == weights[seen.step].tolist()
    assert found.outcome.reason == "no less validation error for 35 steps"
    assert found.error == pytest.approx(
        np.mean((LEARNED[0] @ found.weights - LEARNED[1][:, 0]) ** 2), rel=1e-12
    )


def test_each_target_as_alone():
    """Of several targets each ends up with the weights that it would have alone."""
    together = run()
    for target in (0, 1):
        alone = run(
            learned=(LEARNED[0], LEARNED[1][:, target]), valid=(OTHER[0], OTHER[1][:, target])
        )
        assert together.weights[:, target].tobytes() == alone.weights.tobytes()
        assert together.validation.step[target] == alone.validation.step


def test_who_has_waited_gets_nothing_more():
    """A target that has waited long enough keeps what it has, even if less error comes later."""
    errors = iter(np.array([[5, 9], [4, 8], [6, 7], [7, 6], [1, 5], [0, 5], [0, 5]], float))

    def state(step):
        weights = np.full((1, 2), float(step))
        return State(step, weights, np.zeros((0, 1, 2)), np.zeros((8, 2)), np.zeros((2, 2)))

    rows = np.zeros((1, 1)), np.zeros((1, 2))
    validating = Validating(lambda _: next(errors), state(0), patience=2, every=1, data=rows)
    given_up = []
    for step in range(1, 7):
        validating.look(state(step))
        given_up.append(validating.given_up() is not None)

    assert given_up == [False, False, False, False, False, True]
    assert validating.found(single=False).step.tolist() == [1, 4]
    assert validating.kept(state(6)).weights.tolist() == [[1.0, 4.0]]


def test_memory_is_kept_as_well(momentum):
    """What a rule remembers belongs to the weights that are kept."""
    rule = momentum(alpha=0.01, friction=0.5)
    kept = warmer.train(*LEARNED, rule, steps=3000, patience=5, every=7, valid=OTHER)
    again = warmer.train(*LEARNED, rule, steps=int(kept.validation.step[0]))

    assert kept.outcome.status == "stopped"
    assert kept.memory["velocity"][:, 0].tolist() == again.memory["velocity"][:, 0].tolist()


def test_a_run_that_is_not_stopped():
    """A run that ends by its budget or diverges has the best weights too; its outcome stays."""
    budget = run(steps=40, patience=1000)
    wild = run(alpha=50.0, patience=1000)

    assert (budget.outcome.status, wild.outcome.status) == ("budget", "diverged")
    assert budget.validation.steps.tolist() == [0, 7, 14, 21, 28, 35, 40]
    assert wild.validation.step.tolist() == [0, 0]
    assert not wild.weights.any()


def test_where_rows_are_refused_later():
    """A plugin that refuses rows at far weights does not end the run; at the start it does."""

    @attrs.frozen(eq=False)
    class Near:
        @warmer.hookimpl
        def predict(self, weights, inputs):
            total = warmer.dot(weights, inputs)
            if inputs[0] > 5 and total > 2:
                raise warmer.DataError("too far")
            return total

    valid = [10.0], [10.0]
    how = {"predict": Near(), "valid": valid}
    found = warmer.train([1.0], [1.0], "alpha-scaled", **how, every=1, steps=9)
    assert (found.outcome.status, found.validation.errors[-1]) == ("budget", np.inf)
    with pytest.raises(warmer.DataError, match="too far"):
        warmer.train([1.0], [1.0], "alpha-scaled", **how, weights=1.0)


@pytest.mark.parametrize(
    ("valid", "told"),
    [
        ((OTHER[0][:, :3], OTHER[1]), "valid has 3 inputs and 2 targets, and the run has 25 and 2"),
        ((OTHER[0], OTHER[1][:4]), "inputs have 10 rows and targets 4"),
        (OTHER[0], "valid must be a pair of inputs and targets"),
    ],
)
def test_faults(valid, told):
    """Rows of another shape are refused before the first step."""
    with pytest.raises(WarmerError, match=told):
        run(valid=valid)


def test_no_more_steps_are_advised():
    """Where the error over other rows rises already, a run is not told to take more steps."""
    few = {"steps": 200, "alpha": 0.02}
    alone = warmer.train(*LEARNED, "alpha-scaled", **few)
    found = warmer.train(*LEARNED, "alpha-scaled", **few, valid=OTHER, patience=1000)

    assert (alone.outcome.status, found.outcome.status) == ("budget", "budget")
    assert any("not there yet" in finding for finding in alone.findings)
    assert not any("not there yet" in finding for finding in found.findings)
