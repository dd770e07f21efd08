"""Calling somebody's code: whatever it raises names the hook, the line and the values."""

from collections.abc import Mapping
from typing import Any

import attrs

from warmer.contract.blaming import place_of
from warmer.exceptions import PLUGIN_ERRORS, HookError, Stop, UsageError, blame, said
from warmer.formulas.vector import wants_more
from warmer.plugins.binding import Ask
from warmer.plugins.network import Network


class BeyondError(Exception):
    """The numbers of a step are not finite; the message says which."""


def call(network: Network, where: str, ask: Ask, evidence: Mapping[str, Any]) -> Any:
    """Ask a plugin.

    Parameters:
        where: which hook of whom it is, for messages.
        ask: calls it with evidence by name, as `Network.ask` and `Adjuster.ask` do.
        evidence: at least what it asks for.

    Raises:
        BeyondError: it has left the floats.
        Stop: it has asked to end the run.
        UsageError: it has said itself that the data or the command do not suit it.
        HookError: it has failed otherwise.
    """
    try:
        return ask(evidence)
    except (KeyboardInterrupt, HookError, UsageError, BeyondError, Stop):
        raise
    except OverflowError as error:
        raise BeyondError(f"{where} leaves the floats ({said(error)})") from error
    except PLUGIN_ERRORS as error:
        row = evidence.get("weights")
        there = ""
        if isinstance(row, tuple):  # predict and log_odds are asked about one row
            there = wants_more(error, len(row), len(evidence["inputs"]))
        shown = {
            name: value
            for name, value in evidence.items()
            if isinstance(value, (int, float)) and name in network.evidence - {"step"}
        }
        values = "".join(f", {name} {value!r}" for name, value in shown.items())
        raise HookError(
            f"{where} failed: {blame(error)}{there}{_remedy(error)} "
            f"({_place(network, error)}{values})"
        ) from error


def _remedy(error: BaseException) -> str:
    if isinstance(error, attrs.exceptions.FrozenInstanceError):
        return "; a plugin never changes: what is remembered goes in and out as memory"
    return ""


def _place(network: Network, error: BaseException) -> str:
    """Where somebody's code went wrong: not a line of warmer, or of a library, that it called."""
    code = type(network.predictor.plugin).predict.__code__  # what a derivative was taken of
    return place_of(error) or f"{code.co_filename}:{code.co_firstlineno}"
