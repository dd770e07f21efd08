"""Arrays from outside: made float64, C-contiguous and aligned, and checked, once, at the border."""

import sys
from contextlib import suppress
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np

from warmer.contract.arguments import shown
from warmer.exceptions import DataError
from warmer.runs.task import Array
from warmer.tables.frames import matrix_of, names_of, table_of

MISSING = ("NoneType", "NAType", "NaTType")
"""The types of pandas' missing values, by name, so that pandas need not be imported."""


def as_inputs(values: Any) -> Array:
    """Inputs as an array of shape (rows, weights), copied only if needed.

    One dimension means one weight: a row for each number.

    Raises:
        DataError: not numbers, not finite, empty, or of more than two dimensions.
    """
    array = _data("inputs", values)
    return array.reshape(-1, 1) if array.ndim == 1 else array


def as_targets(values: Any, rows: int) -> tuple[Array, bool]:
    """Targets as (rows, targets), and whether one target was given without that axis.

    Raises:
        DataError: as for inputs, or another number of rows.
    """
    array = _data("targets", values)
    if len(array) != rows:
        raise DataError(f"inputs have {rows} rows and targets {len(array)}")
    single = array.ndim == 1
    return (array.reshape(-1, 1) if single else array), single


def as_weights(values: Any, shape: tuple[int, int], single: bool) -> Array:
    """Starting weights as (weights, targets): one number for all, or an array of that shape.

    Raises:
        DataError: not finite numbers, or another shape.
    """
    what = "a number, an array of one for each weight, or 'random'"
    if isinstance(values, (bool, np.bool_)):
        raise DataError(f"weights must be {what}, got {shown(values)}")
    array = as_numbers("weights", values, what)
    _check_finite("weights", values, array)
    wanted = shape[:1] if single else shape
    if array.ndim and array.shape != wanted:
        raise DataError(f"weights have the shape {array.shape}, and {wanted} is needed")
    return np.broadcast_to(array.reshape(shape) if array.ndim else array, shape).copy()


def as_numbers(name: str, values: Any, what: str = "an array of numbers") -> Array:
    """Numbers of any kind and shape, finite or not, as aligned, C-contiguous float64.

    Parameters:
        name: of the argument, for messages.
        values: a list, an array, a frame: whatever NumPy makes an array of. Truth values are 0
            and 1; Decimals, Fractions and large ints are rounded to 64 bits.
        what: what it has to be, for messages.

    Raises:
        DataError: something in it is no number, naming the first that is none.
    """
    # Nobody has a masked array before numpy.ma is loaded; another thread may be loading it.
    kind = getattr(sys.modules.get("numpy.ma"), "MaskedArray", ())
    rows = values if isinstance(values, (list, tuple)) else [values]
    if any(isinstance(row, kind) and np.any(row.mask) for row in rows):
        raise DataError(f"{name} are masked in places; fill them, or leave these rows out")
    try:
        raw = np.asarray(_array_of(values))
        if raw.dtype.kind in "US":  # one text among numbers makes texts of them all
            raw = np.asarray(values, dtype=object)
    except MemoryError:
        raise
    except Exception as error:  # somebody's __array__ may raise anything
        why = f"{type(error).__name__}: {' '.join(str(error).split())}"
        if isinstance(values, (list, tuple)) and isinstance(error, ValueError):
            why = "are all rows equally long?"
        raise DataError(f"{name} must be {what}, got {shown(values)} ({why})") from error
    if raw.dtype.kind not in "fiub":
        raw = _from_objects(name, values, raw, what)
    with np.errstate(over="ignore"):  # a wider float that does not fit becomes inf
        return np.require(raw, np.float64, ["C_CONTIGUOUS", "ALIGNED"])


def _array_of(values: Any) -> Any:
    """An array of what only exports its memory; all else as it is."""
    exports = hasattr(type(values), "__dlpack__") and not hasattr(type(values), "__array__")
    return np.from_dlpack(values) if exports else values


def _data(name: str, values: Any) -> Array:
    """Inputs or targets: finite numbers in one or two dimensions."""
    table = table_of(values, name)
    if table is not None:
        matrix = matrix_of(table)
        return matrix if hasattr(values, "columns") else matrix[:, 0]
    array = as_numbers(name, values)
    if array.ndim not in (1, 2):
        raise DataError(f"{name} must have one or two dimensions, got {array.ndim}")
    if not array.size:
        raise DataError(f"{name} are empty (shape {array.shape})")
    _check_finite(name, values, array)
    return array


def _check_finite(name: str, values: Any, array: Array) -> None:
    """Check that an array holds finite numbers only, at the speed of memory: no copy is made.

    Raises:
        DataError: naming the first that is not, and where it stands.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(array.sum()):  # a sum of finite numbers may overflow as well: look closer
            return
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        index = tuple(bad[0].tolist())
        place = _place(name, values, index)
        if np.isnan(array[index]) and "column" in place:  # a missing value of a frame
            raise DataError(_missing(place, "nan"))
        raise DataError(f"{place} is {array[index]}, not a finite number")


def _missing(place: str, value: str) -> str:
    return f"{place} is missing ({value}): fill it, or leave that row out"


def _from_objects(name: str, values: Any, raw: Any, what: str) -> Any:
    """Numbers that NumPy has no type for, such as Decimals, or those of a frame of mixed columns.

    Raises:
        DataError: naming the first that is no number, its column and its type.
    """
    kinds = (Real, Decimal, np.bool_)
    if raw.dtype.kind == "O" and all(issubclass(t, kinds) for t in set(map(type, raw.flat))):
        with suppress(ArithmeticError, ValueError, TypeError):
            return raw.astype(np.float64)
    if raw.dtype.kind == "V" and raw.dtype.names is None:  # short floats, which NumPy has not
        with suppress(ValueError, TypeError):
            return raw.astype(np.float64)
    if raw.ndim == 0:
        hint = ""
        if hasattr(type(values), "toarray"):
            hint = f"; {name}.toarray() is one"
        raise DataError(f"{name} must be {what}, got {shown(values)}{hint}")
    for index, value in np.ndenumerate(raw):
        place = _place(name, values, index)
        if type(value).__name__ in MISSING:
            raise DataError(_missing(place, shown(value)))
        if raw.dtype.kind != "O" or not isinstance(value, kinds):
            raise DataError(f"{place} is {shown(value)} ({type(value).__name__}), not a number")
        try:
            float(value)
        except (ArithmeticError, ValueError, TypeError):
            raise DataError(f"{place} is {shown(value)}, which does not fit 64 bits") from None
    return raw.astype(np.float64)


def _place(name: str, values: Any, index: tuple[int, ...]) -> str:
    """Where a number stands, such as `inputs[3, 1] (column 'age')` in a frame."""
    place = f"{name}[{', '.join(map(str, index))}]" if index else name
    if len(index) not in (1, 2):
        return place
    width, column = (np.shape(values)[1], index[1]) if len(index) == 2 else (1, 0)
    names = names_of(values, width)
    return f"{place} (column {shown(names[column])})" if names else place
