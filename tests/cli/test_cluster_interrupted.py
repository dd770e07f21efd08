"""Ctrl-C while a command learns on a cluster: as in one process, and nobody is left behind."""

import json
import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest

import warmer

from .test_process import start

pytestmark = pytest.mark.port("dask")
STEPS = 10_000
TRAIN = "train alpha-scaled part-*.parquet --target y --cluster local --json --checkpoint-every 0"


def workers(process):
    """The processes of workers, with how many threads each has by now."""
    import psutil

    found = {}
    for child in psutil.Process(process.pid).children(recursive=True):
        try:
            if "--multiprocessing-fork" in child.cmdline():
                found[child.pid] = child.num_threads()
        except psutil.NoSuchProcess:  # has just ended
            pass
    return found


def until(process, reached):
    """Wait until something is so, while a process lives."""
    while not reached():
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


def starting(process):
    """Until the first worker begins."""
    until(process, lambda: workers(process))


def reading(process):
    """Until the workers are there, about."""
    until(process, lambda: min(workers(process).values(), default=0) > 3)


def training(process):
    """Until a step is taken."""
    until(process, Path("run.warmer").exists)


def training_on(process):
    """Until a worker that was killed has been replaced, while steps are taken."""
    training(process)
    first = workers(process)
    os.kill(min(first), signal.SIGKILL)
    until(process, lambda: max((n for pid, n in workers(process).items() if pid not in first),
                               default=0) > 3)  # fmt: skip


def interrupted(moment, *options):
    """Press Ctrl-C at a moment, as a terminal sends it: to the workers as well."""
    process = start(*TRAIN.split(), *options, start_new_session=True)
    try:
        moment(process)
        known = workers(process)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    deadline = time.monotonic() + 30
    while any(map(alive, known)):
        assert time.monotonic() < deadline, "a worker is left behind"
        time.sleep(0.01)
    return process.returncode, out, err


def alive(number):
    """Whether a process has not ended."""
    import psutil

    try:
        return psutil.Process(number).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def parts():
    """A table in two parts, and whole."""
    import pandas

    rng = np.random.default_rng(0)
    frame = pandas.DataFrame(rng.normal(size=(2000, 2)) + 3, columns=["a", "b"])
    frame = frame.assign(y=frame["a"] - 2 * frame["b"] + rng.normal(size=2000))
    frame[:900].to_parquet("part-0.parquet", index=False)
    frame[900:].to_parquet("part-1.parquet", index=False)
    frame.to_parquet("whole.parquet", index=False)


@pytest.mark.parametrize("moment", [starting, reading])
def test_before_the_run(parts, moment):
    """Ctrl-C before the first step ends the command with one line, and its workers with it."""
    assert interrupted(moment) == (130, "", "warmer: interrupted\n")


@pytest.mark.parametrize("moment", [training, training_on])
def test_in_the_middle(parts, moment):
    """What was learned is told and kept, and goes on in one process to the same bits."""
    code, out, err = interrupted(
        moment, "--steps", str(STEPS), "--checkpoint", "run.warmer", "--save", "model.warmer"
    )

    assert code == 130
    outcome = json.loads(out)["outcome"]
    taken = outcome["steps"]
    assert outcome == {"status": "stopped", "reason": "interrupted (SIGINT)", "steps": taken}
    assert 0 < taken < STEPS
    steps = f"{taken} step" + "s" * (taken > 1)
    goes_on = "`warmer resume run.warmer` goes on with it"
    assert err == f"warmer: interrupted (SIGINT) after {steps}; {goes_on}\n"
    assert warmer.load("model.warmer").state.step == taken
    prepared = warmer.prepare(warmer.read_table("whole.parquet"), "y")
    rows = prepared.inputs, prepared.targets[:, 0]
    run = warmer.resume("run.warmer", *rows)
    whole = warmer.train(*rows, "alpha-scaled", steps=STEPS, history=None)
    assert run.outcome == whole.outcome
    assert run.weights.tobytes() == whole.weights.tobytes()
