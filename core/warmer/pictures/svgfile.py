"""A file that is written whole, or stays as it was."""

import contextlib
import os
import stat
from pathlib import Path

from warmer.contract.arguments import shown
from warmer.exceptions import UsageError, WarmerError

EXTENSION = ".svg"


def save(path: str | Path, content: str) -> None:
    """Write a text into a file by way of a new one beside it, which then takes its name and mode.

    Raises:
        UsageError: the name does not end in `.svg`.
        WarmerError: it cannot be written.
    """
    if not isinstance(path, (str, os.PathLike)) or not os.fspath(path).lower().endswith(EXTENSION):
        raise UsageError(
            f"a picture is written to a file that ends in {EXTENSION}, got {shown(path)}"
        )
    final = os.path.realpath(path)
    beside = os.path.join(os.path.dirname(final), f".warmer-{os.urandom(8).hex()}.tmp")
    try:
        with open(beside, "x", encoding="utf-8", newline="") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if os.path.exists(final):
            os.chmod(beside, stat.S_IMODE(os.stat(final).st_mode))
        os.replace(beside, final)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        raise WarmerError(f"the picture {shown(os.fspath(path))}: {why or error}") from error
    finally:
        with contextlib.suppress(OSError, ValueError):
            os.unlink(beside)
