"""Formulas as JavaScript: statements that compute in a browser what Python computes.

Numbers are 64-bit floats in both, so arithmetic, square roots, comparisons and branches have the
same bits. Where the two languages differ (`%`, `//`, `round`, the sign of a zero), a helper does
what Python does. `exp`, `log` and their kin are the browser's own, within 4 units in the last
place.
"""

import json
import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from typing import Any

from warmer.formulas.expression import Node, in_order
from warmer.formulas.functions import FUNCTIONS
from warmer.formulas.javascript_helpers import HELPERS
from warmer.formulas.text import ATOM, CHOICE, PRODUCT, RELATION, SIGN, SUM, Piece, within

LONG = 80  # characters; a longer expression becomes a statement of its own

BINARY = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT}
RELATIONS = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "===", "!=": "!=="}
NAMES = {
    "//": "quotient", "%": "remainder", "**": "power", "floor": "floor", "ceil": "ceil",
    "trunc": "trunc", "round": "round", "copysign": "copysign", "erf": "erf", "erfc": "erfc",
}  # fmt: skip
"""Operations that helpers do, as Python does them."""


class Statements:
    """Statements that compute expressions; one that several of them use is computed once.

    Parameters:
        results: the expressions.
        symbol: how to call a symbol, by its (owner, name).
        kept: expressions that get a name of their own, by their identity.

    Attributes:
        lines: the statements, in order.
        helpers: the helpers that they call.

    >>> from warmer.formulas.expression import Graph
    >>> graph = Graph()
    >>> a, b = map(graph.symbol, "ab")
    >>> said = Statements([(a - b) * (a - b)], lambda symbol: symbol[1])
    >>> said.lines, said.of((a - b) * (a - b))
    (['const t1 = a - b;'], 't1 * t1')
    """

    def __init__(
        self,
        results: Iterable[Node],
        symbol: Callable[[tuple[str, str]], str],
        kept: Collection[int] = (),
    ):
        wanted = list(results)
        order = in_order(*wanted)
        uses = Counter(id(part) for node in order for part in node.arguments)
        self.lines: list[str] = []
        self.helpers: set[str] = set()
        self._pieces: dict[int, Piece] = {}
        for node in order:
            piece = self._compose(node, symbol)
            computed = bool(node.arguments) or node.operation == "dot"
            if computed and (uses[id(node)] > 1 or id(node) in kept or len(piece[0]) > LONG):
                name = f"t{len(self.lines) + 1}"
                self.lines.append(f"const {name} = {piece[0]};")
                piece = name, ATOM
            self._pieces[id(node)] = piece

    def of(self, node: Node) -> str:
        """What an expression is, after these statements."""
        return self._pieces[id(node)][0]

    def _compose(self, node: Node, symbol: Callable[[tuple[str, str]], str]) -> Piece:
        """Write one operation, from its written arguments."""
        operation, parts = node.operation, [self._pieces[id(part)] for part in node.arguments]
        if not node.arguments:
            return _leaf(node, symbol)
        if operation in BINARY:
            level = BINARY[operation]
            return f"{within(parts[0], level)} {operation} {within(parts[1], level + 1)}", level
        if operation == "fmod":
            return f"{within(parts[0], PRODUCT)} % {within(parts[1], SIGN)}", PRODUCT
        if operation == "negative":
            return f"-{within(parts[0], ATOM)}", SIGN
        if operation in RELATIONS:
            left, right = (within(part, SUM) for part in parts)
            return f"{left} {RELATIONS[operation]} {right}", RELATION
        if operation == "select":
            condition, *sides = (within(part, RELATION) for part in parts)
            return f"{condition} ? {sides[0]} : {sides[1]}", CHOICE
        return f"{self._function(operation)}({', '.join(part for part, _ in parts)})", ATOM

    def _function(self, operation: str) -> str:
        if operation in NAMES:
            self.helpers.add(NAMES[operation])
            return NAMES[operation]
        if operation == "nonfinite":
            return "!Number.isFinite"
        if operation == "error_at":
            return "e.error_at"
        assert operation in FUNCTIONS or operation == "abs"
        return f"Math.{operation}"


def _leaf(node: Node, symbol: Callable[[tuple[str, str]], str]) -> Piece:
    if node.operation == "constant":
        number = number_text(node.value)
        return number, SIGN if number.startswith("-") else ATOM
    if node.operation == "symbol":
        return symbol(node.value), ATOM
    if node.operation == "element":
        return "{}[{}]".format(*node.value), ATOM
    (left, start, stop), (right, other, _) = node.value
    return f"dot({left}, {start}, {right}, {other}, {stop - start})", ATOM


def number_text(value: float) -> str:
    """Write a number so that it reads back to the same bits."""
    if math.isfinite(value):
        return repr(value).removesuffix(".0")
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def data_text(value: Any) -> str:
    r"""Write plain data so that it may stand within a page; what is not finite is null.

    >>> data_text({"name": "</script>", "values": [0.1, float("inf")]})
    '{"name":"\\u003c/script>","values":[0.1,null]}'
    """
    written = json.dumps(_finite(value), separators=(",", ":"), allow_nan=False)
    return written.replace("<", "\\u003c")


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return list(map(_finite, value))
    return None if isinstance(value, float) and not math.isfinite(value) else value


def helpers_text(names: Iterable[str]) -> str:
    """Write the helpers of these names, and those that they call."""
    wanted, found = sorted(names), dict[str, str]()
    while wanted:
        name = wanted.pop()
        if name not in found:
            needs, found[name] = HELPERS[name]
            wanted += needs
    return "\n".join(found[name] for name in HELPERS if name in found)
