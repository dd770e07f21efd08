"""Code that knows symbols: a plugin's functions, copied with other globals.

In a copy, `math` and a few builtins know symbols, and so does every helper that it calls, in any
module of any package; the standard library, NumPy and warmer stay as they are.
Nothing is patched, so threads do not meet.
"""

import builtins
import dis
import functools
import math
import types
from collections.abc import Iterator
from typing import Any

from warmer.contract.blaming import FOREIGN
from warmer.formulas.expression import RELATIONS, Node, UntraceableError
from warmer.formulas.functions import FUNCTIONS, ROUNDINGS
from warmer.formulas.vector import Vector

MATCH_CLASS = dis.opmap["MATCH_CLASS"]
"""The instruction of `case float():`, which asks for the class where no symbol can answer."""

CHANCE = ("random", "secrets", "time", "datetime", "uuid", "numpy.random")
"""Modules whose answers differ from call to call."""


class Globals(dict[str, Any]):
    """The globals of copied code: those of its module, made to know symbols when looked up."""

    def __init__(self, originals: dict[str, Any], knowing: "Knowing"):
        super().__init__(originals)
        self["__builtins__"] = knowing.builtins
        self._knowing = knowing

    def __getitem__(self, name: str) -> Any:
        return self._knowing.known(super().__getitem__(name))


class Knowing:
    """Copies of functions that know symbols; each function is copied once."""

    def __init__(self) -> None:
        self.builtins = {
            **vars(builtins),
            "isinstance": _isinstance,
            "sum": _sum,
            "min": _extreme(min, "<"),
            "max": _extreme(max, ">"),
            "type": _type,
            "__import__": self._import,
            **{name: _refusing(name) for name in ("print", "input", "open", "breakpoint")},
        }
        self.classes: dict[type, types.CellType] = {}
        self._globals: dict[int, Globals] = {}
        self._copies: dict[int, tuple[types.FunctionType, types.FunctionType]] = {}

    def known(self, value: Any) -> Any:
        """Return what stands for a value in copied code: mostly the value itself."""
        if isinstance(value, (float, int, str, Node)):
            return value
        _refuse_chance(value)
        match value:
            case types.ModuleType():
                return _Module(value, self)
            case types.BuiltinFunctionType():
                return _function(value)
            case types.FunctionType() if home(value) not in FOREIGN:
                return self.copy(value)
            case types.MethodType():
                return types.MethodType(self.known(value.__func__), value.__self__)
            case functools.partial():
                return functools.partial(self.known(value.func), *value.args, **value.keywords)
        return value

    def attribute(self, value: Any) -> Any:
        """Return what stands for an attribute of a plugin's class."""
        match value:
            case property():
                return property(self.attribute(value.fget))  # nothing in a frozen class is set
            case functools.cached_property():
                return property(self.attribute(value.func))
            case staticmethod() | classmethod():
                return type(value)(self.known(value.__func__))
            case types.FunctionType():
                return self.copy(value)
            case types.BuiltinFunctionType():
                return staticmethod(self.known(value))
        return value

    def copy(self, function: types.FunctionType) -> types.FunctionType:
        """Copy a function, so that it knows symbols."""
        if id(function) in self._copies:
            return self._copies[id(function)][1]
        originals = function.__globals__
        if id(originals) not in self._globals:
            self._globals[id(originals)] = Globals(originals, self)
        cells = function.__closure__ or ()
        closure = tuple(self._cell(cell) for cell in cells)
        copy = types.FunctionType(
            function.__code__, self._globals[id(originals)], function.__name__, None, closure
        )
        self._copies[id(function)] = function, copy
        if any(MATCH_CLASS in code.co_code[::2] for code in codes_of(function.__code__)):
            raise UntraceableError("it matches a class (`case float():`); say isinstance() instead")
        for cell, original in zip(closure, cells, strict=True):
            if cell is not original and not any(cell is twin for twin in self.classes.values()):
                cell.cell_contents = self.known(original.cell_contents)
        defaults, named = function.__defaults__, function.__kwdefaults__
        copy.__defaults__ = defaults and tuple(map(self.known, defaults))
        copy.__kwdefaults__ = named and {k: self.known(v) for k, v in named.items()}
        copy.__dict__.update(function.__dict__)
        return copy

    def _import(self, name: str, *where: Any, **how: Any) -> Any:
        return self.known(builtins.__import__(name, *where, **how))

    def _cell(self, original: types.CellType) -> types.CellType:
        try:
            value = original.cell_contents
        except ValueError:  # not filled yet
            return original
        twin = self.classes.get(value) if isinstance(value, type) else None  # of super()
        return twin or types.CellType()


class _Module:
    """A module whose functions know symbols."""

    def __init__(self, module: types.ModuleType, knowing: Knowing):
        self._module, self._knowing = module, knowing

    def __getattr__(self, name: str) -> Any:
        return self._knowing.known(getattr(self._module, name))


def _function(original: Any) -> Any:
    """Make a function of `math` know symbols; anything else stays as it is."""
    name = getattr(original, "__name__", "")
    known: Any = getattr(math, name, None)
    if known is not original:
        return original

    def apply(*operands: Any, **how: Any) -> Any:
        graph = next((x.graph for x in operands if isinstance(x, Node)), None)
        if graph is None:
            if how or not all(isinstance(x, (int, float)) for x in operands):
                raise UntraceableError(f"math.{name} of anything but single numbers")
            return original(*operands)
        match name, operands:
            case "pow", (_, _):
                return graph.make("**", *operands)
            case "fabs", (x,):
                return abs(x)
            case "log", (x, base):
                return graph.make("log", x) / graph.make("log", base)
            case "isnan", (x,):
                return x != x
            case "isinf", (x,):
                return abs(x) == math.inf
            case "isfinite", (x,):
                return abs(x) < math.inf
            case _ if name in FUNCTIONS or name in ROUNDINGS:
                return graph.make(name, *operands)
        raise graph.refuse(f"math.{name} needs the number itself")

    return apply


def home(function: types.FunctionType) -> str:
    """The package that a function's code belongs to, whatever its `__module__` says."""
    return str(function.__globals__.get("__name__") or "").partition(".")[0]


def codes_of(code: types.CodeType) -> Iterator[types.CodeType]:
    """A function's code, and that of the functions within it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from codes_of(constant)


def names_in(cls: type) -> frozenset[str]:
    """The names that the methods of a class mention, of attributes among others."""
    codes = (code for method in methods_of(cls) for code in codes_of(method.__code__))
    return frozenset(name for code in codes for name in code.co_names)


def methods_of(cls: type) -> Iterator[types.FunctionType]:
    """The functions of a class that somebody wrote, properties and the like among them."""
    for base in cls.__mro__[:-1]:
        for name, value in vars(base).items():
            match value:
                case property():
                    value = value.fget
                case functools.cached_property():
                    value = value.func
                case staticmethod() | classmethod():
                    value = value.__func__
            if isinstance(value, types.FunctionType) and not name.startswith("__"):
                yield value


def _refuse_chance(value: Any) -> None:
    """Refuse what answers differently from call to call, as soon as code mentions it."""
    if isinstance(value, types.ModuleType):
        origin = value.__name__
    elif isinstance(value, (types.BuiltinMethodType, types.MethodType)):
        owner = value.__self__
        origin = (value.__module__ or "") if isinstance(owner, types.ModuleType | None) else (
            type(owner).__module__
        )  # fmt: skip
    elif isinstance(value, (types.FunctionType, type)):
        origin = value.__module__ or ""
    else:
        origin = type(value).__module__
    if any(origin == name or origin.startswith(name + ".") for name in CHANCE):
        raise UntraceableError(f"it uses {origin}")


def _refusing(name: str) -> Any:
    def refuse(*_values: Any, **_options: Any) -> None:
        raise UntraceableError(f"it calls {name}()")

    return refuse


def _isinstance(value: Any, kinds: Any) -> bool:
    """Answer for the number that a symbol stands for, where its type is known."""
    if isinstance(value, Vector):
        raise value.graph.refuse(f"asking what {value.name} are")
    if not isinstance(value, Node):
        return isinstance(value, kinds)
    if value.operation in RELATIONS:
        return isinstance(True, kinds)
    is_int = value.graph.is_int(value)
    if is_int is None:
        raise value.graph.refuse("asking whether a result is an int")
    return isinstance(0 if is_int else 0.0, kinds)


def _type(value: Any, *parts: Any) -> Any:
    if isinstance(value, (Node, Vector)):
        raise value.graph.refuse("type() needs the number itself")
    return type(value, *parts) if parts else type(value)


def _extreme(original: Any, relation: str) -> Any:
    """Make min or max choose without a branch, the way Python chooses: the first of equals."""

    def choose(*values: Any, **how: Any) -> Any:
        found = list(values if len(values) > 1 else values[0])
        graph = next((value.graph for value in found if isinstance(value, Node)), None)
        plain = not any(isinstance(value, bool) for value in found)  # which may be the answer
        if graph is None or how or not graph.merging or not plain:
            return original(found, **how)
        best, *others = map(graph.number, found)
        for other in others:
            best = graph.select(graph.make(relation, other, best), other, best)
        return best

    return choose


def _sum(values: Any, /, start: Any = 0) -> Any:
    """Add numbers; symbols not, since `sum` has rounded in a way of its own since Python 3.12."""
    found = [*values, start]
    for value in found:
        if isinstance(value, Node):
            raise value.graph.refuse(
                "sum() (it rounds differently from one Python to the next; "
                "say warmer.dot(weights, inputs), or add in a loop)"
            )
    return sum(found[:-1], start)
