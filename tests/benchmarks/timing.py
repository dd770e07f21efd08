"""Timing: contenders side by side in one process, interleaved, medians, results compared."""

import time
from collections.abc import Callable, Mapping
from statistics import median
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

ROUND = 0.02  # seconds


class Workload(NamedTuple):
    """One piece of work, and everybody who does it.

    Parameters:
        name: what it is, in a few words.
        unit: what one time is divided by, in words and as a number.
        contenders: name -> a function that does the work and answers the weights it came to.
        limit: seconds that the machine itself needs, and why; None where it was not measured.
        compared: whether everybody does the same, so that the weights must agree.
        operations: how many a unit has for each contender, where they do not do the same.
    """

    name: str
    unit: tuple[str, float]
    contenders: dict[str, Callable[[], Any]]
    limit: tuple[str, float] | None = None
    compared: bool = True
    operations: Mapping[str, int] = MappingProxyType({})


class Result(NamedTuple):
    """Median seconds of each contender, `warmer` first."""

    workload: Workload
    seconds: dict[str, float]


def measure(workload: Workload, rounds: int) -> Result:
    """Run every contender twice to warm up and compare, then all of them in turn, several rounds.

    Short work is repeated within a round, so that a round of it takes about 20 ms.
    """
    contenders = workload.contenders
    expected = np.ravel(contenders["warmer"]())
    repeats = {}
    for name, work in contenders.items():
        found = np.ravel(work())
        began = time.perf_counter()
        work()
        repeats[name] = max(1, int(ROUND / (time.perf_counter() - began)))
        if workload.compared and not np.allclose(found, expected, rtol=1e-6, atol=1e-6):
            raise SystemExit(
                f"{workload.name}: {name} came to {found[:4]}, warmer to {expected[:4]}"
            )
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, work in contenders.items():
            began = time.perf_counter()
            for _ in range(repeats[name]):
                work()
            times[name].append((time.perf_counter() - began) / repeats[name])
    return Result(workload, {name: median(values) for name, values in times.items()})


def table(result: Result) -> list[str]:
    """The lines of a report: each contender's time, and how many times ours it is."""
    workload, seconds = result
    unit, count = workload.unit
    lines = [f"{workload.name}"]
    rows = list(seconds.items())
    if workload.limit:
        rows.append((f"limit: {workload.limit[0]}", workload.limit[1]))
    each = {name: value / count / workload.operations.get(name, 1) for name, value in rows}
    for name, value in each.items():
        ratio = value / each["warmer"]
        lines.append(f"  {name:42s} {value * 1e9:12.3f} ns/{unit:6s} {ratio:9.2f}x")
    return lines
