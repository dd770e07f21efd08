"""Rows that lie elsewhere: their shape is known, and some of them can be fetched to look at."""

from collections.abc import Callable, Iterator
from typing import Any

import attrs
import numpy as np

from warmer.runs.task import Array


@attrs.frozen(eq=False)
class Far:
    """Inputs or targets of a task that are not in this process; a slice of them fetches nothing.

    Parameters:
        table: who has them, and can be asked to add them up.
        fetch: rows from one number to another, as an array.
        start, stop: which rows of the table these are.
        columns: how many they have.
        column: the only one that is meant, without an axis of its own; None for all.
    """

    table: Any = attrs.field(repr=False)
    fetch: Callable[[int, int], Array] = attrs.field(repr=False)
    start: int
    stop: int
    columns: int
    column: int | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """As of an array."""
        rows = self.stop - self.start
        return (rows, self.columns) if self.column is None else (rows,)

    @property
    def ndim(self) -> int:
        """As of an array."""
        return len(self.shape)

    def __len__(self) -> int:
        return self.stop - self.start

    def __getitem__(self, rows: slice) -> "Far":
        start, stop, _ = rows.indices(len(self))
        return attrs.evolve(self, start=self.start + start, stop=self.start + stop)

    @property
    def T(self) -> "Iterator[Far]":  # noqa: N802 - as of an array
        """The columns, one after the other."""
        return (attrs.evolve(self, column=column) for column in range(self.columns))

    def array(self) -> Array:
        """Fetch them."""
        rows = self.fetch(self.start, self.stop)
        return rows if self.column is None else np.ascontiguousarray(rows[:, self.column])

    def tolist(self) -> list[Any]:
        """Fetch them, as floats."""
        found: list[Any] = self.array().tolist()
        return found


def lies_on_a_cluster(values: Any) -> bool:
    """Whether something is one of Dask's collections; Dask is not imported to find out."""
    return hasattr(type(values), "__dask_graph__")


def in_parts(rows: Any, numbers: int = 4_000_000) -> Iterator[Array]:
    """An array as it is, and rows that lie elsewhere as arrays of about so many numbers."""
    if not isinstance(rows, Far):
        yield rows
        return
    some = max(1, numbers // rows.columns)
    for start in range(0, len(rows), some):
        yield rows[start : start + some].array()
