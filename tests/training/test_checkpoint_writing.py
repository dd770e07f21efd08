"""Writing checkpoints: whatever fails, an earlier one is whole, and the cost is small."""

import errno
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import warmer
from tests.training.checkpointing import StopAt, table
from warmer.storing import atomic
from warmer.training.checkpoints import load_checkpoint

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
