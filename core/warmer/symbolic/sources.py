"""Sources: what a formula was read from, so that the reading can be used again.

Everything that code looks up while it is read is noted: globals, what closures hold, attributes of
modules and of the plugin's classes. A reading holds while every one of these places has the very
same object, provided that no such object can change within (a list, an object of some class).
"""

import sys
import types
from collections import namedtuple
from collections.abc import Callable, Iterator
from functools import cached_property
from operator import is_
from typing import Any

FOREIGN = (frozenset(sys.stdlib_module_names) - {"__main__", "test"}) | {
    "attr", "attrs", "numpy", "pluggy", "warmer"
}  # fmt: skip
"""Packages whose functions are called as they are."""

PURE = ("math", "operator", "_operator", "warmer")
"""Modules whose functions answer by their arguments alone."""

SIMPLE = (int, float, bool, str, bytes, types.NoneType)
"""Types (and no classes derived from them) whose values cannot change within."""

DESCRIBING = (types.CodeType, types.MemberDescriptorType, types.GetSetDescriptorType)

LOOKING = frozenset("eval exec globals locals vars getattr hasattr dir".split())
"""Builtins that can look something up unseen."""

UNUSED = frozenset(
    "__attrs_attrs__ __attrs_own_setattr__ __attrs_post_init__ __attrs_pre_init__ __attrs_props__ "
    "__attrs_init__ __slots__ __weakref__ __dict__ __annotations__ __annotate__ __annotate_func__ "
    "__annotations_cache__ __module__ __match_args__ __getstate__ __setstate__ __qualname__ "
    "__static_attributes__ __firstlineno__ __orig_bases__ __replace__".split()
) | (frozenset(dir(object)) - {"__getattribute__"})
"""Special names of a class that no formula stands on."""

PLAIN = frozenset(vars(namedtuple("Plain", ()))) | UNUSED

MISSING = object()


def home(function: types.FunctionType) -> str:
    """The package whose code a function is, whatever it says of itself."""
    return str(function.__globals__.get("__name__") or "").partition(".")[0]


class Sources:
    """The places that were looked at, with what was found there."""

    def __init__(self) -> None:
        self._found: dict[tuple[Callable[..., Any], int, str], tuple[Any, Any]] = {}
        self._classes: dict[type, tuple[Any, ...]] = {}
        self._changeable = False

    def note(self, look: Callable[..., Any], owner: Any, name: str, value: Any) -> None:
        """Note what was found: `look(owner, name, MISSING)` gave the value."""
        self._found[look, id(owner), name] = owner, value
        self._changeable = self._changeable or not _stays(value)
        for cls in (value, type(value)):
            if isinstance(cls, type) and _is_plain(cls):
                self._classes[cls] = tuple(vars(cls).values())
                new: Any = cls.__new__
                self._found[getattr, id(new), "__defaults__"] = new, new.__defaults__

    def note_missing(self, look: Callable[..., Any], owner: Any, name: str) -> None:
        """Note that nothing was found."""
        self._found[look, id(owner), name] = owner, MISSING

    def note_function(self, function: types.FunctionType) -> None:
        """Note what makes a function what it is; what it looks up is noted when it does."""
        for name in ("__code__", "__defaults__"):
            self.note(getattr, function, name, getattr(function, name))
        named = function.__kwdefaults__
        self._found[getattr, id(function), "__kwdefaults__"] = function, named
        for name, value in (named or {}).items():
            self.note(dict.get, named, name, value)
        own = any(not name.endswith("_impl") for name in vars(function))  # pluggy's marker
        looks = any(LOOKING.intersection(code.co_names) for code in codes_of(function.__code__))
        self._changeable = self._changeable or own or looks

    def note_cell(self, cell: types.CellType) -> None:
        """Note what a closure holds."""
        self.note(_content, cell, "", _content(cell, "", None))

    def note_class(self, cls: type) -> None:
        """Note all attributes of a plugin's class, and its place among its bases."""
        self._classes[cls] = tuple(vars(cls).values())
        self._found[getattr, id(cls), "__mro__"] = cls, cls.__mro__
        special = (name for name in vars(cls) if name.startswith("__"))
        ordinary = (value for name, value in vars(cls).items() if not name.startswith("__"))
        self._changeable = self._changeable or not (
            type(cls) is type
            and UNUSED.issuperset(special)
            and all(_stays(value) and not isinstance(value, types.ModuleType) for value in ordinary)
        )

    def unchanged(self) -> bool:
        """Say whether everything is still found where it was, so that a reading holds."""
        return (
            not self._changeable
            and all(look(owner, name, MISSING) is value
                    for (look, _, name), (owner, value) in self._found.items())
            and all(_same(tuple(vars(cls).values()), values)
                    for cls, values in self._classes.items())
        )  # fmt: skip


def _same(now: tuple[Any, ...], then: tuple[Any, ...]) -> bool:
    return len(now) == len(then) and all(map(is_, now, then))


def _stays(value: Any) -> bool:
    """Say whether a value cannot change within, or notes its own lookups when it is used."""
    if _is_simple(value) or type(value) in (*DESCRIBING, types.ModuleType):
        return True
    match value:
        case type():
            return _is_plain(value) or value.__module__.partition(".")[0] in (*PURE, "builtins")
        case types.FunctionType():
            return home(value) in PURE or home(value) not in FOREIGN  # then it is copied
        case types.BuiltinFunctionType():
            return value.__module__ in PURE
        case property():
            return _stays(value.fget)  # what sets or deletes it is never called
        case cached_property():
            return _stays(value.func)
        case staticmethod() | classmethod():
            return _stays(value.__func__)
    return False


def _is_simple(value: Any) -> bool:
    """Say whether a value is a number, a text or the like, or a tuple of nothing else."""
    kind = type(value)
    if kind in (tuple, frozenset) or _is_plain(kind):
        return all(map(_is_simple, value))
    return kind in SIMPLE


def _is_plain(cls: type) -> bool:
    """Say whether a class is a NamedTuple of fields and nothing else."""
    return (
        cls.__bases__ == (tuple,)
        and "_fields" in vars(cls)
        and PLAIN.union(vars(cls)["_fields"]).issuperset(vars(cls))
    )


def codes_of(code: types.CodeType) -> Iterator[types.CodeType]:
    """A function's code, and that of the functions within."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from codes_of(constant)


def _content(cell: types.CellType, _name: str, _default: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not filled (yet, or any more)
        return MISSING
