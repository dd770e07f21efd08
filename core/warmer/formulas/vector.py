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
            raise IndexError(f"there is no {self.name}[{index}]{many}") from None
        return self.graph.element(self.name, position)

    def __iter__(self) -> Iterator[Node]:
        if len(self) > LONGEST_LOOP:
            raise self.graph.refuse(
                f"a loop over {len(self)} {self.name}, more than {LONGEST_LOOP} one by one; "
                "say warmer.dot(weights, inputs), which is one sum however long it is"
            )
        return (self.graph.element(self.name, i) for i in range(self.start, self.stop))

    def __eq__(self, _other: object) -> bool:
        raise self.graph.refuse(f"comparing {self.name} as a whole")

    def __array__(self, *_how: Any, **_more: Any) -> Any:
        raise self.graph.refuse(f"an array of {self.name} (say warmer.dot)")

    def __array_ufunc__(self, function: Any, *_how: Any, **_more: Any) -> Any:
        raise self.graph.refuse(f"numpy.{function.__name__} of {self.name} (say warmer.dot)")

    __hash__ = object.__hash__


def is_whole(graph: Graph, span: Span) -> bool:
    """Say whether a stretch is all of the weights, or all of the inputs."""
    name, start, stop = span
    return (start, stop) == (0, graph.lengths.get(name))


def wants_more(error: BaseException, weights: int, inputs: int | None = None) -> str:
    """Say how many weights predict has, where it fails as if it wanted more of them.

    >>> wants_more(IndexError("there is no weights[1]"), 1)
    '; it has 1 weight and 1 input'
    """
    unpacking = type(error) is ValueError and "values to unpack" in str(error)
    if not (isinstance(error, IndexError) or unpacking):
        return ""
    inputs = weights if inputs is None else inputs
    return f"; it has {weights} weight{'s' * (weights > 1)} and {inputs} input{'s' * (inputs > 1)}"
