"""Signals at any moment of `train --history`: nothing is lost, and nothing is left behind."""

import itertools
import json
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import warmer as api

from .test_process import BUSY, start

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
TRAIN = "train alpha-scaled norris.csv --target y --steps 12000 --json --history".split()


def disturbed(folder, delay, number):
    """Send a signal so many seconds after the start; answers whether the result was printed."""
    folder.mkdir()
    (folder / "h.csv").write_text("old", encoding="utf-8")
    process = start(*TRAIN, str(folder / "h.csv"))
    try:
        process.wait(timeout=delay)
    except subprocess.TimeoutExpired:
        process.send_signal(number)
    out, err = process.communicate(timeout=120)

    assert os.listdir(folder) == ["h.csv"], "a stray file"
    if not out:
        assert process.returncode != 0, err
        assert (folder / "h.csv").read_text(encoding="utf-8") == "old"
        return False
    outcome = json.loads(out)["outcome"]
    assert outcome["status"] == "budget" or number.name in err
    assert api.read_table(folder / "h.csv").rows == outcome["steps"]
    return True


@pytest.mark.parametrize(
    ("numbers", "count"),
    [(SIGNALS, 3), *(pytest.param([each], 200, marks=pytest.mark.nightly) for each in SIGNALS)],
    ids=["sample", *(each.name for each in SIGNALS)],
)
def test_any_moment(tmp_path, numbers, count):
    """Result and history are those of the steps taken, or neither is there; nothing is stray."""
    began = time.monotonic()
    assert disturbed(tmp_path / "whole", 120, numbers[0])
    took = time.monotonic() - began
    moments = random.Random(0)
    delays = [1.1 * took * (index + moments.random()) / count for index in range(count)]

    with ThreadPoolExecutor(2) as pool:
        folders = [tmp_path / str(index) for index in range(count)]
        printed = [*pool.map(disturbed, folders, delays, itertools.cycle(numbers))]

    assert len(printed) == count


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_second_signal(tmp_path, number):
    """A second signal ends the process at once, and the file beside is removed all the same.

    Ctrl-C is told in one line; the code is 130.
    """
    (tmp_path / "busy.py").write_text(BUSY, encoding="utf-8")
    before = {*os.listdir(), "__pycache__"}
    process = start(
        *"train busy.py:Busy norris.csv --target y --forever --history h.csv".split(),
    )
    assert process.stderr.readline() == "started\n"
    assert len({*os.listdir()} - before) == 1
    process.send_signal(number)
    assert process.stderr.readline() == "noted\n"
    process.send_signal(number)
    told = "warmer: interrupted\n" if number == signal.SIGINT else ""

    assert process.communicate(timeout=120) == ("", told)
    assert process.returncode == (130 if number == signal.SIGINT else -number)
    assert {*os.listdir()} <= before


MEMORY = r"""
import re, sys
from warmer.cli import run
for steps in sys.argv[1:]:
    command = "train alpha-scaled norris.csv --target y --history h.csv --steps"
    assert run([*command.split(), steps]) == 0
    with open("/proc/self/status") as status:  # getrusage would count what the parent took as well
        print(int(re.search(r"VmHWM:\s+(\d+)", status.read())[1]) * 1024, file=sys.stderr)
"""


def memory(*steps):
    """The most memory that so many steps of history take, in bytes: one run after the other."""
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, *map(str, steps)],
        capture_output=True, text=True, timeout=600, check=True,
    )  # fmt: skip
    return [*map(int, done.stderr.split())]


def test_memory():
    """The memory of a history does not grow with its steps, beyond the 16 MB that a run keeps."""
    few, many = memory(30_000, 90_000)
    assert many - few < 8e6  # of which the run keeps 3; all rows would be 20 MB more


@pytest.mark.nightly
def test_memory_of_many_steps():
    """Ten million steps of history take 200 MB at most."""
    assert memory(10_000_000)[0] <= 200e6
