"""Joining: ways through branches that were traced apart and do the same with a result.

Each way through a plugin is traced to its end, so what follows a branch stands on both sides of
it: `weight - a * slope if up else weight - b * slope`. Where the choice between what differs is
made for another result anyway (`rate = a if up else b`), it reads `weight - rate * slope`. No bit
changes: the same operation is done with the same numbers.
"""

from collections.abc import Sequence

from warmer.formulas.expression import Node, in_order

DEEPEST = 30  # operations one within another; of more than that, nobody reads a formula


def joined(results: Sequence[Node]) -> list[Node]:
    """Write each result by choices that are made for the others, where it can be.

    >>> from warmer.formulas.expression import Graph
    >>> graph = Graph()
    >>> up, a, b, weight = map(graph.symbol, ("up", "a", "b", "weight"))
    >>> rate = graph.select(up > 0, a, b)
    >>> joined([rate, graph.select(up > 0, weight - a, weight - b)])[1] is weight - rate
    True
    """
    found: list[Node] = []
    written: dict[int, Node] = {}
    for result in results:
        others = in_order(*(other for other in results if other is not result))
        made = [node for node in others if node.operation == "select"]
        new = _joined(result, {id(node): written.get(id(node), node) for node in made})
        written |= new
        found.append(new[id(result)])
    return found


def _joined(result: Node, choices: dict[int, Node]) -> dict[int, Node]:
    """What each part of a result is written as, by its identity."""
    new: dict[int, Node] = {}
    for node in in_order(result):
        operands = [new[id(argument)] for argument in node.arguments]
        if node.operation == "select" and id(node) not in choices:
            condition, left, right = operands
            merged = _Ways(condition, choices).merged(left, right)
            whole = node.graph.select(condition, left, right)
            new[id(node)] = whole if merged is None else merged
        elif all(one is other for one, other in zip(operands, node.arguments, strict=True)):
            new[id(node)] = node
        else:
            new[id(node)] = node.graph.again(node, operands)
    return new


class _Ways:
    """The two sides of one branch, and the choices that are made anyway."""

    def __init__(self, condition: Node, choices: dict[int, Node]):
        self._condition, self._choices = condition, choices
        self._known: dict[tuple[int, int], Node | None] = {}

    def merged(self, left: Node, right: Node, depth: int = 0) -> Node | None:
        """Both sides as one operation on such choices; None where they differ in anything else."""
        if left is right:
            return left
        key = id(left), id(right)
        if key not in self._known:
            self._known[key] = self._merge(left, right, depth)
        return self._known[key]

    def _merge(self, left: Node, right: Node, depth: int) -> Node | None:
        graph = left.graph
        chosen = graph.select(self._condition, left, right)
        if id(chosen) in self._choices:
            return self._choices[id(chosen)]
        same = (left.operation, left.value, len(left.arguments)) == (
            right.operation, right.value, len(right.arguments)
        )  # fmt: skip
        if not (same and left.arguments) or depth > DEEPEST:
            return None
        operands = []
        for one, other in zip(left.arguments, right.arguments, strict=True):
            operand = self.merged(one, other, depth + 1)
            if operand is None:
                return None
            operands.append(operand)
        return graph.again(left, operands)
