"""Rows: predict and compare for the rows of a batch, and the sums over them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import attrs

from warmer.engines.native.arithmetic import Arithmetic, nonfinite
from warmer.engines.native.emitter import Emitter, Value, double, literal
from warmer.engines.native.layout import Cells, Chunk, Layout, dot
from warmer.sums import BLOCK
from warmer.symbolic.derivative import Gradient
from warmer.symbolic.expression import Node
from warmer.symbolic.rule import Formula


class Batch(NamedTuple):
    """The rows of one step: where they begin and end, as names of LLVM's values.

    Parameters:
        order: a pointer to the order of rows, or None for rows as they are.
        rows: how many rows there are, as a number; None for a batch of one.
    """

    inputs: str
    targets: str
    order: str | None
    start: str
    stop: str
    rows: Value | None
    target: str
    weights: int
    all_targets: int


class Row(NamedTuple):
    """One row of a batch."""

    inputs: Cells
    target: Value


@attrs.frozen(eq=False)
class Assessed:
    """What predict and compare say of one row."""

    prediction: Value
    error: Value
    delta: Value
    fault: str
    factors: list[tuple[Value, Cells]]
    elements: dict[int, Value]


@contextmanager
def each_row(emitter: Emitter, layout: Layout, batch: Batch, sums: "list[Sum]") -> Iterator[Row]:
    """Go over a batch's rows, in blocks; what is added to `sums` inside is merged by blocks."""
    for each in sums:
        each.total.fill(-0.0)
    if batch.rows is None:
        for each in sums:
            each.block.fill(-0.0)
        yield _row(emitter, layout, batch, batch.start)
        for each in sums:
            each.merge()
        return
    rows = emitter.let(f"sub i64 {batch.stop}, {batch.start}")
    blocks = emitter.let(f"udiv i64 {emitter.let(f'add i64 {rows}, {BLOCK - 1}')}, {BLOCK}")
    with emitter.loop("0", blocks, "block") as index:
        first = emitter.let(f"add i64 {batch.start}, {emitter.let(f'mul i64 {index}, {BLOCK}')}")
        end = emitter.let(f"add i64 {first}, {BLOCK}")
        shorter = emitter.let(f"icmp slt i64 {batch.stop}, {end}")
        last = emitter.let(f"select i1 {shorter}, i64 {batch.stop}, i64 {end}")
        for each in sums:
            each.block.fill(-0.0)
        with emitter.loop(first, last, "row") as position:
            yield _row(emitter, layout, batch, position)
        for each in sums:
            each.merge()


def _row(emitter: Emitter, layout: Layout, batch: Batch, position: str) -> Row:
    row = position
    if batch.order is not None:
        slot = emitter.let(f"getelementptr i64, ptr {batch.order}, i64 {position}")
        row = emitter.load("i64", slot)
    start = emitter.let(f"mul i64 {row}, {batch.weights}")
    inputs = Cells(emitter, layout, emitter.address(batch.inputs, start))
    place = emitter.let(f"mul i64 {row}, {batch.all_targets}")
    place = emitter.let(f"add i64 {place}, {batch.target}")
    target = emitter.load("double", emitter.address(batch.targets, place))
    return Row(inputs, Value(target))


class Sum:
    """A sum over rows: the current block, and the blocks before it."""

    def __init__(self, emitter: Emitter, layout: Layout, block: str | None, total: str | None):
        self._emitter = emitter
        self._layout = layout
        self.block = Cells(emitter, layout, block)
        self.total = Cells(emitter, layout, total)

    def add(self, chunk: Chunk, value: Value) -> None:
        """Add to a chunk of the current block."""
        self._emitter.add(self.block.address(chunk), value)

    def merge(self) -> None:
        """Add the current block to the blocks before it."""
        for chunk in self._layout.each(self._emitter):
            self._emitter.add(self.total.address(chunk), self.block.load(chunk))

    def mean(self, chunk: Chunk, batch: Batch) -> Value:
        """The mean over the rows, of one chunk."""
        total = self.total.load(chunk)
        if batch.rows is None:
            return total
        count = self._emitter.splat(batch.rows, chunk.width)
        return self._emitter.number(f"fdiv {total.type} {total}, {count}", chunk.width)


def assess(
    emitter: Emitter,
    layout: Layout,
    formula: Formula,
    gradient: Gradient | None,
    weights: Cells,
    row: Row,
    parameter: Callable[[Node], Value],
) -> Assessed:
    """Write predict and compare of one row, and where asked for what weight_delta is made of."""
    vectors = {"weights": weights, "inputs": row.inputs}
    known: dict[str, Value] = {"target": row.target}

    def leaf(node: Node) -> Value:
        if node.operation == "dot":
            left, right = node.value
            return dot(emitter, layout, vectors[left[0]], vectors[right[0]])
        if node.operation == "element":
            name, index = node.value
            return vectors[name].element(index)
        owner, name = node.value
        return parameter(node) if owner else known[name]

    predicting = Arithmetic(emitter, leaf)
    prediction = known["prediction"] = predicting.number(formula.predict.value)
    comparing = Arithmetic(emitter, leaf)
    error = comparing.number(formula.compare.error)
    delta = known["delta"] = comparing.number(formula.compare.delta)
    faults = [predicting.fault(formula.predict.fault), comparing.fault(formula.compare.fault)]
    factors, elements = [], {}
    if gradient is not None:
        factors = [
            (predicting.number(term.factor), vectors[term.other[0]]) for term in gradient.terms
        ]
        elements = {i: predicting.number(node) for i, node in gradient.elements.items()}
        faults.append(predicting.fault(gradient.fault))
    return Assessed(prediction, error, delta, any_of(emitter, faults), factors, elements)


def add_weight_deltas(emitter: Emitter, layout: Layout, assessed: Assessed, slopes: Sum) -> None:
    """Add one row's weight_delta of every weight."""
    for chunk in layout.each(emitter):
        total: Value | None = None
        for factor, other in assessed.factors:
            values = other.load(chunk)
            share = emitter.splat(factor, chunk.width)
            part = emitter.number(f"fmul {values.type} {share}, {values}", chunk.width)
            total = (
                part
                if total is None
                else emitter.number(f"fadd {part.type} {total}, {part}", chunk.width)
            )
        slopes.add(chunk, _with_elements(emitter, chunk, total, assessed))


def _with_elements(
    emitter: Emitter, chunk: Chunk, total: Value | None, assessed: Assessed
) -> Value:
    """Add the parts that belong to single weights (only where chunks are written out)."""
    result = total or literal(0.0, chunk.width)
    for index, value in assessed.elements.items():
        lane = index - int(chunk.start)
        if not 0 <= lane < chunk.width:
            continue
        part = value
        if total is not None:
            part = emitter.number(f"fadd double {emitter.lane(result, lane)}, {value}")
        if chunk.width == 1:
            return part
        result = emitter.number(
            f"insertelement {double(chunk.width)} {result}, double {part}, i32 {lane}",
            chunk.width,
        )
    return result


def any_of(emitter: Emitter, conditions: list[str]) -> str:
    """Say whether any of some truth values holds."""
    result = "false"
    for condition in conditions:
        if condition != "false":
            result = condition if result == "false" else emitter.let(f"or i1 {result}, {condition}")
    return result


def is_nonfinite(emitter: Emitter, value: Value) -> str:
    """Say whether any lane is infinite or not a number."""
    return emitter.any(nonfinite(emitter, value), value.width)
