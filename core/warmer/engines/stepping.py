"""What takes the steps of a stream, one at a time, whatever rows come."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import attrs

from warmer.engines.choice import maker_of_engines, seconds_of_step
from warmer.engines.python import PythonEngine
from warmer.plugins.network import Network
from warmer.runs.history import Record
from warmer.runs.task import Task


@attrs.frozen(eq=False)
class Ready:
    """What takes the steps of a session: Python, and other engines once that has taken a while.

    Parameters:
        network: the chosen plugins.
        task: any rows of the session, without an end.
    """

    network: Network
    task: Task

    @cached_property
    def engine(self) -> PythonEngine:
        """What takes the first steps."""
        return PythonEngine(self.network, self.task)

    @cached_property
    def nothing(self) -> Record:
        """A record that keeps nothing."""
        return Record.of(self.task, 0, 0, weight_deltas=False)

    @cached_property
    def make(self) -> Callable[[Task], Any] | None:
        """What makes engines for other rows; None where Python is all there is."""
        return maker_of_engines(self.network, self.task)

    def seconds(self, rows: int) -> float:
        """About how long Python takes for a step on so many rows."""
        weights, targets = self.task.weights.shape
        return float(targets * seconds_of_step(self.network, rows, weights))
