"""Room for a table that is larger than the memory it may take: files without a name."""

import mmap
import os
import shutil
import tempfile
from math import prod
from typing import IO, Any

import attrs
import numpy as np

from warmer.exceptions import DataError
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
    """

    source: str

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
            raise DataError(no_room(self.source, size, error.strerror or str(error))) from None

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
            raise DataError(no_room(self.source, size, f"{_size(free)} are free there"))


def spool_for(source: str, numbers: int, memory: int) -> Spool | None:
    """Where a table of so many numbers is to lie; None for in memory.

    Raises:
        DataError: it has to lie on the disk, which has not enough room.
    """
    size = 8 * numbers
    if size * TIMES <= memory:
        return None
    spool = Spool(source)
    spool.check(size * ON_DISK)
    return spool


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


def no_room(source: str, size: int, why: str) -> str:
    """Say that the disk has no room for a table, and what to do."""
    return (
        f"{source}: is larger than the memory that it may take, and needs {_size(size)} on the "
        f"disk, in {folder()}: {why}; name another folder with TMPDIR, or allow more with --memory"
    )


def _size(size: int) -> str:
    """Write a size with three digits.

    >>> _size(4_321_000_000)
    '4.32 GB'
    """
    unit = next(unit for unit in ("TB", "GB", "MB", "KB") if size >= UNITS[unit] or unit == "KB")
    return f"{size / UNITS[unit]:.3g} {unit.replace('K', 'k')}"
