"""Fusing: fewer operations on arrays, and fewer passes over memory.

What is the same for every weight is brought together, and a division by it is a product: arrays are
multiplied faster. And where a library of tensors has functions for it, a sum with a scaled term is
one pass instead of two or three:

    add_scaled    x + scale * y
    add_product   x + scale * y * z
    add_quotient  x + scale * y / z

Here `scale` is a number. And a value is written over one that nobody needs any more: a new weight
over the old one, a result on the way over one of its operands. That spares memory and copies.
"""

import math
from collections import Counter
from collections.abc import Container, Sequence
from typing import NamedTuple

from warmer.formulas.expression import Node, in_order
from warmer.ports.evaluating import Operation

SUMS = ("add_scaled", "add_product", "add_quotient")
WRITING = {*SUMS, "+", "-", "*", "/", "sqrt", "negative"}
"""Operations that can write their value over another one."""


def numbers_joined(results: Sequence[Node], fixed: set[int]) -> tuple[Node, ...]:
    """Rewrite products and quotients with numbers; they may differ in their last bits.

    `x / n` becomes `(1 / n) * x`, and `m * (n * x)` becomes `(m * n) * x`.

    Parameters:
        fixed: the identities of what is a number, the same for every weight.
    """
    numbers = set(fixed)
    new: dict[int, Node] = {}

    def number(operation: str, left: Node, right: Node) -> Node:
        made = left.graph.make(operation, left, right)
        numbers.add(id(made))
        return made

    for node in in_order(*results):
        new[id(node)] = node
        if id(node) in numbers or not node.arguments:
            continue
        arguments = [new[id(argument)] for argument in node.arguments]
        x, scale = arguments[0], arguments[-1]
        if node.operation == "*" and id(x) in numbers:
            x, scale = scale, x
        if node.operation not in ("*", "/") or id(scale) not in numbers:
            new[id(node)] = node.graph.again(node, arguments)
            continue
        if node.operation == "/":
            scale = number("/", node.graph.constant(1.0), scale)
        if x.operation == "*" and id(x.arguments[0]) in numbers:
            scale, x = number("*", scale, x.arguments[0]), x.arguments[1]
        new[id(node)] = node.graph.make("*", scale, x)
    return tuple(new[id(node)] for node in results)


def fused(results: Sequence[Node], fixed: set[int]) -> tuple[Node, ...]:
    """Rewrite expressions with fused sums; they may differ in their last bits.

    Parameters:
        fixed: the identities of what is a number, the same for every weight.
    """
    numbers = set(fixed)
    order = in_order(*results)
    uses = Counter(id(argument) for node in order for argument in node.arguments)
    uses.update(map(id, results))
    new: dict[int, Node] = {}
    for node in order:
        rewritten = node
        if id(node) not in numbers and node.arguments:
            arguments = [new[id(argument)] for argument in node.arguments]
            rewritten = node.graph.again(node, arguments)
            for term in (1, 0) if node.operation == "+" else (1,) if node.operation == "-" else ():
                if uses[id(node.arguments[term])] == 1 and id(node.arguments[term]) not in numbers:
                    found = _sum(arguments[1 - term], arguments[term], node.operation, numbers)
                    if found is not None:
                        rewritten = found
                        break
        new[id(node)] = rewritten
    return tuple(new[id(node)] for node in results)


def _sum(rest: Node, term: Node, sign: str, numbers: set[int]) -> Node | None:
    """Write `rest + term`, or `rest - term`, as one operation; None where it would gain nothing."""
    graph = rest.graph
    scale = graph.constant(1.0 if sign == "+" else -1.0)
    operation, parts = "add_scaled", [term]
    while True:
        node = parts[0]
        left, *right = node.arguments or (node,)
        if node.operation == "negative":
            scale, parts[0] = graph.make("negative", scale), left
        elif node.operation == "*" and id(left) in numbers:
            scale, parts[0] = graph.make("*", scale, left), right[0]
            numbers.add(id(scale))
        elif node.operation in ("*", "/") and id(right[0]) in numbers:
            scale, parts[0] = graph.make(node.operation, scale, right[0]), left
        elif node.operation in ("*", "/") and len(parts) == 1:
            operation = "add_product" if node.operation == "*" else "add_quotient"
            parts = [left, right[0]]
        else:
            break
    if parts[0] is term:  # neither scaled, nor a product or quotient
        return None
    return Node(graph, operation, (rest, *parts, scale))


class Move(NamedTuple):
    """A new value to be put in the place of an old one; nodes stand for their identities.

    Parameters:
        shared: whether it may be the very memory of another leaf, which may be overwritten first.
    """

    old: int
    new: int
    shared: bool


def written_over(
    operations: Sequence[Operation], results: Sequence[Node], old: Sequence[int], vectors: set[int]
) -> tuple[list[Operation], list[Move]]:
    """Let operations write over what nobody needs any more; and say what else has to be put where.

    Parameters:
        results: new values.
        old: for each of them, the leaf in whose place it is to be.
        vectors: leaves that have a number for every weight; others have one for all.
    """
    successors = dict(zip(map(id, results), old, strict=True))
    last = _last_uses(operations, successors)
    made = {successors.get(each.place): at for at, each in enumerate(operations)}
    memory = {leaf: leaf for leaf in old if leaf not in successors}  # of what may be written over
    wide, found = set(vectors), []
    for at, each in enumerate(operations):
        parts = [part in wide for part in each.arguments]
        if all(parts[1:]) or parts[0] if each.name == "select" else any(parts):
            wide.add(each.place)
        over = None
        if each.name in WRITING and each.place in wide and (parts[0] or each.name in ("+", "*")):
            leaf = successors.get(each.place)
            for part in each.arguments if leaf is None else (leaf,):
                unused = part in memory and part in wide and last.get(part, at) <= at
                # what lies in the memory of an old value is used up when the new one comes
                if unused and (leaf or last[each.place] <= made.get(memory[part], math.inf)):
                    over = part
            if leaf is None:
                memory[each.place] = each.place if over is None else memory[over]
        found.append(each._replace(over=over))
    done = {each.place: each.over for each in found}
    moves = [
        Move(leaf, id(node), node.operation in ("symbol", "select"))
        for node, leaf in zip(results, old, strict=True)
        if done.get(id(node)) != leaf and id(node) != leaf
    ]
    return found, moves


def _last_uses(operations: Sequence[Operation], kept: Container[int]) -> dict[int, float]:
    """The place of the operation that is the last to use a value.

    What a select chooses may be the very memory of one of its sides, which is used as long.
    """
    last: dict[int, float] = {}
    for at, each in reversed([*enumerate(operations)]):
        until: float = at
        if each.name == "select":
            until = math.inf if each.place in kept else last[each.place]
        for part in each.arguments:
            last[part] = max(until, last.get(part, at))
    return last
