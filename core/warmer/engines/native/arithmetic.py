"""Arithmetic: an expression in, LLVM instructions out, for one number or for a vector."""

from collections.abc import Callable, Mapping

from warmer.engines.native.dividing import DIVISIONS
from warmer.engines.native.emitter import Emitter, Value, boolean, double, literal
from warmer.formulas.expression import Node, in_order
from warmer.formulas.functions import FUNCTIONS

OPERATIONS = {"+": "fadd", "-": "fsub", "*": "fmul", "/": "fdiv"}
RELATIONS = {"<": "olt", "<=": "ole", ">": "ogt", ">=": "oge", "==": "oeq", "!=": "une"}
INTRINSICS = {"abs": "llvm.fabs", "sqrt": "llvm.sqrt", "copysign": "llvm.copysign"}

ROUNDED = {name: f"llvm.{name}" for name in ("floor", "ceil", "trunc")} | {"round": "llvm.rint"}

CALLED = frozenset(FUNCTIONS) - frozenset(INTRINSICS) | {"**", "//", "%"}
"""Operations that are functions of the C library, called number by number."""

SINGLE = (("", "weight"), ("", "weight_delta"))
"""The symbols of learn that differ from weight to weight, beside its memory."""

Leaf = Callable[[Node], Value]


class Arithmetic:
    """Writes expressions as instructions; a shared node is written once.

    Parameters:
        emitter: where instructions go. All of them must be written within one block, or blocks
            that the first one dominates.
        leaf: the value of a leaf: a symbol, an element, a sum of products, a norm, or a probe.
        width: 1 for single numbers, else the width of the vectors.
        known: values of expressions that have been written already, by their nodes' id.
    """

    def __init__(
        self,
        emitter: Emitter,
        leaf: Leaf,
        width: int = 1,
        known: "Mapping[int, Value] | None" = None,
    ):
        self._emitter = emitter
        self._leaf = leaf
        self._width = width
        self._known = known or {}
        self._numbers: dict[int, Value] = {}
        self._conditions: dict[int, str] = {}

    def number(self, node: Node) -> Value:
        """Write an expression; answer its value at the full width."""
        self._write(node, False)
        return self._numbers[id(node)]

    def condition(self, node: Node) -> str:
        """Write an expression that is true or false."""
        self._write(node, True)
        return self._conditions[id(node)]

    def _write(self, node: Node, as_condition: bool) -> None:
        """Write an expression after its arguments; without recursion, since it may be deep."""
        stack = [(node, as_condition)]
        while stack:
            top, truth = stack[-1]
            if id(top) in (self._conditions if truth else self._numbers):
                stack.pop()
                continue
            missing = [
                (part, is_truth)
                for part, is_truth in self._parts(top, truth)
                if id(part) not in (self._conditions if is_truth else self._numbers)
            ]
            stack += reversed(missing)
            if not missing and truth:
                self._conditions[id(top)] = self._condition(top)
            elif not missing:
                self._numbers[id(top)] = self._number(top)

    def _parts(self, node: Node, as_condition: bool) -> list[tuple[Node, bool]]:
        """The arguments of a node, and whether each is written as a condition."""
        if node.operation in ("error_at", "norm") or (not as_condition and id(node) in self._known):
            return []
        if node.operation == "select":
            condition, *sides = node.arguments
            return [(condition, True), *((side, as_condition) for side in sides)]
        return [(argument, False) for argument in node.arguments]

    def fault(self, node: Node) -> str:
        """Write a condition; answer one truth value: whether it holds in any lane."""
        if node.operation == "constant":
            return "true" if node.value else "false"
        return self._emitter.any(self.condition(node), self._width)

    def _number(self, node: Node) -> Value:
        emitter, type_ = self._emitter, double(self._width)
        operation = node.operation
        if id(node) in self._known:
            return emitter.splat(self._known[id(node)], self._width)
        if operation == "constant":
            return literal(node.value, self._width)
        if operation in OPERATIONS:
            left, right = map(self.number, node.arguments)
            return emitter.number(f"{OPERATIONS[operation]} {type_} {left}, {right}", self._width)
        if operation == "negative":
            return emitter.number(f"fneg {type_} {self.number(node.arguments[0])}", self._width)
        if operation == "select":
            chosen = self.condition(node.arguments[0])
            left, right = map(self.number, node.arguments[1:])
            # For a single number, a predicted branch is faster than computing both sides.
            guess = ", !prof !0" if self._width == 1 else ""
            return emitter.number(
                f"select {boolean(self._width)} {chosen}, {type_} {left}, {type_} {right}{guess}",
                self._width,
            )
        if operation in ("error_at", "norm") or not node.arguments:
            return emitter.splat(self._leaf(node), self._width)
        operands = [self.number(argument) for argument in node.arguments]
        if operation in DIVISIONS:
            return DIVISIONS[operation](emitter, *operands)
        if operation in ROUNDED:
            rounded = emitter.call(ROUNDED[operation], operands)
            return emitter.number(
                f"fadd {type_} {rounded}, {literal(0.0, self._width)}", self._width
            )
        function = INTRINSICS.get(operation, "pow" if operation == "**" else operation)
        return emitter.call(function, operands)

    def _condition(self, node: Node) -> str:
        emitter, type_ = self._emitter, double(self._width)
        if node.operation in RELATIONS:
            left, right = map(self.number, node.arguments)
            return emitter.let(f"fcmp {RELATIONS[node.operation]} {type_} {left}, {right}")
        if node.operation == "nonfinite":
            return nonfinite(emitter, self.number(node.arguments[0]))
        if node.operation == "select":
            kind = boolean(self._width)
            choices = ", ".join(f"{kind} {self.condition(node)}" for node in node.arguments)
            return emitter.let(f"select {choices}")
        assert node.operation == "constant"
        bit = "true" if node.value else "false"
        if self._width == 1:
            return bit
        return "<" + ", ".join([f"i1 {bit}"] * self._width) + ">"


def nonfinite(emitter: Emitter, value: Value) -> str:
    """Write whether a number is infinite or not a number: then it minus itself is not."""
    difference = emitter.let(f"fsub {value.type} {value}, {value}")
    return emitter.let(f"fcmp uno {value.type} {difference}, {difference}")


def keeps(node: Node, symbol: Node) -> bool:
    """Say whether a result is never finite where a symbol in it is not.

    Then a weight that became inf or nan stays so, and checking it now and then is enough.
    """
    kept: set[int] = set()
    for part in in_order(node):
        arguments = [id(argument) in kept for argument in part.arguments]
        match part.operation, arguments:
            case "+" | "-" | "*", _:
                keeping = any(arguments)
            case "/" | "negative" | "abs" | "sqrt", [first, *_]:
                keeping = first
            case "select", [_, if_true, if_false]:
                keeping = if_true and if_false
            case _:
                keeping = part is symbol
        if keeping:
            kept.add(id(part))
    return id(node) in kept


def alike(*results: Node) -> list[Node]:
    """The parts of expressions that are the same for every weight, such as `beta ** step`."""
    own: set[int] = set()
    found = []
    for node in in_order(*results):
        if node.operation == "norm":
            continue
        single = node.operation == "error_at" or node.value in SINGLE
        remembered = node.operation == "symbol" and node.value[0] == "memory"
        if single or remembered or any(id(argument) in own for argument in node.arguments):
            own.add(id(node))
        elif node.arguments and node.operation not in (*RELATIONS, "nonfinite"):
            found.append(node)
    return found
