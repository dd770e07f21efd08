"""Files that a command is to write: refused before anything is read where they cannot be."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TextIO

import click

from warmer.cli.output import plugins_speak_on_stderr
from warmer.exceptions import UsageError, WarmerError

if TYPE_CHECKING:
    from warmer.runs.results import Run

STDIN = 0
PICTURES = (".svg",)


def check_out(option: str, path: str, extensions: Sequence[str], data: str | None = None) -> None:
    """Refuse a file that could not be written in the end.

    Parameters:
        option: what asked for it, for messages.
        path: where it is to go.
        extensions: how its name may end.
        data: the table that will be read, which must not be overwritten; None for none.

    Raises:
        UsageError: saying why it cannot be written.
    """
    target = os.path.realpath(path) if os.path.islink(path) else path
    folder = os.path.dirname(target) or "."
    why = None
    if os.path.isdir(path):
        why = "is a folder"
    elif os.path.splitext(path)[1] not in extensions:
        why = f"must end in {' or '.join(extensions)}"
    elif not os.path.isdir(folder):
        why = f"there is no folder {folder}"
    elif os.path.exists(path) and not os.path.isfile(path):
        why = "is not a regular file"
    elif data is not None and is_the_table(path, data):
        why = "is the table itself"
    elif _is_one_file(path, sys.stdout) or _is_one_file(path, sys.stderr):
        why = "is the file that the output goes to"
    elif not os.access(folder, os.W_OK | os.X_OK):
        why = f"no permission to write into {folder}"
    if why:
        raise UsageError(f"{option} {path}: {why}")


def is_the_table(path: str, data: str) -> bool:
    """Say whether a path leads to the table that is read."""
    return _is_one_file(path, STDIN if data == "-" else data)


def _is_one_file(path: str, other: str | int | TextIO) -> bool:
    """Say whether a path leads to the same file as another one, or as an open one."""
    try:
        there = other if isinstance(other, (str, int)) else other.fileno()
        return os.path.samestat(os.stat(path), os.stat(there))
    except (OSError, ValueError, AttributeError):  # one of them does not exist, or is closed
        return False


def plot_option(what: str) -> click.Option:
    """The option `--plot FILE`."""
    return click.Option(["--plot"], metavar="FILE", help=what)


def check_plot(path: str | None, data: str | None = None) -> None:
    """Refuse a picture that could not be written in the end; as `check_out`."""
    if path is not None:
        check_out("--plot", path, PICTURES, data)


def draw(path: str | None, runs: "Sequence[tuple[str, Run]]", **names: Any) -> list[str]:
    """Draw runs into a file, where one is asked for.

    Returns:
        Why there is no picture, if so.
    """
    if path is None:
        return []
    from warmer.pictures.picture import picture_of

    try:
        with plugins_speak_on_stderr():  # they compute the errors of the curve
            picture_of(runs, **names).save(path)
    except WarmerError as failure:
        return [str(failure)]
    return []
