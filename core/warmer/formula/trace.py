"""Tracing: a plugin's method in, expressions out.

The method is called with symbols, once for each way through its branches, and the ways are
merged into selects. For the call its object is rebuilt with symbols as parameters, and its code
sees a `math` whose functions know symbols; nothing is patched, so threads do not meet.
"""

import math
import types
from collections.abc import Callable
from typing import Any

from warmer.formula.expression import Graph, Node, UntraceableError
from warmer.formula.functions import FUNCTIONS
from warmer.parameters import parameters_of

MOST_PATHS = 64


def explore(run: Callable[[Graph], tuple[Node, ...]]) -> tuple[Node, ...]:
    """Trace every way through a function's branches and merge them.

    Parameters:
        run: calls the function with symbols of the graph; answers its results as nodes.

    Returns:
        The results, and last a condition that says whether plain Python would have raised (a
        division by zero, a function outside its range) on the way that is taken.

    Raises:
        UntraceableError: more than 64 ways, or something that no formula can say.
    """
    taken: list[tuple[Node, bool]] = []
    planned: list[bool] = []
    paths = 0

    def decide(condition: Node) -> bool:
        for known, side in taken:
            if known is condition:
                return side
        side = planned[len(taken)] if len(taken) < len(planned) else True
        taken.append((condition, side))
        return side

    graph = Graph(decide)

    def walk(plan: list[bool]) -> tuple[Node, ...]:
        nonlocal paths, planned
        paths += 1
        if paths > MOST_PATHS:
            raise UntraceableError(f"more than {MOST_PATHS} ways through its branches")
        planned = plan
        taken.clear()
        graph.guards.clear()
        results = run(graph)
        fault = graph.constant(0.0)
        for guard in list(graph.guards):
            fault = either(graph, fault, guard)
        merged = (*results, fault)
        ways = list(taken)
        for depth in reversed(range(len(plan), len(ways))):
            condition = ways[depth][0]
            other = walk([side for _, side in ways[:depth]] + [False])
            if len(other) != len(merged):
                raise UntraceableError("its branches answer differently many numbers")
            merged = tuple(
                graph.select(condition, a, b) for a, b in zip(merged, other, strict=True)
            )
        return merged

    return walk([])


def either(graph: Graph, left: Node, right: Node) -> Node:
    """Make the condition that holds where one of two does."""
    return graph.select(left, graph.constant(1.0), right)


def symbolic(plugin: object, graph: Graph, owner: str) -> Any:
    """Rebuild a plugin with symbols for its numbers, and with methods that know symbols.

    Words and truth values stay what they are: another choice is another formula.
    """
    cls = type(plugin)
    knowing = _Knowing()
    methods = {
        name: knowing.method(value)
        for base in reversed(cls.__mro__[:-1])
        for name, value in vars(base).items()
        if isinstance(value, (types.FunctionType, property, staticmethod, classmethod))
        and not name.startswith("__")
    }
    twin = types.new_class(cls.__name__, (cls,), exec_body=lambda body: body.update(methods))
    double: Any = object.__new__(twin)
    for name, parameter in parameters_of(cls).items():
        value: Any = getattr(plugin, name)
        if parameter.type in (int, float):
            value = graph.symbol(name, owner)
        object.__setattr__(double, name, value)
    return double


class _Math:
    """The module `math`, for numbers and for symbols."""

    def __getattr__(self, name: str) -> Any:
        return _function(getattr(math, name))


def _function(original: Any) -> Any:
    """Make a function of `math` know symbols; anything else stays as it is."""
    name = getattr(original, "__name__", "")
    if getattr(math, name, None) is not original:
        return original

    def apply(*operands: Any) -> Any:
        graph = next((x.graph for x in operands if isinstance(x, Node)), None)
        if graph is None:
            return original(*operands)
        match name, operands:
            case "pow", (x, y):
                return graph.lift(x) ** y
            case "fabs", (x,):
                return abs(x)
            case "log", (x, base):
                return graph.make("log", x) / graph.make("log", base)
            case _ if name in FUNCTIONS:
                return graph.make(name, *operands)
        raise UntraceableError(f"math.{name} needs the number itself")

    return apply


def _print(*_values: Any, **_options: Any) -> None:
    raise UntraceableError("it prints")


class _Knowing:
    """Copies code so that `math` in it, and in the functions of its module, knows symbols."""

    def __init__(self) -> None:
        self._modules: dict[int, dict[str, Any]] = {}

    def method(self, value: Any) -> Any:
        """Copy a function, or the function within a property or the like."""
        match value:
            case property():
                return property(self.method(value.fget))  # setters have no place in a frozen class
            case staticmethod() | classmethod():
                return type(value)(self.method(value.__func__))
            case types.FunctionType():
                copy = types.FunctionType(
                    value.__code__,
                    self._globals(value.__globals__),
                    value.__name__,
                    value.__defaults__,
                    value.__closure__ and tuple(map(self._cell, value.__closure__)),
                )
                copy.__kwdefaults__ = value.__kwdefaults__
                copy.__dict__.update(value.__dict__)
                return copy
        return value

    def _cell(self, cell: Any) -> Any:
        try:
            value = cell.cell_contents
        except ValueError:  # not filled yet
            return cell
        return types.CellType(self._known(value)) if self._is_math(value) else cell

    def _globals(self, originals: dict[str, Any]) -> dict[str, Any]:
        if id(originals) not in self._modules:
            known = self._modules[id(originals)] = {**originals, "print": _print}
            for name, value in originals.items():
                if self._is_math(value):
                    known[name] = self._known(value)
                elif isinstance(value, types.FunctionType) and value.__globals__ is originals:
                    known[name] = self.method(value)
        return self._modules[id(originals)]

    def _is_math(self, value: Any) -> bool:
        return value is math or isinstance(value, types.BuiltinFunctionType)

    def _known(self, value: Any) -> Any:
        return _Math() if value is math else _function(value)
