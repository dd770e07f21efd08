"""Parquet, read by pyarrow, a column at a time."""

from typing import IO, Any

import numpy as np

from warmer.exceptions import DataError
from warmer.tables.gathering import exact_numbers
from warmer.tables.header import distinct, quoted
from warmer.tables.plain import EXACT
from warmer.tables.table import Column, Table
from warmer.wording import visible

_HELP = "pip install 'warmer[fast]', or save the table as CSV"


def read_parquet(source: str, stream: IO[bytes]) -> Table:
    """Read a table from a Parquet file; `null` is an empty cell, truth values are 1 and 0.

    Raises:
        DataError: pyarrow is not installed, the file is damaged, or a column holds no cells.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except Exception:  # noqa: BLE001 - a broken library is none
        raise DataError(f"{source}: a Parquet file is read by pyarrow: {_HELP}") from None
    try:
        with parquet.ParquetFile(stream, page_checksum_verification=True) as file:
            names = [field.name for field in file.schema_arrow]
            if not names or not file.metadata.num_rows:
                raise DataError(f"{source}: there are no rows and columns")
            distinct(source, names)
            columns = []
            for name in names:
                table = file.read(columns=[name], use_threads=False)
                columns.append(_column(f"{source}: column {quoted(name)}", table.column(0)))
    except (pyarrow.ArrowException, OSError, ValueError, OverflowError) as error:
        if isinstance(error, DataError):
            raise
        why = visible(" ".join(str(error).split()))
        raise DataError(f"{source}: is damaged, or not of a known kind ({why[:100]})") from None
    if {*map(len, columns)} != {file.metadata.num_rows}:
        raise DataError(f"{source}: is damaged: its columns are not equally long")
    return Table(source, distinct(source, names), tuple(columns), None)


def _column(place: str, column: Any) -> Column:
    """Return a column as numbers, or as texts where it holds others."""
    import pyarrow
    from pyarrow import types

    kind = column.type
    if types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if types.is_boolean(kind):
        column, kind = column.cast(pyarrow.int8()), pyarrow.int8()
    if types.is_integer(kind) or types.is_floating(kind):
        numbers = np.array(column.cast(pyarrow.float64(), safe=False).to_numpy(), np.float64)
        known = numbers[~np.isnan(numbers)]
        whole = len(known) == len(numbers) - column.null_count
        if whole and bool((np.abs(known) < EXACT).all()):
            return numbers
        return tuple("" if value is None else str(value) for value in column.to_pylist())
    if types.is_null(kind):
        return np.full(len(column), np.nan)
    others = (types.is_nested, types.is_binary, types.is_large_binary, types.is_fixed_size_binary)
    if any(each(kind) for each in (*others, types.is_duration)):  # whose unit a text does not have
        raise DataError(f"{place}: holds {kind}, neither numbers nor texts")
    try:
        texts = column.cast(pyarrow.string())
    except pyarrow.ArrowException:
        raise DataError(f"{place}: holds {kind}, neither numbers nor texts") from None
    words = texts.combine_chunks().dictionary_encode()
    known_words = words.dictionary.to_pylist()
    cells = ["" if i is None else known_words[i] for i in words.indices.to_pylist()]
    values = exact_numbers(cells)
    return tuple(cells) if values is None else values
