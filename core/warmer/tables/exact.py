"""Exact sums, rounded once: neither the order of the numbers nor a processor changes a bit."""

import math
from collections.abc import Iterable
from itertools import chain

import numpy as np

from warmer.tables.spool import SPAN, spans
from warmer.tables.table import Array

FEW = 256  # numbers that `math.fsum` adds up as fast


def exact_sum(values: Array) -> float:
    """Return the exact sum, rounded once; `nan` where it does not fit 64 bits."""
    if len(values) <= SPAN:
        return _rounded(condensed(values))
    return sum_of_parts(values[span] for span in spans(len(values)))


def sum_of_parts(parts: Iterable[Array]) -> float:
    """Return the exact sum of numbers that come in parts."""
    return _rounded(chain.from_iterable(map(condensed, parts)))


def _rounded(numbers: Iterable[float]) -> float:
    try:
        return math.fsum(numbers)
    except (OverflowError, ValueError):
        return math.nan


def exact_parts(values: Array) -> list[float]:
    """Return a few numbers whose exact sum is that of the values, to be added to others.

    >>> exact_parts(np.array([1e16, 1.0, 1.0, 1e-30]))
    [1.0000000000000002e+16, 1e-30]
    """
    numbers, parts = condensed(values), list[float]()
    while True:
        try:
            rest = math.fsum([*numbers, *(-part for part in parts)])
        except (OverflowError, ValueError):
            return [math.nan]
        if rest == 0 or not math.isfinite(rest):
            return parts if rest == 0 else [math.nan]
        parts.append(rest)


def exact_sums(values: Array) -> Array:
    """Return the exact sum of each row of an array."""
    return np.array([exact_sum(row) for row in values])


def condensed(values: Array) -> list[float]:
    """Return fewer numbers with the same exact sum; the same numbers where there are few.

    Adding a large power of two and taking it away again rounds a number to its leading bits. With a
    power that is larger than all of them together, the sum of what is left is exact in any order.
    The rest of each number is treated likewise, until there is none: two or three times, mostly.
    (Rump, Ogita and Oishi, Accurate floating-point summation, 2008)
    """
    found: list[float] = []
    while values.size > FEW:
        largest = float(np.abs(values).max())
        power = math.frexp(largest)[1] + (values.size + 1).bit_length()
        if not largest:
            return found
        if not math.isfinite(largest) or power >= np.finfo(float).maxexp:
            break
        large = math.ldexp(1.0, power)
        leading = (values + large) - large
        found.append(float(leading.sum()))
        values = values - leading
    return [*found, *values.tolist()]
