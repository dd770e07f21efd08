"""Calling somebody's code: whatever it raises names the hook, the line and the values."""

import os
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from warmer.exceptions import PLUGIN_ERRORS, HookError, UsageError, blame, said
from warmer.plugins.network import Network

OURS = str(Path(__file__).parents[1]) + os.sep


class BeyondError(Exception):
    """The numbers of a step are not finite; the message says which."""


def call(network: Network, where: str, function: Callable[..., Any], **arguments: Any) -> Any:
    """Call a function of a plugin.

    Parameters:
        where: which hook of whom it is, for messages.

    Raises:
        BeyondError: it has left the floats.
        UsageError: it has said itself that the data or the command do not suit it.
        HookError: it has failed otherwise.
    """
    try:
        return function(**arguments)
    except (KeyboardInterrupt, HookError, UsageError, BeyondError):
        raise
    except OverflowError as error:
        raise BeyondError(f"{where} leaves the floats ({said(error)})") from error
    except PLUGIN_ERRORS as error:
        frame = _frame(network, error)
        shown = {
            name: int(value) if name == "step" else value
            for name, value in arguments.items()
            if isinstance(value, (int, float)) and name in network.evidence
        }
        values = "".join(f", {name} {value!r}" for name, value in shown.items())
        raise HookError(
            f"{where} failed: {blame(error)} ({frame.filename}:{frame.lineno}{values})"
        ) from error


def _frame(network: Network, error: BaseException) -> traceback.FrameSummary:
    """Where somebody's code went wrong: not a line of warmer that it called."""
    trace = traceback.extract_tb(error.__traceback__)
    theirs = [frame for frame in trace if not frame.filename.startswith(OURS)]
    if theirs:
        return theirs[-1]
    code = type(network.predictor.plugin).predict.__code__  # what a derivative was taken of
    return traceback.FrameSummary(code.co_filename, code.co_firstlineno, code.co_name)
