"""Memory: what a class says that each weight remembers at the start, and what is wrong with it."""

import functools
import inspect
import math
from typing import Any

from warmer.contract.arguments import shown

EXAMPLE = "class Memory(NamedTuple): velocity: float = 0.0, and in the class memory = Memory()"


def memory_fault(cls: type) -> str | None:
    """Say why the `memory` of a class is no NamedTuple of finite floats; None where it is one."""
    memory = inspect.getattr_static(cls, "memory", None)
    if memory is None:
        return f"the class needs `memory`, a NamedTuple of finite floats ({EXAMPLE})"
    if isinstance(memory, (property, functools.cached_property)):
        return "`memory` is a property, and has to be known of the class (say memory = Memory())"
    if inspect.isroutine(memory):
        return "`memory` is a method, and has to be a value (say memory = Memory())"
    if isinstance(memory, type):
        name = memory.__name__
        return f"`memory` is the class {name}, not an object of it (say memory = {name}())"
    if isinstance(memory, tuple) and hasattr(memory, "_fields"):
        return _field_fault(memory)
    if isinstance(memory, tuple):
        return f"`memory` is {shown(memory)}, and its numbers need names ({EXAMPLE})"
    kind = type(memory).__name__
    return f"`memory` is {shown(memory)} ({kind}), not a NamedTuple of floats ({EXAMPLE})"


def _field_fault(memory: Any) -> str | None:
    if not len(memory):
        return f"`memory` has no fields ({EXAMPLE})"
    for field, value in zip(memory._fields, memory, strict=False):
        said = f"`memory` starts {field!r} at {shown(value)}"
        if isinstance(value, float):
            if not math.isfinite(value):
                return f"{said}, which is not finite (say a finite number, such as 0.0)"
        elif isinstance(value, (bool, int)):
            kind = "a truth value" if isinstance(value, bool) else "an int"
            return f"{said}, {kind} (say {float(value)!r})"
        else:
            return f"{said}, which is no float (say a finite number, such as 0.0)"
    return None
