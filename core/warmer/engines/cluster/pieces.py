"""Cutting: where a table is cut into chunks, so that whole blocks of rows lie together."""

from itertools import pairwise
from typing import NamedTuple

from warmer.formulas.sums import block_of, blocks_of
from warmer.runs.task import Batches


def bounds_of(batches: Batches, chunks: int) -> list[int]:
    """Where chunks begin, and the end of the last: about so many, each of whole blocks of a batch.

    >>> bounds_of(Batches(1000, 1000), 4), bounds_of(Batches(200, 100), 2)
    ([0, 256, 512, 768, 1000], [0, 100, 200])
    """
    bounds = [0]
    for start in range(0, batches.rows, batches.size):
        rows = min(batches.size, batches.rows - start)
        block, blocks = block_of(rows), blocks_of(rows)
        parts = max(1, min(blocks, round(chunks * rows / batches.rows)))
        ends = [start + blocks * (part + 1) // parts * block for part in range(parts)]
        bounds += [*ends[:-1], start + rows]
    return bounds


class Piece(NamedTuple):
    """Whole blocks of a span of rows: rows of one chunk, or of some that are to be joined.

    Parameters:
        chunks: the numbers of those that have them.
        start, stop: which rows of the table.
    """

    chunks: range
    start: int
    stop: int


def pieces_of(bounds: list[int], start: int, stop: int) -> list[Piece]:
    """Cut a span of rows into pieces of whole blocks, as few of them over several chunks as can be.

    Parameters:
        bounds: where chunks begin, and the end of the last.

    >>> [tuple(piece) for piece in pieces_of([0, 100, 200], 0, 200)]
    [(range(0, 1), 0, 64), (range(0, 2), 64, 128), (range(1, 2), 128, 200)]
    """
    block, pieces, reached = block_of(stop - start), list[Piece](), start
    for number, (first, end) in enumerate(pairwise(bounds)):
        low = start + -(-(max(first, start) - start) // block) * block
        high = stop if end >= stop else start + (end - start) // block * block
        if first >= stop or low >= high:
            continue
        if low > reached:
            pieces.append(_joined(bounds, reached, low))
        pieces.append(Piece(range(number, number + 1), low, high))
        reached = high
    if reached < stop:
        pieces.append(_joined(bounds, reached, stop))
    return pieces


def _joined(bounds: list[int], start: int, stop: int) -> Piece:
    """Rows that lie in several chunks."""
    there = [
        number for number, (low, high) in enumerate(pairwise(bounds)) if low < stop and high > start
    ]
    return Piece(range(there[0], there[-1] + 1), start, stop)
