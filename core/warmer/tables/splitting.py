"""Parts of a table, by chance: rows to train with, to stop by, and to test with."""

import math
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from warmer.contract.arguments import shown
from warmer.contract.parameters import Bounds, check_number
from warmer.exceptions import DataError, ParameterError
from warmer.runs.task import brief

Rows = NDArray[np.int64]
MOST = 10**9  # rows
SPLIT = 2**64 - 2
"""Beside the seed: the number of no step and of no pass."""


@attrs.frozen(eq=False)
class Split:
    """Numbers of rows, from 0, each in the order of the table.

    Parameters:
        train: rows to learn from.
        valid: rows that say when to stop; none where none were asked for.
        test: rows that nothing is learned from.
    """

    train: Rows = attrs.field(repr=brief)
    valid: Rows = attrs.field(repr=brief)
    test: Rows = attrs.field(repr=brief)


def split(rows: int, test: float, valid: float = 0.0, seed: int | None = None) -> Split:
    """Split rows by chance: each share, rounded up, of all rows, and the rest to train with.

    The rows are shuffled by `numpy.random.default_rng([seed, 2**64 - 2])`; the first are for the
    test, the next for validation.

    Parameters:
        rows: how many there are.
        test, valid: shares, from 0 to below 1.
        seed: of the shuffle; None is 0.

    Raises:
        ParameterError: a number is of the wrong type or out of its range.
        DataError: there are not enough rows.

    >>> parts = split(10, test=0.2, seed=1)
    >>> parts.test.tolist(), len(parts.train)
    ([2, 3], 8)
    """
    rows = check_number("rows", rows, int, Bounds(at_least=1, at_most=MOST))
    shares = [
        check_number(name, share, float, Bounds(at_least=0, below=1))
        for name, share in (("test", test), ("valid", valid))
    ]
    first, second = (math.ceil(round(rows * share, 9)) for share in shares)  # 30 * 0.1 is above 3
    if first + second >= rows:
        raise DataError(
            f"of {rows} row{'s' * (rows > 1)}, {first} for the test and {second} for validation "
            "leave none to learn from"
        )
    order = _shuffled(rows, seed)
    return Split(
        *map(np.sort, (order[first + second :], order[first : first + second], order[:first]))
    )


def folds(rows: int, count: int, valid: float = 0.0, seed: int | None = None) -> list[Split]:
    """Split rows by chance into parts of equal size, and test with each of them in turn.

    Parameters:
        rows: how many there are.
        count: how many parts, at least 2.
        valid: a share of the rows that are left each time.
        seed: of the shuffle; None is 0.

    Raises:
        ParameterError: a number is of the wrong type or out of its range.
        DataError: there are fewer rows than parts.

    >>> [part.test.tolist() for part in folds(5, 2, seed=1)]
    [[0, 2, 3], [1, 4]]
    """
    rows = check_number("rows", rows, int, Bounds(at_least=1, at_most=MOST))
    count = check_number("count", count, int, Bounds(at_least=2))
    if count > rows:
        raise DataError(f"count must be at most the {rows} rows, got {shown(count)}")
    order = _shuffled(rows, seed)
    parts = []
    for test in np.array_split(order, count):
        left = np.setdiff1d(order, test)
        inner = split(len(left), 0.0, valid, seed)
        parts.append(Split(left[inner.train], left[inner.valid], np.sort(test)))
    return parts


def check_rows(rows: Any, count: int) -> NDArray[np.int64]:
    """Check numbers of rows, from 0.

    Parameters:
        count: how many rows there are.

    Raises:
        ParameterError: they are no whole numbers, or there are no such rows.
    """
    try:
        given = np.asarray(rows)
    except Exception as error:  # somebody's __array__ may raise anything
        raise ParameterError(f"rows must be a list of whole numbers, got {shown(rows)}") from error
    if given.ndim != 1 or (given.size and given.dtype.kind not in "iu"):
        raise ParameterError(f"rows must be a list of whole numbers, got {shown(rows)}")
    if given.size and not 0 <= int(given.min()) <= int(given.max()) < count:
        raise ParameterError(f"rows must be from 0 to {count - 1}, got {shown(rows)}")
    return given.astype(np.int64, copy=False)


def _shuffled(rows: int, seed: Any) -> Rows:
    seed = 0 if seed is None else check_number("seed", seed, int, Bounds(at_least=0))
    check_number("seed", seed, int, Bounds(at_most=1e300))
    return np.random.default_rng([seed, SPLIT]).permutation(rows)
