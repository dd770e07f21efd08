"""The loop: chunks of steps from an engine, observers between them, and an outcome."""

import time
from collections.abc import Sequence

import numpy as np

from warmer.engines.protocol import Engine
from warmer.runs.history import Record
from warmer.runs.outcome import Outcome
from warmer.runs.task import WINDOWS, Array, State, Task
from warmer.training.ending import Ending, stopped
from warmer.training.observers import Watchers

CHUNK_SECONDS = 0.05


def start_state(task: Task, memory: Sequence[float]) -> State:
    """The state before the first step."""
    weights, targets = task.weights.shape
    remembered = np.empty((len(memory), weights, targets))
    remembered[:] = np.reshape(memory, (len(memory), 1, 1))
    return State(
        0, task.weights.copy(), remembered, np.zeros((WINDOWS, targets)), np.zeros((2, targets))
    )


def run(
    task: Task, state: State, engine: Engine, record: Record, watchers: Watchers, ending: Ending
) -> tuple[State, Outcome]:
    """Take the task's steps in chunks of about 50 ms, until something ends the run.

    A chunk ends where an observer is to be told, or the run to be judged.
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
    watchers.tell("run_ended", outcome=outcome)
    return state, outcome


def read_only(values: Array) -> Array:
    """A view that cannot be written to."""
    view = values.view()
    view.flags.writeable = False
    return view
