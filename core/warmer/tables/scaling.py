"""Centre and spread of a feature, from exact sums."""

import math
import sys

import numpy as np

from warmer.exceptions import DataError
from warmer.tables.header import quoted
from warmer.tables.table import Array

SCALES = ("standard", "none")
"""The ways to scale features."""


def standard(source: str, name: str, values: Array, bias: bool) -> tuple[float, float]:
    """Return the centre and the spread of a feature, as `prepare` defines them.

    Sums are exact before they are rounded (`math.fsum`), so no CPU changes a bit of them.

    Raises:
        DataError: they do not fit 64 bits.
    """
    low, high = float(np.min(values)), float(np.max(values))
    if low == high == 0:  # without a bias, a column of zeros stays
        return 0.0, 1.0
    with np.errstate(over="ignore", invalid="ignore"):
        centre = exact_sum(values) / len(values) if bias else 0.0
        distance = values - centre
        mean_square = exact_sum(distance * distance) / len(values)
    if not sys.float_info.min <= mean_square < math.inf:  # nan fails as well
        raise DataError(
            f"{source}: column {quoted(name)} runs from {low!r} to {high!r}, whose squares do not "
            "fit 64 bits: change its unit, or leave it out with --without or use --scale none"
        )
    return centre, math.sqrt(mean_square)


def mean(values: Array) -> float:
    """The mean, from an exact sum; of numbers whose sum does not fit 64 bits as well."""
    total = exact_sum(values)
    return total / len(values) if math.isfinite(total) else exact_sum(values / len(values))


def exact_sum(values: Array) -> float:
    """Return the exact sum, rounded once; `nan` where it does not fit 64 bits."""
    try:
        return math.fsum(values.tolist())
    except (OverflowError, ValueError):
        return math.nan


def exact_parts(values: Array) -> list[float]:
    """Return a few numbers whose exact sum is that of the values, to be added to others.

    >>> exact_parts(np.array([1e16, 1.0, 1.0, 1e-30]))
    [1.0000000000000002e+16, 1e-30]
    """
    numbers, parts = values.tolist(), list[float]()
    while True:
        try:
            rest = math.fsum([*numbers, *(-part for part in parts)])
        except (OverflowError, ValueError):
            return [math.nan]
        if rest == 0 or not math.isfinite(rest):
            return parts if rest == 0 else [math.nan]
        parts.append(rest)


def column_sums(terms: Array) -> Array:
    """Return the exact sum of each column."""
    return np.array([exact_sum(column) for column in terms.T])
