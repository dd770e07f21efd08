"""Plain columns: numbers without holes, as most columns are; many of them are taken at a time."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from warmer.tables.spool import spans
from warmer.tables.table import Array, Table

BLOCK = 1 << 16  # numbers that are taken at a time
EXACT = 2.0**53  # from here on, different whole numbers become one


def blocks_of(table: Table, names: Sequence[str]) -> Iterator[tuple[Sequence[str], Array | None]]:
    """Go through columns in order: plain neighbours as one array, any other column alone.

    Parameters:
        names: of the columns.

    Returns:
        The names, and the numbers, (columns, rows). None for a column that is to be looked at
        closely: it has holes, texts or numbers of 2**53 and beyond, or is not there.

    >>> table = Table("t.npy", ("a", "b", "c"), (np.ones(2), np.zeros(2), ("1", "x")), None)
    >>> [(names, block is None) for names, block in blocks_of(table, table.columns)]
    [(('a', 'b'), False), (('c',), True)]
    """
    cells = dict(zip(table.columns, table.cells, strict=True))
    most = max(1, BLOCK // max(1, table.rows))
    for start in range(0, len(names), most):
        some = names[start : start + most]
        for numeric, run in itertools.groupby(some, lambda n: isinstance(cells.get(n), np.ndarray)):
            near = tuple(run)
            if numeric:
                some_cells: Any = [cells[name] for name in near]
                block = np.stack(some_cells) if len(near) > 1 else some_cells[0][np.newaxis]
                yield from _plain_runs(near, block)
            else:
                yield from (((name,), None) for name in near)


def _plain_runs(names: Sequence[str], block: Array) -> Iterator[tuple[Sequence[str], Array | None]]:
    """Take neighbours apart where one is not plain."""
    parts = [(np.abs(block[:, span]) < EXACT).all(axis=1) for span in spans(block.shape[1])]
    plain = np.all(parts, axis=0)  # nan is not
    edges = [0, *(np.flatnonzero(np.diff(plain)) + 1).tolist(), len(names)]
    for start, stop in itertools.pairwise(edges):
        if plain[start]:
            yield names[start:stop], block[start:stop]
        else:
            yield from (((name,), None) for name in names[start:stop])
