"""Holes: cells of a table where nothing is known. They are refused, left out or filled."""

from collections.abc import Iterator, Mapping, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from warmer.exceptions import DataError, Remedy
from warmer.tables.converting import fast_numbers, numbers_of
from warmer.tables.header import listed, normal, quoted
from warmer.tables.numbers import parse_number
from warmer.tables.spool import SPAN, spans
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
    values = table.cells_of(column)
    if isinstance(values, np.ndarray):
        if len(values) <= SPAN and np.isfinite(values).all():
            return Cells(np.zeros(len(values), bool), values)
        if table.is_numeric(column):
            return Cells(_nan(table, values), values)
    holes: NDArray[np.bool_] = table.room(table.rows, bool)
    numbers: Array = table.room(table.rows)
    for start, part in table.blocks([column]):
        found = _cells_of(part, column)
        span = slice(start, start + part.rows)
        if found.numbers is None:
            return Cells(_empty(table, column), None)
        holes[span], numbers[span] = found.holes, found.numbers
    return Cells(holes, numbers)


def _cells_of(table: Table, column: str) -> Cells:
    """Look at the cells of a column of few rows."""
    texts = table.texts(column)
    values = fast_numbers(texts)
    if values is not None:
        return Cells(np.zeros(table.rows, bool), values)
    if not all(isinstance(cell, str) for cell in texts):
        table.numbers(column)  # a table that somebody made of something else
    words = [*words_of(table, column)]
    odd = {word for word in set(words) if not word or word.casefold() in HOLES}
    holes = np.array([word in odd for word in words], bool)
    known = numbers_of([words[row] for row in np.flatnonzero(~holes).tolist()])
    if known is None:
        return Cells(table.empty(column), None)
    numbers = np.full(table.rows, np.nan)
    numbers[~holes] = known
    return Cells(holes, numbers)


def _nan(table: Table, values: Array) -> NDArray[np.bool_]:
    """Say where a column of numbers is empty."""
    if not any(np.isnan(values[span]).any() for span in spans(len(values))):
        return np.broadcast_to(False, len(values))  # which takes no memory
    holes: NDArray[np.bool_] = table.room(len(values), bool)
    for span in spans(len(values)):
        holes[span] = np.isnan(values[span])
    return holes


def _empty(table: Table, column: str) -> NDArray[np.bool_]:
    """Say for each row whether its cell is empty."""
    empty: NDArray[np.bool_] = table.room(table.rows, bool)
    for start, part in table.blocks([column]):
        empty[start : start + part.rows] = part.empty(column)
    return empty


def words_of(table: Table, column: str) -> Iterator[str]:
    """The cells of a column as words: without blanks around, in Unicode's normal form C."""
    for _, part in table.blocks([column]):
        texts = part.texts(column)
        whole = "".join(texts)
        if whole.isascii() and " " not in whole and "\t" not in whole:
            yield from texts
            continue
        words = {text: normal(text.strip(" \t")) for text in set(texts)}
        yield from map(words.__getitem__, texts)


def refuse_holes(table: Table, column: str, cells: Cells, advice: str, *remedies: Remedy) -> None:
    """Refuse a column that has holes, naming the first and counting them.

    Parameters:
        advice: what to know about it.
        remedies: what to do about it.

    Raises:
        DataError: it has.
    """
    count = int(np.count_nonzero(cells.holes))
    if not count:
        return
    row = int(np.argmax(cells.holes))
    [word] = words_of(table.take([row], [column]), column)
    more = f", and so it is in {count} of {table.rows} rows" if count > 1 else ""
    what = f"{table.place(row, column)}: {_why_not(word)}{more}{advice}"
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
    any_hole = np.zeros(table.rows, bool)
    for name in counts:
        any_hole |= holes[name]
    kept = np.flatnonzero(~any_hole)
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
