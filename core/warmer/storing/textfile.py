"""A text for people, such as a picture or a page, in a file: whole, or as it was before."""

import os
from pathlib import Path

from warmer.contract.arguments import shown
from warmer.exceptions import PLUGIN_ERRORS, UsageError, WarmerError
from warmer.storing.atomic import write


def save_text(path: str | Path, content: str, what: str, extensions: tuple[str, ...]) -> None:
    """Write a text into a file.

    Parameters:
        what: it is, for messages, such as "picture".
        extensions: what the name may end in, in small letters; messages name the first.

    Raises:
        UsageError: the name ends otherwise.
        WarmerError: it cannot be written.
    """
    try:
        name = os.fspath(path)
    except KeyboardInterrupt:
        raise
    except PLUGIN_ERRORS:  # it is no path, or somebody's __fspath__ raises
        name = ""
    if not isinstance(name, str) or not name.lower().endswith(extensions):
        raise UsageError(f"path of a {what} must end in {extensions[0]}, got {shown(path)}")
    try:
        write(name, [content.encode()])
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        raise WarmerError(f"the {what} {shown(name)}: {why or error}") from error
