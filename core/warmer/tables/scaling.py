"""Centre and spread of a feature, from exact sums."""

import math
import sys
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from warmer.exceptions import DataError, Remedy
from warmer.tables.exact import exact_sum, exact_sums, sum_of_parts
from warmer.tables.header import quoted
from warmer.tables.holes import without_them
from warmer.tables.spool import spans
from warmer.tables.table import Array

SCALES = ("standard", "none")
"""The ways to scale features."""


def standard(
    source: str, names: Sequence[str], values: Array, bias: bool
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the centres and the spreads of features, as `prepare` defines them.

    Sums are exact before they are rounded, so no CPU changes a bit of them.

    Parameters:
        values: (features, rows).

    Raises:
        DataError: they do not fit 64 bits.
    """
    rows = values.shape[1]
    lows = np.min([values[:, span].min(axis=1) for span in spans(rows)], axis=0)
    highs = np.max([values[:, span].max(axis=1) for span in spans(rows)], axis=0)
    with np.errstate(over="ignore", invalid="ignore"):
        centres = exact_sums(values) / rows if bias else np.zeros(len(values))
        mean_squares = _exact_squares(values, centres) / rows
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


def mean(values: Array, holes: NDArray[np.bool_] | None = None) -> float:
    """The mean, from an exact sum; of numbers whose sum does not fit 64 bits as well.

    Parameters:
        holes: which of them do not count; None for none.
    """
    if holes is not None:
        count = len(holes) - int(np.count_nonzero(holes))
        parts = ((values[span], holes[span]) for span in spans(len(values)))
        total = sum_of_parts(part[~none] for part, none in parts)
    else:
        count, total = len(values), exact_sum(values)
    if math.isfinite(total):
        return total / count
    shares = (values[span] / count for span in spans(len(values)))  # nan where there is a hole
    return sum_of_parts(part[~np.isnan(part)] for part in shares)


def _exact_squares(values: Array, centres: Array) -> Array:
    """Return the exact sums of the squares of the distances from a centre, for each row."""
    parts = spans(values.shape[1], len(values))
    if len(parts) == 1:
        distances = values - centres[:, np.newaxis]
        return exact_sums(distances * distances)
    sums = []
    for row, centre in zip(values, centres.tolist(), strict=True):
        distances_ = (row[span] - centre for span in parts)
        sums.append(sum_of_parts(part * part for part in distances_))
    return np.array(sums)
