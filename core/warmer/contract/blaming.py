"""Blaming: which line of somebody's code an error came from."""

import inspect
import sys
from types import TracebackType
from typing import Any

FOREIGN = (frozenset(sys.stdlib_module_names) - {"__main__", "test"}) | {
    "attr", "attrs", "numpy", "pluggy", "warmer"
}  # fmt: skip
"""Packages that a plugin calls, and that are not its own code."""


def place_of(error: BaseException) -> str | None:
    """Say where an error arose, as `file:line`: the last line that is a plugin's own.

    Returns:
        None where no line of a plugin led to it.
    """
    found, trace = None, error.__traceback__
    while trace is not None:
        if not _is_foreign(trace):
            found = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found


def place_of_method(plugin: object, name: str) -> str:
    """Say where a method of a plugin begins, as it ends a message."""
    function: Any = inspect.unwrap(getattr(type(plugin), name))
    code = getattr(function, "__code__", None)
    return at(f"{code.co_filename}:{code.co_firstlineno}") if code else ""


def at(place: str | None) -> str:
    """Write a place as it ends a message: ` (file:line)`, or nothing."""
    return f" ({place})" if place else ""


def _is_foreign(trace: TracebackType) -> bool:
    name = trace.tb_frame.f_globals.get("__name__")
    return not isinstance(name, str) or name.partition(".")[0] in FOREIGN
