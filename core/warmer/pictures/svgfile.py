"""A picture's file: whole, or as it was."""

import os
from pathlib import Path

from warmer.contract.arguments import shown
from warmer.exceptions import UsageError, WarmerError
from warmer.storing.atomic import write

EXTENSION = ".svg"


def save(path: str | Path, content: str) -> None:
    """Write the text of a picture into a file.

    Raises:
        UsageError: the name does not end in `.svg`.
        WarmerError: it cannot be written.
    """
    if not isinstance(path, (str, os.PathLike)) or not os.fspath(path).lower().endswith(EXTENSION):
        raise UsageError(f"path of a picture must end in {EXTENSION}, got {shown(path)}")
    try:
        write(os.fspath(path), [content.encode()])
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        raise WarmerError(f"the picture {shown(os.fspath(path))}: {why or error}") from error
