"""What the numbers of a run are called: its inputs, weights and targets."""

from typing import Any

import attrs


@attrs.frozen
class Names:
    """The names of a run's inputs, targets and weights.

    Parameters:
        columns: of the frame that the inputs came in; none of an array.
        goals: of the frame or series that the targets came in; none of an array.
        counts: how many inputs, weights and targets there are.
        counted: whether the predictor says how many weights it has: then they belong to no inputs.
    """

    columns: tuple[str, ...]
    goals: tuple[str, ...]
    counts: tuple[int, int, int]
    counted: bool

    @property
    def inputs(self) -> tuple[str, ...]:
        """One for each input: its column, or `x1`, `x2` and so on, or `x` alone."""
        return self.columns or numbered("x", self.counts[0])

    @property
    def weights(self) -> tuple[str, ...]:
        """One for each weight: that of its input; numbers from 0 where they belong to none."""
        return tuple(map(str, range(self.counts[1]))) if self.counted else self.inputs

    @property
    def targets(self) -> tuple[str, ...]:
        """One for each target: its column, or `y1`, `y2` and so on, or `y` alone."""
        return self.goals or numbered("y", self.counts[2])

    def by_name(self, weights: Any, single: bool) -> dict[str, Any]:
        """Weights of shape (weights, targets) by name; by target first, unless there is one alone.

        >>> Names(("a", "b"), (), (2, 2, 1), False).by_name([[0.5], [2.0]], True)
        {'a': 0.5, 'b': 2.0}
        """
        columns = [map(float, column) for column in zip(*weights, strict=True)]
        named = [dict(zip(self.weights, column, strict=True)) for column in columns]
        return named[0] if single else dict(zip(self.targets, named, strict=True))


def numbered(letter: str, count: int) -> tuple[str, ...]:
    """Name columns that have no names.

    >>> numbered("x", 2), numbered("y", 1)
    (('x1', 'x2'), ('y',))
    """
    return (letter,) if count == 1 else tuple(f"{letter}{n}" for n in range(1, count + 1))
