"""Parquet, read by pyarrow, some rows at a time."""

from collections.abc import Collection, Iterator
from typing import IO, Any

import numpy as np

from warmer.exceptions import DataError
from warmer.tables.gathering import Block, Stores, gather_blocks
from warmer.tables.header import distinct, quoted
from warmer.tables.plain import EXACT
from warmer.tables.spool import CELLS, spool_for
from warmer.tables.table import Array, Table
from warmer.wording import visible

ROWS = 1 << 13  # at a time
BUFFER = 1 << 16  # bytes of a column at a time; else all of it that is stored together
_HELP = "pip install 'warmer[fast]', or save the table as CSV"


def read_parquet(source: str, stream: IO[bytes], memory: int) -> Table:
    """Read a table from a Parquet file; `null` is an empty cell, truth values are 1 and 0.

    Parameters:
        memory: how many bytes the table, and what is made of it, may take.

    Raises:
        DataError: pyarrow is not installed, the file is damaged, or a column holds no cells.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except Exception:  # noqa: BLE001 - a broken library is none
        raise DataError(f"{source}: a Parquet file is read by pyarrow: {_HELP}") from None
    try:
        with parquet.ParquetFile(
            stream, page_checksum_verification=True, pre_buffer=False, buffer_size=BUFFER
        ) as file:
            names = [field.name for field in file.schema_arrow]
            rows = file.metadata.num_rows
            if not names or rows <= 0:
                raise DataError(f"{source}: there are no rows and columns")
            distinct(source, names)
            spool = spool_for(source, rows * len(names), memory, _unpacked(file.metadata))
            stores = Stores(len(names), spool, rows)

            def blocks(texts: Collection[int]) -> Iterator[Block]:
                places = [f"{source}: column {quoted(name)}" for name in names]
                size = max(1, min(ROWS, CELLS // len(names)))
                for batch in file.iter_batches(size, use_threads=False):
                    yield (
                        range(batch.num_rows),
                        [
                            _column(places[index], column, index in texts)
                            for index, column in enumerate(batch.columns)
                        ],
                    )

            columns, _ = gather_blocks(blocks, stores, numbered=False)
        pyarrow.default_memory_pool().release_unused()
    except (pyarrow.ArrowException, OSError, ValueError, OverflowError) as error:
        if isinstance(error, DataError):
            raise
        why = visible(" ".join(str(error).split()))
        raise DataError(f"{source}: is damaged, or not of a known kind ({why[:100]})") from None
    if {*map(len, columns)} != {rows}:
        raise DataError(f"{source}: is damaged: its columns are not equally long")
    return Table(source, distinct(source, names), columns, None, spool=spool)


def _unpacked(metadata: Any) -> int:
    """How many bytes a file holds, unpacked."""
    groups = map(metadata.row_group, range(metadata.num_row_groups))
    return sum(max(0, group.total_byte_size) for group in groups)


def _column(place: str, column: Any, as_texts: bool) -> Array | list[str]:
    """Return some cells of a column as numbers, or as texts where they are others."""
    import pyarrow
    from pyarrow import types

    kind = column.type
    if types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if types.is_boolean(kind):
        column, kind = column.cast(pyarrow.int8()), pyarrow.int8()
    if types.is_integer(kind) or types.is_floating(kind):
        values = column.cast(pyarrow.float64(), safe=False).to_numpy(zero_copy_only=False)
        numbers = np.array(values, np.float64)
        known = numbers[~np.isnan(numbers)]
        whole = len(known) == len(numbers) - column.null_count and not as_texts
        if whole and bool((np.abs(known) < EXACT).all()):
            return numbers
        return ["" if value is None else str(value) for value in column.to_pylist()]
    if types.is_null(kind):
        return [""] * len(column) if as_texts else np.full(len(column), np.nan)
    others = (types.is_nested, types.is_binary, types.is_large_binary, types.is_fixed_size_binary)
    if any(each(kind) for each in (*others, types.is_duration)):  # whose unit a text does not have
        raise DataError(f"{place}: holds {kind}, neither numbers nor texts")
    try:
        texts = column.cast(pyarrow.string())
    except pyarrow.ArrowException:
        raise DataError(f"{place}: holds {kind}, neither numbers nor texts") from None
    words = texts.dictionary_encode()
    known_words = words.dictionary.to_pylist()
    return ["" if i is None else known_words[i] for i in words.indices.to_pylist()]
