"""Expressions: nodes of a graph that record the arithmetic that is done with them.

A node is an operation, its arguments, and for leaves a value. Equal nodes of one graph are one
object, so that common subexpressions are shared. Only identities that cannot change a bit are
simplified: `x * 1`, `x / 1`, `x - 0.0`, `-(-x)`, and arithmetic on constants.
"""

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

import attrs

from warmer.formulas.functions import FUNCTIONS, ROUNDINGS
from warmer.formulas.ints import INTEGRAL, LARGEST_INT, Ints, exceeds_floats, makes_negative_zero
from warmer.formulas.operators import Operators

ARITHMETIC: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
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
Span = tuple[str, int, int]  # a stretch of weights or inputs: name, start and stop
LONGEST_LOOP = 64  # elements that a plugin may go through one by one before it should use dot


class UntraceableError(TypeError):
    """A plugin does with a number what no formula can say; the message says what."""


class Graph:
    """The nodes of one formula, each of them once.

    Parameters:
        decide: told of a comparison that is used as a truth value; answers which side to take.

    Attributes:
        guards: conditions under which Python may raise, noted since the list was last emptied.
        refused: what was asked of a symbol and refused since then, whoever caught it.
        tracing: whether a plugin's code is being called.
        merging: whether `min` and `max` become selects at once; a prediction, of which a
            derivative is taken, has its branches at the root alone.
        lengths: how many `weights` and `inputs` there are, where a prediction was read.
        ints: which nodes stand for ints.
    """

    def __init__(self, decide: "Callable[[Node], bool] | None" = None):
        self._nodes: dict[Any, Node] = {}
        self._decide = decide
        self.ints = Ints()
        self._elements: dict[str, set[int]] = {}
        self.guards: list[Node] = []
        self.refused: UntraceableError | None = None
        self.tracing = False
        self.merging = True
        self.lengths: dict[str, int] = {}

    def constant(self, value: float) -> "Node":
        """Make the node of a number; an int is remembered to be one."""
        if not isinstance(value, int):
            return self._node("constant", (), float(value))
        node = self._node("constant", (), float(value), "int")
        self.ints.note(node, True, abs(value))
        return node

    def symbol(self, name: str, owner: str = "") -> "Node":
        """Make the node of a named number: evidence, or a parameter of its `owner`."""
        return self._node("symbol", (), (owner, name))

    def element(self, vector: str, index: int) -> "Node":
        """Make the node of one element of `weights` or `inputs`."""
        used = self._elements.setdefault(vector, set())
        used.add(index)
        if self.tracing and len(used) > LONGEST_LOOP:
            raise self.refuse(
                f"more than {LONGEST_LOOP} {vector} one by one; "
                "say warmer.dot(weights, inputs), which is one sum however long it is"
            )
        return self._node("element", (), (vector, index))

    def dot(self, left: Span, right: Span) -> "Node":
        """Make the node of a sum of products, in the documented order."""
        return self._node("dot", (), (left, right))

    def select(self, condition: "Node", if_true: "Node", if_false: "Node") -> "Node":
        """Make the node that is one of two, by a condition."""
        if if_true is if_false:
            return if_true
        if condition.operation == "constant":
            return if_true if condition.value else if_false
        node = self._node("select", (condition, if_true, if_false))
        kinds = self.is_int(if_true), self.is_int(if_false)
        if any(kind is not False for kind in kinds):
            size = max(self.ints.size(if_true), self.ints.size(if_false))
            self.ints.note(node, all(kinds) or None, size)
        return node

    def make(self, operation: str, *operands: Any) -> "Node":
        """Record an operation, or carry it out where all its operands are constants.

        What Python refuses to compute is recorded as well: it raises only where it is reached.
        """
        nodes = tuple(self.number(operand) for operand in operands)
        value = _of_constants(operation, nodes)
        if value is not None:
            return self.constant(value)
        match operation, nodes:
            case ("*" | "/", (x, one)) if one.is_constant(1.0) and self.is_int(x) is False:
                return x
            case ("*", (one, x)) if one.is_constant(1.0) and self.is_int(x) is False:
                return x
            case ("-", (x, zero)) if zero.is_constant(0.0) and not _negative(zero.value):
                return x
            case ("negative", (x,)) if x.operation == "negative":
                return x.arguments[0]
            case ("negative", (x,)) if self.is_int(x):  # there is no int -0
                return self.make("-", 0, x)
            case (rounding, (x,)) if rounding in ROUNDINGS and self.is_int(x):
                return x
        node = self._node(operation, nodes)
        if operation in ("/", "//", "%"):
            self.guard("==", nodes[1], self.constant(0.0))
        elif operation in ROUNDINGS:
            self.guard("nonfinite", nodes[0])
            self.ints.note(node, True, math.inf)
        elif operation == "**" or (operation in FUNCTIONS and operation != "copysign"):
            self.guard("nonfinite", node)
        return self._as_int(node) if operation in INTEGRAL else node

    def again(self, node: "Node", operands: "Sequence[Node]") -> "Node":
        """Make the node of the same operation on other operands, of the same kind."""
        return self._node(node.operation, tuple(operands), node.value)

    def guard(self, operation: str, *operands: "Node") -> None:
        """Note a condition under which Python may raise."""
        self.guards.append(self._node(operation, operands))

    def any_of(self, conditions: "Sequence[Node]") -> "Node":
        """Make the condition that one of several holds; those that never do are left out."""
        found = self.constant(0.0)
        holding = {id(each): each for each in conditions if not each.is_constant(0)}
        for condition in holding.values():
            found = self.select(found, self.constant(1.0), condition)
        return found

    def lift(self, value: Any) -> "Node":
        """Return a node as it is, and a number as a constant."""
        if isinstance(value, Node):
            return value
        if isinstance(value, int) and exceeds_floats(value):
            raise self.refuse(f"no float equals an int of {value.bit_length()} bits")
        if isinstance(value, (int, float)):
            return self.constant(value)
        lacking = " (does its method lack `self`?)" if attrs.has(type(value)) else ""
        raise self.refuse(f"a number is combined with {type(value).__name__}{lacking}")

    def number(self, value: Any) -> "Node":
        """Lift an operand; what is true or false counts as 1 or 0."""
        node = self.lift(value)
        if node.operation in RELATIONS:
            return self.select(node, self.constant(1), self.constant(0))
        return node

    def is_int(self, node: "Node") -> bool | None:
        """Say whether a node stands for an int in Python; None where it may."""
        return self.ints.is_int(node)

    def refuse(self, why: str) -> UntraceableError:
        """Note and return the error to raise where a symbol cannot give what is asked of it."""
        error = UntraceableError(why)
        self.refused = self.refused or error
        return error

    def _as_int(self, node: "Node") -> "Node":
        """Keep in mind that a result is an int where its operands are, and that no int is -0."""
        operation, operands = node.operation, node.arguments
        kinds = [self.is_int(operand) for operand in operands]
        if False in kinds:
            return node
        size = self.ints.size_of(operation, operands)
        if math.inf > size > LARGEST_INT:
            raise self.refuse("arithmetic of ints that may leave the floats")
        if size == math.inf and operation != "abs":  # a float below the limit is the int itself
            for large in (node, *(operands if operation in ("//", "%") else ())):
                self.guard(">=", self._node("abs", (large,)), self.constant(float(LARGEST_INT)))
        known = None not in kinds and operation != "**"  # 2 ** -1 is no int
        if makes_negative_zero(operation, operands):
            if known:
                node = self._node("+", (node, self.constant(0)))
            else:
                self.guard("==", node, self.constant(0.0))
        self.ints.note(node, known or None, size)
        return node

    def decide(self, condition: "Node") -> bool:
        """Say which side of a branch is being traced."""
        if condition.operation == "constant":
            return bool(condition.value)
        if self._decide is None:
            raise UntraceableError("a branch depends on a number")
        return self._decide(condition)

    def _node(
        self, operation: str, arguments: tuple["Node", ...], value: Any = None, kind: str = ""
    ) -> "Node":
        key = (operation, tuple(map(id, arguments)), repr(value), kind)  # repr tells -0.0 from 0.0
        found = self._nodes.get(key)
        if found is None:
            found = self._nodes[key] = Node(self, operation, arguments, value)
        return found


@attrs.frozen(eq=False, repr=False)
class Node(Operators):
    """One operation of a formula. Arithmetic with it makes further nodes of its graph."""

    graph: Graph
    operation: str
    arguments: tuple["Node", ...] = ()
    value: Any = None

    def __repr__(self) -> str:
        if self.operation == "symbol":
            return str(self.value[1])
        return repr(self.value) if self.operation == "constant" else f"{self.operation}(...)"

    def is_constant(self, value: float) -> bool:
        """Say whether this is that number."""
        return self.operation == "constant" and bool(self.value == value)

    def __bool__(self) -> bool:
        if self.operation not in RELATIONS and self.operation != "constant":
            return self.graph.decide(self != 0.0)
        return self.graph.decide(self)


def _of_constants(operation: str, nodes: tuple[Node, ...]) -> float | None:
    """Carry an operation out; None where an operand is no constant, or Python gives no float."""
    known = ARITHMETIC.get(operation) or RELATIONS.get(operation) or FUNCTIONS.get(operation)
    if not (known and nodes and all(node.operation == "constant" for node in nodes)):
        return None
    try:
        value = known(*(node.value for node in nodes))
    except (ArithmeticError, ValueError):
        return None
    return float(value) if isinstance(value, (float, bool)) else None


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


def shape(*results: Node) -> tuple[Any, ...]:
    """Say what expressions do as a plain value, equal for equal formulas of different graphs."""
    positions: dict[int, int] = {}
    lines = []
    for position, node in enumerate(in_order(*results)):
        positions[id(node)] = position
        arguments = tuple(positions[id(argument)] for argument in node.arguments)
        lines.append((node.operation, arguments, repr(node.value)))
    return (*lines, tuple(positions[id(result)] for result in results))
