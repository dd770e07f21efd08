"""Centre and spread of a feature, from exact sums."""

import math
import sys
from collections.abc import Sequence

import numpy as np

from warmer.exceptions import DataError, Remedy
from warmer.tables.header import quoted
from warmer.tables.holes import without_them
from warmer.tables.table import Array

SCALES = ("standard", "none")
"""The ways to scale features."""


def standard(
    source: str, names: Sequence[str], values: Array, bias: bool
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the centres and the spreads of features, as `prepare` defines them.

    Sums are exact before they are rounded (`math.fsum`), so no CPU changes a bit of them.

    Parameters:
        values: (features, rows).

    Raises:
        DataError: they do not fit 64 bits.
    """
    lows, highs = values.min(axis=1), values.max(axis=1)
    with np.errstate(over="ignore", invalid="ignore"):
        centres = exact_sums(values) / values.shape[1] if bias else np.zeros(len(values))
        distances = values - centres[:, np.newaxis]
        mean_squares = exact_sums(distances * distances) / values.shape[1]
    zeros = (lows == 0) & (highs == 0)  # without a bias, a column of zeros stays
    centres[zeros], mean_squares[zeros] = 0.0, 1.0
    fit = (mean_squares >= sys.float_info.min) & (mean_squares < math.inf)  # nan does not
    for bad in np.flatnonzero(~fit)[:1].tolist():
        raise DataError(
            f"{source}: column {quoted(names[bad])} runs from {lows[bad].item()!r} to "
            f"{highs[bad].item()!r}, whose squares do not fit 64 bits; change its unit",
            without_them([names[bad]]),
            Remedy("scale", "none", "leaves all columns as they are"),
        )
    return tuple(centres.tolist()), tuple(np.sqrt(mean_squares).tolist())


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


def exact_sums(values: Array) -> Array:
    """Return the exact sum of each row of an array."""
    return np.array([exact_sum(row) for row in values])
