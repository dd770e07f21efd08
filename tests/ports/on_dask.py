"""What the tests of Dask share: rows, here and on a cluster, and every bit of a run."""

from typing import Any

import dask.array
import numpy as np

import warmer

ROWS, INPUTS = 3000, 3


def rows(targets: int = 0, seed: int = 0) -> tuple[Any, Any]:
    """Rows that a line fits nearly."""
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(ROWS, INPUTS))
    shape = (INPUTS, targets) if targets else INPUTS
    goals = inputs @ rng.normal(size=shape)
    return inputs, goals + 0.1 * rng.normal(size=goals.shape)


def spread(values: Any, partitions: int) -> Any:
    """The same as a Dask array."""
    size = -(-len(values) // partitions)
    return dask.array.from_array(values, chunks=(size, *values.shape[1:]))


def hash_of(run: warmer.Run) -> Any:
    """Every bit of a run."""
    recorded = run.history and (
        run.history.weights.tobytes(),
        run.history.error.tobytes(),
        None if run.history.weight_deltas is None else run.history.weight_deltas.tobytes(),
    )
    memory = [values.tobytes() for values in run.memory.values()]
    return run.outcome, run.weights.tobytes(), memory, np.float64(run.error).tobytes(), recorded
