"""More than one machine: a step on a Dask cluster of this one, beside one process.

The cluster has a process for each core. Steps of everybody are taken in turns; what is said is the
median time of a step, and for dask-glm, whose step reads the inputs twice, of a pass.
"""

import time
from collections.abc import Iterator
from statistics import median
from typing import Any

import numpy as np

import warmer
from warmer.engines.native.threads import cores

PARTITIONS, INPUTS, IDLE = 64, 100, 16


class Clock:
    """An observer that notes when each step is over."""

    every = 1

    def __init__(self) -> None:
        self.times: list[float] = []

    @warmer.hookimpl
    def steps_taken(self) -> None:
        self.times.append(time.perf_counter())

    @property
    def steps(self) -> list[float]:
        """How long each step took but the first two, in seconds."""
        return np.diff(self.times)[1:].tolist()


def lines(numbers: int, rounds: int) -> Iterator[list[str]]:
    """One table: milliseconds of a step over so many numbers, and of one over next to nothing."""
    import dask.array
    import distributed

    with (
        distributed.LocalCluster(
            n_workers=cores(), threads_per_worker=1, dashboard_address=":0", memory_limit=0
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        rows = numbers // INPUTS
        size = -(-rows // PARTITIONS)
        inputs = dask.array.random.default_rng(0).normal(size=(rows, INPUTS), chunks=(size, INPUTS))
        inputs = client.persist(inputs)
        targets = client.persist(inputs.sum(axis=1))
        here, goals = inputs.compute(), targets.compute()
        small = dask.array.ones((IDLE * 100, 2), chunks=(100, 2))
        spent: dict[str, list[float]] = {}
        for _ in range(rounds):
            for name, work in {
                "warmer, one process": lambda: _steps(here, goals),
                "warmer, cluster": lambda: _steps(inputs, targets),
                "dask-glm, a pass": lambda: _glm(inputs, targets),
                f"warmer, {IDLE} idle partitions": lambda: _steps(small, small[:, 0]),
            }.items():
                spent.setdefault(name, []).extend(work())
        told = {name: 1e3 * median(times) for name, times in spent.items() if times}
        yield [
            f"{rows:,} x {INPUTS} numbers in {PARTITIONS} partitions, {cores()} processes",
            *(f"  {name:30}{spent:10.1f} ms" for name, spent in told.items()),
        ]


def _steps(inputs: Any, targets: Any) -> list[float]:
    clock = Clock()
    warmer.train(
        inputs, targets, "alpha-scaled", alpha=0.1, steps=12, observers=[clock], history=None
    )
    return clock.steps


def _glm(inputs: Any, targets: Any) -> list[float]:
    """The time of a pass of dask-glm's gradient descent; nothing where it is not installed."""
    try:
        from dask_glm.algorithms import gradient_descent
        from dask_glm.families import Normal
    except ImportError:
        return []
    times = []
    for steps in (1, 3):
        began = time.perf_counter()
        gradient_descent(inputs, targets, max_iter=steps, family=Normal, tol=0.0)
        times.append(time.perf_counter() - began)
    return [(times[1] - times[0]) / 2 / 2]
