"""How time grows: with rows, with features, and with steps. A cliff would show as a jump."""

import time
from collections.abc import Iterator
from statistics import median
from typing import Any, NamedTuple

import numpy as np
import workloads

from warmer_rules.alpha_scaled import AlphaScaled

FEATURES = (1, 2, 3, 5, 8, 9, 16, 17, 32, 64, 100, 200, 256, 257, 300, 512, 1000, 2000, 5000)


class Growth(NamedTuple):
    """One series: what it is, and for each size the seconds of a run and what they amount to.

    Parameters:
        along: what grows (rows, features or steps).
        unit: what a time is divided by.
        points: size, seconds of a run, and how many units it has.
    """

    title: str
    along: str
    unit: str
    points: list[tuple[int, float, int]]

    def lines(self) -> list[str]:
        """Write the series as a table."""
        rows = [
            f"  {size:>10,d} {self.along:9s} {seconds * 1e3:12.3f} ms "
            f"{seconds / count * 1e9:10.3f} ns/{self.unit}"
            for size, seconds, count in self.points
        ]
        return [self.title, *rows]


def measure() -> Iterator[Growth]:
    """Measure one series for rows, two for features, one for steps."""
    yield Growth(
        "full batch, 10 features, 10 steps", "rows", "number",
        [_batch(rows, rows, 10, 10) for rows in _powers(3, 7)],
    )  # fmt: skip
    yield Growth(
        "full batch, 2,000,000 numbers, 10 steps", "features", "number",
        [_batch(d, max(1, 2_000_000 // d), d, 10) for d in FEATURES],
    )  # fmt: skip
    yield Growth(
        "online, 2,000,000 numbers, one pass", "features", "number",
        [_batch(d, max(1, 2_000_000 // d), d, 0) for d in FEATURES],
    )  # fmt: skip
    yield Growth(
        "one weight", "steps", "step",
        [(n, _seconds([[0.5]], [0.8], n, 1), n) for n in _powers(3, 8)],
    )  # fmt: skip


def _powers(first: int, last: int) -> list[int]:
    return [10**power for power in range(first, last + 1)]


def _batch(size: int, rows: int, features: int, steps: int) -> tuple[int, float, int]:
    """One point; no steps means a pass over the rows, one at a time."""
    inputs, targets = workloads.data(rows, features)
    seconds = _seconds(inputs, targets, steps or rows, None if steps else 1)
    return size, seconds, rows * features * (steps or 1)


def _seconds(inputs: Any, targets: Any, steps: int, batch_size: int | None) -> float:
    rule = AlphaScaled(alpha=1e-4)
    inputs, targets = np.asarray(inputs), np.asarray(targets)
    times = []
    for _ in range(6):
        began = time.perf_counter()
        workloads.train(inputs, targets, rule, steps=steps, batch_size=batch_size)
        times.append(time.perf_counter() - began)
    return median(times[1:])
