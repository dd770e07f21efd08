"""Texts become numbers, many at a time."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from warmer.contract.arguments import shown
from warmer.exceptions import DataError
from warmer.tables.header import quoted
from warmer.tables.numbers import parse_number

Array = NDArray[np.float64]


def numbers_of(cells: Sequence[str]) -> Array | None:
    """Return the numbers of a column, `nan` where a cell is empty; `None` if one is no number."""
    values = fast_numbers(cells)
    if values is not None:
        return values
    try:
        filled = [parse_number(cell) if cell.strip(" \t") else np.nan for cell in cells]
    except (ValueError, AttributeError):  # no number; no text
        return None
    return np.array(filled, dtype=np.float64)


def fast_numbers(cells: Sequence[str]) -> Array | None:
    """Convert a whole column, or return `None` on any doubt.

    What `float()` takes beyond a decimal number is underscores, other scripts, odd white space
    (neither ASCII nor printable) and what is not finite: a column with none of them is safe.
    """
    try:
        text = "".join(cells)
    except TypeError:  # a table that somebody made of something else
        return None
    if not text.isascii() or not text.isprintable() or "_" in text:
        return None
    try:
        values = np.fromiter(map(float, cells), np.float64, len(cells))
    except ValueError:
        return None
    return values if bool(np.isfinite(values).all()) else None


def parsed(cells: Iterable[tuple[int, str]], place: Callable[[int], str]) -> Array:
    """Convert numbered cells one by one.

    Parameters:
        place: where the cell of a row stands, for messages.

    Raises:
        DataError: naming the first cell that is no number.
    """
    values = []
    for row, cell in cells:
        if not isinstance(cell, str):
            raise DataError(f"{place(row)}: {shown(cell)} is not text")
        try:
            values.append(parse_number(cell))
        except ValueError as error:
            text = cell.strip(" \t")
            why = str(error).replace(repr(text), quoted(text)) if text else "the cell is empty"
            raise DataError(f"{place(row)}: {why}") from None
    return np.array(values, dtype=np.float64)


def written(value: float) -> str:
    """Write a number of an array as briefly as it reads back; an empty cell is empty."""
    if value != value:
        return ""
    text = repr(value)
    return str(int(value)) if value.is_integer() and text != "-0.0" else text
