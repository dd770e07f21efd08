"""Cases: the sizes of the small tables on which a plugin is tried, and what stands beside it."""

from typing import Any

import attrs


@attrs.frozen
class Case:
    """The size of a small table: inputs, rows of a batch, targets."""

    inputs: int
    batch_size: Any
    targets: int

    def __str__(self) -> str:
        batch = f"batches of {self.batch_size}" if self.batch_size != "full" else "full batches"
        return f"{count_of(self.inputs, 'input')}, {batch}, {count_of(self.targets, 'target')}"


def count_of(number: int, word: str) -> str:
    """Count things: `1 input`, `2 inputs`."""
    return f"{number} {word}{'s' if number > 1 else ''}"


CASES = tuple(Case(*size) for size in ((2, 3, 1), (1, "full", 1), (1, 2, 2), (9, 3, 2)))
"""Short last batches among them, and sums of each documented order."""


@attrs.frozen(eq=False)
class Setting:
    """What stands beside the plugin, and which tables it gets.

    Parameters:
        beside: arguments of `train`: rule, predict, compare, modifiers.
        inputs: `signed` or `positive`.
        targets: `any`, or one of two: `0 or 1`, `-1 or 1`.
    """

    beside: dict[str, Any]
    inputs: str = "signed"
    targets: str = "any"
