"""A file in, a table out: every format, and every fault with its file, line and column."""

import os
from collections.abc import Callable, Sequence
from typing import IO, Any

import attrs

from warmer.contract.arguments import check_names
from warmer.exceptions import DataError
from warmer.tables import arrayfiles, delimited, jsonlines, parquet
from warmer.tables.allowed import bytes_of
from warmer.tables.columnar import fast_columns
from warmer.tables.files import Opened, opened, source_of
from warmer.tables.gathering import Stores, gather
from warmer.tables.header import SEPARATORS, normals
from warmer.tables.spool import TIMES, spool_for
from warmer.tables.table import Table

_OTHERS = {"npy": arrayfiles.read_npy, "npz": arrayfiles.read_npz, "parquet": parquet.read_parquet}


def read_table(
    path: str | bytes | os.PathLike[Any] | IO[Any],
    texts: str | Sequence[str] = (),
    memory: int | str | None = None,
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
        memory: how much memory the table, and all that is made of it, may take: a number of bytes,
            or a text such as "2 GB"; None is half of the machine's. A table that would take more
            lies in files without a name, in the folder of TMPDIR or in /var/tmp; what is made of
            it has the same bits.

    Raises:
        ParameterError: an argument is of the wrong type.
        DataError: the file cannot be read or is not such a table; one line, with the place. Or
            the table is to lie on the disk, and there is no room.

    >>> read_table("missing.csv")
    Traceback (most recent call last):
    warmer.exceptions.DataError: missing.csv: no such file
    """
    return read(path, texts, memory)


def read(
    path: Any,
    texts: str | Sequence[str] = (),
    memory: int | str | None = None,
    told: Callable[[int, int], None] | None = None,
) -> Table:
    """Read a table as `read_table` does.

    Parameters:
        told: is called now and then with how many bytes of the file are read, and of how many.
    """
    source = source_of(path)
    kept = normals(check_names("texts", texts, "column names"))
    most = bytes_of(memory)
    try:
        with opened(source, path, told) as file:
            return attrs.evolve(_read(source, file, kept, most), _memory=most)
    except MemoryError:
        raise DataError(f"{source}: the table does not fit into memory") from None


def _read(source: str, file: Opened, texts: Sequence[str], memory: int) -> Table:
    if file.format in _OTHERS:
        return _OTHERS[file.format](source, file.stream, memory)
    if file.format == "jsonl":
        return jsonlines.read_json_lines(
            source, file.stream, texts, lambda width: _stores(source, file, width, memory)
        )
    return _read_delimited(source, file, texts, memory)


def _read_delimited(source: str, file: Opened, texts: Sequence[str], memory: int) -> Table:
    """Read a large file of numbers fast, and any other, or on any doubt, strictly."""
    stream = file.stream
    layout = delimited.layout_of(source, stream)
    names = layout.columns
    kept = {index for index, name in enumerate(names) if name in texts}
    stores = _stores(source, file, len(names), memory)
    store = stores.new(numbered=False)
    rows = fast_columns(stream, layout, kept, store)
    lines: Sequence[int]
    if rows is not None:  # then each row is a line
        columns, lines = store.columns(), range(layout.line + 1, layout.line + 1 + rows)
    else:
        del store
        columns, lines = gather(lambda: delimited.rows_of(source, stream, layout), stores, kept)
    if not len(lines):
        raise DataError(f"{source}: there are no rows below the header")
    unnamed = names[0] == ""
    notes = ("column 1 has no name; it is left out",) if unnamed else ()
    word = SEPARATORS[layout.separator]
    form = "" if word == "commas" or len(names) == 1 else f"separated by {word}"
    return Table(source, names[unnamed:], columns[unnamed:], lines, notes, form, stores.spool)


def _stores(source: str, file: Opened, width: int, memory: int) -> Stores:
    """Where the columns of a text go: on the disk, where they would take too much memory.

    A cell takes a byte or more. Only of a file that may be too large the lines are counted, and
    the bytes, which in a file by gzip are not known before.
    """
    if 8 * TIMES * file.longest <= memory:
        return Stores(width)
    most = delimited.most_rows(file.stream)
    spool = spool_for(source, most * (width + 1), memory, file.stream.tell())
    return Stores(width, spool, most)
