"""Tables as people keep them: CSV read strictly, every fault with its file, line and column."""

import csv
import io
import itertools
import os
from collections.abc import Iterator, Sequence
from typing import IO, Any

import attrs
import numpy as np
from numpy.typing import NDArray

from warmer.contract.arguments import check_names, shown
from warmer.exceptions import DataError, ParameterError
from warmer.tables.files import read_text, source_of
from warmer.tables.header import (
    FIRST,
    after_separator_line,
    check_separator,
    check_title,
    listed,
    named,
    normal,
    normals,
    quoted,
)
from warmer.tables.numbers import parse_number
from warmer.tables.splitting import check_rows
from warmer.wording import did_you_mean

Array = NDArray[np.float64]


def _names(columns: Any) -> tuple[str, ...]:
    return normals(check_names("columns", columns, "names"))


def _notes(notes: Any) -> tuple[str, ...]:
    return check_names("notes", notes, "sentences")


@attrs.frozen(eq=False)
class Table:
    """Cells in named columns, as they were written; they become numbers when asked for.

    Parameters:
        source: how errors name the table.
        columns: the names, all different. Names that look the same are the same: an accent may be
            a character of its own or not (they are kept in Unicode's normal form C).
        cells: one tuple of texts for each column, all equally long.
        lines: the line that each row starts on, counted from 1.
        notes: what was noticed when it was read, a sentence each.

    >>> Table("data.csv", ("x", "y"), (("1", "2"), ("a", "b")), (2, 3)).numbers("x")
    array([1., 2.])
    """

    source: str
    columns: tuple[str, ...] = attrs.field(converter=_names, repr=shown)
    cells: tuple[tuple[str, ...], ...] = attrs.field(repr=False)
    lines: tuple[int, ...] = attrs.field(repr=False)
    notes: tuple[str, ...] = attrs.field(default=(), converter=_notes, repr=False)
    _texts: dict[str, tuple[str, ...]] = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Check the shape; whether cells are numbers is asked of the columns that are used.

        Raises:
            ParameterError: a field is of the wrong type.
            DataError: there are not as many columns of cells as names, or cells as lines.
        """
        if not isinstance(self.source, str):
            raise ParameterError(f"source must be text, got {shown(self.source)}")
        for name in ("cells", "lines"):
            given = getattr(self, name)
            if not isinstance(given, (tuple, list)):
                raise ParameterError(f"{name} must be a tuple, got {shown(given)}")
        for column in self.cells:
            if not isinstance(column, (tuple, list)):
                raise ParameterError(f"cells must be tuples of texts, got {shown(column)}")
        if len(self.cells) != len(self.columns) or {*map(len, self.cells)} - {len(self.lines)}:
            raise DataError(
                f"{self.source}: cells must be {len(self.columns)} columns of {len(self.lines)} "
                "each, as there are names and lines"
            )
        texts = dict(zip(self.columns, self.cells, strict=True))
        object.__setattr__(self, "_texts", texts)  # attrs' way for a frozen class

    @property
    def rows(self) -> int:
        """How many rows there are, not counting the header."""
        return len(self.lines)

    def texts(self, column: str) -> tuple[str, ...]:
        """Return the cells of one column, as they were written.

        Parameters:
            column: one of `columns`.

        Raises:
            ParameterError: it is no name.
            DataError: no such column.

        >>> Table("data.csv", ("x",), (("1", " 2"),), (2, 3)).texts("x")
        ('1', ' 2')
        """
        if not isinstance(column, str):
            raise ParameterError(f"column must be the name of a column, got {shown(column)}")
        name = normal(column)
        if name not in self._texts:
            raise DataError(
                f"{self.source}: there is no column {quoted(name)}"
                f"{did_you_mean(name, self.columns)}; there is {listed(self.columns)}"
            )
        return self._texts[name]

    def numbers(self, column: str) -> Array:
        """Return one column as finite numbers, (rows,); the other columns may hold any text.

        Parameters:
            column: one of `columns`.

        Raises:
            ParameterError: it is no name.
            DataError: no such column, or a cell that is not a finite decimal number.

        >>> Table("data.csv", ("x",), (("1", "1_000"),), (2, 3)).numbers("x")
        Traceback (most recent call last):
        warmer.exceptions.DataError: data.csv:3: column 'x': '1_000' is not a number
        """
        cells = self.texts(column)
        values = _fast(cells)
        return self._slow(normal(column), cells) if values is None else values

    def empty(self, column: str) -> NDArray[np.bool_]:
        """Say for each row whether its cell of one column is empty, (rows,).

        Parameters:
            column: one of `columns`.

        Raises:
            ParameterError: it is no name.
            DataError: no such column.

        >>> Table("data.csv", ("x",), (("1", " "),), (2, 3)).empty("x")
        array([False,  True])
        """
        cells = self.texts(column)
        return np.fromiter((not cell.strip(" \t") for cell in cells), np.bool_, len(cells))

    def is_numeric(self, column: str) -> bool:
        """Say whether every cell of one column that is not empty is a finite number.

        Parameters:
            column: one of `columns`.

        Raises:
            ParameterError: it is no name.
            DataError: no such column.

        >>> Table("data.csv", ("x",), (("1", ""),), (2, 3)).is_numeric("x")
        True
        """
        cells = [cell for cell in self.texts(column) if cell.strip(" \t")]
        try:
            return _fast(cells) is not None or bool(self._slow(column, cells).size)
        except DataError:
            return False

    def take(self, rows: Any, columns: Sequence[str] | None = None) -> "Table":
        """Return a table of some rows, which keep their places in the file.

        Parameters:
            rows: their numbers from 0, in the order wanted.
            columns: the columns wanted; `None` for all.

        Raises:
            ParameterError: `rows` are no whole numbers, or beyond the table.
            DataError: no such column.

        >>> Table("data.csv", ("x",), (("1", "2", "3"),), (2, 3, 4)).take([2, 0]).numbers("x")
        array([3., 1.])
        """
        names = self.columns if columns is None else _names(columns)
        wanted = check_rows(rows, self.rows).tolist()
        cells = tuple(tuple(map(self.texts(name).__getitem__, wanted)) for name in names)
        lines = tuple(map(self.lines.__getitem__, wanted))
        return Table(self.source, names, cells, lines, self.notes)

    def place(self, row: int, column: str) -> str:
        """Say where a cell stands, for messages.

        >>> Table("data.csv", ("x",), (("1", "2"),), (2, 3)).place(1, "x")
        "data.csv:3: column 'x'"
        """
        return f"{self.source}:{self.lines[row]}: column {quoted(normal(column))}"

    def _slow(self, column: str, cells: Sequence[str]) -> Array:
        """Convert cell by cell, and name the first one that is no number."""
        values = np.empty(len(cells))
        for row, cell in enumerate(cells):
            if not isinstance(cell, str):
                place = f"{self.source}:{self.lines[row]}: column {quoted(column)}"
                raise DataError(f"{place}: {shown(cell)} is not text")
            try:
                values[row] = parse_number(cell)
            except ValueError as error:
                text = cell.strip(" \t")
                why = str(error).replace(repr(text), quoted(text)) if text else "the cell is empty"
                raise DataError(
                    f"{self.source}:{self.lines[row]}: column {quoted(column)}: {why}"
                ) from None
        return values


def read_table(path: str | bytes | os.PathLike[Any] | IO[Any]) -> Table:
    """Read a CSV file: commas, one header line, UTF-8, every row as long as the header.

    A first line `sep=,` is passed over. A first column without a name, which numbers the rows, is
    left out with a note.

    Parameters:
        path: the file; `"-"` is standard input. Or an open file, of text or of bytes.

    Raises:
        ParameterError: it is neither.
        DataError: the file cannot be read or is not such a table; one line, with the place.

    >>> read_table("missing.csv")
    Traceback (most recent call last):
    warmer.exceptions.DataError: missing.csv: no such file
    """
    source = source_of(path)
    line, text = after_separator_line(source, read_text(source, path))
    check_separator(f"{source}:{line}", text)
    rows = _rows(source, text, line)
    (_, header), *first = itertools.islice(rows, FIRST)
    check_title(f"{source}:{line}", header, first)
    columns = named(f"{source}:{line}", header)
    lines: list[int] = []
    cells: list[list[str]] = []
    for start, row in itertools.chain(first, rows):
        if len(row) != len(columns):
            raise DataError(f"{source}:{start}: {_ragged(row, len(columns))}")
        lines.append(start)
        cells.append(row)
    if not lines:
        raise DataError(f"{source}: there are no rows below the header")
    unnamed = columns[0] == ""
    notes = ("column 1 has no name; it is left out",) if unnamed else ()
    texts = tuple(zip(*cells, strict=True))[unnamed:]
    return Table(source, columns[unnamed:], texts, tuple(lines), notes)


def _fast(cells: Sequence[str]) -> Array | None:
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


def _rows(source: str, text: str, first: int) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line that it starts on; the text starts on line `first`."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
    line = first
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + first
    except csv.Error as error:
        why = str(error)
        if "unexpected end" in why:
            why = "a quote is opened and never closed"
        elif "field limit" in why:
            limit = csv.field_size_limit()
            why = f"a cell is longer than {limit} characters; is a quote never closed?"
        elif "expected after" in why:
            why = "text follows a closing quote"
        raise DataError(f"{source}:{line}: {why}") from None


def _ragged(row: Sequence[str], width: int) -> str:
    """Say how a row differs from the header."""
    if len(row) < 2 and not "".join(row).strip():
        return "the line is blank"
    cells = "cell" if len(row) == 1 else "cells"
    return f"the row has {len(row)} {cells}, the header has {width}"
