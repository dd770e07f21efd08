"""Formulas with the numbers put in, and the values of their lines."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from warmer.formulas.expression import Node
from warmer.formulas.text import (
    PRODUCT,
    SUM,
    Definition,
    Piece,
    Symbols,
    TextWriter,
    constant_text,
    number_text,
    parts_of,
    signed,
)

FEW = 4  # products of a sum that are written out


class Worked(NamedTuple):
    """A line that was worked out.

    Parameters:
        name: what it is called.
        formula: the text of its formula.
        numbers: the same with the numbers put in, of the side of each branch that was taken; None
            where it would only repeat the value.
        value: what comes out.
        because: for each branch, its condition with the numbers put in, and whether it holds.
    """

    name: str
    formula: str
    numbers: str | None
    value: float
    because: tuple[str, ...]


def work_out(
    lines: Iterable[Definition],
    named: Mapping[int, str],
    symbols: Symbols,
    values: Mapping[int, Any],
    row: tuple[Any, Any] | None = None,
) -> list[Worked]:
    """Put the numbers into lines; a line that only serves a side not taken is left out.

    Parameters:
        lines: of a part of a formula.
        named, symbols: what expressions and parameters are called.
        values: every expression that was evaluated, by its identity.
        row: the weights and inputs that sums of products are made of.
    """
    plain = TextWriter(named, symbols)
    worked = []
    for line in lines:
        name, node = line
        if id(node) not in values:
            continue
        filled = _NumbersWriter(named, symbols, values, row)
        numbers, value = filled.define(line), values[id(node)]
        formula = plain.define(line)
        short = numbers in (repr(value), number_text(value), formula)
        worked.append(
            Worked(name, formula, None if short else numbers, value, tuple(filled.because))
        )
    return worked


def value_text(node: Node, value: Any) -> str:
    """Write a value to the last bit; an int of the formula without a point."""
    return constant_text(node) if node.operation == "constant" else repr(value)


class _NumbersWriter(TextWriter):
    """Writes numbers in place of names, and of each choice only the side that was taken."""

    def __init__(self, named: Any, symbols: Symbols, values: Mapping[int, Any], row: Any):
        super().__init__(named, symbols)
        self._values = values
        self._row = row
        self.because: list[str] = []

    def name(self, node: Node, _name: str) -> Piece:
        return signed(value_text(node, self._values[id(node)]))

    def parts(self, node: Node) -> tuple[Node, ...]:
        parts = parts_of(node)
        if len(parts) < 3:
            return parts
        condition, if_true, if_false = parts
        return condition, if_true if self._values[id(condition)] else if_false

    def compose(self, node: Node, parts: list[Piece]) -> Piece:
        if node.operation != "select" or len(parts_of(node)) == 2:
            return super().compose(node, parts)
        condition = node.arguments[0]
        holds = bool(self._values[id(condition)])
        plain = TextWriter(self._named, self._symbols).write(condition)
        reason = f"{plain}: {parts[0][0]} is {str(holds).lower()}"
        if reason not in self.because:
            self.because.insert(0, reason)  # what decides first is written last
        return parts[1]

    def leaf(self, node: Node) -> Piece:
        if node.operation == "dot" and self._row is not None:
            vectors = dict(zip(("weights", "inputs"), self._row, strict=True))
            left, right = (vectors[name][start:stop] for name, start, stop in node.value)
            if len(left) > FEW:
                return super().leaf(node)
            products = [f"{a!r} * {b!r}" for a, b in zip(left, right, strict=True)]
            return " + ".join(products), SUM if len(products) > 1 else PRODUCT
        return signed(value_text(node, self._values[id(node)]))
