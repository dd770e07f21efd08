"""The weights of a table's network: where they start, and what they are called."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from warmer.exceptions import ParameterError, UsageError
from warmer.tables.numbers import parse_number

if TYPE_CHECKING:
    import numpy as np

    from warmer.plugins.network import Network
    from warmer.tables.preparation import Prepared

RANDOM = "random"  # as in runs.task, which needs NumPy


def read_weights(_ctx: click.Context, _param: click.Parameter, text: str) -> list[float] | str:
    """Read --weights: one number, several with commas, or `random`."""
    if text.strip() == RANDOM:
        return RANDOM
    what = "--weights must be a number, several with commas, or random"
    parts = text.split(",")
    if not all(part.strip() for part in parts):
        raise ParameterError(f"{what}: one is missing in {text!r}")
    try:
        return [parse_number(part) for part in parts]
    except ValueError as error:
        raise ParameterError(f"{what}: {error}") from None


def start_of(
    prepared: "Prepared", network: "Network", given: Sequence[float] | str, seed: int | None
) -> "np.ndarray":
    """The weights that the rule starts from, (weights, targets)."""
    import numpy as np

    from warmer.runs.task import random_weights

    inputs, targets = prepared.inputs.shape[1], len(prepared.target_names)
    count = network.weight_count(inputs)
    if isinstance(given, str):
        return random_weights((count, targets), inputs, seed)
    if len(given) not in (1, count):
        raise UsageError(f"--weights has {len(given)} numbers, and {_wanted(prepared, network)}")
    full = np.broadcast_to(np.array(given)[:, None], (count, targets))
    if network.counted:  # they are as the rule sees them
        return full.copy()
    intercept = full[-1] if prepared.bias else None
    start = prepared.from_data_units(full[: len(prepared.features)], intercept)
    if not np.isfinite(start).all():
        raise UsageError("--weights leave the numbers of 64 bits once they are scaled")
    return start


def weight_names(prepared: "Prepared", network: "Network") -> list[str]:
    """Name the weights: by their features, and the last one `bias` where there is one.

    Where the predictor says how many it has, they belong to no columns and are numbered from 0.
    """
    if network.counted:
        return list(map(str, range(network.weight_count(prepared.inputs.shape[1]))))
    return input_names(prepared)


def input_names(prepared: "Prepared") -> list[str]:
    """Name the inputs: by their features, and the last one `bias` where there is one."""
    features = list(prepared.features)
    return [*features, _free("bias", features)] if prepared.bias else features


def about_numbers(prepared: "Prepared", network: "Network") -> str:
    """Say what weights are that belong to no columns."""
    scaled = ": they are for the scaled inputs that the rule sees" if is_scaled(prepared) else ""
    return f"The weights of {network.predictor.name} belong to no columns{scaled}."


def is_scaled(prepared: "Prepared") -> bool:
    """Whether the rule sees other numbers than the table has."""
    return bool((prepared.spread != 1).any() or prepared.centre.any())


def _wanted(prepared: "Prepared", network: "Network") -> str:
    count = network.weight_count(prepared.inputs.shape[1])
    if network.counted:
        return f"{network.predictor.name} has {count} weights"
    each = ", ".join(prepared.features[:8]) + (", ..." if len(prepared.features) > 8 else "")
    bias = " and the intercept" if prepared.bias else ""
    return f"there are {count} to start: {each}{bias}"


def _free(name: str, taken: Sequence[str]) -> str:
    """A name like this one that no column has."""
    return name if name not in taken else _free(f"{name}_", taken)
