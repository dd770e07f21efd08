"""Fewer points that look like all of them: extremes stay."""

import numpy as np
from numpy.typing import NDArray

from warmer.runs.task import Array

Places = NDArray[np.intp]
CELLS = (60, 40, 30, 20, 14, 10, 7, 5, 3)  # along each axis; of each cell one point is drawn


def of_line(values: Array, bins: int) -> Places:
    """Places of the points that are enough to draw a long line.

    Of each part of it these are the first, the last, the least and the largest.

    >>> of_line(np.array([0.0, 9, 1, 1, 1, -9, 1, 1]), 1).tolist()
    [0, 1, 5, 7]
    """
    if len(values) <= 4 * bins:
        return np.arange(len(values))
    kept: set[int] = set()
    edges = np.linspace(0, len(values), bins + 1).astype(int)
    for first, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        part = np.where(np.isfinite(values[first:stop]), values[first:stop], 0.0)
        kept |= {first, stop - 1, first + int(np.argmin(part)), first + int(np.argmax(part))}
    return np.array(sorted(kept), np.intp)


def of_walk(positions: Array, errors: Array, most: int) -> Places:
    """Places of the points of a walk to draw: about so many at most.

    Of points that lie close together the first one is drawn. The extremes of both numbers and the
    last point are among them.

    >>> of_walk(np.array([0.0, 1, 0, 1, 0, 0.5]), np.array([0.0, 1, 0, 1, 0, 0.5]), 5).tolist()
    [0, 1, 5]
    """
    count = len(positions)
    if count <= most:
        return np.arange(count)
    shares = np.stack([_shares(positions), _shares(errors)])
    for cells in CELLS:
        _, first = np.unique(np.floor(shares * cells), axis=1, return_index=True)
        if len(first) <= most:
            break
    ends = [int(pick(each)) for each in shares for pick in (np.argmin, np.argmax)]
    return np.unique([*first.tolist(), *ends, count - 1])


def _shares(values: Array) -> Array:
    """Where values lie in their range, from 0 to 1; what is not finite lies at 0."""
    safe = np.where(
        np.isfinite(values), values, np.min(values, where=np.isfinite(values), initial=np.inf)
    )
    with np.errstate(all="ignore"):
        share = (safe / 2 - np.min(safe) / 2) / (np.max(safe) / 2 - np.min(safe) / 2)
    return np.asarray(np.nan_to_num(share), dtype=np.float64)
