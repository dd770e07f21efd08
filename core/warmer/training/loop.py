"""The loop: chunks of steps from an engine, observers between them, and an outcome."""

import math
import time
from collections.abc import Callable, Sequence

import attrs
import numpy as np

from warmer.engines.protocol import Engine
from warmer.runs.far import Far
from warmer.runs.history import Record
from warmer.runs.outcome import Outcome
from warmer.runs.task import WINDOWS, Array, State, Task
from warmer.training.ending import Ending, stopped
from warmer.training.observers import Watchers

CHUNK_SECONDS = 0.05


def start_state(task: Task, memory: Sequence[float]) -> State:
    """The state before the first step, or the one that the run goes on with.

    Of an earlier run, how its errors went is left to that run; how far weights have moved in the
    pass that goes on is known where somebody measured it.
    """
    weights, targets = task.weights.shape
    sums, unmeasured = np.zeros((WINDOWS, targets)), 0.0 if task.tolerance is not None else math.inf
    if task.start is not None:
        new_pass = task.start.step % task.batches.per_pass == 0
        moved = unmeasured if new_pass else max(unmeasured, task.start.moved)
        return attrs.evolve(task.start, error_sums=sums, moved=moved)
    remembered = np.empty((len(memory), weights, targets))
    remembered[:] = np.reshape(memory, (len(memory), 1, 1))
    last_errors = np.zeros((2, targets))
    return State(0, task.weights.copy(), remembered, sums, last_errors, unmeasured)


def run(
    task: Task,
    state: State,
    engine: Engine,
    record: Record,
    watchers: Watchers,
    ending: Ending,
    keep: Callable[[State], None] | None = None,
) -> tuple[State, Outcome]:
    """Take the task's steps in chunks of about 50 ms, until something ends the run.

    A chunk ends where an observer is to be told, or the run to be judged.

    Parameters:
        keep: told of the state after each chunk that the run does not end with.
    """
    stop = watchers.tell("run_started", task=task)
    outcome = stopped(stop, state.step) if stop else None
    size = engine.steps_at_first
    while outcome is None:
        began = time.perf_counter()
        most = min(size, ending.left(state), watchers.left(state.step) or size)
        advance = engine.advance(state, most, record)
        elapsed = time.perf_counter() - began
        first, state = state.step, advance.state
        fitting = int((state.step - first) * CHUNK_SECONDS / max(elapsed, 1e-6))
        size = max(1, min(size * 8, fitting))
        outcome = ending.outcome(advance)
        news = {
            "step": state.step,
            "weights": read_only(state.weights),
            "history": record.history(first, state.step),
        }
        stop = watchers.steps_taken(news, last=outcome is not None)
        outcome = outcome or (stopped(stop, state.step) if stop else None)
        if keep and outcome is None:
            keep(state)
    watchers.tell("run_ended", outcome=outcome)
    return state, outcome


def read_only(values: Array) -> Array:
    """A view that cannot be written to; rows that lie elsewhere cannot anyway."""
    if isinstance(values, Far):
        return values
    view = values.view()
    view.flags.writeable = False
    return view
