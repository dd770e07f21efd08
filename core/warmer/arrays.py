"""Arrays from outside: checked once, at the border."""

import sys
from typing import Any

import numpy as np

from warmer.exceptions import DataError
from warmer.task import Array

CHECKED_AT_ONCE = 100_000
"""Numbers up to which an array is read before the run. Larger ones would take as long to read as
to learn from, so they are read when a run diverged, and then named as the cause."""


def check_finite(name: str, array: Array) -> None:
    """Check that an array holds finite numbers only.

    Raises:
        DataError: naming the first that is not, and where it stands.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(array.sum()):  # one pass and no copy; an overflow is looked at below
            return
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        where = ", ".join(map(str, bad[0]))
        raise DataError(f"{name}[{where}] is {array[tuple(bad[0])]}, not a finite number")


def as_inputs(values: Any) -> Array:
    """Inputs as a C-contiguous float64 array of shape (rows, weights), copied only if needed.

    One dimension means one weight: a row for each number.

    Raises:
        DataError: not numbers, not finite, empty, or of more than two dimensions.
    """
    array = _numbers("inputs", values)
    return array.reshape(-1, 1) if array.ndim == 1 else array


def as_targets(values: Any, rows: int) -> tuple[Array, bool]:
    """Targets as (rows, targets), and whether one target was given without that axis.

    Raises:
        DataError: as for inputs, or another number of rows.
    """
    array = _numbers("targets", values)
    if len(array) != rows:
        raise DataError(f"inputs have {rows} rows and targets {len(array)}")
    single = array.ndim == 1
    return (array.reshape(-1, 1) if single else array), single


def as_weights(values: Any, shape: tuple[int, int], single: bool) -> Array:
    """Starting weights as (weights, targets): one number for all, or an array of that shape.

    Raises:
        DataError: not finite numbers, or another shape.
    """
    try:
        raw = np.asarray(values)
        if raw.dtype.kind not in "fiub":
            raise TypeError
        array = raw.astype(np.float64, copy=False)
    except (TypeError, ValueError):
        raise DataError(f"weights must be numbers, got {values!r}") from None
    if not np.isfinite(array).all():
        raise DataError("weights must be finite numbers")
    wanted = shape[:1] if single else shape
    if array.ndim and array.shape != wanted:
        raise DataError(f"weights have the shape {array.shape}, and {wanted} is needed")
    return np.broadcast_to(array.reshape(shape) if array.ndim else array, shape).copy()


def _numbers(name: str, values: Any) -> Array:
    masked = sys.modules.get("numpy.ma")  # who has masked numbers has it, and others need it not
    if masked and masked.is_masked(values):
        raise DataError(f"{name} are masked in places; fill them, or leave these rows out")
    try:
        raw = np.asarray(values)
        if raw.dtype.kind not in "fiub":
            raise TypeError
        array = np.ascontiguousarray(raw, dtype=np.float64)
    except (TypeError, ValueError):
        raise DataError(f"{name} must be an array of numbers") from None
    if raw.ndim not in (1, 2):
        raise DataError(f"{name} must have one or two dimensions, got {raw.ndim}")
    if not array.size:
        raise DataError(f"{name} are empty (shape {raw.shape})")
    if array.size <= CHECKED_AT_ONCE:
        check_finite(name, array)
    return array
