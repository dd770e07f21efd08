"""A table in memory: columns of numbers as arrays, all others as the texts that were written."""

from collections.abc import Iterator, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from warmer.contract.arguments import check_names, shown
from warmer.contract.parameters import Bounds, check_number
from warmer.exceptions import DataError, ParameterError
from warmer.tables.header import listed, normal, normals, quoted
from warmer.tables.numbers import parse_number
from warmer.tables.splitting import check_rows
from warmer.wording import did_you_mean

Array = NDArray[np.float64]
Column = Array | Sequence[str]
"""Numbers with `nan` where a cell is empty, or texts."""


def _names(columns: Any) -> tuple[str, ...]:
    return normals(check_names("columns", columns, "names"))


def _notes(notes: Any) -> tuple[str, ...]:
    return check_names("notes", notes, "sentences")


@attrs.frozen(eq=False)
class Table:
    """Cells in named columns; a column is looked at when it is asked for.

    Parameters:
        source: how errors name the table.
        columns: the names, all different. Names that look the same are the same: an accent may be
            a character of its own or not (they are kept in Unicode's normal form C).
        cells: for each column its texts, or an array of float64, (rows,), in which `nan` is an
            empty cell; all equally long.
        lines: the line that each row starts on, counted from 1. `None` where there are no lines:
            then errors count rows from 1.
        notes: what was noticed when it was read, a sentence each.
        form: how the file is written, where that was found out from its content, such as
            "separated by semicolons".

    >>> Table("data.csv", ("x", "y"), (("1", "2"), ("a", "b")), (2, 3)).numbers("x")
    array([1., 2.])
    """

    source: str
    columns: tuple[str, ...] = attrs.field(converter=_names, repr=shown)
    cells: tuple[Column, ...] = attrs.field(repr=False)
    lines: Sequence[int] | None = attrs.field(repr=False)
    notes: tuple[str, ...] = attrs.field(default=(), converter=_notes, repr=False)
    form: str = attrs.field(default="", repr=False)
    _counted: "NDArray[np.int64] | None" = attrs.field(init=False, default=None, repr=False)
    _columns: dict[str, Column] = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Check the shape; whether cells are numbers is asked of the columns that are used.

        Raises:
            ParameterError: a field is of the wrong type.
            DataError: there are not as many columns of cells as names, or cells as lines.
        """
        for name in ("source", "form"):
            if not isinstance(getattr(self, name), str):
                raise ParameterError(f"{name} must be text, got {shown(getattr(self, name))}")
        if not isinstance(self.cells, (tuple, list)):
            raise ParameterError(f"cells must be a tuple, got {shown(self.cells)}")
        if not isinstance(self.lines, (tuple, list, range, type(None))):
            raise ParameterError(f"lines must be a tuple, got {shown(self.lines)}")
        for column in self.cells:
            numbers = isinstance(column, np.ndarray) and column.dtype == float and column.ndim == 1
            if not numbers and not isinstance(column, (tuple, list)):
                raise ParameterError(
                    f"cells must be tuples of texts or arrays of float64, got {shown(column)}"
                )
        if len(self.cells) != len(self.columns) or {*map(len, self.cells)} - {self.rows}:
            raise DataError(
                f"{self.source}: cells must be {len(self.columns)} columns of {self.rows} "
                "each, as there are names and lines"
            )
        columns = dict(zip(self.columns, self.cells, strict=True))
        object.__setattr__(self, "_columns", columns)  # attrs' way for a frozen class

    @property
    def rows(self) -> int:
        """How many rows there are, not counting the header."""
        if self.lines is None:
            return len(self.cells[0]) if self.cells else 0
        return len(self.lines)

    def texts(self, column: str) -> tuple[str, ...]:
        """Return the cells of one column as texts.

        Those of a column of numbers that was read from a file are written anew: as briefly as
        they read back to the same bits, and whole numbers without a point.

        Parameters:
            column: one of `columns`.

        Raises:
            ParameterError: it is no name.
            DataError: no such column.

        >>> Table("data.csv", ("x",), (("1", " 2"),), (2, 3)).texts("x")
        ('1', ' 2')
        >>> Table("data.npy", ("x",), (np.array([1.0, 0.5]),), None).texts("x")
        ('1', '0.5')
        """
        cells = self._column(column)
        if isinstance(cells, np.ndarray):
            return tuple(map(_written, cells.tolist()))
        return tuple(cells)

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
        cells = self._column(column)
        if not isinstance(cells, np.ndarray):
            values = fast_numbers(cells)
            return self._slow(normal(column), enumerate(cells)) if values is None else values
        for row in np.flatnonzero(~np.isfinite(cells))[:1].tolist():
            self._slow(normal(column), [(row, _written(float(cells[row])))])
        return cells.copy()

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
        cells = self._column(column)
        if isinstance(cells, np.ndarray):
            return np.isnan(cells)
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
        cells = self._column(column)
        if isinstance(cells, np.ndarray):
            return not np.isinf(cells).any()
        return numbers_of(cells) is not None

    def place(self, row: int, column: str) -> str:
        """Return how errors name a cell: by file, line and column.

        >>> Table("data.csv", ("x",), (("1", "2"),), (2, 3)).place(1, "x")
        "data.csv:3: column 'x'"
        """
        row = check_number("row", row, int, Bounds(at_least=0, at_most=self.rows - 1))
        if not isinstance(column, str):
            raise ParameterError(f"column must be the name of a column, got {shown(column)}")
        count = row if self._counted is None else self._counted[row]
        where = f": row {count + 1}" if self.lines is None else f":{self.lines[row]}"
        return f"{self.source}{where}: column {quoted(normal(column))}"

    def take(self, rows: Any, columns: Sequence[str] | None = None) -> "Table":
        """Return a table of some rows, which errors name by the places that they have here.

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
        wanted = check_rows(rows, self.rows)
        cells = tuple(
            cells[wanted] if isinstance(cells, np.ndarray) else _taken(cells, wanted.tolist())
            for cells in map(self._column, names)
        )
        lines = None if self.lines is None else _taken(self.lines, wanted.tolist())
        counted = wanted if self._counted is None else self._counted[wanted]
        taken = Table(self.source, names, cells, lines, self.notes, self.form)
        object.__setattr__(taken, "_counted", counted)
        return taken

    def _column(self, column: str) -> Column:
        if not isinstance(column, str):
            raise ParameterError(f"column must be the name of a column, got {shown(column)}")
        name = normal(column)
        if name not in self._columns:
            raise DataError(
                f"{self.source}: there is no column {quoted(name)}"
                f"{did_you_mean(name, self.columns)}; there is {listed(self.columns)}"
            )
        return self._columns[name]

    def _slow(self, column: str, cells: Iterator[tuple[int, str]] | list[tuple[int, str]]) -> Array:
        """Convert cell by cell, and name the first one that is no number."""
        values = []
        for row, cell in cells:
            if not isinstance(cell, str):
                raise DataError(f"{self.place(row, column)}: {shown(cell)} is not text")
            try:
                values.append(parse_number(cell))
            except ValueError as error:
                text = cell.strip(" \t")
                why = str(error).replace(repr(text), quoted(text)) if text else "the cell is empty"
                raise DataError(f"{self.place(row, column)}: {why}") from None
        return np.array(values, dtype=np.float64)


def _taken(values: Sequence[Any], rows: Sequence[int]) -> tuple[Any, ...]:
    return tuple(map(values.__getitem__, rows))


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


def _written(value: float) -> str:
    """Write a number of an array as briefly as it reads back; an empty cell is empty."""
    if value != value:
        return ""
    written = repr(value)
    return str(int(value)) if value.is_integer() and written != "-0.0" else written
