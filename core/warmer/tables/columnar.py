"""Large files of text, column by column; on any doubt nothing is answered, and no one is blamed.

What is read here are rows without quotes, each on a line of its own. pyarrow reads numbers and
texts, NumPy numbers alone; both to the same bits as `float()`.
"""

import csv
import itertools
import re
from collections.abc import Collection, Iterator
from typing import IO, Any

import numpy as np

from warmer.tables.converting import Array, numbers_of
from warmer.tables.decimals import decimals
from warmer.tables.delimited import Layout
from warmer.tables.gathering import Store
from warmer.tables.plain import EXACT

SMALL = 1 << 20  # bytes, below which strict reading takes less time than loading a library
BLOCK = 1 << 21  # bytes at a time
NUMPY_BLOCK = 1 << 19  # whose intermediate results stay in the processor's cache
FEW = 100  # rows in a block; pyarrow takes its time for each column
LONG = 1 << 26  # a line of so many bytes is none
_ALLOWED = b"0123456789+-.eE "


def fast_columns(
    stream: IO[bytes], layout: Layout, texts: Collection[int], store: Store
) -> int | None:
    """Read the columns below the header; answers how many rows there are, or `None` on any doubt.

    Parameters:
        stream: the file, which is read from its start.
        layout: what its first rows tell.
        texts: the numbers of the columns that are to stay as they are written.
        store: where the columns go.
    """
    stream.seek(0)
    start = stream.read(SMALL)
    if len(start) < SMALL:
        return None
    stream.seek(0)
    head = b"".join(stream.readline(SMALL) for _ in range(layout.line))
    if b'"' in head or b"\r" in head.rstrip(b"\r\n") or not head.endswith(b"\n"):
        return None
    first = [row for _, row in layout.first]
    if not texts and numbers_of([*itertools.chain(*first)]) is not None:
        kinds = [True] * len(layout.columns)
    else:
        kinds = [
            index not in texts and numbers_of(column) is not None
            for index, column in enumerate(zip(*first, strict=True))
        ]
    arrow = _arrow() if len(head) * FEW < BLOCK else None
    if not first or (arrow is None and not all(kinds)):
        return None
    rows = 0
    for block in _blocks(stream, layout.separator, BLOCK if arrow else NUMPY_BLOCK):
        found = None
        if block is not None and b'"' not in block and b"\0" not in block:
            if arrow:
                found = _by_arrow(block, layout.separator, kinds)
            else:
                found = _by_numpy(block, layout.separator, len(kinds))
        if found is None:
            return None
        for index, cells in enumerate(found):
            store.put(index, cells)
        store.end_block(range(len(found[0])))
        rows += len(found[0])
    return rows


def _blocks(stream: IO[bytes], separator: str, size: int) -> Iterator[bytes | None]:
    """Yield whole lines, without blank ones at the end of the file; `None` where a line is long."""
    white = b" \r\n" if separator == "\t" else b" \t\r\n"
    rest = b""
    while block := stream.read(size):
        data = rest + block
        cut = data.rfind(b"\n", 0, len(data.rstrip(white))) + 1
        if not cut and len(data) > LONG:
            yield None
            return
        rest = data[cut:]
        if cut:
            yield data[:cut]
    last = re.sub(rb"(\r|\n)[" + white + rb"]*\Z", b"", rest)
    if last:
        yield last + b"\n"


def _arrow() -> Any:
    """Return pyarrow's reader of CSV, or `None` where it is not installed or does not load."""
    try:
        import pyarrow.csv
    except Exception:  # noqa: BLE001 - a broken library is none
        return None
    return pyarrow.csv


def _by_arrow(block: bytes, separator: str, kinds: list[bool]) -> list[Any] | None:
    """Read rows with pyarrow, whose numbers are strict but for `nan`, `inf` and `1e400`."""
    import pyarrow
    from pyarrow import csv as reader

    names = [str(index) for index in range(len(kinds))]
    word = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
    types = {
        name: pyarrow.float64() if kind else word for name, kind in zip(names, kinds, strict=True)
    }
    try:
        table = reader.read_csv(
            pyarrow.py_buffer(block),
            reader.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=names),
            reader.ParseOptions(
                delimiter=separator, quote_char=False, double_quote=False, ignore_empty_lines=False
            ),
            reader.ConvertOptions(column_types=types, null_values=[""], strings_can_be_null=False),
        )
    except pyarrow.ArrowException:
        return None
    found = [_of_arrow(column, kind) for column, kind in zip(table.columns, kinds, strict=True)]
    if any(column is None for column in found) or _blank_rows(found, kinds):
        return None
    return found


def _of_arrow(column: Any, numeric: bool) -> Any:
    """Return a column of a block, or `None` on any doubt."""
    if column.num_chunks != 1:
        return None
    (cells,) = column.chunks
    if not numeric:
        words = [word.lstrip(" ") for word in cells.dictionary.to_pylist()]
        if max(map(len, words)) > csv.field_size_limit():
            return None
        return [words[index] for index in cells.indices.to_pylist()]
    holes = cells.null_count
    if holes:
        cells = cells.fill_null(np.nan)
    # `to_numpy` of old versions looks for pandas each time
    values = np.frombuffer(cells.buffers()[1], np.float64, len(cells), 8 * cells.offset)
    known = values[~np.isnan(values)] if holes else values
    return values if len(known) == len(values) - holes and _exact(known) else None


def _exact(values: Array) -> bool:
    """Say whether numbers are finite, and no two of them can stand for texts that differ."""
    return not values.size or bool(np.min(values) > -EXACT and np.max(values) < EXACT)


def _blank_rows(columns: list[Any], kinds: list[bool]) -> bool:
    """Say whether a row may be a blank line, which pyarrow reads as empty cells."""
    blank: Any = True
    for column, numeric in zip(columns, kinds, strict=True):
        blank = blank & (np.isnan(column) if numeric else np.array([not cell for cell in column]))
        if not blank.any():
            return False
    return True


def _by_numpy(block: bytes, separator: str, width: int) -> list[Array] | None:
    """Read rows of numbers with NumPy, after a look at their bytes."""
    block = block.replace(b"\r\n", b"\n") if b"\r" in block else block
    allowed = _ALLOWED if separator == "\t" else _ALLOWED + b"\t"
    between = block.translate(None, allowed)
    if between != (separator.encode() * (width - 1) + b"\n") * (len(between) // width):
        return None
    data = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero((data == ord(separator)) | (data == ord("\n")))
    values = decimals(block, ends)
    return [*values.reshape(-1, width).T] if values is not None and _exact(values) else None
