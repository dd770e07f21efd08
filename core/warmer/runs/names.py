"""What the numbers of a run are called: its inputs, weights and targets."""

from collections.abc import Sequence
from typing import Any

import attrs


@attrs.frozen
class Names:
    """The names of a run's inputs, targets and weights.

    Parameters:
        inputs: of the columns of a frame; of arrays `x1`, `x2` and so on, or `x` alone.
        targets: likewise, `y1`, `y2`, or `y` alone.
        weights: those of the inputs; where the predictor says how many it has, they belong to no
            inputs and are numbered from 0.
        given: whether the inputs had names of their own.
    """

    inputs: tuple[str, ...]
    targets: tuple[str, ...]
    weights: tuple[str, ...]
    given: bool = False

    def by_name(self, weights: Any, single: bool) -> dict[str, Any]:
        """Weights of shape (weights, targets) by name; by target first, unless there is one alone.

        >>> Names(("a", "b"), ("y",), ("a", "b")).by_name([[0.5], [2.0]], True)
        {'a': 0.5, 'b': 2.0}
        """
        found = {
            target: dict(zip(self.weights, map(float, column), strict=True))
            for target, column in zip(self.targets, zip(*weights, strict=True), strict=True)
        }
        return found[self.targets[0]] if single else found


def numbered(letter: str, count: int) -> tuple[str, ...]:
    """Name columns that have no names.

    >>> numbered("x", 2), numbered("y", 1)
    (('x1', 'x2'), ('y',))
    """
    return (letter,) if count == 1 else tuple(f"{letter}{n}" for n in range(1, count + 1))


def names_for(
    inputs: Sequence[str], targets: Sequence[str], counts: tuple[int, int, int], counted: bool
) -> Names:
    """Name what a run has.

    Parameters:
        inputs, targets: the names of the columns of frames; none where there are none.
        counts: how many inputs, weights and targets there are.
        counted: whether the predictor says how many weights it has.
    """
    width, weights, goals = counts
    named = tuple(inputs) or numbered("x", width)
    own = tuple(map(str, range(weights))) if counted else named
    return Names(named, tuple(targets) or numbered("y", goals), own, bool(inputs))
