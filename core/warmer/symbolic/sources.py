"""Sources: what a formula was read from, so that the reading can be used again.

Everything that code looks up while it is read is noted: globals, what closures hold, attributes of
modules and of the plugin's classes. A reading holds while every one of these places has the very
same object, provided that no such object can change within (a list, an object of some class).
"""

import sys
import types
from collections import namedtuple
from collections.abc import Callable
from functools import cached_property
from operator import is_
from typing import Any

FOREIGN = (frozenset(sys.stdlib_module_names) - {"__main__", "test"}) | {
    "attr", "attrs", "numpy", "pluggy", "warmer"
}  # fmt: skip
"""Packages whose functions are called as they are."""

STAYING = (
    int, float, str, bytes, types.NoneType, types.ModuleType, types.CodeType,
    types.MemberDescriptorType, types.GetSetDescriptorType,
)  # fmt: skip
"""What cannot change within, or whose own lookups are noted one by one."""

PURE = ("math", "operator", "warmer")
"""Modules whose functions answer by their arguments alone."""

LOOKING = frozenset(("eval", "exec", "globals", "locals", "vars", "getattr"))
"""Builtins that can look something up unseen."""

PLAIN = frozenset(vars(namedtuple("Plain", ()))) | {"__annotate__", "__annotate_func__"}

_EMPTY = object()


def top(module: str | None) -> str:
    """The package that a module belongs to."""
    return (module or "").partition(".")[0]


class Sources:
    """The places that were looked at, with what was found there."""

    def __init__(self) -> None:
        self._found: dict[tuple[Callable[..., Any], int, str], tuple[Any, Any]] = {}
        self._classes: list[tuple[type, tuple[Any, ...]]] = []
        self._changeable = False

    def note(self, look: Callable[..., Any], owner: Any, name: str, value: Any) -> None:
        """Note what was found: `look(owner, name, None)` gave the value."""
        self._found[look, id(owner), name] = owner, value
        self._changeable = self._changeable or not _stays(value)

    def note_function(self, function: types.FunctionType) -> None:
        """Note what makes a function what it is; what it looks up is noted when it does."""
        for name in ("__code__", "__defaults__"):
            self.note(getattr, function, name, getattr(function, name))
        for name, value in (function.__kwdefaults__ or {}).items():
            self.note(dict.get, function.__kwdefaults__, name, value)
        own = any(not name.endswith("_impl") for name in vars(function))  # pluggy's marker
        self._changeable |= own or not LOOKING.isdisjoint(function.__code__.co_names)

    def note_cell(self, cell: types.CellType) -> None:
        """Note what a closure holds."""
        self.note(_content, cell, "", _content(cell, "", None))

    def note_class(self, cls: type) -> None:
        """Note all attributes of a class."""
        values = tuple(vars(cls).values())
        self._classes.append((cls, values))
        self._changeable |= not all(
            _stays(value) for name, value in vars(cls).items() if not name.startswith("__")
        )

    def unchanged(self) -> bool:
        """Say whether everything is still found where it was, so that a reading holds."""
        return (
            not self._changeable
            and all(look(owner, name, None) is value
                    for (look, _, name), (owner, value) in self._found.items())
            and all(_same(tuple(vars(cls).values()), values) for cls, values in self._classes)
        )  # fmt: skip


def _same(now: tuple[Any, ...], then: tuple[Any, ...]) -> bool:
    return len(now) == len(then) and all(map(is_, now, then))


def _stays(value: Any) -> bool:
    """Say whether a value cannot change within."""
    match value:
        case type():
            return _is_plain(value) or top(value.__module__) in PURE
        case tuple() | frozenset():
            kind = type(value)
            return (kind in (tuple, frozenset) or _is_plain(kind)) and all(map(_stays, value))
        case types.FunctionType():
            root = top(value.__module__)
            return root in PURE or root not in FOREIGN  # then it is copied, and notes its own
        case property():
            return _stays(value.fget)  # what sets or deletes it is never called
        case cached_property():
            return _stays(value.func)
        case staticmethod() | classmethod():
            return _stays(value.__func__)
        case types.BuiltinFunctionType():
            return top(value.__module__) in PURE
    return isinstance(value, STAYING)


def _is_plain(cls: type) -> bool:
    """Say whether a class is a NamedTuple without methods, or an error."""
    if issubclass(cls, BaseException):
        return True
    functions = (types.FunctionType, property, staticmethod, classmethod)
    return issubclass(cls, tuple) and all(
        name in PLAIN or not isinstance(value, functions) for name, value in vars(cls).items()
    )


def _content(cell: types.CellType, _name: str, _default: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not filled (yet, or any more)
        return _EMPTY
