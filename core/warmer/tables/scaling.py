"""Centre and spread of a feature, from exact sums."""

import math
import sys
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import chain

import numpy as np

from warmer.exceptions import DataError
from warmer.tables.header import quoted
from warmer.tables.table import Array

SCALES = ("standard", "none")
"""The ways to scale features."""

Values = Callable[[], Iterator[Array]]
"""Numbers in blocks, from the first one each time."""


def standard(source: str, name: str, values: Values, rows: int, bias: bool) -> tuple[float, float]:
    """Return the centre and the spread of a feature, as `prepare` defines them.

    Sums are exact before they are rounded (`math.fsum`), so no CPU changes a bit of them.

    Parameters:
        values: the blocks of the feature, from the first one each time.
        rows: how many there are together.

    Raises:
        DataError: they do not fit 64 bits.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        centre = exact_sum(values()) / rows if bias else 0.0
        distances = (block - centre for block in values())
        mean_square = exact_sum(block * block for block in distances) / rows
    if sys.float_info.min <= mean_square < math.inf:  # nan fails as well
        return centre, math.sqrt(mean_square)
    low = min(float(np.min(block)) for block in values())
    high = max(float(np.max(block)) for block in values())
    if low == high == 0:  # without a bias, a column of zeros stays
        return 0.0, 1.0
    raise DataError(
        f"{source}: column {quoted(name)} runs from {low!r} to {high!r}, whose squares do not "
        "fit 64 bits: change its unit, or leave it out with --without or use --scale none"
    )


def standard_of_level(count: int, rows: int, bias: bool) -> tuple[float, float]:
    """Return the same of an input that is 1 in some rows and 0 in the others.

    Parameters:
        count: how many rows have a 1.
    """
    centre = count / rows if bias else 0.0
    ones, zeros = (Fraction((value - centre) * (value - centre)) for value in (1.0, 0.0))
    return centre, math.sqrt(float(count * ones + (rows - count) * zeros) / rows)


def mean(values: Values) -> float:
    """The mean, from an exact sum; of numbers whose sum does not fit 64 bits as well.

    Parameters:
        values: their blocks, from the first one each time.
    """
    rows, total = sum(len(block) for block in values()), exact_sum(values())
    return total / rows if math.isfinite(total) else exact_sum(block / rows for block in values())


def exact_sum(blocks: Iterable[Array]) -> float:
    """Return the exact sum, rounded once; `nan` where it does not fit 64 bits."""
    try:
        return math.fsum(chain.from_iterable(block.tolist() for block in blocks))
    except (OverflowError, ValueError):
        return math.nan


def column_sums(terms: Array) -> Array:
    """Return the exact sum of each column."""
    return np.array([exact_sum([column]) for column in terms.T])
