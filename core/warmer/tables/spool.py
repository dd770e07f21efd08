"""Room for a table that is larger than the memory it may take: files without a name."""

import mmap
import os
import shutil
import tempfile
from math import prod
from typing import IO, Any

import attrs
import numpy as np

from warmer.exceptions import DataError, Remedy
from warmer.tables.allowed import UNITS

CELLS = 1 << 20  # at a time
SPAN = 1 << 16  # rows at a time, where they are short
TIMES = 4  # a table in memory is held so often: read, taken apart, and as the rule sees it
ON_DISK = 2  # times: as it was read, and as the rule sees it
SMALL = 1 << 20  # bytes that are never worth a file


def spans(rows: int, width: int = 1) -> list[slice]:
    """Cut rows into stretches that are worked on one after another.

    Parameters:
        width: how many columns are worked on together.
    """
    most = max(1, min(SPAN, CELLS // max(1, width)))
    return [slice(start, min(start + most, rows)) for start in range(0, rows, most)]


@attrs.frozen
class Spool:
    """Makes arrays that lie in files: they take no memory that cannot be given back.

    The files have no name, so that whatever ends the process leaves nothing behind.

    Parameters:
        source: how errors name the table.
        memory: with so many bytes it would lie in memory.
    """

    source: str
    memory: int

    def array(self, shape: int | tuple[int, ...], kind: Any = np.float64) -> Any:
        """Make an array of zeros; one that is small lies in memory.

        Raises:
            DataError: the disk has not as much room.
        """
        shape = shape if isinstance(shape, tuple) else (shape,)
        size = prod(shape) * np.dtype(kind).itemsize
        if size <= SMALL:
            return np.zeros(shape, kind)
        self.check(size)
        try:
            with nameless() as file:
                if hasattr(os, "posix_fallocate"):  # else a disk that fills up ends the process
                    os.posix_fallocate(file.fileno(), 0, size)
                else:
                    file.truncate(size)
                return np.frombuffer(mmap.mmap(file.fileno(), size), kind).reshape(shape)
        except OSError as error:
            raise self.no_room(size, error.strerror or str(error)) from None

    def check(self, size: int) -> None:
        """Refuse what does not fit on the disk, before anything is written.

        Raises:
            DataError: it does not fit.
        """
        try:
            free = shutil.disk_usage(folder()).free
        except OSError:
            return
        if free < size:
            raise self.no_room(size, f"{_size(free)} are free there")

    def no_room(self, size: int, why: str) -> DataError:
        """Say that the disk has no room for so many bytes, and what to do."""
        return DataError(
            f"{self.source}: is larger than the memory that it may take, and needs {_size(size)} "
            f"on the disk, in {folder()}: {why}; name another folder with TMPDIR",
            Remedy("memory", f"{-(-self.memory // 10**6)}MB", "keeps it in memory"),
        )


def spool_for(source: str, numbers: int, memory: int, read: int = 0) -> Spool | None:
    """Where a table of so many numbers is to lie; None for in memory.

    Parameters:
        memory: how many bytes it may take.
        read: how many bytes are read, which may be long texts.

    Raises:
        DataError: it has to lie on the disk, which has not enough room.
    """
    size = max(8 * numbers * TIMES, read)
    if size <= memory:
        return None
    spool = Spool(source, size)
    spool.check(8 * numbers * ON_DISK)
    return spool


def room_in(spool: Spool | None, shape: int | tuple[int, ...], kind: Any = np.float64) -> Any:
    """Make room on the disk, or in memory where there is no spool.

    Raises:
        DataError: the disk is full.
    """
    return np.empty(shape, kind) if spool is None else spool.array(shape, kind)


def folder() -> str:
    """The folder for large temporary files: TMPDIR, or /var/tmp, since /tmp may be memory."""
    if not os.environ.get("TMPDIR") and os.access("/var/tmp", os.W_OK | os.X_OK):
        return "/var/tmp"
    return tempfile.gettempdir()


def nameless() -> IO[bytes]:
    """Open a file that has no name, and ends with the process.

    Raises:
        OSError: there is no room for one.
    """
    return tempfile.TemporaryFile(dir=folder(), prefix="warmer-")


def _size(size: int) -> str:
    """Write a size with three digits.

    >>> _size(4_321_000_000)
    '4.32 GB'
    """
    unit = next(unit for unit in ("TB", "GB", "MB", "KB") if size >= UNITS[unit] or unit == "KB")
    return f"{size / UNITS[unit]:.3g} {unit.replace('K', 'k')}"
