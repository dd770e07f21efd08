"""Bits: whether two runs came to the same."""

from typing import Any

import numpy as np

from warmer.runs.results import Run
from warmer.runs.task import Array


def bits_of(run: Run) -> dict[str, Any]:
    """All that a run came to, numbers as their bits."""
    history = run.history
    assert history is not None
    columns = ("step", "weights", "error", "weight_deltas", "prediction", "delta")
    return {
        "outcome": run.outcome,
        "weights": np.asarray(run.weights).tobytes(),
        "memory": {name: values.tobytes() for name, values in run.memory.items()},
        "error": np.asarray(run.error).tobytes(),
        **{
            f"history.{name}": None if values is None else np.asarray(values).tobytes()
            for name in columns
            for values in [getattr(history, name)]
        },
    }


def difference(one: Run, other: Run) -> str | None:
    """Name the first thing in which two runs differ to the bit; None where they are the same."""
    first, second = bits_of(one), bits_of(other)
    for name, value in first.items():
        if value != second[name]:
            if name == "outcome":
                return f"one ended as {one.outcome.reason!r}, the other as {other.outcome.reason!r}"
            if name == "weights":
                return "weights " + " and ".join(_first_apart(one.weights, other.weights))
            return f"the {name} differs"
    return None


def _first_apart(one: Array, other: Array) -> tuple[str, str]:
    """The first numbers in which two arrays differ."""
    pairs = zip(one.ravel().tolist(), other.ravel().tolist(), strict=True)
    return next((repr(a), repr(b)) for a, b in pairs if repr(a) != repr(b))
