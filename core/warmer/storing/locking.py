"""A lock beside a file, so that two runs never write to one checkpoint."""

import contextlib
import os
from collections.abc import Iterator

from warmer.exceptions import UsageError


@contextlib.contextmanager
def locked(path: str) -> Iterator[None]:
    """Hold the lock of a file; the system lets it go even where the process is killed.

    The lock is a file `FILE.lock`, which is removed in the end. One that a killed process has left
    is held by nobody.

    Raises:
        UsageError: another run holds it, or there can be none here.
    """
    lock = f"{os.path.realpath(path)}.lock"
    try:
        descriptor = _hold(lock)
    except BlockingIOError:
        raise UsageError(f"{path}: another run is writing to it (it holds {lock})") from None
    except OSError as error:
        raise UsageError(f"{lock}: {error.strerror or error}") from error
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.unlink(lock)
        with contextlib.suppress(OSError):
            os.close(descriptor)


def _hold(lock: str) -> int:
    """Open the lock and hold it, or raise BlockingIOError at once."""
    while True:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
        try:
            _lock(descriptor)
            if os.path.samestat(os.fstat(descriptor), os.stat(lock)):
                return descriptor
        except FileNotFoundError:  # whoever held it has just removed it: it is nobody's lock now
            pass
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    if os.name == "nt":
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
        except OSError as error:
            raise BlockingIOError from error
        return
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
