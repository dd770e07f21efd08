"""Formulas with places for numbers: what a page fills in as a rule walks."""

from collections.abc import Callable, Mapping
from typing import Any

from warmer.formulas.expression import Node
from warmer.formulas.filled import FEW
from warmer.formulas.text import (
    ATOM,
    PRODUCT,
    SUM,
    Piece,
    Symbols,
    TextWriter,
    constant_text,
    parts_of,
    signed,
)

SHOWN, ENCLOSED = "${n(", "${q("  # the page's functions: a number, and in parentheses if negative


class NumbersWriter(TextWriter):
    """Writes a formula as the inside of a JavaScript template, numbers in the place of names.

    Of each choice only the side that is taken shows.

    Parameters:
        named, symbols: what expressions and parameters are called.
        value: the JavaScript of an expression's value.
    """

    def __init__(self, named: Mapping[int, str], symbols: Symbols, value: Callable[[Node], str]):
        super().__init__(named, symbols)
        self._value = value

    def name(self, node: Node, _name: str) -> Piece:
        """Write the value of what has a name."""
        return self._place(node)

    def leaf(self, node: Node) -> Piece:
        """Write a number, and of a sum of products each of them."""
        if node.operation == "constant":
            return signed(constant_text(node))
        if node.operation == "dot":
            (left, start, stop), (right, other, _) = node.value
            if stop - start > FEW:
                return super().leaf(node)
            products = [
                f"{SHOWN}{left}[{start + i}])}} * {SHOWN}{right}[{other + i}])}}"
                for i in range(stop - start)
            ]
            return " + ".join(products), SUM if len(products) > 1 else PRODUCT
        return self._place(node)

    def compose(self, node: Node, parts: list[Piece]) -> Piece:
        """Write one operation; of a choice, the page shows the side that is taken."""
        if node.operation == "select" and len(parts_of(node)) == 3:
            condition = self._value(node.arguments[0])
            (left, first), (right, second) = parts[1:]
            return f"${{{condition} ? `{left}` : `{right}`}}", min(first, second)
        if node.operation in ("**", "negative") and parts[0][0].startswith(SHOWN):
            enclosed = parts[0][0].replace(SHOWN, ENCLOSED, 1), parts[0][1]
            return super().compose(node, [enclosed, *parts[1:]])
        return super().compose(node, parts)

    def _place(self, node: Node) -> Piece:
        return f"{SHOWN}{self._value(node)})}}", ATOM


def conditions(*results: Any) -> list[Node]:
    """The conditions of choices, whose values say which side shows."""
    found: dict[int, Node] = {}
    stack = list(results)
    seen: set[int] = set()
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.operation == "select":
            found[id(node.arguments[0])] = node.arguments[0]
        stack += node.arguments
    return list(found.values())
