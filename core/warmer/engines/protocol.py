"""What an engine is."""

from typing import Protocol

from warmer.runs.history import Record
from warmer.runs.task import Advance, Array, State


class Engine(Protocol):
    """What takes the steps.

    Attributes:
        has_weight_deltas: whether the prediction has a derivative.
    """

    name: str
    has_weight_deltas: bool

    @property
    def steps_at_first(self) -> int:
        """How many are sure to be taken soon, before anybody knows how long they take."""

    def advance(self, state: State, steps: int, record: Record) -> Advance:
        """Take a number of steps (fewer where the run ends), recording them on the way."""

    def error(self, weights: Array) -> Array:
        """The error over all rows, one for each target."""
