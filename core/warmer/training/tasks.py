"""Tasks: what a run was asked for, checked and put into values."""

from typing import Any

import numpy as np

from warmer.contract.arguments import shown
from warmer.contract.parameters import Bounds, check_number
from warmer.exceptions import DataError, UsageError
from warmer.plugins.network import Network
from warmer.runs.far import lies_on_a_cluster
from warmer.runs.names import Names
from warmer.runs.task import RANDOM, Array, Batches, BatchSize, State, Task, random_weights
from warmer.tables.frames import check_columns, names_of
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
    start: Any = None,
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
    if lies_on_a_cluster(inputs) or lies_on_a_cluster(targets):
        rows, columns, single, batches = _spread(inputs, targets, batch_size, seed)
    else:
        rows = as_inputs(inputs)
        columns, single = as_targets(targets, len(rows))
        batches = batches_of(len(rows), batch_size, seed)
    count = network.weight_count(rows.shape[1])
    shape = count, columns.shape[1]
    begun = _begun(start, weights, network, shape)
    if begun is None:
        first_weights = _start(weights, shape, rows.shape[1], batches.seed, single)
    else:
        first_weights = begun.weights
        steps = steps and number_of_steps("steps and those of start together", begun.step + steps)
    description = network.description()
    # observers are told the task
    arrays = read_only(rows), read_only(columns), read_only(first_weights)
    counts = rows.shape[1], *shape
    known = names_of(inputs, counts[0]), names_of(targets, counts[2])
    names = Names(*known, counts, network.counted)
    if begun is not None:
        before = start.names.columns if hasattr(start, "names") else getattr(start, "columns", ())
        check_columns("inputs", names.columns, before)
    return Task(*arrays, batches, steps, tolerance, batches.seed, single, description, names, begun)


def _spread(
    inputs: Any, targets: Any, size: BatchSize, seed: int | None
) -> tuple[Any, Any, bool, Batches]:
    """Rows that lie on a cluster, as `task_of` has them; and the batches that they are cut for."""
    from warmer.engines.cluster.arriving import collection_of, spread

    rows, columns = collection_of("inputs", inputs), collection_of("targets", targets)
    if len(rows) != len(columns):
        raise DataError(f"inputs have {len(rows)} rows and targets {len(columns)}")
    batches = batches_of(len(rows), size, seed)
    return *spread(rows, columns, batches), columns.ndim == 1, batches


def _begun(start: Any, weights: Any, network: Network, shape: tuple[int, int]) -> State | None:
    """The state of the run or model to go on with, if it fits; None where there is none."""
    if start is None:
        return None
    state = state_to_start(start, network)
    if weights is not None:
        raise UsageError("weights and start both say where to begin: leave one of them out")
    if state.weights.shape != shape:
        raise UsageError(
            f"start has {_counted(*state.weights.shape)}, and this run has {_counted(*shape)}"
        )
    return state


def state_to_start(start: Any, network: Network) -> State:
    """The state of a run, a model or a session to go on with.

    Raises:
        UsageError: it is something else, or remembers something else than the network.
    """
    last = getattr(start, "last", None)
    state = last() if callable(last) else getattr(start, "state", None)
    if not isinstance(state, State):
        raise UsageError(f"start must be a run or a model, got {shown(start)}")
    before, now = ([*names] for names in (start.memory, network.fields))
    if before != now:
        raise UsageError(
            f"start remembers {', '.join(before) or 'nothing'}, and this network remembers "
            f"{', '.join(now) or 'nothing'}; give weights=start.weights to begin anew from there"
        )
    return state


def _counted(weights: int, targets: int) -> str:
    """Count weights, and targets where there are several."""
    words = f"{weights} weight" + ("s" if weights != 1 else "")
    return words + (f" for each of {targets} targets" if targets > 1 else "")


def _start(
    weights: Any, shape: tuple[int, int], inputs: int, seed: int | None, single: bool
) -> Array:
    try:
        np.empty(shape)
    except (MemoryError, ValueError) as error:
        raise UsageError(f"{shape[0]} weights need more memory than there is") from error
    if isinstance(weights, str) and weights == RANDOM:
        return random_weights(shape, inputs, seed)
    return as_weights(0.0 if weights is None else weights, shape, single)


def number_of_steps(name: str, value: Any) -> int:
    """Check a number of steps.

    Raises:
        ParameterError: it is no whole number, or none that a float is exact for.
    """
    some = check_number(name, value, int, Bounds(at_least=1))
    return int(check_number(name, some, int, Bounds(at_most=10**15)))


def rows_at_once(size: BatchSize, rows: int) -> int:
    """How many of some rows a batch has, and all where it is full; raises ParameterError."""
    if size is None or (isinstance(size, str) and size == "full"):
        return rows
    return int(check_number("batch_size", size, int, Bounds(at_least=1)))


def batches_of(rows: int, size: BatchSize, seed: int | None) -> Batches:
    """Check a batch size and a seed; raises UsageError where they cannot be."""
    if seed is not None:
        seed = check_number("seed", seed, int, Bounds(at_least=0))
        check_number("seed", seed, int, Bounds(at_most=1e300))  # NumPy takes no thousands of digits
    number = rows_at_once(size, rows)
    if number > rows:
        raise UsageError(f"batch_size must be at most the {rows} rows, got {shown(number)}")
    return Batches(rows, number, seed)
