"""`--plot`: a picture of what was run, in a file."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from warmer.cli.historyfile import check_output
from warmer.cli.output import plugins_speak_on_stderr
from warmer.exceptions import UsageError, WarmerError

if TYPE_CHECKING:
    from warmer.runs.results import Run

EXTENSION = ".svg"


def plot_option(what: str) -> click.Option:
    """The option `--plot FILE`."""
    return click.Option(["--plot"], metavar="FILE", help=what)


def check_plot(path: str | None, data: str = "") -> None:
    """Refuse a picture that could not be written in the end, before anything is read.

    Parameters:
        data: the table that will be read, which must not be overwritten.
    """
    if path is None:
        return
    if not os.path.isdir(path) and os.path.splitext(path)[1].lower() != EXTENSION:
        raise UsageError(f"--plot {path}: must end in {EXTENSION}")
    check_output("--plot", path, data)


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
