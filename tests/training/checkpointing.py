"""What the tests of checkpoints share: a table, and how a run is broken off and goes on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import warmer

ROOT = Path(__file__).parents[2]
OPTIMIZERS = ROOT / "tests" / "optimizers.py"
ADAM = f"{OPTIMIZERS}:Adam"
ENGINES = ("python", "arrays", "native")


def table(targets: int = 1) -> dict[str, Any]:
    """Seven rows of three inputs."""
    numbers = np.random.default_rng(targets)
    inputs = numbers.normal(size=(7, 3))
    return {"inputs": inputs, "targets": numbers.normal(size=(7, targets) if targets > 1 else 7)}


class StopAt:
    """An observer that breaks a run off after a step."""

    every = 1

    def __init__(self, step: int, how: Callable[[], BaseException] = warmer.Stop):
        self._step, self._how = step, how

    @warmer.hookimpl
    def steps_taken(self, step: int) -> None:
        if step >= self._step:
            raise self._how()


def bits(run: warmer.Run) -> tuple[Any, ...]:
    """All that the next step depends on, and how the run ended."""
    state, seen = run.state, run.validation
    return (
        run.outcome, state.weights.tobytes(), state.memory.tobytes(), state.error_sums.tobytes(),
        state.last_errors.tobytes(), state.moved, None if seen is None else repr(seen),
    )  # fmt: skip


def again(run: warmer.Run, path: Path, **also: Any) -> warmer.Run:
    """Go on with the data of `table`."""
    targets = run.state.weights.shape[1]
    return warmer.resume(path, **table(targets), **also)
