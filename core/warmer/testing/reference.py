"""The reference: a plain NumPy loop over the documented batches, with any step function."""

from collections.abc import Callable
from typing import Any

import numpy as np

from warmer.contract.parameters import Bounds, check_number
from warmer.exceptions import DataError
from warmer.runs.task import Array, BatchSize
from warmer.tables.inputs import as_inputs, as_targets, as_weights
from warmer.training.tasks import batches_of


def reference(
    step: Callable[..., Any],
    inputs: Any,
    targets: Any,
    *,
    steps: int = 100,
    batch_size: BatchSize = "full",
    seed: int | None = None,
    weights: Any = 0.0,
    memory: Any = None,
) -> Array:
    """Take steps with a function of your own, on the batches that `warmer.train` takes them on.

    The network is linear and compares squared errors: `weight_deltas` is the mean over the batch of
    `(prediction - target) * input`. Its sums are NumPy's, so that the last bits may differ from
    those of `warmer.train`.

    Parameters:
        step: called as `step(weights, weight_deltas, step, memory)`, with arrays of shape
            (weights,) and the number of the step from 1; answers the new weights, or
            `(weights, memory)`.
        inputs, targets, steps, batch_size, seed, weights: as for `warmer.train`, of one target.
        memory: what the first step is given as memory.

    Returns:
        Shape (steps + 1, weights): where it starts, and the weights after each step.

    Raises:
        UsageError: something asked for cannot be.

    >>> import numpy as np, warmer.testing
    >>> inputs, targets = [[1.0, 2.0], [3.0, -1.0]], [1.0, 2.0]
    >>> def paper(weights, weight_deltas, step, memory):
    ...     return weights - 0.1 * weight_deltas
    >>> expected = warmer.testing.reference(paper, inputs, targets, steps=50)
    >>> run = warmer.train(inputs, targets, "alpha-scaled", alpha=0.1, steps=50)
    >>> np.testing.assert_allclose(run.weights, expected[-1], rtol=1e-12)
    """
    steps = check_number("steps", steps, int, Bounds(at_least=1))
    rows = as_inputs(inputs)
    columns, single = as_targets(targets, len(rows))
    if columns.shape[1] != 1:
        raise DataError(f"reference takes one target, got {columns.shape[1]}")
    batches = batches_of(len(rows), batch_size, seed)
    current = as_weights(weights, (rows.shape[1], 1), single)[:, 0]
    found = [current]
    for number in range(1, steps + 1):
        order = batches.order(number)
        batch = np.arange(len(rows)) if order is None else order
        batch = batch[slice(*batches.span(number))]
        deltas = rows[batch] @ current - columns[batch, 0]
        weight_deltas = rows[batch].T @ deltas / len(batch)
        answer = step(current.copy(), weight_deltas, number, memory)
        if isinstance(answer, tuple):
            answer, memory = answer
        current = np.array(answer, dtype=np.float64)
        if current.shape != found[0].shape:
            raise DataError(f"step answered shape {current.shape}, not {found[0].shape}")
        found.append(current)
    return np.array(found)
