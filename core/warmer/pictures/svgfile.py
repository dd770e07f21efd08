"""A picture's file: whole, or as it was."""

import os
from pathlib import Path

from warmer.contract.arguments import shown
from warmer.exceptions import PLUGIN_ERRORS, UsageError, WarmerError
from warmer.storing.atomic import write

EXTENSION = ".svg"


def save(path: str | Path, content: str) -> None:
    """Write the text of a picture into a file.

    Raises:
        UsageError: the name does not end in `.svg`.
        WarmerError: it cannot be written.
    """
    try:
        name = os.fspath(path)
    except KeyboardInterrupt:
        raise
    except PLUGIN_ERRORS:  # it is no path, or somebody's __fspath__ raises
        name = ""
    if not isinstance(name, str) or not name.lower().endswith(EXTENSION):
        raise UsageError(f"path of a picture must end in {EXTENSION}, got {shown(path)}")
    try:
        write(name, [content.encode()])
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        raise WarmerError(f"the picture {shown(name)}: {why or error}") from error
