"""States as numbers by name, for files, and back."""

from collections.abc import Mapping

import numpy as np

from warmer.exceptions import DataError
from warmer.runs.task import WINDOWS, Array, State


def numbers_of(state: State) -> dict[str, Array]:
    """The numbers of a state, by name."""
    return {
        "weights": state.weights,
        "memory": state.memory,
        "error_sums": state.error_sums,
        "last_errors": state.last_errors,
        "moved": np.array([state.moved]),
    }


def state_of(source: str, step: int, arrays: Mapping[str, Array]) -> State:
    """The state that numbers of these names are.

    Raises:
        DataError: one is missing, or its shape does not fit the others.
    """
    try:
        weights, targets = arrays["weights"].shape
        fields = len(arrays["memory"])
        shapes = {
            "memory": (fields, weights, targets), "error_sums": (WINDOWS, targets),
            "last_errors": (2, targets), "moved": (1,),
        }  # fmt: skip
        fits = step >= 0 and all(arrays[name].shape == shape for name, shape in shapes.items())
        fits = fits and bool(np.isfinite(arrays["weights"]).all() and weights and targets)
        fits = fits and bool(np.isfinite(arrays["memory"]).all())
        moved = float(arrays["moved"][0]) if fits else 0.0
    except (KeyError, ValueError, IndexError, TypeError):
        fits = False
    if not fits:
        raise DataError(f"{source}: its numbers do not fit together")
    return State(
        step, arrays["weights"], arrays["memory"], arrays["error_sums"], arrays["last_errors"],
        moved,
    )  # fmt: skip
