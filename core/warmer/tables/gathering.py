"""Rows of texts become columns: numbers where every cell is one, texts elsewhere."""

import itertools
from array import array
from collections.abc import Callable, Collection, Iterable, Sequence

import numpy as np

from warmer.tables.plain import EXACT
from warmer.tables.table import Array, Column, numbers_of

CELLS = 100_000  # so many are texts at one time

Row = tuple[int, Sequence[str]]


def gather(
    rows: Callable[[], Iterable[Row]], width: int, texts: Collection[int] = ()
) -> tuple[tuple[Column, ...], Sequence[int]]:
    """Read all rows; answers the columns, and the line of each row.

    Parameters:
        rows: starts again from the first row, and gives each with the line that it starts on.
        width: how many columns there are.
        texts: the numbers of the columns that are to stay as they are written.
    """
    known = set(texts)
    while True:
        columns, lines, late = _pass(rows(), width, known)
        if not late:  # else a column of numbers ended in texts: its first cells are read again
            return columns, lines
        known |= late


def _pass(
    rows: Iterable[Row], width: int, texts: set[int]
) -> tuple[tuple[Column, ...], Sequence[int], set[int]]:
    """Read the rows once; also answers which columns turned out to be texts too late."""
    numbers = [array("d") for _ in range(width)]
    written: list[list[str]] = [[] for _ in range(width)]
    shared: dict[str, str] = {}
    lines = array("q")
    late: set[int] = set()
    texts = set(texts)
    for chunk in _chunks(rows, max(1, CELLS // width)):
        lines.extend(line for line, _ in chunk)
        for index, cells in enumerate(zip(*(row for _, row in chunk), strict=True)):
            values = None if index in texts else exact_numbers(cells)
            if values is not None:
                append(numbers[index], values)
                continue
            if numbers[index]:
                late.add(index)
                numbers[index] = array("d")
            texts.add(index)
            if not late:
                written[index] += [shared.setdefault(cell, cell) for cell in cells]
    if late or not lines:
        return (), (), late
    columns = tuple(
        tuple(written[index]) if index in texts else as_array(numbers[index])
        for index in range(width)
    )
    return columns, _as_range(lines), late


def _chunks(rows: Iterable[Row], size: int) -> Iterable[list[Row]]:
    rows = iter(rows)
    while chunk := list(itertools.islice(rows, size)):
        yield chunk


def exact_numbers(cells: Sequence[str]) -> Array | None:
    """Return the numbers of a column, `nan` where a cell is empty.

    `None` where one is no number, or so large that different texts may be the same number.
    """
    values = numbers_of(cells)
    return None if values is None or bool((np.abs(values) >= EXACT).any()) else values


def append(column: "array[float]", values: Array) -> None:
    """Put numbers behind those that are there; the array grows in place, and is held once."""
    column.frombytes(np.ascontiguousarray(values).data.cast("B"))


def as_array(column: "array[float]") -> Array:
    """Return the numbers of a growing array without a copy; it cannot grow any more."""
    return np.frombuffer(column, np.float64)


def _as_range(lines: "array[int]") -> Sequence[int]:
    """Return the lines as a range where none is left out, which is nearly always."""
    whole = range(lines[0], lines[-1] + 1) if lines else range(0)
    return whole if len(whole) == len(lines) else tuple(lines)
