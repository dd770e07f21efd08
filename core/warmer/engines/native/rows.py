"""Rows: the rows of a batch, some at a time, and the sums over them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from warmer.engines.native.emitter import Emitter, Value
from warmer.engines.native.layout import Cells, Chunk, Layout
from warmer.engines.native.team import Team, width
from warmer.formulas.sums import LANES

AHEAD = 2048  # numbers: inputs are prefetched 16 KiB ahead


class Batch(NamedTuple):
    """The rows of one step: where they begin and end, as names of LLVM's values.

    Parameters:
        layout: of a row of inputs.
        targets: how many there are.
        order: a pointer to the order of rows, or None for rows as they are.
        rows: how many rows there are, as a number; None for a batch of one.
        team: who shares the batch, if it may have several blocks.
        target: which of the targets the step is for.
        fault: a variable that is set where Python itself would raise.
    """

    layout: Layout
    targets: int
    order: str | None
    start: str
    stop: str
    rows: Value | None
    all_inputs: int
    team: Team | None
    target: str
    fault: str


class Row(NamedTuple):
    """One row of a batch."""

    inputs: Cells
    target: Value


def for_each_row(
    emitter: Emitter,
    batch: Batch,
    sums: "Sequence[Sum]",
    body: Callable[[list[Row]], None],
    together: int = 1,
) -> None:
    """Write what is done with the rows of a batch, some at a time, and their sums.

    Parameters:
        sums: what the body adds to; afterwards they have their totals.
        body: writes what is done with rows that come after one another.
        together: how many at a time; what is left over at the end of a block comes one by one.
    """
    if batch.rows is None:
        with _one_block(sums):
            body([_row(emitter, batch, batch.start)])
    elif batch.team is None:
        with _one_block(sums):
            _rows(emitter, batch, batch.start, batch.stop, body, together)
    else:
        _share(emitter, batch, batch.team, sums, body, together)


@contextmanager
def _one_block(sums: "Sequence[Sum]") -> Iterator[None]:
    """Start and finish the sums of a batch that is one block."""
    for each in sums:
        each.block.fill(-0.0)
    yield
    for each in sums:
        each.total.fill(-0.0)
        each.merge(each.block)


def _share(
    emitter: Emitter,
    batch: Batch,
    team: Team,
    sums: "Sequence[Sum]",
    body: Callable[[list[Row]], None],
    together: int,
) -> None:
    """Sum this thread's blocks, wait for the other threads, and add up all blocks."""
    rows = emitter.let(f"sub i64 {batch.stop}, {batch.start}")
    size = write_block_of(emitter, rows, "%least")
    blocks = emitter.let(f"add i64 {rows}, {emitter.let(f'sub i64 {size}, 1')}")
    blocks = emitter.let(f"udiv i64 {blocks}, {size}")
    with emitter.loop(*team.share(blocks), "block") as index:
        start = emitter.let(f"add i64 {batch.start}, {emitter.let(f'mul i64 {index}, {size}')}")
        end = emitter.let(f"add i64 {start}, {size}")
        shorter = emitter.let(f"icmp slt i64 {batch.stop}, {end}")
        stop = emitter.let(f"select i1 {shorter}, i64 {batch.stop}, i64 {end}")
        for each in sums:
            each.block.fill(-0.0)
        _rows(emitter, batch, start, stop, body, together)
        for each, place in zip(sums, _places(emitter, sums, team.place(index, 1)), strict=True):
            place.copy_from(each.block)
    team.wait(batch.fault)
    for each in sums:
        each.total.fill(-0.0)
    with emitter.loop("0", blocks, "merge") as index:
        for each, place in zip(sums, _places(emitter, sums, team.place(index, 0)), strict=True):
            each.merge(place)


def write_block_of(emitter: Emitter, rows: str, least: str) -> str:
    """Write `block_of`, which answers at least `least`: a power of two."""
    emitter.declarations.add("declare i64 @llvm.ctlz.i64(i64, i1)")
    less = emitter.let(f"sub i64 {rows}, 1")
    zeros = emitter.let(f"call i64 @llvm.ctlz.i64(i64 {less}, i1 false)")
    half = emitter.let(f"lshr i64 {emitter.let(f'sub i64 65, {zeros}')}, 1")
    size = emitter.let(f"shl i64 1, {half}")
    large = emitter.let(f"icmp sgt i64 {size}, {least}")
    return emitter.let(f"select i1 {large}, i64 {size}, i64 {least}")


def _places(emitter: Emitter, sums: "Sequence[Sum]", start: str) -> Iterator[Cells]:
    """Where the sums of a block lie, one after another."""
    offset = 0
    for each in sums:
        yield Cells(emitter, each.layout, emitter.address(start, offset))
        offset += width(each.layout.weights)


def _rows(
    emitter: Emitter,
    batch: Batch,
    start: str,
    stop: str,
    body: Callable[[list[Row]], None],
    together: int,
) -> None:
    if together > 1:
        count = emitter.let(f"sub i64 {stop}, {start}")
        left = emitter.let(f"urem i64 {count}, {together}")
        full = emitter.let(f"sub i64 {stop}, {left}")
        with emitter.loop(start, full, "rows", together) as position:
            places = [emitter.let(f"add i64 {position}, {i}") for i in range(together)]
            body([_row(emitter, batch, place, together) for place in places])
        start = full
    with emitter.loop(start, stop, "row") as position:
        body([_row(emitter, batch, position)])


def _row(emitter: Emitter, batch: Batch, position: str, together: int = 1) -> Row:
    row, layout = position, batch.layout.part(batch.all_inputs)
    ahead = max(AHEAD, together * batch.all_inputs) if layout.weights >= LANES else 0
    if batch.order is not None:
        row, ahead = ordered(emitter, batch.order, position), 0
        if layout.weights >= LANES and layout.unrolled:  # beyond, it costs more than it saves
            _fetch_later(emitter, batch, position)
    start = emitter.let(f"mul i64 {row}, {batch.all_inputs}")
    inputs = Cells(emitter, layout, emitter.address("%inputs", start), ahead)
    place = emitter.let(f"mul i64 {row}, {batch.targets}")
    place = emitter.let(f"add i64 {place}, {batch.target}")
    target = emitter.load("double", emitter.address("%targets", place))
    return Row(inputs, Value(target))


def ordered(emitter: Emitter, order: str, position: str) -> str:
    """Write which row stands at a position of an order."""
    return emitter.load("i64", emitter.let(f"getelementptr i64, ptr {order}, i64 {position}"))


def _fetch_later(emitter: Emitter, batch: Batch, position: str) -> None:
    """Prefetch a later row of a shuffled order, which no processor can predict."""
    assert batch.order is not None
    count = batch.all_inputs
    later = emitter.let(f"add i64 {position}, {min(16, AHEAD // count)}")
    within = emitter.let(f"icmp slt i64 {later}, {batch.stop}")
    later = emitter.let(f"select i1 {within}, i64 {later}, i64 {position}")
    start = emitter.let(f"mul i64 {ordered(emitter, batch.order, later)}, {count}")
    row = emitter.address("%inputs", start)
    for place in range(0, count, LANES):
        emitter.prefetch(emitter.address(row, place))


class Sum:
    """A sum over rows: the current block, and the blocks before it."""

    def __init__(self, emitter: Emitter, layout: Layout, block: str | None, total: str | None):
        self._emitter = emitter
        self.layout = layout
        self.block = Cells(emitter, layout, block)
        self.total = Cells(emitter, layout, total)

    def add(self, chunk: Chunk, value: Value) -> None:
        """Add to a chunk of the current block."""
        self._emitter.add(self.block.address(chunk), value)

    def merge(self, block: Cells) -> None:
        """Add a block's sum to those of the blocks before it."""
        for chunk in self.layout.each(self._emitter):
            self._emitter.add(self.total.address(chunk), block.load(chunk))

    def mean(self, chunk: Chunk, batch: Batch) -> Value:
        """The mean over the rows, of one chunk."""
        total = self.total.load(chunk)
        if batch.rows is None:
            return total
        count = self._emitter.splat(batch.rows, chunk.width)
        return self._emitter.number(f"fdiv {total.type} {total}, {count}", chunk.width)
