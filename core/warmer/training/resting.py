"""Weights at rest: whether they have arrived, the slope is lost, or the steps are too small."""

from collections.abc import Callable

import numpy as np

from warmer.engines.calling import BeyondError
from warmer.engines.python import assess_row
from warmer.engines.weight_deltas import WeightDeltas
from warmer.exceptions import Stop, WarmerError
from warmer.plugins.network import Network
from warmer.runs.far import Far
from warmer.runs.history import History
from warmer.runs.task import Array, Task
from warmer.training.diagnosis import has_a_pull, is_dense

SAMPLE = 100  # rows that are asked for their own weight_delta
TINY = 1e-20  # an error that fell to this share of what it was counts as 0
GAIN = 1e-6  # a share of the error that is worth having
EPSILON = float(np.finfo(float).eps)
FAR = range(-52, 201, 4)  # how far to look for less error: powers of 2, as shares of the weights


def resting(
    network: Network, task: Task, history: History, error: Callable[[Array], Array]
) -> str | None:
    """Say what is wrong with weights that stand still at the end of a run; None for nothing.

    At its goal a run may stand still. It is stalling where less error lies ahead, downhill, and
    no rule holds the weights back.

    Parameters:
        network, task: what was run.
        history: its recorded steps.
        error: the error over all rows at some weights, one for each target.
    """
    if len(history) < 2:
        return None
    shape = (len(history), *task.weights.shape)
    last = max(4, task.batches.per_pass + 1)  # the moves of a whole pass
    weights = history.weights.reshape(shape)[-last:]
    errors = history.error.reshape(len(history), -1)
    if np.max(errors[-last:]) <= TINY * np.max(errors):
        return None  # it has arrived
    if _still(weights[-2:]):
        said = "stalling: the last steps moved no weight at all"
    elif task.batches.per_pass == 1 and _same(errors[-4:]):
        said = "stalling: the last steps no longer changed the error"
    else:
        return None
    lost = vanished(network, task, weights[-1], error)
    if lost or not is_dense(history, task.batches, last) or has_a_pull(network):
        return lost
    if task.batches.per_pass > 1 and not _still(weights):
        return None
    if np.max(errors[-last:]) <= TINY * np.max(error_at_0(task, error)):
        return None  # it was there from the start
    downhill = weights[-1] - weights[0]
    if history.weight_deltas is not None:
        slopes = history.weight_deltas.reshape(shape)[-task.batches.per_pass :]
        downhill = np.negative(np.mean(slopes, axis=0))
    return said if _less_error_ahead(weights[-1], downhill, error) else None


def vanished(
    network: Network, task: Task, weights: Array, error: Callable[[Array], Array]
) -> str | None:
    """Say that weight_delta has vanished although the error has not; None where all is well.

    At the least error, what the rows have to say cancels. Where the slope is lost, no row says
    anything: its own weight_delta is 0, or, with more error than at the start, next to nothing
    against what it was there. Up to a hundred rows are asked, spread over the table; rows of
    zeros have nothing to say and are not.

    Parameters:
        network, task: what is run.
        weights: shape (weights, targets), where it stands.
        error: the error over all rows at some weights, one for each target.
    """
    if isinstance(task.inputs, Far):
        return None  # no row is here to be asked
    telling = np.flatnonzero(task.inputs.any(axis=1))
    if not len(telling):
        telling = np.arange(len(task.inputs))
    spread = np.linspace(0, len(telling) - 1, SAMPLE).astype(np.intp)
    rows = telling[sorted({*spread.tolist()})]  # np.unique would load numpy.ma
    slopes = WeightDeltas(network, task.inputs.shape[1])
    if slopes.gradient is None:
        return None
    count = task.targets.shape[1]
    steepest, lost = np.zeros(count), np.ones(count, dtype=bool)
    at_first = np.zeros(count)
    try:
        for row in rows:
            first, slope = (
                _steepest(network, slopes, task.inputs[row], task.targets[row], at)
                for at in (task.weights, weights)
            )
            lost &= slope <= 1e-6 * first
            if not lost.any():
                return None
            steepest, at_first = np.maximum(steepest, slope), np.maximum(at_first, first)
        before, now = error(task.weights), error(weights)
    except (WarmerError, BeyondError, Stop):  # plugins that fail at a row cannot be asked
        return None
    most = np.maximum(before, error_at_0(task, error))
    lost &= (now > TINY * most) & ((now > (1 + 1e-6) * before) | (steepest == 0))
    if not lost.any():
        return None
    worst = int(np.argmax(np.where(lost, now, -1.0)))
    share = f"at most {steepest[worst]:.3g}" if steepest[worst] else "0"
    where = "every row" if len(rows) == len(telling) else f"each of {len(rows)} rows"
    way = (
        "there, and no slope leads back"
        if at_first[worst] or not network.counted
        else "where it starts; start elsewhere, with random weights say"
    )
    return (
        f"weight_delta has vanished: it is {share} in {where}, although the error is "
        f"{now[worst]:.6g} (at the start {before[worst]:.6g}); the prediction is flat {way}"
    )


def _steepest(
    network: Network, slopes: WeightDeltas, inputs: Array, targets: Array, weights: Array
) -> Array:
    """The largest weight_delta of a row at some weights, one for each target."""
    row, steepest = tuple(inputs.tolist()), []
    for column, target in zip(weights.T.tolist(), targets.tolist(), strict=True):
        delta = assess_row(network, tuple(column), row, target).delta
        steepest.append(max(map(abs, slopes.mean(tuple(column), [row], [delta]))))
    return np.array(steepest)


def error_at_0(task: Task, error: Callable[[Array], Array]) -> Array:
    """The error with all weights at 0: the scale that other errors are measured by."""
    try:
        return error(np.zeros_like(task.weights))
    except (WarmerError, BeyondError):  # plugins refuse these weights
        return np.zeros(task.targets.shape[1])


def error_unlearned(task: Task, error: Callable[[Array], Array]) -> Array:
    """The error where nothing is learned of the inputs, one for each target.

    With all weights at 0; or, if that is less, with an input that is the same in every row at the
    mean of the targets: how far these are from 0 says nothing of what there is to learn.
    """
    at_0, inputs = error_at_0(task, error), task.inputs
    if isinstance(inputs, Far):
        return at_0
    [*same] = np.flatnonzero((inputs == inputs[0]).all(axis=0) & (inputs[0] != 0))
    if not same or len(task.weights) != inputs.shape[1]:
        return at_0
    alone = np.zeros_like(task.weights)
    alone[same[0]] = task.targets.mean(axis=0) / inputs[0, same[0]]
    try:
        at_mean = error(alone)
    except (WarmerError, BeyondError):  # plugins refuse these weights
        return at_0
    return np.where(at_mean > TINY * at_0, np.minimum(at_0, at_mean), at_0)


def _still(weights: Array) -> bool:
    return bool(np.all(weights == weights[-1]))


def _same(errors: Array) -> bool:
    return bool(np.all(np.abs(errors - errors[0]) <= 1e-12 * np.abs(errors[0])))


@np.errstate(over="ignore", invalid="ignore")
def _less_error_ahead(weights: Array, way: Array, error: Callable[[Array], Array]) -> bool:
    """Whether the error falls by a millionth of itself somewhere along a way, near or far.

    A fall within its rounding, which the next floats of the weights show, does not count.
    """
    size, length = np.max(np.abs(weights), axis=0), np.max(np.abs(way), axis=0)
    if not length.any():
        return False
    unit = way / np.where(length > 0, length, 1.0) * np.where(size > 0, size, 1.0)
    try:
        here = error(weights)
        nudged = [error(weights * (1 + floats * EPSILON)) for floats in (-2, -1, 1, 2)]
        rounding = 4 * np.max(np.abs(np.array(nudged) - here), axis=0)
        for power in FAR:
            there = error(weights + 2.0**power * unit)
            if (there < here - np.maximum(GAIN * here, rounding)).any():
                return True
            if not (there <= (1 + GAIN) * here).any():
                return False
    except WarmerError:  # plugins refuse weights that far away
        return False
    return False
