"""Layout: how the numbers of all weights are cut into vectors, and where they live.

Up to eight weights are one vector; more are cut into vectors of eight and a shorter tail. Up to
256 weights, instructions are written for every vector and their numbers live in registers or
on the stack (where weight_delta is summed over many rows, up to 104); beyond, loops go over
arrays in memory.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from warmer.engines.native.emitter import Emitter, Value, double, literal
from warmer.formulas.sums import LANES

MOST_UNROLLED = 256
MOST_UNROLLED_SUMS = 104  # their weights and sums fill the registers of a large processor


class Chunk(NamedTuple):
    """A stretch of weights that fits a vector; `start` is a number, or the name of one."""

    start: str
    width: int
    number: int | None


class Layout:
    """The chunks of a number of weights.

    Parameters:
        unrolled: whether instructions are written for every chunk, or a loop over them.
    """

    def __init__(self, weights: int, unrolled: bool = True):
        self.weights = weights
        self.unrolled = unrolled
        self.full, self.tail = divmod(weights, LANES) if weights > LANES else (0, weights)

    def part(self, weights: int) -> "Layout":
        """The layout of some of the weights."""
        return self if weights == self.weights else Layout(weights, self.unrolled)

    def chunks(self) -> list[Chunk]:
        """Every chunk, with constant starts."""
        starts = range(0, self.full * LANES, LANES)
        chunks = [Chunk(str(start), LANES, index) for index, start in enumerate(starts)]
        if self.tail:
            chunks.append(Chunk(str(self.full * LANES), self.tail, self.full))
        return chunks

    def each(self, emitter: Emitter) -> Iterator[Chunk]:
        """Go over the chunks: written out one after another, or as a loop."""
        if self.unrolled:
            yield from self.chunks()
            return
        with emitter.loop("0", str(self.full), "chunk") as index:
            yield Chunk(emitter.let(f"mul i64 {index}, {LANES}"), LANES, None)
        if self.tail:
            yield Chunk(str(self.full * LANES), self.tail, None)


class Cells:
    """One number for each weight, in local variables or in memory.

    Parameters:
        pointer: where they lie in memory; None for local variables.
        ahead: how many numbers ahead of its use a chunk is prefetched; 0 for not at all.
    """

    def __init__(self, emitter: Emitter, layout: Layout, pointer: str | None, ahead: int = 0):
        self._emitter = emitter
        self._layout = layout
        self.pointer = pointer
        self._ahead = ahead
        self._variables = (
            [] if pointer else [emitter.variable(double(c.width)) for c in layout.chunks()]
        )

    def address(self, chunk: Chunk) -> str:
        """Where the numbers of a chunk live."""
        if self.pointer is None:
            assert chunk.number is not None
            return self._variables[chunk.number]
        return self._emitter.address(self.pointer, chunk.start)

    def load(self, chunk: Chunk) -> Value:
        """Read a chunk."""
        return Value(self._emitter.load(double(chunk.width), self.address(chunk)), chunk.width)

    def part(self, start: int, layout: Layout) -> "Cells":
        """Some of the numbers; only of cells in memory, unless they are all."""
        if layout is self._layout:
            return self
        assert self.pointer is not None
        pointer = self._emitter.address(self.pointer, start)
        return Cells(self._emitter, layout, pointer, self._ahead)

    def fetch_ahead(self, chunk: Chunk) -> None:
        """Prefetch what will be read later, where the cells are part of a longer array."""
        if self._ahead:
            self._emitter.prefetch(self._emitter.address(self.address(chunk), self._ahead))

    def store(self, chunk: Chunk, value: Value) -> None:
        """Write a chunk."""
        self._emitter.store(value.type, str(value), self.address(chunk))

    def fill(self, number: float) -> None:
        """Set every number."""
        for chunk in self._layout.each(self._emitter):
            self.store(chunk, literal(number, chunk.width))

    def copy_from(self, other: "Cells") -> None:
        """Set every number to that of other cells."""
        for chunk in self._layout.each(self._emitter):
            self.store(chunk, other.load(chunk))

    def element(self, index: int) -> Value:
        """Read one number, of cells in memory."""
        assert self.pointer is not None
        return Value(self._emitter.load("double", self._emitter.address(self.pointer, index)))


def sum_lanes(emitter: Emitter, lanes: Value) -> Value:
    """Add eight lanes in pairs: (l, l + 4), then (l, l + 2), then (0, 1)."""
    while lanes.width > 1:
        half = lanes.width // 2
        low, high = (emitter.shuffle(lanes, range(start, start + half)) for start in (0, half))
        lanes = emitter.number(f"fadd {low.type} {low}, {high}", half)
    return emitter.lane(lanes, 0)


def widen(emitter: Emitter, value: Value) -> Value:
    """Fill a tail up to eight lanes with -0.0, which changes no sum."""
    if value.width == LANES:
        return value
    lanes = [lane if lane < value.width else value.width for lane in range(LANES)]
    return emitter.shuffle(value, lanes, literal(-0.0, value.width))


def dots(emitter: Emitter, layout: Layout, pairs: Sequence[tuple[Cells, Cells]]) -> list[Value]:
    """Sums of products in the documented order, in one pass over the weights."""
    if layout.weights <= LANES:
        (chunk,) = layout.chunks()
        return [_left_to_right(emitter, _product(emitter, *pair, chunk)) for pair in pairs]
    lanes = [emitter.variable(double(LANES), str(literal(-0.0, LANES))) for _ in pairs]
    for chunk in layout.each(emitter):
        for pair, sums in zip(pairs, lanes, strict=True):
            for cells in pair:
                cells.fetch_ahead(chunk)
            emitter.add(sums, widen(emitter, _product(emitter, *pair, chunk)))
    return [sum_lanes(emitter, Value(emitter.load(double(LANES), sums), LANES)) for sums in lanes]


def _left_to_right(emitter: Emitter, products: Value) -> Value:
    total = emitter.lane(products, 0)
    for lane in range(1, products.width):
        total = emitter.number(f"fadd double {total}, {emitter.lane(products, lane)}")
    return total


def _product(emitter: Emitter, left: Cells, right: Cells, chunk: Chunk) -> Value:
    a, b = left.load(chunk), right.load(chunk)
    return emitter.number(f"fmul {a.type} {a}, {b}", a.width)
