"""Vectors of symbols: what predict is given for the weights and inputs of a row."""

from collections.abc import Iterator
from typing import Any

import attrs

from warmer.formulas.expression import LONGEST_LOOP, Graph, Node, Span


@attrs.frozen(eq=False)
class Vector:
    """A stretch of `weights` or `inputs`, whose elements are nodes."""

    graph: Graph
    name: str
    start: int
    stop: int

    @property
    def span(self) -> tuple[str, int, int]:
        """The stretch as a value: name, start and stop."""
        return (self.name, self.start, self.stop)

    def __len__(self) -> int:
        return self.stop - self.start

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            if step != 1:
                raise self.graph.refuse(f"a slice of {self.name} with a step")
            return Vector(self.graph, self.name, self.start + start, self.start + max(start, stop))
        try:
            position = range(self.start, self.stop)[index]
        except IndexError:
            many = " (weight_count says how many there are)" if self.name == "weights" else ""
            raise IndexError(f"no {self.name}[{index}] among {len(self)}{many}") from None
        return self.graph.element(self.name, position)

    def __iter__(self) -> Iterator[Node]:
        if len(self) > LONGEST_LOOP:
            raise self.graph.refuse(
                f"a loop over {len(self)} {self.name}; warmer.dot(weights, inputs) keeps it one sum"
            )
        return (self.graph.element(self.name, i) for i in range(self.start, self.stop))

    def __eq__(self, _other: object) -> bool:
        raise self.graph.refuse(f"comparing {self.name} as a whole")

    def __array__(self, *_how: Any, **_more: Any) -> Any:
        raise self.graph.refuse("an array of symbols")

    __hash__ = object.__hash__
    __array_ufunc__ = None


def is_whole(graph: Graph, span: Span) -> bool:
    """Say whether a stretch is all of the weights, or all of the inputs."""
    name, start, stop = span
    return (start, stop) == (0, graph.lengths.get(name))
