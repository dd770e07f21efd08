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


def explore(run: Callable[[Graph], tuple[Node, ...]]) -> tuple[Graph, tuple[Node, ...], Node]:
    """Trace every way through a function's branches and merge them.

    Parameters:
        run: calls the function with symbols of the graph; answers its results as nodes.

    Returns:
        The graph, the results, and a condition that says whether plain Python would have raised
        (a division by zero, a function outside its range) on the way that is taken.

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

    *results, fault = walk([])
    return graph, tuple(results), fault


def either(graph: Graph, left: Node, right: Node) -> Node:
    """Make the condition that holds where one of two does."""
    return graph.select(left, graph.constant(1.0), right)


def symbolic(plugin: object, graph: Graph, owner: str) -> Any:
    """Rebuild a plugin with symbols for its numbers, and with methods that know symbols.

    Words and truth values stay what they are: another choice is another formula.
    """
    cls = type(plugin)
    methods = {
        name: _knowing_symbols(value, {})
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

    is_math = getattr(math, name, None) is original and callable(original)
    return apply if is_math else original


def _knowing_symbols(value: Any, clones: dict[int, dict[str, Any]]) -> Any:
    """Copy a method so that `math` in it, and in its module's functions, knows symbols."""
    match value:
        case property():
            return property(_knowing_symbols(value.fget, clones))
        case staticmethod() | classmethod():
            return type(value)(_knowing_symbols(value.__func__, clones))
        case types.FunctionType():
            copy = types.FunctionType(
                value.__code__,
                _globals(value.__globals__, clones),
                value.__name__,
                value.__defaults__,
                value.__closure__,
            )
            copy.__kwdefaults__ = value.__kwdefaults__
            copy.__dict__.update(value.__dict__)
            return copy
    return value


def _globals(originals: dict[str, Any], clones: dict[int, dict[str, Any]]) -> dict[str, Any]:
    if id(originals) not in clones:
        known = clones[id(originals)] = dict(originals)
        for name, value in originals.items():
            if value is math:
                known[name] = _Math()
            elif isinstance(value, types.BuiltinFunctionType):
                known[name] = _function(value)
            elif isinstance(value, types.FunctionType) and value.__globals__ is originals:
                known[name] = _knowing_symbols(value, clones)
    return clones[id(originals)]
