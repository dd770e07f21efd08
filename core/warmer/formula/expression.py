"""Expressions: nodes of a graph that record the arithmetic that is done with them.

A node is an operation, its arguments, and for leaves a value. Equal nodes of one graph are one
object, so that common subexpressions are shared. Only identities that cannot change a bit are
simplified: `x * 1`, `x / 1`, `x - 0.0`, `-(-x)`, and arithmetic on constants.
"""

import math
import operator
from collections.abc import Callable, Iterator
from typing import Any

import attrs

from warmer.formula.functions import FUNCTIONS

ARITHMETIC: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "negative": operator.neg,
    "abs": abs,
}
RELATIONS: dict[str, Callable[..., bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
LONGEST_LOOP = 64  # elements that a plugin may go through one by one before it should use dot


class UntraceableError(TypeError):
    """A plugin does with a number what no formula can say; the message says what."""


class Graph:
    """The nodes of one formula, each of them once.

    Parameters:
        decide: told of a comparison that is used as a truth value; answers which side to take.
    """

    def __init__(self, decide: "Callable[[Node], bool] | None" = None):
        self._nodes: dict[Any, Node] = {}
        self._decide = decide
        self.guards: dict[Node, None] = {}

    def constant(self, value: float) -> "Node":
        """Make the node of a number."""
        return self._node("constant", (), float(value))

    def symbol(self, name: str, owner: str = "") -> "Node":
        """Make the node of a named number: evidence, or a parameter of its `owner`."""
        return self._node("symbol", (), (owner, name))

    def element(self, vector: str, index: int) -> "Node":
        """Make the node of one element of `weights` or `inputs`."""
        return self._node("element", (), (vector, index))

    def dot(self, left: "Vector", right: "Vector") -> "Node":
        """Make the node of a sum of products, in the documented order."""
        return self._node("dot", (), (left.span, right.span))

    def select(self, condition: "Node", if_true: "Node", if_false: "Node") -> "Node":
        """Make the node that is one of two, by a condition."""
        if if_true is if_false:
            return if_true
        if condition.operation == "constant":
            return if_true if condition.value else if_false
        return self._node("select", (condition, if_true, if_false))

    def make(self, operation: str, *operands: Any) -> "Node":
        """Record an operation, or carry it out where all its operands are constants."""
        nodes = tuple(self.lift(operand) for operand in operands)
        known = ARITHMETIC.get(operation) or RELATIONS.get(operation) or FUNCTIONS.get(operation)
        if known and nodes and all(node.operation == "constant" for node in nodes):
            value = known(*(node.value for node in nodes))
            if isinstance(value, (float, bool)):
                return self.constant(value)
            raise UntraceableError(f"{operation} of a negative number gives a complex one")
        match operation, nodes:
            case ("*" | "/", (x, one)) if one.is_constant(1.0):
                return x
            case ("*", (one, x)) if one.is_constant(1.0):
                return x
            case ("-", (x, zero)) if zero.is_constant(0.0) and not _negative(zero.value):
                return x
            case ("negative", (x,)) if x.operation == "negative":
                return x.arguments[0]
        node = self._node(operation, nodes)
        if operation == "/":
            self.guards[self._node("==", (nodes[1], self.constant(0.0)))] = None
        elif operation == "**" or (operation in FUNCTIONS and operation != "copysign"):
            self.guards[self._node("nonfinite", (node,))] = None
        return node

    def lift(self, value: Any) -> "Node":
        """Return a node as it is, and a number as a constant."""
        if isinstance(value, Node):
            return value
        if isinstance(value, (int, float)):
            return self.constant(value)
        raise UntraceableError(f"a number is combined with {type(value).__name__}")

    def decide(self, condition: "Node") -> bool:
        """Say which side of a branch is being traced."""
        if condition.operation == "constant":
            return bool(condition.value)
        if self._decide is None:
            raise UntraceableError("a branch depends on a number")
        return self._decide(condition)

    def _node(self, operation: str, arguments: tuple["Node", ...], value: Any = None) -> "Node":
        sign = math.copysign(1.0, value) if isinstance(value, float) else 0.0
        key = (operation, tuple(map(id, arguments)), value, sign)
        if value != value:  # nan: never equal to itself, so never found again
            return Node(self, operation, arguments, value)
        found = self._nodes.get(key)
        if found is None:
            found = self._nodes[key] = Node(self, operation, arguments, value)
        return found


@attrs.frozen(eq=False, repr=False)
class Node:
    """One operation of a formula. Arithmetic with it makes further nodes of its graph."""

    graph: Graph
    operation: str
    arguments: tuple["Node", ...] = ()
    value: Any = None

    def __repr__(self) -> str:
        from warmer.formula.text import text

        return text(self)

    def is_constant(self, value: float) -> bool:
        """Say whether this is that number."""
        return self.operation == "constant" and bool(self.value == value)

    def apply(self, function: str, *others: Any) -> "Node":
        """Record a function of `math` applied to this node."""
        return self.graph.make(function, self, *others)

    def __add__(self, other: Any) -> "Node":
        return self.graph.make("+", self, other)

    def __radd__(self, other: Any) -> "Node":
        return self.graph.make("+", other, self)

    def __sub__(self, other: Any) -> "Node":
        return self.graph.make("-", self, other)

    def __rsub__(self, other: Any) -> "Node":
        return self.graph.make("-", other, self)

    def __mul__(self, other: Any) -> "Node":
        return self.graph.make("*", self, other)

    def __rmul__(self, other: Any) -> "Node":
        return self.graph.make("*", other, self)

    def __truediv__(self, other: Any) -> "Node":
        return self.graph.make("/", self, other)

    def __rtruediv__(self, other: Any) -> "Node":
        return self.graph.make("/", other, self)

    def __pow__(self, other: Any) -> "Node":
        return self.graph.make("**", self, other)

    def __rpow__(self, other: Any) -> "Node":
        return self.graph.make("**", other, self)

    def __neg__(self) -> "Node":
        return self.graph.make("negative", self)

    def __pos__(self) -> "Node":
        return self

    def __abs__(self) -> "Node":
        return self.graph.make("abs", self)

    def __lt__(self, other: Any) -> "Node":
        return self.graph.make("<", self, other)

    def __le__(self, other: Any) -> "Node":
        return self.graph.make("<=", self, other)

    def __gt__(self, other: Any) -> "Node":
        return self.graph.make(">", self, other)

    def __ge__(self, other: Any) -> "Node":
        return self.graph.make(">=", self, other)

    def __eq__(self, other: Any) -> "Node":  # type: ignore[override]
        return self.graph.make("==", self, other)

    def __ne__(self, other: Any) -> "Node":  # type: ignore[override]
        return self.graph.make("!=", self, other)

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        if self.operation not in RELATIONS and self.operation != "constant":
            return self.graph.decide(self != 0.0)
        return self.graph.decide(self)

    def _refusal(self, what: str) -> UntraceableError:
        return UntraceableError(f"{what} needs the number itself")

    def __float__(self) -> float:
        raise self._refusal("float(), or a function of a foreign library,")

    def __int__(self) -> int:
        raise self._refusal("int()")

    def __index__(self) -> int:
        raise self._refusal("an index")

    def __round__(self, _digits: int | None = None) -> int:
        raise self._refusal("round()")

    def __str__(self) -> str:
        raise self._refusal("printing")

    def __format__(self, _spec: str) -> str:
        raise self._refusal("formatting")


@attrs.frozen(eq=False)
class Vector:
    """A stretch of `weights` or `inputs`, whose elements are nodes."""

    graph: Graph
    name: str
    start: int
    stop: int

    @property
    def span(self) -> tuple[str, int, int]:
        """The stretch as a value: name, start and stop."""
        return (self.name, self.start, self.stop)

    def __len__(self) -> int:
        return self.stop - self.start

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            if step != 1:
                raise UntraceableError(f"a slice of {self.name} with a step")
            return Vector(self.graph, self.name, self.start + start, self.start + max(start, stop))
        position = range(self.start, self.stop)[index]
        return self.graph.element(self.name, position)

    def __iter__(self) -> Iterator[Node]:
        if len(self) > LONGEST_LOOP:
            raise UntraceableError(
                f"a loop over {len(self)} {self.name}; warmer.dot(weights, inputs) keeps it one sum"
            )
        return (self.graph.element(self.name, i) for i in range(self.start, self.stop))


def _negative(value: float) -> bool:
    return math.copysign(1.0, value) < 0


def in_order(*results: Node) -> list[Node]:
    """List every node that the results stand on, arguments before what uses them."""
    seen: set[int] = set()
    order: list[Node] = []
    stack = [(node, False) for node in reversed(results)]
    while stack:
        node, ready = stack.pop()
        if ready:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((argument, False) for argument in reversed(node.arguments))
    return order


def same(left: Node, right: Node) -> bool:
    """Say whether two expressions, also of different graphs, are the same formula."""
    numbers: tuple[dict[int, int], dict[int, int]] = ({}, {})
    orders = in_order(left), in_order(right)
    if len(orders[0]) != len(orders[1]):
        return False
    for position, pair in enumerate(zip(*orders, strict=True)):
        shapes = []
        for known, node in zip(numbers, pair, strict=True):
            known[id(node)] = position
            arguments = tuple(known[id(argument)] for argument in node.arguments)
            shapes.append((node.operation, arguments, repr(node.value)))
        if shapes[0] != shapes[1]:
            return False
    return True
