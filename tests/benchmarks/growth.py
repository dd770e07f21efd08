"""How time grows: with rows, with features, and with steps. A cliff would show as a jump."""

import time
from collections.abc import Iterator
from statistics import median
from typing import Any

import numpy as np
import workloads

from warmer_rules.alpha_scaled import AlphaScaled

FEATURES = (1, 2, 3, 5, 8, 9, 16, 17, 32, 64, 100, 200, 256, 257, 300, 512, 1000, 2000, 5000)


def lines() -> Iterator[list[str]]:
    """One table for rows, one for features, one for steps."""
    yield [
        "growth with rows (d=10, full batch, 10 steps)",
        *(_line("rows", rows, *_batch(rows, 10, 10)) for rows in _powers(3, 7)),
    ]
    yield [
        "growth with features (2e6 numbers, full batch, 10 steps)",
        *(_line("features", d, *_batch(max(1, 2_000_000 // d), d, 10)) for d in FEATURES),
    ]
    yield [
        "growth with features (2e6 numbers, online, one pass)",
        *(_line("features", d, *_batch(max(1, 2_000_000 // d), d, 0)) for d in FEATURES),
    ]
    yield [
        "growth with steps (one weight)",
        *(_line("steps", n, _seconds([[0.5]], [0.8], n, 1), n, "step") for n in _powers(3, 8)),
    ]


def _powers(first: int, last: int) -> list[int]:
    return [10**power for power in range(first, last + 1)]


def _batch(rows: int, features: int, steps: int) -> tuple[float, int, str]:
    inputs, targets = workloads.data(rows, features)
    taken = steps or rows
    seconds = _seconds(inputs, targets, taken, None if steps else 1)
    return seconds, rows * features * (steps or 1), "number"


def _seconds(inputs: Any, targets: Any, steps: int, batch_size: int | None) -> float:
    rule = AlphaScaled(alpha=1e-4)
    inputs, targets = np.asarray(inputs), np.asarray(targets)
    times = []
    for _ in range(4):
        began = time.perf_counter()
        workloads.train(inputs, targets, rule, steps=steps, batch_size=batch_size)
        times.append(time.perf_counter() - began)
    return median(times[1:])


def _line(name: str, value: int, seconds: float, count: int, unit: str) -> str:
    each = seconds / count * 1e9
    return f"  {value:>10,d} {name:9s} {seconds * 1e3:12.3f} ms {each:10.3f} ns/{unit}"
