"""A table in memory: columns of numbers as arrays, all others as the texts that were written."""

from collections.abc import Iterator, Sequence
from functools import partial
from math import prod
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from warmer.contract.arguments import check_names, shown
from warmer.contract.parameters import Bounds, check_number
from warmer.exceptions import DataError, ParameterError
from warmer.tables.converting import Array as Array
from warmer.tables.converting import fast_numbers, numbers_of, parsed, written
from warmer.tables.header import listed, normal, normals, quoted
from warmer.tables.splitting import check_rows
from warmer.tables.spool import Spool, room_in, spans, spool_for
from warmer.tables.texts import Texts, taken
from warmer.wording import did_you_mean

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
        spool: makes arrays on the disk, for a table that is larger than the memory it may take;
            None where all is in memory.

    >>> Table("data.csv", ("x", "y"), (("1", "2"), ("a", "b")), (2, 3)).numbers("x")
    array([1., 2.])
    """

    source: str
    columns: tuple[str, ...] = attrs.field(converter=_names, repr=shown)
    cells: tuple[Column, ...] = attrs.field(repr=False)
    lines: Sequence[int] | None = attrs.field(repr=False)
    notes: tuple[str, ...] = attrs.field(default=(), converter=_notes, repr=False)
    form: str = attrs.field(default="", repr=False)
    spool: Spool | None = attrs.field(default=None, repr=False)
    _counted: Any = attrs.field(default=None, alias="_counted", kw_only=True, repr=False)
    _memory: int | None = attrs.field(default=None, alias="_memory", kw_only=True, repr=False)
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
        if not isinstance(self.lines, (tuple, list, range, np.ndarray, type(None))) or (
            isinstance(self.lines, np.ndarray) and self.lines.ndim != 1
        ):
            raise ParameterError(f"lines must be a tuple, got {shown(self.lines)}")
        if not isinstance(self.spool, (Spool, type(None))):
            raise ParameterError(f"spool must be None, got {shown(self.spool)}")
        for column in self.cells:
            numbers = isinstance(column, np.ndarray) and column.dtype == float and column.ndim == 1
            if not numbers and not isinstance(column, (tuple, list, Texts)):
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
        for each in (self.lines, *self.cells[:1], self._counted):
            if each is not None:
                return len(each)
        return 0

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
        cells = self.cells_of(column)
        return tuple(map(written, cells.tolist()) if isinstance(cells, np.ndarray) else cells)

    def numbers(self, column: str) -> Array:
        """Return one column as finite numbers, (rows,); the other columns may hold any text.

        Those of a table on the disk cannot be written to.

        Parameters:
            column: one of `columns`.

        Raises:
            ParameterError: it is no name.
            DataError: no such column, or a cell that is not a finite decimal number.

        >>> Table("data.csv", ("x",), (("1", "1_000"),), (2, 3)).numbers("x")
        Traceback (most recent call last):
        warmer.exceptions.DataError: data.csv:3: column 'x': '1_000' is not a number
        """
        cells, place = self.cells_of(column), partial(self.place, column=column)
        if isinstance(cells, np.ndarray):
            for span in spans(len(cells)):
                for row in np.flatnonzero(~np.isfinite(cells[span]))[:1].tolist():
                    parsed([(span.start + row, written(float(cells[span][row])))], place)
            if self.spool is None:
                return cells.copy()
            (view := cells.view()).flags.writeable = False
            return view
        values: Array = self.room(len(cells))
        for span in spans(len(cells)):
            some = fast_numbers(cells[span])
            values[span] = (
                parsed(enumerate(cells[span], span.start), place) if some is None else some
            )
        return values

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
        cells = self.cells_of(column)
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
        cells = self.cells_of(column)
        if isinstance(cells, np.ndarray):
            return not any(bool(np.isinf(cells[span]).any()) for span in spans(len(cells)))
        return all(numbers_of(cells[span]) is not None for span in spans(len(cells)))

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
        wanted = check_rows(rows, self.rows)
        names = self.columns if columns is None else _names(columns)
        cells = tuple(taken(cells, wanted, self.spool) for cells in map(self.cells_of, names))
        lines = None if self.lines is None else taken(self.lines, wanted, self.spool)
        counted = wanted if self._counted is None else self._counted[wanted]
        return attrs.evolve(self, columns=names, cells=cells, lines=lines, _counted=counted)

    def blocks(
        self, columns: Sequence[str] | None = None, width: int = 0
    ) -> "Iterator[tuple[int, Table]]":
        """Yield parts of some rows, one after another, each with the number of its first row.

        Parameters:
            columns: the columns wanted; `None` for all.
            width: how many numbers are made of a row, where these are more than the columns.

        Raises:
            ParameterError: `width` is no whole number, or negative.
            DataError: no such column.

        >>> table = Table("data.csv", ("x", "y"), (("1", "2"), ("a", "b")), (2, 3))
        >>> [(start, part.texts("y")) for start, part in table.blocks(["y"])]
        [(0, ('a', 'b'))]
        """
        names = self.columns if columns is None else _names(columns)
        width = check_number("width", width, int, Bounds(at_least=0))
        cells = tuple(map(self.cells_of, names))
        for span in spans(self.rows, max(width, len(names))):
            known = self._counted
            counted = np.arange(span.start, span.stop) if known is None else known[span]
            lines = None if self.lines is None else self.lines[span]
            some = tuple(column[span] for column in cells)
            part = attrs.evolve(self, columns=names, cells=some, lines=lines, _counted=counted)
            yield span.start, part

    def room(self, shape: int | tuple[int, ...], kind: Any = np.float64) -> Any:
        """Make room for what is made of the table: in memory, or on the disk.

        It is on the disk where the table lies there itself, or what is made of it would take more
        than the memory that the table was read with, as many categories may.

        Raises:
            DataError: the disk is full.
        """
        spool = self.spool
        if spool is None and self._memory is not None:
            numbers = prod(shape) if isinstance(shape, tuple) else shape
            spool = spool_for(self.source, numbers, self._memory)
        return room_in(spool, shape, kind)

    def cells_of(self, column: str) -> Column:
        """Return the cells of one column as they are kept: numbers, or texts; not to be written to.

        Parameters:
            column: one of `columns`.

        Raises:
            ParameterError: it is no name.
            DataError: no such column.

        >>> Table("data.csv", ("x",), (("1", ""),), (2, 3)).cells_of("x")
        ('1', '')
        """
        if not isinstance(column, str):
            raise ParameterError(f"column must be the name of a column, got {shown(column)}")
        name = normal(column)
        if name not in self._columns:
            raise DataError(
                f"{self.source}: there is no column {quoted(name)}"
                f"{did_you_mean(name, self.columns)}; there is {listed(self.columns)}"
            )
        return self._columns[name]
