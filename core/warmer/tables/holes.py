"""Holes: cells of a table where nothing is known. They are refused, left out or filled."""

from collections.abc import Mapping, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from warmer.exceptions import DataError, Remedy
from warmer.tables.header import listed, normal, quoted
from warmer.tables.numbers import parse_number
from warmer.tables.table import Array, Table

MISSINGS = ("refuse", "drop", "mean")
"""What to do about holes."""

HOLES = frozenset({"?", "na", "n/a", "#n/a", "nan", "null", "none"})
"""What people write for a number that they do not have, in small letters."""


@attrs.frozen(eq=False)
class Cells:
    """What a column of a table is made of.

    Parameters:
        holes: (rows,), whether a cell is empty; among numbers, also whether it says `NA` or `?`
            or the like. Among text these are words like others.
        numbers: (rows,), nan in holes; None where something else is known than numbers.
    """

    holes: NDArray[np.bool_]
    numbers: Array | None


def cells_of(table: Table, column: str) -> Cells:
    """Look at the cells of a column.

    Raises:
        DataError: no such column.

    >>> cells_of(Table("t.csv", ("x",), (("1", "NA", ""),), (2, 3, 4)), "x").holes.tolist()
    [False, True, True]
    """
    try:
        return Cells(np.zeros(table.rows, bool), table.numbers(column))
    except DataError:
        if not all(isinstance(cell, str) for cell in table.texts(column)):
            raise  # a table that somebody made of something else
        holes = empty = table.empty(column)
    if not table.is_numeric(column):
        words = words_of(table, column)
        holes = np.array([not word or word.casefold() in HOLES for word in words], bool)
    numbers = np.full(table.rows, np.nan)
    known = table.take(np.flatnonzero(~holes), [normal(column)])
    if not known.is_numeric(column):
        return Cells(empty, None)
    if known.rows:
        numbers[~holes] = known.numbers(column)
    return Cells(holes, numbers)


def words_of(table: Table, column: str) -> list[str]:
    """The cells of a column as words: without blanks around, in Unicode's normal form C."""
    return [normal(cell.strip(" \t")) for cell in table.texts(column)]


def refuse_holes(table: Table, column: str, cells: Cells, advice: str, *remedies: Remedy) -> None:
    """Refuse a column that has holes, naming the first and counting them.

    Parameters:
        advice: what to know about it.
        remedies: what to do about it.

    Raises:
        DataError: it has.
    """
    if not cells.holes.any():
        return
    rows = np.flatnonzero(cells.holes).tolist()
    word = words_of(table.take(rows[:1]), column)[0]
    more = f", and so it is in {len(rows)} of {table.rows} rows" if len(rows) > 1 else ""
    what = f"{table.place(rows[0], column)}: {_why_not(word)}{more}{advice}"
    raise DataError(what, *remedies)


def refuse_text(table: Table, column: str, advice: str, *remedies: Remedy) -> DataError:
    """Say which cell of a column is the first that is no number.

    Parameters:
        advice: what to know about it.
        remedies: what to do about it.
    """
    for row, word in enumerate(words_of(table, column)):
        why = _why_not(word) if word else None
        if why:
            return DataError(f"{table.place(row, column)}: {why}{advice}", *remedies)
    raise AssertionError(f"{column} holds numbers only")


def _why_not(word: str) -> str | None:
    """Say why a word is no number; None where it is."""
    if not word:
        return "the cell is empty"
    try:
        parse_number(word)
    except ValueError as error:
        return str(error).replace(repr(word), quoted(word))
    return None


def without_holes(table: Table, kinds: Mapping[str, Cells], targets: Sequence[str]) -> Table:
    """Leave out the rows with a hole in one of some columns, with a note that counts them.

    Parameters:
        kinds: the cells of these columns.
        targets: those of them that are needed.

    Raises:
        DataError: no row is left.
    """
    holes = {name: cells.holes for name, cells in kinds.items()}
    counts = {name: int(column.sum()) for name, column in holes.items() if column.any()}
    if not counts:
        return table
    kept = np.flatnonzero(~np.any([holes[name] for name in counts], axis=0))
    most = sorted(counts, key=lambda name: -counts[name])
    where = ", ".join(f"{counts[name]} in {quoted(name)}" for name in most[:8])
    where += f" and in {len(most) - 8} more columns" if len(most) > 8 else ""
    if not len(kept):
        mended = [name for name in most if name not in targets]
        ways = [without_them(mended), Remedy("missing", "mean", "fills such cells")]
        raise DataError(
            f"{table.source}: no row is without an empty cell ({where})", *ways * bool(mended)
        )
    left = table.rows - len(kept)
    note = (
        f"{left} of {table.rows} rows {'has' if left == 1 else 'have'} an empty cell and "
        f"{'is' if left == 1 else 'are'} left out ({where})"
    )
    return attrs.evolve(table.take(kept), notes=(*table.notes, note))


def without_them(columns: Sequence[str]) -> Remedy:
    """Say how to leave columns out."""
    some = [*columns[:8], *["..."] * (len(columns) > 8)]
    return Remedy("without", some, f"leaves {'it' if len(columns) == 1 else 'them'} out")


def filled(table: Table, column: str, cells: Cells, fill: str) -> str:
    """Say how the holes of a column are filled."""
    count = int(cells.holes.sum())
    are = "1 cell is" if count == 1 else f"{count} of {table.rows} cells are"
    return f"column {quoted(column)}: {are} empty; filled with {fill}"


def all_empty(names: Sequence[str]) -> str:
    """Say that columns hold nothing."""
    if len(names) > 1:
        return f"columns {listed(names)} are empty in every row; they are left out"
    return f"column {quoted(names[0])} is empty in every row; it is left out"
