"""Tasks: what a run was asked for, checked and put into values."""

from typing import Any

import numpy as np

from warmer.contract.arguments import shown
from warmer.contract.parameters import Bounds, check_number
from warmer.exceptions import UsageError
from warmer.plugins.network import Network
from warmer.runs.task import RANDOM, Array, Batches, BatchSize, Task, random_weights
from warmer.tables.inputs import as_inputs, as_targets, as_weights
from warmer.training.loop import read_only


def task_of(
    network: Network,
    inputs: Any,
    targets: Any,
    weights: Any,
    steps: int | None,
    batch_size: BatchSize,
    tolerance: float | None,
    seed: int | None,
) -> Task:
    """Check what a run was asked for, and put it into a task.

    Parameters: as for `train`, the network assembled.

    Returns:
        The task, its arrays read-only.

    Raises:
        UsageError: something asked for cannot be (ParameterError, DataError).
    """
    if tolerance is not None:
        tolerance = check_number("tolerance", tolerance, float, Bounds(at_least=0))
    rows = as_inputs(inputs)
    columns, single = as_targets(targets, len(rows))
    batches = batches_of(len(rows), batch_size, seed)
    count = network.weight_count(rows.shape[1])
    start = _start(weights, (count, columns.shape[1]), rows.shape[1], batches.seed, single)
    description = network.description()
    arrays = read_only(rows), read_only(columns), read_only(start)  # observers are told the task
    return Task(*arrays, batches, steps, tolerance, batches.seed, single, description)


def _start(
    weights: Any, shape: tuple[int, int], inputs: int, seed: int | None, single: bool
) -> Array:
    try:
        np.empty(shape)
    except (MemoryError, ValueError) as error:
        raise UsageError(f"{shape[0]} weights need more memory than there is") from error
    if isinstance(weights, str) and weights == RANDOM:
        return random_weights(shape, inputs, seed)
    return as_weights(weights, shape, single)


def number_of_steps(name: str, value: Any) -> int:
    """Check a number of steps.

    Raises:
        ParameterError: it is no whole number, or none that a float is exact for.
    """
    some = check_number(name, value, int, Bounds(at_least=1))
    return int(check_number(name, some, int, Bounds(at_most=10**15)))


def batches_of(rows: int, size: BatchSize, seed: int | None) -> Batches:
    """Check a batch size and a seed; raises UsageError where they cannot be."""
    if seed is not None:
        seed = check_number("seed", seed, int, Bounds(at_least=0))
        check_number("seed", seed, int, Bounds(at_most=1e300))  # NumPy takes no thousands of digits
    if size is None or (isinstance(size, str) and size == "full"):
        return Batches(rows, rows, seed)
    number = check_number("batch_size", size, int, Bounds(at_least=1))
    if number > rows:
        raise UsageError(f"batch_size must be at most the {rows} rows, got {shown(number)}")
    return Batches(rows, number, seed)
