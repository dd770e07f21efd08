"""A file in, a table out: every format, and every fault with its file, line and column."""

import os
from collections.abc import Sequence
from typing import IO, Any

from warmer.contract.arguments import check_names
from warmer.exceptions import DataError
from warmer.tables import arrayfiles, delimited, jsonlines, parquet
from warmer.tables.columnar import fast_columns
from warmer.tables.files import opened, source_of
from warmer.tables.gathering import gather
from warmer.tables.header import SEPARATORS, normals
from warmer.tables.table import Table

_OTHERS = {"npy": arrayfiles.read_npy, "npz": arrayfiles.read_npz, "parquet": parquet.read_parquet}


def read_table(
    path: str | bytes | os.PathLike[Any] | IO[Any], texts: str | Sequence[str] = ()
) -> Table:
    """Read a table: CSV, TSV, semicolons, JSON Lines, NPY, NPZ or Parquet.

    A file of text is UTF-8, its first line names the columns, and every row is as long; it may be
    compressed by gzip, where its name ends in `.gz`. What separates the cells is told by the first
    line. A first line `sep=;` is passed over. A first column without a name, which numbers the
    rows, is left out with a note. The columns of an array are called `x1`, `x2` and so on, or by
    its name in an NPZ file. No file can run code.

    Parameters:
        path: the file; `"-"` is standard input. Or an open file, of text or of bytes.
        texts: columns whose cells are kept as they are written, also where they are numbers, such
            as `007`.

    Raises:
        ParameterError: an argument is of the wrong type.
        DataError: the file cannot be read or is not such a table; one line, with the place.

    >>> read_table("missing.csv")
    Traceback (most recent call last):
    warmer.exceptions.DataError: missing.csv: no such file
    """
    source = source_of(path)
    kept = normals(check_names("texts", texts, "column names"))
    try:
        with opened(source, path) as file:
            if file.format in _OTHERS:
                return _OTHERS[file.format](source, file.stream)
            if file.format == "jsonl":
                return jsonlines.read_json_lines(source, file.stream, kept)
            return _read_delimited(source, file.stream, kept)
    except MemoryError:
        raise DataError(f"{source}: the table does not fit into memory") from None


def _read_delimited(source: str, stream: IO[bytes], texts: Sequence[str]) -> Table:
    """Read a large file of numbers fast, and any other, or on any doubt, strictly."""
    layout = delimited.layout_of(source, stream)
    names = layout.columns
    kept = {index for index, name in enumerate(names) if name in texts}
    fast = fast_columns(stream, layout, kept)
    lines: Sequence[int]
    if fast is not None:  # then each row is a line
        columns, lines = fast, range(layout.line + 1, layout.line + 1 + len(fast[0]))
    else:
        columns, lines = gather(lambda: delimited.rows_of(source, stream, layout), len(names), kept)
    if not lines:
        raise DataError(f"{source}: there are no rows below the header")
    unnamed = names[0] == ""
    notes = ("column 1 has no name; it is left out",) if unnamed else ()
    word = SEPARATORS[layout.separator]
    form = "" if word == "commas" or len(names) == 1 else f"separated by {word}"
    return Table(source, names[unnamed:], columns[unnamed:], lines, notes, form)
