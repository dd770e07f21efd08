"""Arrays that NumPy saved: no memory is taken before a header agrees with its file; no pickles."""

import io
import lzma
import math
import mmap
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any

import numpy as np

from warmer.exceptions import DataError
from warmer.tables.header import distinct, quoted
from warmer.tables.plain import EXACT
from warmer.tables.spool import TIMES, Spool, spans, spool_for
from warmer.tables.table import Array, Column, Table
from warmer.tables.texts import Heap, Texts

_HEADER = 65536  # bytes; a longer one describes no table
_KINDS = "fiub"  # of numbers; truth values are 0 and 1
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, RuntimeError,
    NotImplementedError, ValueError, OverflowError, IndexError, KeyError, TypeError,
)  # fmt: skip


def read_npy(source: str, stream: IO[bytes], memory: int) -> Table:
    """Read an array of one or two dimensions; its columns are `x1`, `x2` and so on.

    A single dimension is one column, `x`. The fields of a structured array are columns, by name.

    Parameters:
        memory: how many bytes the table, and what is made of it, may take. A larger array stays
            in its file.

    Raises:
        DataError: the file is damaged, or holds no table of numbers.
    """
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    array, spool = _array(source, stream, size, memory)
    return _table(source, _columns("x", array, spool), spool)


def read_npz(source: str, stream: IO[bytes], memory: int) -> Table:
    """Read arrays with as many rows each: a column of its name for each, or several, numbered.

    Parameters:
        memory: how many bytes the table, and what is made of it, may take.

    Raises:
        DataError: the file is damaged, or its arrays make up no table.
    """
    found: dict[str, Column] = {}
    rows: dict[str, int] = {}
    large: Spool | None = None
    try:
        with zipfile.ZipFile(stream) as archive:
            total = sum(member.file_size for member in archive.infolist())
            for member in archive.infolist():
                name = member.filename.removesuffix(".npy")
                if name == member.filename or name in rows:
                    raise DataError(f"{source}: {quoted(member.filename)} is no array, or is twice")
                if not 0 < member.file_size <= 1100 * member.compress_size + _HEADER:
                    raise DataError(f"{source}: {quoted(name)}: its size cannot be right")
                with archive.open(member) as file:
                    place = f"{source}: {quoted(name)}"
                    array, spool = _array(place, file, member.file_size, memory, total)
                large = large or spool
                rows[name] = len(array)
                for column, values in _columns(name, array, spool):
                    if column in found:
                        raise DataError(f"{source}: there are two columns {quoted(column)}")
                    found[column] = values
    except _DAMAGED as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"{source}: is damaged ({type(error).__name__})") from None
    if len({*rows.values()}) > 1:
        longest = ", ".join(f"{quoted(name)} {count}" for name, count in rows.items())
        raise DataError(f"{source}: the arrays have not as many rows each: {longest}")
    return _table(source, found.items(), large)


def _table(source: str, columns: Any, spool: Spool | None) -> Table:
    names, cells = zip(*columns, strict=True)
    return Table(source, distinct(source, names), cells, None, spool=spool)


def _array(
    place: str, file: IO[bytes], size: int, memory: int, total: int = 0
) -> tuple[Any, Spool | None]:
    """Read one array, whose bytes end the file, once its header agrees with their number.

    One that is to take no memory is a map of its file, or of another; its spool is told as well.

    Parameters:
        total: how many bytes all arrays have together, where there are others.
    """
    try:
        version = np.lib.format.read_magic(file)
        length = file.read(2 if version == (1, 0) else 4)
        header = file.read(min(_HEADER, int.from_bytes(length, "little")))
        if version not in ((1, 0), (2, 0)) or len(header) != int.from_bytes(length, "little"):
            raise ValueError("no such header")
        read = (
            np.lib.format.read_array_header_1_0
            if version == (1, 0)
            else (np.lib.format.read_array_header_2_0)
        )
        shape, by_columns, kind = read(io.BytesIO(length + header), max_header_size=_HEADER)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - NumPy's reader of headers may raise anything
        raise DataError(f"{place}: is damaged: its header is not one of NumPy") from None
    _check_kind(place, kind)
    if len(shape) not in (1, 2) or (len(shape) == 2 and kind.names):
        raise DataError(f"{place}: has {len(shape)} dimensions; a table has one or two")
    if min(shape) <= 0:
        raise DataError(f"{place}: there are no rows and columns (shape {shape})")
    wanted = math.prod(shape) * kind.itemsize
    held = size - len(length) - len(header) - 8
    if wanted != held:
        raise DataError(
            f"{place}: is damaged: its header speaks of {wanted} bytes, and there are {held}"
        )
    numbers = math.prod(shape) * max(1, len(kind.names or ()))
    spool = spool_for(place, numbers, memory, total * TIMES)
    if spool is not None and isinstance(file, io.BufferedReader):
        room = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        flat = np.frombuffer(room, np.uint8, wanted, size - held)
    else:
        flat = np.empty(wanted, np.uint8) if spool is None else spool.array(wanted, np.uint8)
        _fill(place, file, flat)
    array = np.ndarray(shape, kind, flat, order="F" if by_columns else "C")
    return array, spool


def _fill(place: str, file: IO[bytes], into: Any) -> None:
    """Read bytes until an array is full."""
    view, done = memoryview(into), 0
    while done < len(view):
        part = file.read(min(1 << 20, len(view) - done))
        if not part:
            raise DataError(f"{place}: is damaged: it ends too early")
        view[done : done + len(part)] = part
        done += len(part)
    if file.read(1):  # and where there is a checksum, it is looked at here
        raise DataError(f"{place}: is damaged: it is too long")


def _check_kind(place: str, kind: Any) -> None:
    """Refuse what is no number."""
    for name in kind.names or (None,):
        part = kind if name is None else kind[name]
        where = place if name is None else f"{place}: column {quoted(name)}"
        if part.hasobject:
            raise DataError(f"{where}: holds Python objects, not numbers; they are never unpacked")
        if part.kind not in _KINDS or part.shape:
            raise DataError(f"{where}: holds {part}, not numbers")


def _columns(name: str, array: Any, spool: Spool | None) -> Iterator[tuple[str, Column]]:
    """Yield the columns of an array with their names."""
    if array.dtype.names:
        for field in array.dtype.names:
            yield field, _column(array[field], spool)
    elif array.ndim == 1:
        yield name, _column(array, spool)
    else:
        for index, values in enumerate(array.T, start=1):
            yield f"{name}{index}", _column(values, spool)


def _column(values: Any, spool: Spool | None) -> Column:
    """Return a column as float64; where a number would change or is not finite, as texts.

    So it is only an error where the column is used, and large numbers that become equal are told.
    """
    numbers: Array = values
    if spool is None:
        with np.errstate(over="ignore", invalid="ignore"):
            numbers = np.ascontiguousarray(values, dtype=np.float64)
    elif values.dtype != np.float64 or not values.dtype.isnative:
        numbers = spool.array(len(values))
        for span in spans(len(values)):
            with np.errstate(over="ignore", invalid="ignore"):
                numbers[span] = values[span]
    if all(bool((np.abs(numbers[span]) < EXACT).all()) for span in spans(len(numbers))):
        return numbers
    if spool is None:
        return tuple(map(str, values.tolist()))
    heap, places = Heap(spool), spool.array(len(values), np.int64)
    for span in spans(len(values)):
        places[span] = heap.put(map(str, values[span].tolist()))
    return Texts(heap.done(), places)
