"""The loop: chunks of steps from an engine, observers between them, and an outcome."""

import time
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from warmer.diagnosis import growth
from warmer.exceptions import PLUGIN_ERRORS, Stop
from warmer.history import Record
from warmer.hookspecs import Observer
from warmer.manager import Manager
from warmer.outcome import Outcome
from warmer.task import WINDOWS, Advance, Array, State, Task

CHUNK_SECONDS = 0.05


class Engine(Protocol):
    """What takes the steps.

    Attributes:
        has_weight_deltas: whether the prediction has a derivative.
        numbers_at_first: how many inputs it works through before anybody knows its speed.
    """

    name: str
    has_weight_deltas: bool
    numbers_at_first: int

    def advance(self, state: State, steps: int, record: Record) -> Advance:
        """Take a number of steps (fewer where the run ends), recording them on the way."""

    def error(self, weights: Array) -> Array:
        """The error over all rows, one for each target."""


class Watchers:
    """The observers of one run; one that fails is switched off and reported."""

    def __init__(self, observers: Sequence[tuple[str, Any]]):
        self.reports: list[str] = []
        self._managers = {}
        for name, observer in observers:
            manager = Manager(Observer)
            manager.register(observer)
            self._managers[manager] = name

    def tell(self, hook: str, **news: Any) -> Stop | None:
        """Tell every observer; answer the first Stop that one of them raised."""
        stop = None
        for manager, name in list(self._managers.items()):
            try:
                getattr(manager.hook, hook)(**news)
            except Stop as asked:
                stop = stop or asked
            except PLUGIN_ERRORS as error:  # an observer may raise anything
                del self._managers[manager]
                self.reports.append(
                    f"observer {name} failed in {hook} and was switched off: "
                    f"{type(error).__name__}: {error}"
                )
        return stop


def start_state(task: Task, memory: Sequence[float]) -> State:
    """The state before the first step."""
    weights, targets = task.weights.shape
    remembered = np.empty((len(memory), weights, targets))
    remembered[:] = np.reshape(memory, (len(memory), 1, 1))
    return State(
        0, task.weights.copy(), remembered, np.zeros((WINDOWS, targets)), np.zeros((2, targets))
    )


def run(
    task: Task, state: State, engine: Engine, record: Record, watchers: Watchers
) -> tuple[State, Outcome]:
    """Take the task's steps in chunks of about 50 ms, until something ends the run."""
    stop = watchers.tell("run_started", task=task)
    outcome = stopped(stop, state.step) if stop else None
    size = max(1, engine.numbers_at_first // (task.batches.size * task.weights.size))
    while outcome is None:
        began = time.perf_counter()
        advance = engine.advance(state, min(size, _left(task, state)), record)
        elapsed = time.perf_counter() - began
        first, state = state.step, advance.state
        fitting = int((state.step - first) * CHUNK_SECONDS / max(elapsed, 1e-6))
        size = max(1, min(size * 8, fitting))
        stop = watchers.tell(
            "steps_taken",
            step=state.step,
            weights=read_only(state.weights),
            history=record.history(first, state.step),
        )
        outcome = ended(advance, task) or (stopped(stop, state.step) if stop else None)
    watchers.tell("run_ended", outcome=outcome)
    return state, outcome


def ended(advance: Advance, task: Task) -> Outcome | None:
    """Say how a run ended with these steps, if it did."""
    step = advance.state.step
    if advance.trouble:
        reason = f"{advance.trouble}; the weights are those at the start of that step"
        return Outcome("diverged", reason, step)
    if advance.converged:
        reason = f"no weight moved more than {task.tolerance!r} in a whole pass over the rows"
        return Outcome("converged", reason, step)
    if step == task.steps:
        grown = growth(advance.state, task)
        if grown:
            return Outcome("diverged", grown, step)
        taken = f"all {step} steps were taken" if step > 1 else "the one step was taken"
        return Outcome("budget", taken, step)
    return None


def stopped(stop: Stop, step: int) -> Outcome:
    """The outcome of a run that an observer ended."""
    return Outcome("stopped", stop.reason, step)


def read_only(values: Array) -> Array:
    """A view that cannot be written to."""
    view = values.view()
    view.flags.writeable = False
    return view


def _left(task: Task, state: State) -> int:
    return 1 if task.steps is None else task.steps - state.step
