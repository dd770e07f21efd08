"""Rows: the rows of a batch, some at a time, and the sums over them."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from warmer.engines.native.emitter import Emitter, Value
from warmer.engines.native.layout import Cells, Chunk, Layout
from warmer.sums import BLOCK, LANES

AHEAD = 2048  # numbers: inputs are asked for 16 KiB before their turn


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


def for_each_row(
    emitter: Emitter,
    layout: Layout,
    batch: Batch,
    sums: "Iterable[Sum]",
    body: Callable[[list[Row]], None],
    together: int = 1,
) -> None:
    """Write what is done with the rows of a batch, some at a time, in blocks.

    Parameters:
        sums: what the body adds to them is merged by blocks.
        body: writes what is done with rows that come after one another.
        together: how many at a time; what is left over at the end of a block comes one by one.
    """
    for each in sums:
        each.total.fill(-0.0)
    if batch.rows is None:
        for each in sums:
            each.block.fill(-0.0)
        body([_row(emitter, layout, batch, batch.start)])
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
        if together > 1:
            count = emitter.let(f"sub i64 {last}, {first}")
            left = emitter.let(f"urem i64 {count}, {together}")
            full = emitter.let(f"sub i64 {last}, {left}")
            with emitter.loop(first, full, "rows", together) as position:
                places = [emitter.let(f"add i64 {position}, {i}") for i in range(together)]
                body([_row(emitter, layout, batch, place, together) for place in places])
            first = full
        with emitter.loop(first, last, "row") as position:
            body([_row(emitter, layout, batch, position)])
        for each in sums:
            each.merge()


def _row(emitter: Emitter, layout: Layout, batch: Batch, position: str, together: int = 1) -> Row:
    row = position
    ahead = max(AHEAD, together * batch.weights) if layout.weights >= LANES else 0
    if batch.order is not None:
        row, ahead = _ordered(emitter, batch.order, position), 0
        if layout.weights >= LANES and layout.unrolled:  # beyond, asking costs more than it saves
            _fetch_later(emitter, batch, position)
    start = emitter.let(f"mul i64 {row}, {batch.weights}")
    inputs = Cells(emitter, layout, emitter.address(batch.inputs, start), ahead)
    place = emitter.let(f"mul i64 {row}, {batch.all_targets}")
    place = emitter.let(f"add i64 {place}, {batch.target}")
    target = emitter.load("double", emitter.address(batch.targets, place))
    return Row(inputs, Value(target))


def _ordered(emitter: Emitter, order: str, position: str) -> str:
    return emitter.load("i64", emitter.let(f"getelementptr i64, ptr {order}, i64 {position}"))


def _fetch_later(emitter: Emitter, batch: Batch, position: str) -> None:
    """Ask for a row that comes later in an order of its own, which no processor foresees."""
    assert batch.order is not None
    later = emitter.let(f"add i64 {position}, {min(16, AHEAD // batch.weights)}")
    within = emitter.let(f"icmp slt i64 {later}, {batch.stop}")
    later = emitter.let(f"select i1 {within}, i64 {later}, i64 {position}")
    start = emitter.let(f"mul i64 {_ordered(emitter, batch.order, later)}, {batch.weights}")
    row = emitter.address(batch.inputs, start)
    for place in range(0, batch.weights, LANES):
        emitter.prefetch(emitter.address(row, place))


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
