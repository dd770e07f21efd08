"""Formulas as text: Python's own notation, which gives the same bits when Python computes it.

Parentheses are written where the order of evaluation asks for them and nowhere else, so that
`a - (b - c)` and `(a - b) - c` are told apart. What a formula uses more than once, and is not
small, gets a name and a line of its own: `t1 = ...`.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from warmer.formulas.expression import RELATIONS, Node, in_order
from warmer.formulas.vector import is_whole

CHOICE, RELATION, SUM, PRODUCT, SIGN, POWER, ATOM = range(7)
"""How strongly the parts of a text hold together, as in Python."""

BINARY = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "//": PRODUCT, "%": PRODUCT}
FEW_TIMES = 3  # a small operation may be written, before it gets a line of its own
SMALL_CHOICE = 4  # operations in a choice that may stand within another one
Piece = tuple[str, int]  # a text, and how strongly its parts hold together
Symbols = Mapping[tuple[str, str], str]  # how to call symbols, by (owner, name)


class Definition(NamedTuple):
    """One line of a formula: a name, and the expression that it stands for."""

    name: str
    node: Node


def text(
    node: Node, names: Mapping[Node, str] | None = None, symbols: Symbols | None = None
) -> str:
    """Write an expression as text.

    Parameters:
        node: the expression.
        names: expressions that are called by a name instead of being written out.
        symbols: how to call symbols, by (owner, name); by default by their names.

    >>> from warmer.formulas.expression import Graph
    >>> graph = Graph()
    >>> a, b, c = map(graph.symbol, "abc")
    >>> text(a - (b - c) * 2), text(graph.select(a < b, -a, abs(b)))
    ('a - (b - c) * 2', '-a if a < b else abs(b)')
    >>> text((a + b) / (a + b + c) * (a + b + c))
    '(a + b) / t1 * t1 where t1 = a + b + c'
    """
    named = {id(known): name for known, name in (names or {}).items()}
    *shared, (_, main) = list(definitions([("", node)], named))
    writer = TextWriter(named, symbols)
    written = writer.write(main)
    if shared:
        written += " where " + ", ".join(f"{name} = {writer.write(x)}" for name, x in shared)
    return written


def definitions(
    results: Iterable[tuple[str, Node]], named: dict[int, str], taken: Collection[str] = ()
) -> Iterator[Definition]:
    """Split a formula into lines, each of them standing on what was defined before it.

    A line is a definition, not an order to compute: one that only serves a side that is not
    taken is not computed.

    Parameters:
        results: what the formula is for, by name. One that others are made of is called by its
            name in them and stands before them; else they keep their order. One that is called
            like a symbol of the formula (`weight = weight - ...`) is called by no name.
        named: the names of expressions by their identity; added to.
        taken: names that no line of its own may have.
    """
    results = list(results)
    symbols = {name for owner, name in symbols_of(*(node for _, node in results)) if not owner}
    shared = _shared([node for _, node in results], named)
    number = 0
    for name, result in _sorted(results, symbols):
        for node in _in_order(result, named):
            if id(node) in shared and node is not result and id(node) not in named:
                number += 1
                while f"t{number}" in taken:
                    number += 1
                yield Definition(f"t{number}", node)
                named[id(node)] = f"t{number}"
        yield Definition(name, result)
        if is_computed(result) and name not in symbols:
            named.setdefault(id(result), name)


def _sorted(results: list[tuple[str, Node]], symbols: Collection[str]) -> list[tuple[str, Node]]:
    """Put each result before those that are made of it, unless they cannot call it by its name."""
    made_of = {id(node): set(map(id, in_order(node))) for _, node in results}
    found: list[tuple[str, Node]] = []
    for name, result in results:
        called = is_computed(result) and name not in symbols
        users = (
            place
            for place, (_, other) in enumerate(found)
            if called and other is not result and id(result) in made_of[id(other)]
        )
        found.insert(next(users, len(found)), (name, result))
    return found


def is_choice(node: Node) -> bool:
    """Say whether an expression is one of two, and no `min` or `max`."""
    return node.operation == "select" and extreme_of(node) is None


def is_computed(node: Node) -> bool:
    """Say whether an expression is more than a number, a symbol or an element."""
    return bool(node.arguments) or node.operation == "dot"


def symbols_of(*results: Node) -> set[tuple[str, str]]:
    """Collect the symbols of expressions, as (owner, name)."""
    return {node.value for node in in_order(*results) if node.operation == "symbol"}


def _shared(results: list[Node], named: Mapping[int, str]) -> set[int]:
    """Find what is to have a line of its own.

    That is what is used more than once, unless it is one small operation; what would be written
    more than a few times, however small; and a choice on the first side of another one, which
    would stand in parentheses before its condition. A condition stands where it decides.
    """
    uses: Counter[int] = Counter(map(id, results))
    sizes: dict[int, int] = {}
    order: list[Node] = []
    inner: set[int] = set()
    for result in results:
        for node in _in_order(result, named):
            if id(node) in sizes:
                continue
            order.append(node)
            parts = parts_of(node)
            own = 2 if node.operation in ("dot", "error_at") else bool(node.arguments)
            sizes[id(node)] = own + sum(sizes.get(id(part), 0) for part in parts)
            uses.update(id(part) for part in parts if part.operation not in RELATIONS)
            if node.operation == "select" and len(parts) == 3 and is_choice(parts[1]):
                inner.add(id(parts[1]))
    shared = {key for key, size in sizes.items() if size > 1 and uses[key] > 1}
    shared |= {key for key in inner if sizes.get(key, 0) > SMALL_CHOICE}
    written: Counter[int] = Counter(map(id, results))
    for node in reversed(order):  # what uses a node stands behind it
        times = 1 if id(node) in shared else written[id(node)]
        for part in parts_of(node):
            written[id(part)] += times
    often = (node for node in order if written[id(node)] > FEW_TIMES and sizes[id(node)] == 1)
    return shared | {id(node) for node in often if node.operation not in (*RELATIONS, "negative")}


def constant_text(node: Node) -> str:
    """Write a constant; with its point where a float that is taken for an int gives other bits.

    Such are zeros, which have a sign, and whole numbers in formulas where ints are computed.
    """
    if (node.value == 0 or node.graph.ints.computed) and not node.graph.is_int(node):
        return repr(node.value)
    return number_text(node.value)


def _in_order(root: Node, named: Mapping[int, str]) -> Iterator[Node]:
    """Go through what an expression stands on, down to what has a name; arguments first."""
    seen: set[int] = set()
    stack = [(root, False)]
    while stack:
        node, ready = stack.pop()
        if ready:
            yield node
        elif id(node) not in seen and (node is root or id(node) not in named):
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((part, False) for part in reversed(parts_of(node)))


class TextWriter:
    """Writes expressions; what differs from one notation to another is in methods of its own.

    Parameters:
        named: names of expressions, by their identity.
        symbols: how to call symbols, by (owner, name).
    """

    def __init__(self, named: Mapping[int, str], symbols: Symbols | None = None):
        self._named = named
        self._symbols = symbols or {}

    def define(self, line: Definition) -> str:
        """Write what a line stands for: another name, where its expression has one already."""
        name = self._named.get(id(line.node), line.name)
        return self.write(line.node) if name == line.name else self.name(line.node, name)[0]

    def write(self, node: Node, level: int = CHOICE) -> str:
        """Write an expression, also where it has a name itself.

        Parameters:
            level: how strongly its parts have to hold together; else it stands in parentheses.
        """
        pieces: dict[int, Piece] = {}
        stack = [node]
        while stack:
            top = stack[-1]
            if id(top) in pieces:
                stack.pop()
            elif top is not node and id(top) in self._named:
                pieces[id(top)] = self.name(top, self._named[id(top)])
            else:
                parts = self.parts(top)
                missing = [part for part in parts if id(part) not in pieces]
                stack.extend(missing)
                if not missing:
                    pieces[id(top)] = self.compose(top, [pieces[id(part)] for part in parts])
        return within(pieces[id(node)], level)

    def parts(self, node: Node) -> tuple[Node, ...]:
        """What of an expression is to be written."""
        return parts_of(node)

    def name(self, _node: Node, name: str) -> Piece:
        """Write an expression that has a name."""
        return name, ATOM

    def compose(self, node: Node, parts: list[Piece]) -> Piece:
        """Write one operation, from its written arguments."""
        operation = node.operation
        if not node.arguments:
            return self.leaf(node)
        if operation in BINARY:
            level = BINARY[operation]
            left, right = within(parts[0], level), within(parts[1], level + 1)
            return f"{left} {operation} {right}", level
        if operation == "**":
            return f"{within(parts[0], ATOM)} ** {within(parts[1], SIGN)}", POWER
        if operation == "negative":
            return f"-{within(parts[0], POWER)}", SIGN
        if operation in RELATIONS:
            return f"{within(parts[0], SUM)} {operation} {within(parts[1], SUM)}", RELATION
        if operation == "select" and len(parts) == 2:
            return f"{extreme_of(node)}({parts[0][0]}, {parts[1][0]})", ATOM
        if operation == "select":
            condition, if_true = within(parts[0], RELATION), within(parts[1], RELATION)
            return f"{if_true} if {condition} else {parts[2][0]}", CHOICE
        return f"{operation}({', '.join(part for part, _ in parts)})", ATOM

    def leaf(self, node: Node) -> Piece:
        """Write a number, a symbol, an element or a sum of products."""
        if node.operation == "constant":
            return signed(constant_text(node))
        if node.operation == "symbol":
            owner, name = node.value
            plain = f"memory.{name}" if owner == "memory" else name
            return self._symbols.get(node.value, plain), ATOM
        if node.operation == "element":
            return "{}[{}]".format(*node.value), ATOM
        spans = [
            span[0] if is_whole(node.graph, span) else "{}[{}:{}]".format(*span)
            for span in node.value
        ]
        return f"dot({', '.join(spans)})", ATOM


def extreme_of(node: Node) -> str | None:
    """Say whether a choice is what Python's `min` or `max` of two numbers does."""
    condition, if_true, if_false = node.arguments
    if condition.operation in ("<", ">"):
        left, right = condition.arguments
        if left is if_true and right is if_false:
            return "max" if condition.operation == ">" else "min"
    return None


def parts_of(node: Node) -> tuple[Node, ...]:
    """What is written of an expression: its arguments, and of a `min` or `max` only the two."""
    if node.operation == "select" and extreme_of(node):
        return node.arguments[:0:-1]
    return node.arguments


def within(piece: Piece, level: int) -> str:
    """Put parentheses around a text that holds together less strongly than it has to."""
    return piece[0] if piece[1] >= level else f"({piece[0]})"


def signed(number: str) -> Piece:
    """Say how strongly a written number holds together."""
    return number, SIGN if number.startswith("-") else ATOM


def number_text(value: float) -> str:
    """Write a number of a formula: whole numbers without a point, others to the last bit."""
    if value.is_integer() and abs(value) < 1e16 and (value or math.copysign(1, value) > 0):
        return str(int(value))
    return repr(value)
