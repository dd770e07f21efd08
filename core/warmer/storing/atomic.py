"""Writing a file whole or not at all: beside its place, onto the disk, then renamed."""

import contextlib
import os
import stat
from collections.abc import Iterable

FOLDERS = hasattr(os, "O_DIRECTORY")  # elsewhere a folder cannot be opened, nor waited for


def beside(path: str) -> str:
    """A temporary name in the folder of a file."""
    return os.path.join(os.path.dirname(path), f".warmer-{os.urandom(8).hex()}.tmp")


def write(path: str, parts: Iterable[bytes], previous: str | None = None) -> None:
    """Write a file: all of it is on the disk before it takes its place.

    The order is: write, fsync, rename, fsync of the folder. What fails before the rename leaves
    everything as it was, without a temporary file. A link is followed, and the mode of the file
    that is replaced is kept.

    Parameters:
        parts: its bytes, in order.
        previous: what the file that is replaced is renamed to; None where it is let go.

    Raises:
        OSError: it could not be written.
    """
    final = os.path.realpath(path)
    there = os.path.exists(final)
    mode = stat.S_IMODE(os.stat(final).st_mode) if there else None
    temporary = beside(final)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(temporary, flags, 0o666 if mode is None else mode)
    try:
        try:
            if mode is not None:
                os.chmod(temporary, mode)  # the mask of the process is for new files
            for part in parts:
                _write_all(descriptor, part)
            os.fsync(descriptor)
        except BaseException:
            with contextlib.suppress(OSError):  # of two failures the first one tells
                os.close(descriptor)
            raise
        os.close(descriptor)
        if previous is not None and there:
            os.replace(final, os.path.realpath(previous))
        os.replace(temporary, final)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    sync_folder(final)


def sync_folder(path: str) -> None:
    """Wait until the disk knows under which name a file stands in its folder."""
    if not FOLDERS:
        return
    descriptor = os.open(os.path.dirname(path) or ".", os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, part: bytes) -> None:
    """Write to the end: one call may take less, above all on a disk that is nearly full."""
    rest = memoryview(part).cast("B")
    while len(rest):
        rest = rest[os.write(descriptor, rest) :]
