"""Chance: what in a plugin's code answers differently from run to run, found by reading the code.

A rule may ask for `rng`, which a seed repeats. What Python and NumPy hold for the whole process, no
seed of a run reaches.
"""

import dis
import random
import types
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from warmer.contract.blaming import FOREIGN
from warmer.tracing.twins import codes_of, home, methods_of

CHANCE = frozenset(("random", "secrets", "uuid", "time", "numpy.random"))


@lru_cache(maxsize=256)
def chance_in(cls: Any) -> str | None:
    """Name the module of chance that methods of a class use, with the helpers that they call.

    It is remembered of each class: reading its code takes as long as a short run.
    """
    seen: set[int] = set()
    return next((found for method in methods_of(cls) for found in _used(method, seen)), None)


def _used(function: types.FunctionType, seen: set[int]) -> Iterator[str]:
    """The modules of chance that a function uses, one after another."""
    if id(function) in seen:
        return
    seen.add(id(function))
    for value in _mentioned(function):
        origin = _origin(value)
        if origin:
            yield origin
        elif isinstance(value, types.FunctionType) and home(value) not in FOREIGN:
            yield from _used(value, seen)


def _mentioned(function: types.FunctionType) -> Iterator[Any]:
    """What a function's code reaches by names: globals, what it imports, attributes of modules."""
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not filled yet
            continue
    for code in codes_of(function.__code__):
        value: Any = None
        for step in dis.get_instructions(code):
            if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
                value = function.__globals__.get(step.argval)
                yield value
            elif step.opname in ("LOAD_ATTR", "LOAD_METHOD", "IMPORT_FROM"):
                value = vars(value).get(step.argval) if _is_module(value) else None
                yield value
            elif step.opname == "IMPORT_NAME":
                value = None
                if step.argval in ("random", "secrets", "uuid"):
                    yield random.random


def _name_of(value: Any) -> Any:
    return getattr(value, "__name__", None)


def _origin(value: Any) -> str | None:
    """The module of chance that a function or a generator is of; a class and a module are none.

    So is what makes a generator.
    """
    if isinstance(value, (type, types.ModuleType)) or _name_of(value) == "default_rng":
        return None
    owner = getattr(value, "__self__", None)
    if owner is not None and not _is_module(owner):
        value = owner
    if isinstance(value, (types.FunctionType, types.BuiltinFunctionType)):
        name = value.__module__ or ""
    else:
        name = type(value).__module__
    if name.startswith("numpy.random"):
        return "numpy.random"
    return name if name in CHANCE else None


def _is_module(value: Any) -> bool:
    return isinstance(value, types.ModuleType)
