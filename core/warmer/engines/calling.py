"""Calling somebody's code: whatever it raises names the hook, the line and the values."""

import os
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from warmer.contract.check import implementations_of
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
        place = place_of(error, [chosen.plugin for chosen in network.plugins])
        if place is None:  # in a formula of warmer's: where it comes from
            code = type(network.predictor.plugin).predict.__code__
            place = f"{code.co_filename}:{code.co_firstlineno}"
        shown = {
            name: value
            for name, value in arguments.items()
            if isinstance(value, (int, float)) and name in network.evidence - {"step"}
        }
        values = "".join(f", {name} {value!r}" for name, value in shown.items())
        raise HookError(f"{where} failed: {blame(error)} ({place}{values})") from error


def place_of(error: BaseException, plugins: Iterable[object]) -> str | None:
    """Say where somebody's code went wrong, as `file:line`; None where it is not to be seen.

    That is a line of a plugin's own rather than one of a library that it called, and no line of
    warmer.
    """
    trace = traceback.extract_tb(error.__traceback__)
    theirs = [frame for frame in trace if not frame.filename.startswith(OURS)]
    files = {
        getattr(getattr(hook, "__code__", None), "co_filename", None)
        for plugin in plugins
        for hook, _ in implementations_of(type(plugin)).values()
    }
    own = [frame for frame in theirs if frame.filename in files]
    return next((f"{frame.filename}:{frame.lineno}" for frame in reversed(own or theirs)), None)
