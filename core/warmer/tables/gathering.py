"""Rows of texts become columns: numbers where every cell is one, texts elsewhere."""

import itertools
from array import array
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Protocol

import attrs
import numpy as np
from numpy.typing import NDArray

from warmer.tables.converting import Array, numbers_of
from warmer.tables.plain import EXACT
from warmer.tables.spool import Spool
from warmer.tables.table import Column
from warmer.tables.texts import Heap, Texts

CELLS = 100_000  # so many are texts at one time

Row = tuple[int, Sequence[str]]
Block = tuple[Sequence[int], Sequence[Any]]
"""The line of each row, and for each column its cells: texts, or numbers."""


class Store(Protocol):
    """Takes a table block by block; each column is of numbers or of texts throughout."""

    def put(self, index: int, cells: Array | Sequence[str]) -> None:
        """Put cells of a column behind those that are there."""

    def end_block(self, lines: Sequence[int]) -> None:
        """End a block of rows that begin on these lines; none where they are known."""

    def columns(self) -> tuple[Column, ...]:
        """The columns, once all is put."""

    def lines(self) -> Sequence[int]:
        """The lines of the rows."""


class InMemory:
    """Columns that grow in memory; equal texts are one object.

    Parameters:
        width: how many columns there are.
        numbered: whether the rows have lines.
    """

    def __init__(self, width: int, numbered: bool = True):
        self._columns: list[Any] = [None] * width
        self._numbered = numbered
        self._lines = array("q")
        self._shared: dict[str, str] = {}

    def put(self, index: int, cells: Array | Sequence[str]) -> None:
        """Put cells of a column behind those that are there."""
        numeric = isinstance(cells, np.ndarray)
        if self._columns[index] is None:
            self._columns[index] = array("d") if numeric else []
        if numeric:  # the array grows in place, and is held once
            self._columns[index].frombytes(np.ascontiguousarray(cells).data.cast("B"))
        else:
            share = self._shared.setdefault
            self._columns[index] += [share(cell, cell) for cell in cells]

    def end_block(self, lines: Sequence[int]) -> None:
        """End a block of rows."""
        if self._numbered:
            self._lines.extend(lines)

    def columns(self) -> tuple[Column, ...]:
        """The columns; those of numbers are not copied."""
        return tuple(
            np.frombuffer(column, np.float64) if isinstance(column, array) else tuple(column or ())
            for column in self._columns
        )

    def lines(self) -> Sequence[int]:
        """The lines of the rows: a range where none is left out, which is nearly always."""
        lines = self._lines
        whole = range(lines[0], lines[-1] + 1) if lines else range(0)
        return whole if len(whole) == len(lines) else tuple(lines)


class OnDisk:
    """Columns in a file, for a table that is larger than the memory it may take.

    Parameters:
        spool: makes the file.
        width: how many columns there are.
        most: how many rows there are at most.
        numbered: whether the rows have lines.
    """

    def __init__(self, spool: Spool, width: int, most: int, numbered: bool = True):
        self._cells = spool.array((width + numbered, most))
        self._width, self._rows, self._numbered = width, 0, numbered
        self._spool = spool
        self._texts: set[int] = set()
        self._heap: Heap | None = None

    def put(self, index: int, cells: Array | Sequence[str]) -> None:
        """Put cells of a column behind those that are there."""
        place = slice(self._rows, self._rows + len(cells))
        if isinstance(cells, np.ndarray):
            self._cells[index, place] = cells
            return
        self._texts.add(index)
        self._heap = self._heap or Heap(self._spool)
        self._places(index)[place] = self._heap.put(cells)

    def end_block(self, lines: Sequence[int]) -> None:
        """End a block of rows."""
        if self._numbered:
            self._places(self._width)[self._rows : self._rows + len(lines)] = lines
        self._rows += len(lines)

    def columns(self) -> tuple[Column, ...]:
        """The columns, as views of the file."""
        heap = self._heap.done() if self._heap else b""
        rows = slice(0, self._rows)
        return tuple(
            Texts(heap, self._places(index)[rows]) if index in self._texts
            else self._cells[index, rows]
            for index in range(self._width)
        )  # fmt: skip

    def lines(self) -> Sequence[int]:
        """The lines of the rows: a range where none is left out."""
        if not self._rows or not self._numbered:
            return range(self._rows)
        found: Any = self._places(self._width)[: self._rows]
        whole = range(int(found[0]), int(found[-1]) + 1)
        return whole if len(whole) == self._rows else found

    def _places(self, index: int) -> NDArray[np.int64]:
        """A column of whole numbers."""
        column: NDArray[np.int64] = self._cells[index].view(np.int64)
        return column


@attrs.frozen
class Stores:
    """Makes a new store for each pass over a file."""

    width: int
    spool: Spool | None = None
    most: int = 0

    def new(self, numbered: bool = True) -> Store:
        """A store without rows."""
        if self.spool is None:
            return InMemory(self.width, numbered)
        return OnDisk(self.spool, self.width, self.most, numbered)


def gather(
    rows: Callable[[], Iterable[Row]], stores: Stores, texts: Collection[int] = ()
) -> tuple[tuple[Column, ...], Sequence[int]]:
    """Read all rows; answers the columns, and the line of each row.

    Parameters:
        rows: starts again from the first row, and gives each with the line that it starts on.
        stores: where the columns go.
        texts: the numbers of the columns that are to stay as they are written.
    """
    return gather_blocks(lambda _: _blocks(rows(), stores.width), stores, texts)


def gather_blocks(
    blocks: Callable[[Collection[int]], Iterable[Block]],
    stores: Stores,
    texts: Collection[int] = (),
    numbered: bool = True,
) -> tuple[tuple[Column, ...], Sequence[int]]:
    """Read all blocks of rows; answers the columns, and the line of each row.

    Parameters:
        blocks: starts again from the first block; told the columns that are to be of texts.
        numbered: whether the rows have lines.
    """
    known = set(texts)
    while True:
        store = stores.new(numbered)
        late = _pass(blocks(known), store, known)
        if not late:  # else a column of numbers ended in texts: its first cells are read again
            return store.columns(), store.lines()
        known |= late


def _pass(blocks: Iterable[Block], store: Store, texts: Collection[int]) -> set[int]:
    """Read the rows once; answers which columns turned out to be texts too late."""
    words, numbers, late = set(texts), set[int](), set[int]()
    for lines, columns in blocks:
        for index, cells in enumerate(columns):
            values = cells if isinstance(cells, np.ndarray) else None
            if values is None and index not in words:
                values = exact_numbers(cells)
            if values is not None:
                numbers.add(index)
            else:
                words.add(index)
                late |= {index} & numbers
            if not late:
                store.put(index, cells if values is None else values)
        if not late:
            store.end_block(lines)
    return late


def _blocks(rows: Iterable[Row], width: int) -> Iterable[Block]:
    """Put rows together, as many as are texts at one time."""
    rows = iter(rows)
    while block := list(itertools.islice(rows, max(1, CELLS // width))):
        yield [line for line, _ in block], list(zip(*(row for _, row in block), strict=True))


def exact_numbers(cells: Sequence[str]) -> Array | None:
    """Return the numbers of a column, `nan` where a cell is empty.

    `None` where one is no number, or so large that different texts may be the same number.
    """
    values = numbers_of(cells)
    return None if values is None or bool((np.abs(values) >= EXACT).any()) else values
