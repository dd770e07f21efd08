"""Checkpoints: a run that was broken off at any moment ends as if it never had been."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import warmer
from tests.training.checkpointing import ADAM, ENGINES, ROOT, StopAt, again, bits, table

EXAMPLES = [
    f"{ROOT / 'docs' / 'examples'}/warmer-{name}/warmer_{name}.py:{name.title()}"
    for name in ("adam", "momentum")
]


@pytest.fixture
def engines(any_rule) -> tuple[str, ...]:
    """The engines that can run a rule: those of arrays have no formula."""
    return ("python",) if getattr(any_rule, "__name__", "") in ("Whole", "Jumpy") else ENGINES


@pytest.mark.sampled(2, batch_size=["full", 2], targets=[1, 2])
def test_broken_off_and_resumed(any_rule, engines, batch_size, targets, tmp_path) -> None:
    """The bits are those of the unbroken run, on whatever engine either part was taken."""
    task = {**table(targets), "rule": any_rule, "batch_size": batch_size, "seed": 4, "steps": 30}
    unbroken = warmer.train(**task, engine="python")
    given = {} if isinstance(any_rule, str) else {"rule": any_rule}
    for index, engine in enumerate(engines):
        for step in ((1, 15), (7, 29))[index % 2]:
            path = tmp_path / f"{engine}{step}.warmer"
            other = engines[(index + 1) % len(engines)]
            part = warmer.train(**task, engine=other, checkpoint=path, observers=[StopAt(step)])
            assert part.outcome.steps == step
            assert bits(again(part, path, engine=engine, **given)) == bits(unbroken)


@pytest.mark.parametrize("first", [0, 4])
def test_before_the_first_step(first, tmp_path) -> None:
    """A run that is ended before it has taken a step goes on from its start."""

    class Never:
        @warmer.hookimpl
        def run_started(self) -> None:
            raise warmer.Stop

    path, task = tmp_path / "c.warmer", {**table(), "rule": "alpha-scaled", "steps": 9}
    if first:
        task["start"] = warmer.train(**{**task, "steps": first})
    part = warmer.train(**task, checkpoint=path, observers=[Never()])
    assert part.outcome.steps == first
    assert bits(again(part, path)) == bits(warmer.train(**task))


@pytest.mark.parametrize(
    "modifier", [each.name for each in warmer.Registry(allowed=[]).plugins("modifier")]
)
def test_modifiers(modifier, tmp_path) -> None:
    """A resumed run knows how many steps there will be: also a schedule and an average go on."""
    task = {**table(), "rule": "alpha-scaled", "modifiers": [modifier], "steps": 30}
    path = tmp_path / "c.warmer"
    part = warmer.train(**task, checkpoint=path, observers=[StopAt(11)])
    assert bits(again(part, path)) == bits(warmer.train(**task))


def from_every_step(rule: Any, engines: Sequence[str], steps: int, seed: Any, path: Path) -> None:
    """A run that is broken off after each step and resumed, by one engine after the other."""
    task = {**table(), "rule": rule, "batch_size": 2, "seed": seed, "steps": steps}
    given = {} if isinstance(rule, str) and ":" not in rule else {"rule": rule}
    run = warmer.train(**task, checkpoint=path, observers=[StopAt(1)])
    for step in range(2, steps):
        engine = engines[step % len(engines)]
        run = again(run, path, engine=engine, observers=[StopAt(step)], **given)
        assert run.outcome.steps == step
    assert bits(again(run, path, **given)) == bits(warmer.train(**task, engine="python"))


@pytest.mark.parametrize("steps", [16, pytest.param(200, marks=pytest.mark.nightly)])
def test_from_every_step(any_rule, engines, steps, tmp_path) -> None:
    """For every kind of rule the bits are those of the unbroken run, shuffled and not."""
    for seed in (4, None):
        if seed is not None or getattr(any_rule, "__name__", "") != "Jumpy":
            from_every_step(any_rule, engines, steps, seed, tmp_path / f"{seed}.warmer")


@pytest.mark.nightly
@pytest.mark.parametrize("rule", EXAMPLES)
def test_examples_from_every_step(rule, tmp_path) -> None:
    """The same for the rules in docs/examples that remember."""
    for seed in (4, None):
        from_every_step(rule, ENGINES, 200, seed, tmp_path / f"{seed}.warmer")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "more",
    [
        {"tolerance": 1e-2, "batch_size": 2, "targets": table()["inputs"] @ [1.0, 2.0, 3.0]},
        {"batch_size": 3, "alpha": 3.0, "steps": 60},
        {"valid": (table()["inputs"][:3] * 1.1, table()["targets"][:3]), "patience": 3, "every": 5,
         "alpha": 0.5, "steps": 400},
        {"valid": (table()["inputs"][:3] * 1.1, table()["targets"][:3]), "every": 5},
    ],
    ids=["converges", "grows", "gives_up", "validates"],
)  # fmt: skip
@pytest.mark.parametrize("step", [3, 20, 33])
def test_it_ends_alike(more, engine, step, tmp_path) -> None:
    """How a run is judged does not depend on where it was broken off."""
    path = tmp_path / "c.warmer"
    task = {**table(), "rule": "alpha-scaled", "steps": 200, "engine": engine, **more}
    unbroken = warmer.train(**task)
    broken = warmer.train(**task, checkpoint=path, observers=[StopAt(step)])
    assert broken.outcome.steps == min(step, unbroken.outcome.steps)
    data = {key: task[key] for key in ("inputs", "targets", "valid") if key in task}
    assert bits(warmer.resume(path, **data, engine=engine)) == bits(unbroken)


def test_a_run_that_goes_on_is_kept_as_well(tmp_path) -> None:
    """start= and checkpoint= together: 10 steps, 5 more, and the rest of 30 more."""
    task = {**table(), "rule": ADAM, "batch_size": 2}
    begun = warmer.train(**task, steps=10)
    path = tmp_path / "c.warmer"
    task |= {"steps": 30, "start": begun}
    part = warmer.train(**task, checkpoint=path, observers=[StopAt(15)])
    assert bits(again(part, path, rule=ADAM)) == bits(warmer.train(**task))


def test_the_history_goes_on(tmp_path) -> None:
    """What a resumed run records are the steps that the whole run would have."""
    task = {**table(), "rule": "alpha-scaled", "steps": 40, "history": 7}
    path = tmp_path / "c.warmer"
    part = warmer.train(**task, checkpoint=path, observers=[StopAt(16)])
    rest = again(part, path, history=7)
    assert [*part.history.step, *rest.history.step] == [1, 8, 15, 22, 29, 36]


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, MemoryError])
def test_an_interrupted_run_is_kept(error, tmp_path, monkeypatch) -> None:
    """What ends a program ends the run, and its last steps are in the checkpoint."""
    path = tmp_path / "c.warmer"
    task = {**table(), "rule": "alpha-scaled", "steps": 40}

    def interrupted(*_: Any, **__: Any) -> None:
        if _[1]["step"] >= 9:
            raise error

    with monkeypatch.context() as patch:
        patch.setattr("warmer.training.observers.Watchers.steps_taken", interrupted)
        with pytest.raises(error):
            warmer.train(**task, checkpoint=path, engine="python")
    run = warmer.resume(path, **table())
    assert run.weights.tobytes() == warmer.train(**task).weights.tobytes()
    assert run.history.step[0] > 1
