"""Every step of a run, handed on as it is taken; the run itself keeps what it would keep anyway."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import attrs

from warmer.engines.protocol import Engine
from warmer.runs.history import History, Record
from warmer.runs.task import Advance, Array, State, Task

BLOCK = 32_768  # numbers that are handed on at once, so that a block is written in a few 10 ms


class EveryStep(ABC):
    """An observer that is given every step as well, whatever the run keeps of them."""

    @abstractmethod
    def take(self, steps: History) -> None:
        """Take the next steps, all columns with a last axis of targets."""


def streamed(engine: Engine, task: Task, observers: Sequence[Any]) -> Engine:
    """The engine itself, or one that hands every step to the observers that want them all."""
    every = [observer for observer in observers if isinstance(observer, EveryStep)]
    return Streaming(engine, task, every) if every else engine


class Streaming:
    """An engine that hands on every step that another one takes.

    Parameters:
        engine: takes the steps.
        task: what is run.
        watching: who is given them.
    """

    def __init__(self, engine: Engine, task: Task, watching: Sequence[EveryStep]):
        self.name = engine.name
        self.has_weight_deltas = engine.has_weight_deltas
        self._engine = engine
        self._task = task
        self._watching = watching

    @property
    def steps_at_first(self) -> int:
        """As many as the engine itself takes."""
        return self._engine.steps_at_first

    def advance(self, state: State, steps: int, record: Record) -> Advance:
        """Take some of the steps, and hand them on."""
        room = min(steps, max(1, BLOCK // (2 * self._task.weights.size)))
        block = Record.of(self._task, room, 1, self.has_weight_deltas, state.step)
        block = attrs.evolve(block, single=False)
        advance = self._engine.advance(state, room, block)
        for each in self._watching:
            each.take(block.history(state.step, advance.state.step))
        record.keep(block, advance.state.step)
        return advance

    def error(self, weights: Array) -> Array:
        """The error over all rows, one for each target."""
        return self._engine.error(weights)
