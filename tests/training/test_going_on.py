"""Going on: a run that starts from another one has the bits of one that was never broken."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import warmer

ROOT = Path(__file__).parents[2]
ADAM = f"{ROOT / 'tests' / 'optimizers.py'}:Adam"
MOMENTUM = f"{ROOT / 'docs' / 'examples' / 'warmer-momentum' / 'warmer_momentum.py'}:Momentum"
ENGINES = ("python", "arrays", "native")
STEPS = 40


@pytest.fixture
def engines(any_rule) -> tuple[str, ...]:
    """The engines that can run a rule: those of arrays have no formula."""
    return ("python",) if getattr(any_rule, "__name__", "") in ("Whole", "Jumpy") else ENGINES


def table(targets: int = 1) -> dict[str, Any]:
    """Seven rows of three inputs."""
    numbers = np.random.default_rng(targets)
    inputs = numbers.normal(size=(7, 3))
    return {"inputs": inputs, "targets": numbers.normal(size=(7, targets) if targets > 1 else 7)}


def bits(run: warmer.Run) -> tuple[Any, ...]:
    """Weights, memory, and all else that the next step depends on."""
    state = run.state
    return (
        run.outcome.steps, state.weights.tobytes(), state.memory.tobytes(),
        state.last_errors.tobytes(), state.moved,
    )  # fmt: skip


def both(rule: Any, first: int, more: int, task: dict[str, Any], **also: Any) -> list[Any]:
    """A run in two parts, and the unbroken one."""
    begun = warmer.train(rule=rule, steps=first, **task, **also)
    unbroken = warmer.train(rule=rule, steps=first + more, **task, **also)
    return [begun, warmer.train(rule=rule, steps=more, start=begun, **task, **also), unbroken]


def check(rule: Any, engine: str, targets: int, **also: Any) -> None:
    """Ten steps and ten more are twenty: weights, memory and every recorded step."""
    begun, rest, unbroken = both(rule, 10, 10, table(targets), engine=engine, **also)
    assert bits(rest) == bits(unbroken)
    assert rest.history.step.tolist() == [*range(11, 21)]
    for column in ("step", "weights", "error"):
        parts = [getattr(run.history, column) for run in (begun, rest)]
        assert np.concatenate(parts).tobytes() == getattr(unbroken.history, column).tobytes()


@pytest.mark.sampled(2, batch=[("full", None), (1, 5), (3, None), (3, 5)], targets=[1, 2])
def test_ten_and_ten_are_twenty(any_rule, engines, batch, targets) -> None:
    """For every kind of rule and batch, with a seed and without, on every engine."""
    batch_size, seed = batch
    if seed is not None or getattr(any_rule, "__name__", "") != "Jumpy":
        for engine in engines:
            check(any_rule, engine, targets, batch_size=batch_size, seed=seed)


@pytest.mark.parametrize("rule", [ADAM, MOMENTUM])
@pytest.mark.parametrize("engine", ENGINES)
def test_rules_that_remember(rule, engine) -> None:
    """The same for rules in files of others."""
    check(rule, engine, 1, batch_size=3, seed=5)


@pytest.mark.parametrize(
    "modifier", [each.name for each in warmer.Registry(allowed=[]).plugins("modifier")]
)
def test_modifiers(modifier) -> None:
    """The same with each modifier that ships, but for those that ask how many steps there are."""
    network = warmer.network(ADAM, modifiers=[modifier])
    if "steps" not in network.evidence:
        check(ADAM, "auto", 1, batch_size=3, seed=5, modifiers=[modifier])


def from_every_step(rule: Any, engines: tuple[str, ...], seed: int | None) -> None:
    """A run that is broken off after each step, and taken up by the next engine."""
    task = {**table(), "rule": rule, "batch_size": 2, "seed": seed, "history": None}
    unbroken = warmer.train(**task, steps=STEPS, engine="python")
    run = None
    for step in range(STEPS):
        run = warmer.train(**task, steps=1, start=run, engine=engines[step % len(engines)])
    assert bits(run) == bits(unbroken)


def test_from_every_step(any_rule, engines) -> None:
    """Of 40, which are ten passes, for every kind of rule."""
    from_every_step(any_rule, engines, seed=3)


@pytest.mark.parametrize("rule", ["hot-and-cold", ADAM])
def test_from_every_step_unshuffled(rule) -> None:
    """The same without a seed."""
    from_every_step(warmer.rule(rule), ENGINES, seed=None)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("first", [1, 2, 3, 4, 7, 21])
def test_tolerance(engine, first) -> None:
    """How far weights moved in a pass is carried: a broken run converges at the same step."""
    inputs = table()["inputs"]
    task = {"inputs": inputs, "targets": inputs @ [1.0, 2.0, 3.0], "tolerance": 1e-2}
    task |= {"batch_size": 2, "engine": engine}
    _, rest, unbroken = both("alpha-scaled", first, 500, task)
    assert unbroken.outcome.status == "converged"
    assert rest.outcome == unbroken.outcome
    assert bits(rest) == bits(unbroken)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_pass_that_nobody_measured(engine) -> None:
    """A tolerance that comes in the middle of a pass waits for a whole one."""
    inputs, targets = [[1.0], [0.0], [0.0]], [1.0, 0.0, 0.0]
    task = {"rule": "raw-gradient", "batch_size": 1, "weights": 0.0}
    begun = warmer.train(inputs, targets, **task, steps=1)
    del task["weights"]
    rest = warmer.train(
        inputs, targets, **task, steps=50, start=begun, tolerance=0.0, engine=engine
    )
    assert (rest.outcome.status, rest.outcome.steps) == ("converged", 6)


def test_steps_one_at_a_time() -> None:
    """`steps` goes on as well."""
    task = {**table(), "rule": MOMENTUM, "batch_size": 2, "seed": 1}
    begun = warmer.train(**task, steps=5)
    rest = [*warmer.steps(**task, steps=5, start=begun)]
    unbroken = [*warmer.steps(**task, steps=10)]
    assert rest[0].step == 6
    assert warmer.train(**task, steps=7, start=begun).outcome.reason == "all 7 steps were taken"
    assert [step.step for step in rest] == [6, 7, 8, 9, 10]
    for step, same in zip(rest, unbroken[5:], strict=True):
        assert step.new_weights.tobytes() == same.new_weights.tobytes()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("batch_size", [1, 2, "full"])
def test_growth_is_judged_by_the_steps_of_the_run(batch_size, engine) -> None:
    """A run that goes on growing is told, and what an earlier run did counts no more."""
    task = {"inputs": [1.0, 2.0, 1.5], "targets": [2.0, 4.0, 3.0], "batch_size": batch_size}
    task |= {"rule": "alpha-scaled", "engine": engine}
    grown = warmer.train(**task, alpha=1.2, steps=30, weights=1.9)
    assert grown.outcome.status == "diverged"
    more = warmer.train(**task, alpha=1.2, steps=30, start=grown)
    assert (more.outcome.status, more.outcome.steps) == ("diverged", 60)
    assert warmer.train(**task, alpha=0.1, steps=30, start=grown).outcome.status == "budget"


def test_an_earlier_run_is_left_as_it_was() -> None:
    """Two runs can go on with one."""
    task = {**table(), "rule": MOMENTUM}
    begun = warmer.train(**task, steps=5)
    before = bits(begun)
    one, two = (warmer.train(**task, steps=5, start=begun) for _ in range(2))
    assert bits(begun) == before
    assert bits(one) == bits(two)


def test_without_more_memory_than_there_is() -> None:
    """A rule that remembers other things cannot go on; nor can other weights, or two starts."""
    data = table()
    begun = warmer.train(**data, rule=MOMENTUM, steps=5)
    with pytest.raises(warmer.UsageError, match="start remembers velocity, and this network remem"):
        warmer.train(**data, rule="alpha-scaled", start=begun)
    plain = warmer.train(**data, rule="alpha-scaled", steps=5)
    with pytest.raises(warmer.UsageError, match="nothing, and this network remembers first, s"):
        warmer.train(**data, rule=ADAM, start=plain)
    with pytest.raises(warmer.UsageError, match="start has 3 weights, and this run has 1 weight"):
        warmer.train([1.0], [1.0], "alpha-scaled", start=plain)
    with pytest.raises(warmer.UsageError, match="3 weights for each of 2 targets"):
        warmer.train(**table(2), rule="alpha-scaled", start=plain)
    for weights in (0.0, 0, 1.0, "random"):
        with pytest.raises(warmer.UsageError, match="weights and start both"):
            warmer.train(**data, rule="alpha-scaled", start=plain, weights=weights)
        with pytest.raises(warmer.UsageError, match="weights and start both"):
            warmer.steps(**data, rule="alpha-scaled", start=plain, weights=weights)
    with pytest.raises(warmer.UsageError, match="start must be a run or a model, got 3"):
        warmer.train(**data, rule="alpha-scaled", start=3)
    with pytest.raises(warmer.ParameterError, match="steps and those of start together"):
        warmer.train(**data, rule="alpha-scaled", start=plain, steps=10**15)


def test_another_rule_goes_on() -> None:
    """Rules that remember the same may follow each other; the weights go from hand to hand."""
    data = table()
    begun = warmer.train(**data, rule="hot-and-cold", steps=5)
    rest = warmer.train(**data, rule="alpha-scaled", steps=1, start=begun)
    given = warmer.train(**data, rule="alpha-scaled", steps=1, weights=begun.weights)
    assert rest.weights.tobytes() == given.weights.tobytes()


def test_observers_are_told_the_numbers_of_the_steps() -> None:
    """Steps are counted on, and the task says where the run began."""
    told: list[Any] = []

    class Watching:
        @warmer.hookimpl
        def run_started(self, task: Any) -> None:
            told.append((task.first, task.steps))

        @warmer.hookimpl
        def steps_taken(self, step: int, history: Any) -> None:
            told.append((step, history.step.tolist()))

    begun = warmer.train([1.0], [1.0], "alpha-scaled", steps=3)
    warmer.train([1.0], [1.0], "alpha-scaled", steps=1, start=begun, observers=[Watching()])
    assert told == [(3, 4), (4, [4])]
