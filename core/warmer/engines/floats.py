"""Rows as floats, for hooks that are called row by row."""

from collections.abc import Iterator
from typing import Any

from warmer.runs.task import Array

FEW = 64  # rows that are turned into floats at once


class Rows:
    """Rows of inputs, or the targets of one network, as floats.

    They are turned into floats a few at a time, since floats take their room.
    """

    def __init__(self, values: Array):
        self.values = values
        self._few = _floats(values) if len(values) <= FEW else None

    def __iter__(self) -> Iterator[Any]:
        return iter(self._few) if self._few else self._all()

    def _all(self) -> Iterator[Any]:
        for start in range(0, len(self.values), FEW):
            yield from _floats(self.values[start : start + FEW])


def _floats(values: Array) -> list[Any]:
    """Floats, or for two dimensions tuples of them."""
    return values.tolist() if values.ndim == 1 else list(map(tuple, values.tolist()))
