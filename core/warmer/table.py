"""Tables as people keep them: CSV read strictly, every fault with its file, line and column."""

import csv
import io
import os
import re
import sys
from collections.abc import Iterator, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from warmer.exceptions import DataError
from warmer.numbers import parse_number
from warmer.suggest import did_you_mean

Array = NDArray[np.float64]

_LINE_END = re.compile(rb"\r\n|\r|\n")
_SEPARATORS = {";": "semicolons", "\t": "tabs"}


@attrs.frozen(eq=False)
class Table:
    """Cells in named columns, as they were written; they become numbers when asked for.

    Parameters:
        source: how errors name the table.
        columns: the names, all different.
        cells: one tuple of texts for each column, all equally long.
        lines: the line that each row starts on, counted from 1.

    >>> Table("data.csv", ("x", "y"), (("1", "2"), ("a", "b")), (2, 3)).numbers("x")
    array([1., 2.])
    """

    source: str
    columns: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...] = attrs.field(repr=False)
    lines: tuple[int, ...] = attrs.field(repr=False)
    _places: dict[str, int] = attrs.field(init=False, repr=False)

    @_places.default
    def _places_of_columns(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.columns)}

    @property
    def rows(self) -> int:
        """How many rows there are, not counting the header."""
        return len(self.lines)

    def numbers(self, column: str) -> Array:
        """Return one column as finite numbers, (rows,); the other columns may hold any text.

        Parameters:
            column: one of `columns`.

        Raises:
            DataError: no such column, or a cell that is not a finite decimal number.

        >>> Table("data.csv", ("x",), (("1", "1_000"),), (2, 3)).numbers("x")
        Traceback (most recent call last):
        warmer.exceptions.DataError: data.csv:3: column 'x': '1_000' is not a number
        """
        if column not in self._places:
            raise DataError(
                f"{self.source}: there is no column {quoted(column)}"
                f"{did_you_mean(column, self.columns)}; there is {_listed(self.columns)}"
            )
        cells = self.cells[self._places[column]]
        values = _fast(cells)
        return self._slow(column, cells) if values is None else values

    def _slow(self, column: str, cells: Sequence[str]) -> Array:
        """Read cell by cell and say which one is at fault."""
        values = np.empty(len(cells))
        for row, cell in enumerate(cells):
            try:
                values[row] = parse_number(cell)
            except ValueError as error:
                text = cell.strip(" \t")
                why = str(error).replace(repr(text), quoted(text)) if text else "the cell is empty"
                raise DataError(
                    f"{self.source}:{self.lines[row]}: column {quoted(column)}: {why}"
                ) from None
        return values


def read_table(path: str | os.PathLike[str]) -> Table:
    """Read a CSV file: commas, one header line, UTF-8, every row as long as the header.

    Parameters:
        path: the file; `"-"` is standard input.

    Raises:
        DataError: the file cannot be read or is not such a table; one line, with the place.

    >>> read_table("missing.csv")
    Traceback (most recent call last):
    warmer.exceptions.DataError: missing.csv: no such file
    """
    name = "<stdin>" if path == "-" else os.fspath(path)
    source = name if name.isprintable() else repr(name)
    rows = _rows(source, _decode(source, _read_bytes(source, path)))
    columns = _header(source, next(rows)[1])
    lines: list[int] = []
    cells: list[list[str]] = []
    for line, row in rows:
        if len(row) != len(columns):
            raise DataError(f"{source}:{line}: {_ragged(row, len(columns))}")
        lines.append(line)
        cells.append(row)
    if not lines:
        raise DataError(f"{source}: there are no rows below the header")
    return Table(source, columns, tuple(zip(*cells, strict=True)), tuple(lines))


def quoted(text: str) -> str:
    r"""Return a text as messages show it: in quotes, on one line, not too long.

    >>> print(quoted("two\nlines"))
    'two\nlines'
    """
    return repr(text if len(text) <= 40 else text[:37] + "...")


def _fast(cells: Sequence[str]) -> Array | None:
    """Convert a whole column, or return `None` on any doubt.

    What `float()` takes beyond a decimal number is underscores, other scripts, odd white space
    (neither ASCII nor printable) and what is not finite: a column with none of them is safe.
    """
    text = "".join(cells)
    if not text.isascii() or not text.isprintable() or "_" in text:
        return None
    try:
        values = np.fromiter(map(float, cells), np.float64, len(cells))
    except ValueError:
        return None
    return values if bool(np.isfinite(values).all()) else None


def _read_bytes(source: str, path: str | os.PathLike[str]) -> bytes:
    """Read the whole file, or say in a few words why not."""
    try:
        if path != "-":
            with open(path, "rb") as file:
                return file.read()
        stream = getattr(sys.stdin, "buffer", None)  # absent where a host has taken it away
        if stream is None:
            raise OSError("there is no standard input")
        return bytes(stream.read())
    except FileNotFoundError:
        why = "no such file"
    except IsADirectoryError:
        why = "is a directory, not a file"
    except PermissionError:
        why = "no permission to read it"
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path, a closed stream
        why = getattr(error, "strerror", None) or str(error)
    raise DataError(f"{source}: {why}")


def _decode(source: str, data: bytes) -> str:
    """Decode UTF-8, with or without a byte order mark, and drop blank lines at the end."""
    try:
        text = data.decode("utf-8-sig").rstrip(" \t\r\n")
    except UnicodeDecodeError as error:
        place = f"{source}:{_line(error.object[: error.start])}"
        byte = error.object[error.start]
        raise DataError(f"{place}: byte 0x{byte:02x} is not UTF-8; save it as UTF-8") from None
    if "\0" in text:
        line = _line(data[: data.index(b"\0")])
        raise DataError(f"{source}:{line}: a NUL byte; this is not a text file in UTF-8")
    if not text:
        raise DataError(f"{source}: the file is empty")
    return text


def _line(before: bytes) -> int:
    """Return the number of the line that follows these bytes."""
    return len(_LINE_END.findall(before)) + 1


def _rows(source: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line that it starts on."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
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


def _header(source: str, row: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the columns, refusing what cannot be a header."""
    names = tuple(name.strip() for name in row)
    if "".join(names) == "" and len(names) < 2:
        raise DataError(f"{source}:1: the line is blank; it must name the columns")
    for separator, word in _SEPARATORS.items():
        if len(names) == 1 and separator in names[0]:
            raise DataError(
                f"{source}:1: there is one column, {quoted(names[0])}: "
                f"the file looks separated by {word}; use commas"
            )
    if any(names) and all(map(_is_number, filter(None, names))):
        raise DataError(
            f"{source}:1: there seems to be no header, only numbers ({_listed(names)}); "
            "the first line must name the columns"
        )
    firsts: dict[str, int] = {}
    for position, name in enumerate(names, start=1):
        if not name:
            raise DataError(f"{source}:1: column {position} of {len(names)} has no name")
        first = firsts.setdefault(name, position)
        if first != position:
            raise DataError(f"{source}:1: columns {first} and {position} are both {quoted(name)}")
    return names


def _is_number(text: str) -> bool:
    """Say whether a text reads as a number."""
    try:
        parse_number(text)
    except ValueError:
        return False
    return True


def _ragged(row: Sequence[str], width: int) -> str:
    """Say how a row differs from the header."""
    if len(row) < 2 and not "".join(row).strip():
        return "the line is blank"
    cells = "cell" if len(row) == 1 else "cells"
    return f"the row has {len(row)} {cells}, the header has {width}"


def _listed(names: Sequence[str], most: int = 8) -> str:
    """List a few names and count the rest."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(map(quoted, names[:most])) + more
