"""Checkpoints: a run that was broken off at any moment ends as if it never had been."""

import errno
import hashlib
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import warmer
from warmer.storing import atomic
from warmer.storing.locking import locked
from warmer.training.checkpoints import load_checkpoint

ROOT = Path(__file__).parents[2]
OPTIMIZERS = ROOT / "tests" / "optimizers.py"
ADAM = f"{OPTIMIZERS}:Adam"
EXAMPLES = [
    f"{ROOT / 'docs' / 'examples'}/warmer-{name}/warmer_{name}.py:{name.title()}"
    for name in ("adam", "momentum")
]
ENGINES = ("python", "arrays", "native")


def table(targets: int = 1) -> dict[str, Any]:
    """Seven rows of three inputs."""
    numbers = np.random.default_rng(targets)
    inputs = numbers.normal(size=(7, 3))
    return {"inputs": inputs, "targets": numbers.normal(size=(7, targets) if targets > 1 else 7)}


class StopAt:
    """An observer that breaks a run off after a step."""

    every = 1

    def __init__(self, step: int, how: Callable[[], BaseException] = warmer.Stop):
        self._step, self._how = step, how

    @warmer.hookimpl
    def steps_taken(self, step: int) -> None:
        if step >= self._step:
            raise self._how()


def bits(run: warmer.Run) -> tuple[Any, ...]:
    """All that the next step depends on, and how the run ended."""
    state, seen = run.state, run.validation
    return (
        run.outcome, state.weights.tobytes(), state.memory.tobytes(), state.error_sums.tobytes(),
        state.last_errors.tobytes(), state.moved, None if seen is None else repr(seen),
    )  # fmt: skip


def again(run: warmer.Run, path: Path, **also: Any) -> warmer.Run:
    """Go on with the data of `table`."""
    targets = run.state.weights.shape[1]
    return warmer.resume(path, **table(targets), **also)


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
        for step in (1, 7, 15, 29):
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


def test_an_ended_run_is_answered_as_it_ended(tmp_path) -> None:
    """And a new run may take its place."""
    path = tmp_path / "c.warmer"
    task = {**table(), "rule": "alpha-scaled", "steps": 40}
    run = warmer.train(**task, checkpoint=path)
    again_ = warmer.resume(path, **table())
    assert again_.outcome == run.outcome
    assert again_.weights.tobytes() == run.weights.tobytes()
    warmer.train(**task, checkpoint=path)


def test_nothing_unfinished_is_written_over(tmp_path) -> None:
    """Nor is any other file."""
    path = tmp_path / "c.warmer"
    task = {**table(), "rule": "alpha-scaled", "steps": 40}
    warmer.train(**task, checkpoint=path, observers=[StopAt(5)])
    before = path.read_bytes()
    with pytest.raises(warmer.UsageError, match=r"holds a run at step 5 of 40; go on with it"):
        warmer.train(**task, checkpoint=path)
    assert path.read_bytes() == before
    Path(f"{path}.previous").unlink()
    with pytest.raises(warmer.UsageError, match=r"holds a run at step 5 of 40; go on with it"):
        warmer.train(**task, checkpoint=path)
    assert path.read_bytes() == before
    other = tmp_path / "data.csv"
    other.write_text("x,y\n", encoding="utf-8")
    with pytest.raises(warmer.UsageError, match="is no model or checkpoint of warmer; name"):
        warmer.train(**task, checkpoint=other)
    warmer.save(warmer.train(**task), tmp_path / "m.warmer")
    with pytest.raises(warmer.UsageError, match="is a model, not a checkpoint"):
        warmer.train(**task, checkpoint=tmp_path / "m.warmer")
    with pytest.raises(warmer.DataError, match="is a model, not a checkpoint; go on with start="):
        warmer.resume(tmp_path / "m.warmer", **table())
    with pytest.raises(warmer.DataError, match="is a checkpoint, not a model"):
        warmer.load(path)


def test_a_damaged_one(tmp_path) -> None:
    """The one before it is taken, with a warning; it is not lost before another one is whole."""
    path = tmp_path / "c.warmer"
    task = {**table(), "rule": "alpha-scaled", "steps": 40}
    warmer.train(**task, checkpoint=warmer.Checkpoint(path, every=0), observers=[StopAt(9)])
    path.write_bytes(path.read_bytes()[:-1])
    previous = Path(f"{path}.previous").read_bytes()
    run = warmer.resume(path, **table(), observers=[StopAt(10)])
    assert "c.warmer: is damaged" in run.reports[0]
    assert "the one before it is taken" in run.reports[0]
    assert Path(f"{path}.previous").read_bytes() == previous
    run = warmer.resume(path, **table())
    assert run.reports == ()
    assert run.weights.tobytes() == warmer.train(**task).weights.tobytes()
    path.write_bytes(b"")
    Path(f"{path}.previous").write_bytes(b"x")
    with pytest.raises(warmer.DataError, match="c.warmer: is no model or checkpoint"):
        warmer.resume(path, **table())


@pytest.mark.parametrize(
    "change",
    [
        lambda d: {**d, "inputs": np.nextafter(d["inputs"], 9)},
        lambda d: {**d, "inputs": np.ascontiguousarray(d["inputs"][::-1])},
        lambda d: {**d, "targets": -d["targets"]},
        lambda d: {**d, "inputs": d["inputs"][:6], "targets": d["targets"][:6]},
        lambda d: {**d, "inputs": d["inputs"][:, :2]},
        lambda d: {**d, "targets": d["targets"].reshape(-1, 1)},
        lambda d: {**d, "valid": (d["inputs"], d["targets"])},
    ],
)
def test_other_data_are_refused(change, tmp_path) -> None:
    """Down to the last bit, and the shape."""
    path = tmp_path / "c.warmer"
    warmer.train(**table(), rule="alpha-scaled", steps=9, checkpoint=path, observers=[StopAt(5)])
    with pytest.raises(warmer.DataError, match="c.warmer"):
        warmer.resume(path, **change(table()))


def test_the_same_data_in_any_layout(tmp_path) -> None:
    """What counts are the numbers, not how they lie in memory."""
    path = tmp_path / "c.warmer"
    warmer.train(**table(), rule="alpha-scaled", steps=9, checkpoint=path, observers=[StopAt(5)])
    data = table()
    warmer.resume(path, np.asfortranarray(data["inputs"]).astype(">f8"), data["targets"].tolist())


def test_a_second_run_is_refused(tmp_path) -> None:
    """While one run writes to a checkpoint, no other does, in this process or another."""
    path = tmp_path / "c.warmer"
    warmer.train(**table(), rule="alpha-scaled", steps=9, checkpoint=path, observers=[StopAt(5)])
    with locked(os.fspath(path)):
        with pytest.raises(warmer.UsageError, match="another run is writing to it"):
            warmer.resume(path, **table())
        code = f"import warmer; warmer.resume({os.fspath(path)!r}, [1.0], [1.0])"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert "another run is writing to it" in done.stderr
    assert sorted(os.listdir(tmp_path)) == ["c.warmer", "c.warmer.previous"]
    Path(f"{path}.lock").write_text("", encoding="utf-8")  # a killed run has left it
    warmer.resume(path, **table())
    assert not Path(f"{path}.lock").exists()


def test_what_has_no_name_is_given_again(tmp_path, momentum) -> None:
    """A class is asked for; with other parameters, or beside a name, it is refused."""
    path = tmp_path / "c.warmer"
    stop = [StopAt(5)]
    warmer.train(**table(), rule=momentum, alpha=0.3, steps=9, checkpoint=path, observers=stop)
    with pytest.raises(warmer.DataError, match="rule Momentum was given as a class or a file"):
        warmer.resume(path, **table())
    with pytest.raises(warmer.UsageError, match="rule Momentum had other parameters"):
        warmer.resume(path, **table(), rule=momentum(alpha=0.1))
    with pytest.raises(warmer.UsageError, match="predict is named in the file"):
        warmer.resume(path, **table(), rule=momentum, predict="linear")
    run = warmer.resume(path, **table(), rule=momentum)
    whole = warmer.train(**table(), rule=momentum, alpha=0.3, steps=9)
    assert run.weights.tobytes() == whole.weights.tobytes()


def test_a_link_is_followed(tmp_path) -> None:
    """The checkpoint and the one before it lie where the link leads."""
    (tmp_path / "far").mkdir()
    (tmp_path / "c.warmer").symlink_to(tmp_path / "far" / "real.warmer")
    path = tmp_path / "c.warmer"
    warmer.train(**table(), rule="alpha-scaled", steps=9, checkpoint=path, observers=[StopAt(5)])
    assert warmer.resume(path, **table()).outcome.steps == 9
    assert sorted(os.listdir(tmp_path / "far")) == ["real.warmer", "real.warmer.previous"]
    assert (tmp_path / "c.warmer").is_symlink()


COMMAND = {
    "data": "t.csv", "shipped": None, "table": None, "test": None, "valid": 0.5,
    "how": {"targets": ["y"], "features": None, "bias": True, "scale": "standard",
            "categories": None, "missing": "refuse", "without": []},
}  # fmt: skip


def test_the_command_stays(tmp_path) -> None:
    """How the command line reads the table again is kept by whoever goes on."""
    path = tmp_path / "c.warmer"
    where = warmer.Checkpoint(path, command=COMMAND)
    task = {**table(), "rule": "alpha-scaled", "steps": 9}
    run = warmer.train(**task, checkpoint=where, observers=[StopAt(3)])
    for step in (5, 7):
        assert load_checkpoint(where).header["command"] == COMMAND
        run = again(run, path, observers=[StopAt(step)])
    other = {**COMMAND, "data": "u.csv"}
    again(run, warmer.Checkpoint(path, command=other))
    assert load_checkpoint(where).header["command"] == other


LIES: dict[str, Any] = {
    "before its start": lambda h: h["task"].update(first=-1),
    "after its start": lambda h: h["task"].update(first=6),
    "beyond its end": lambda h: h.update(step=10),
    "steps": lambda h: h["task"].update(steps=4),
    "no step": lambda h: h.update(step=-1),
    "memory": lambda h: h["memory"].append("velocity"),
    "other memory": lambda h: h["memory"].clear(),
    "a batch": lambda h: h["task"].update(batch_size=99),
    "an axis": lambda h: h.update(single=False),
    "a name": lambda h: h["arrays"][0].__setitem__(0, "weight"),
    "no end": lambda h: h.update(outcome={"status": "budget"}),
    "a seed": lambda h: h["task"].update(seed="1"),
    "data": lambda h: h.update(data="0" * 64),
    "ended": lambda h: h.update(ended=1),
}


@pytest.mark.parametrize("lie", LIES)
def test_signed_lies(lie, tmp_path) -> None:
    """A checkpoint that contradicts itself or the run is refused in a line that names it."""
    path = tmp_path / "c.warmer"
    rule = f"{OPTIMIZERS}:Momentum"
    run = warmer.train(**table(), rule=rule, steps=9, checkpoint=path, observers=[StopAt(5)])
    assert again(run, path, rule=rule, observers=[StopAt(5)]).outcome.steps == 6
    Path(f"{path}.previous").unlink()
    whole = path.read_bytes()
    size = int.from_bytes(whole[8:16], "little")
    header = json.loads(whole[16 : 16 + size])
    LIES[lie](header)
    text = json.dumps(header).encode()
    body = b"WARMER1\n" + len(text).to_bytes(8, "little") + text + whole[16 + size : -32]
    path.write_bytes(body + hashlib.sha256(body).digest())
    with pytest.raises(warmer.DataError, match=f"^{path}: "):
        again(run, path, rule=rule)


CALLS = ("open", "write", "fsync", "replace", "close")


@pytest.fixture
def fail(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make the k-th of some calls of the system fail, once or from then on; count them."""

    class Failing:
        at, lasting, seen = 0, False, 0

        def __call__(self) -> None:
            self.seen += 1
            if self.at and (self.seen == self.at or (self.lasting and self.seen > self.at)):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    failing = Failing()

    class System:
        """The module `os`, as the writer sees it."""

        def __getattr__(self, name: str) -> Any:
            known = getattr(os, name)
            if name not in CALLS:
                return known

            def call(*arguments: Any) -> Any:
                if name == "close":
                    known(*arguments)
                    failing()
                    return None
                failing()
                return known(*arguments)

            return call

    monkeypatch.setattr(atomic, "os", System())
    return failing


@pytest.mark.parametrize("lasting", [False, True])
def test_faults_of_the_disk(lasting, fail, tmp_path) -> None:
    """Whatever call fails, an earlier checkpoint loads, nothing stray is left, the run goes on."""
    task = {**table(), "rule": "alpha-scaled", "steps": 12, "engine": "python"}
    whole = warmer.train(**task).weights.tobytes()
    path = tmp_path / "c.warmer"
    warmer.train(**task, checkpoint=warmer.Checkpoint(path, every=0), observers=[StopAt(4)])
    fail.at, kept = 0, [path.read_bytes(), Path(f"{path}.previous").read_bytes()]
    fail.seen = 0
    run = warmer.resume(warmer.Checkpoint(path, every=0), **table(), engine="python")
    calls = fail.seen
    assert calls > 20
    for at in range(1, calls + 1):
        path.write_bytes(kept[0])
        Path(f"{path}.previous").write_bytes(kept[1])
        fail.at, fail.lasting, fail.seen = at, lasting, 0
        run = warmer.resume(warmer.Checkpoint(path, every=0), **table(), engine="python")
        assert run.weights.tobytes() == whole
        if fail.seen < at:  # how often is written between chunks depends on the time
            continue
        assert any("c.warmer: cannot be written: No space" in each for each in run.reports)
        assert {*os.listdir(tmp_path)} <= {"c.warmer", "c.warmer.previous"}
        fail.at = 0
        assert warmer.resume(path, **table()).weights.tobytes() == whole


def test_a_first_checkpoint_that_cannot_be_written(fail, tmp_path) -> None:
    """Is known before the first step."""
    fail.at, fail.lasting = 1, True
    with pytest.raises(warmer.WarmerError, match="c.warmer: cannot be written: No space"):
        warmer.train(**table(), rule="alpha-scaled", checkpoint=tmp_path / "c.warmer")
    assert os.listdir(tmp_path) == []
    with pytest.raises(warmer.WarmerError, match="nowhere"):
        warmer.train(**table(), rule="alpha-scaled", checkpoint=tmp_path / "nowhere" / "c.warmer")


def test_the_order_of_writing(monkeypatch, tmp_path) -> None:
    """Write, fsync, rename, fsync of the folder: never another order."""
    path, done = tmp_path / "f", []
    path.write_bytes(b"old")

    class System:
        def __getattr__(self, name: str) -> Any:
            known = getattr(os, name)
            if name in ("write", "fsync", "replace"):

                def call(*arguments: Any) -> Any:
                    folder = name == "fsync" and os.path.isdir(f"/proc/self/fd/{arguments[0]}")
                    done.append("fsync folder" if folder else name)
                    return known(*arguments)

                return call
            return known

    monkeypatch.setattr(atomic, "os", System())
    atomic.write(os.fspath(path), [b"a", b"b"], os.fspath(tmp_path / "g"))
    assert done == ["write", "write", "fsync", "replace", "replace", "fsync folder"]
    assert (path.read_bytes(), (tmp_path / "g").read_bytes()) == (b"ab", b"old")


RUN = """
import numpy, warmer
numbers = numpy.random.default_rng(1)
inputs = numbers.normal(size=(7, 3))
where = warmer.Checkpoint("c.warmer", every=0)
import os
told = os.open("told", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
os.write(told, b"0\\n")  # of this process
class Told:
    @warmer.hookimpl
    def steps_taken(self, step):
        os.write(told, b"%d\\n" % step)
task = dict(inputs=inputs, targets=numbers.normal(size=7), observers=[Told()])
if os.path.exists("c.warmer") or os.path.exists("c.warmer.previous"):
    run = warmer.resume(where, **task, engine="python")
else:
    run = warmer.train(**task, rule="alpha-scaled", batch_size=2, seed=4, steps=4000,
                       engine="python", checkpoint=where, history=None)
print(run.state.weights.tobytes().hex())
"""


def killed(folder: Path, after: float) -> str | None:
    """Begin or go on, and kill it so many seconds later; what it printed if it was quicker."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUN], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        out, err = process.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return None
    assert process.returncode == 0, err
    return out.strip()


@pytest.mark.parametrize("kills", [1, pytest.param(200, marks=pytest.mark.nightly)])
def test_killed_at_any_moment(kills, tmp_path) -> None:
    """`kill -9` leaves a checkpoint that can be read, and loses one interval at most.

    The run ends with the same bits. Here an interval is a chunk of steps, after which observers
    are told before it is kept.
    """
    task = {**table(), "rule": "alpha-scaled", "batch_size": 2, "seed": 4, "steps": 4000}
    expected = warmer.train(**task, history=None).state.weights.tobytes().hex()
    began = time.monotonic()
    assert killed(tmp_path, 120) == expected
    took, moments = time.monotonic() - began, random.Random(kills)
    for each in range(kills):
        folder = tmp_path / str(each)
        folder.mkdir()
        for _ in range(2):  # a run that goes on is killed as well
            killed(folder, took * (0.4 + 0.6 * moments.random()))
            lines = (folder / "told").read_text("utf-8") if (folder / "told").exists() else ""
            told = [0, 0, *map(int, lines.split())]
            if told[-1]:
                where = warmer.Checkpoint(folder / "c.warmer")
                assert load_checkpoint(where).header["step"] >= told[-2]
        assert killed(folder, 120) == expected
        assert {*os.listdir(folder)} >= {"c.warmer"}


@pytest.mark.parametrize("weights", [3, 100_000])
def test_the_cost(weights, tmp_path, monkeypatch) -> None:
    """At the default interval writing takes under 1 % of a run, however large the state is."""
    from warmer.training import checkpoints

    clock, written = [0.0], []

    def monotonic() -> float:
        return clock[0]

    def write(*_: Any) -> None:
        clock[0] += 1.5 if weights > 3 else 0.01
        written.append(clock[0])

    class Slow:
        @warmer.hookimpl
        def steps_taken(self) -> None:
            clock[0] += 1.0

        every = 1

    monkeypatch.setattr(checkpoints.time, "monotonic", monotonic)
    monkeypatch.setattr(checkpoints, "write", write)
    warmer.train(
        np.ones((1, 3)), [1.0], "alpha-scaled", steps=600, checkpoint=tmp_path / "c.warmer",
        observers=[Slow()],
    )  # fmt: skip
    between = np.diff(written)[:-1]
    assert len(between) >= 3
    assert between.min() >= 60
    assert (1.5 if weights > 3 else 0.01) / between.min() < 0.01
