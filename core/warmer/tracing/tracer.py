"""Tracing: a plugin's method in, expressions out.

The method is called with symbols, once for each way through its branches, and the ways are
merged into selects. For the call its object is rebuilt with symbols as parameters, and its code
sees a `math` whose functions know symbols; nothing is patched, so threads do not meet.
"""

import inspect
import types
from collections.abc import Callable
from typing import Any

from warmer.contract.parameters import parameters_of
from warmer.exceptions import PLUGIN_ERRORS
from warmer.formulas.expression import RELATIONS, Graph, Node, UntraceableError
from warmer.tracing.twins import Knowing

MOST_PATHS = 64
TOO_MANY = (
    f"more than {MOST_PATHS} ways through its branches; each `if` on a number doubles them, "
    "and abs(), and outside of predict min() and max(), are none"
)

NOT_MEANT = (TypeError, AttributeError, LookupError, NameError, ImportError, RecursionError)
"""Errors that mean that symbols do not fit; with any other one the plugin refuses a number."""

Run = Callable[[], tuple[Node, ...]]


class Tracer:
    """Traces functions into one graph, every way through their branches merged."""

    def __init__(self) -> None:
        self.graph = Graph(self._decide)
        self._taken: list[tuple[Node, bool]] = []
        self._planned: list[bool] = []
        self._paths = 0
        self._error: BaseException | None = None

    def explore(self, run: Run) -> tuple[Node, ...]:
        """Trace a function that is called with symbols of the graph.

        Parameters:
            run: calls the function; answers its results as nodes.

        Returns:
            The results, and last a condition that says whether plain Python would have raised
            (a division by zero, a function outside its range) on the way that is taken.

        Raises:
            UntraceableError: more than 64 ways, or something that no formula can say.
        """
        self._paths, self._error = 0, None
        results = self._walk(run, [])
        if self._error and len(results) == 1:
            raise self._error
        return results

    def _walk(self, run: Run, plan: list[bool]) -> tuple[Node, ...]:
        """Take the planned sides, then True; come back for the other side of each."""
        graph = self.graph
        self._paths += 1
        if self._paths > MOST_PATHS:
            raise UntraceableError(TOO_MANY)
        self._planned = plan
        self._taken.clear()
        merged = self._one_way(run)
        ways = list(self._taken)
        for depth in reversed(range(len(plan), len(ways))):
            other = self._walk(run, [side for _, side in ways[:depth]] + [False])
            if len(merged) > 1 and len(other) > 1 and len(other) != len(merged):
                raise UntraceableError("its branches answer differently many numbers")
            condition, numbers = ways[depth][0], max(merged, other, key=len)[:-1]
            merged = tuple(
                graph.select(condition, a, b)
                for a, b in zip(
                    (*(merged[:-1] or numbers), merged[-1]),
                    (*(other[:-1] or numbers), other[-1]),
                    strict=True,
                )
            )
        return merged

    def _one_way(self, run: Run) -> tuple[Node, ...]:
        """Trace one way; where it ends in an error of the plugin's own, only the fault 1."""
        graph = self.graph
        graph.guards.clear()
        graph.refused, graph.tracing = None, True
        try:
            results = run()
        except (KeyboardInterrupt, *NOT_MEANT):
            raise
        except PLUGIN_ERRORS as error:  # a plugin may raise anything
            self._error = self._error or error
            return (graph.constant(1.0),)
        finally:
            graph.tracing = False
        if graph.refused:  # and the plugin caught it, or made a text of a number
            raise graph.refused
        if any(node.operation in RELATIONS for node in results):
            raise UntraceableError("it answers True or False, not a number")
        return (*results, graph.any_of(graph.guards))

    def _decide(self, condition: Node) -> bool:
        for known, side in self._taken:
            if known is condition:
                return side
        taken = len(self._taken)
        if taken >= MOST_PATHS:
            raise self.graph.refuse(TOO_MANY)
        side = self._planned[taken] if taken < len(self._planned) else True
        self._taken.append((condition, side))
        return side


def symbolic(plugin: object, graph: Graph, owner: str) -> Any:
    """Rebuild a plugin with symbols for its floats, and with methods that know symbols.

    Ints, words and truth values stay what they are: another choice is another formula.
    """
    double: Any = object.__new__(_twin(type(plugin)))
    for name, parameter in parameters_of(type(plugin)).items():
        value: Any = getattr(plugin, name)
        if parameter.type is float:
            value = graph.symbol(name, owner)
        object.__setattr__(double, name, value)
    return double


def _twin(cls: type) -> type:
    """Derive a class whose methods know symbols; so do those that `super()` finds."""
    knowing = Knowing()
    line = cls.__mro__[:-1]
    knowing.classes.update((base, types.CellType()) for base in line)
    above: tuple[type, ...] = ()
    for base in reversed(line):
        names, bases = set(vars(base)), above
        if base is cls:
            names, bases = {name for known in line for name in vars(known)}, (*above, cls)
        body = {
            name: knowing.attribute(inspect.getattr_static(base, name))
            for name in names
            if not (name.startswith("__") and name.endswith("__"))
        }
        if base is not cls:
            body = {n: x for n, x in body.items() if not inspect.ismemberdescriptor(x)}
        twin = types.new_class(base.__name__, bases, exec_body=_filling({**body, "__slots__": ()}))
        knowing.classes[base].cell_contents = twin
        above = (twin,)
    return twin


def _filling(body: dict[str, Any]) -> Callable[[dict[str, Any]], None]:
    return lambda namespace: namespace.update(body)
