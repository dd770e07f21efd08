"""Growth: whether the error of a run has grown and still grows, judged over all rows only."""

from collections.abc import Callable, Sequence

import numpy as np

from warmer.runs.task import WINDOWS, Array, State, Task
from warmer.training.diagnosis import times

GROWN = 1.05
BY_HALF = 1.5  # the factor that errors must rise by where a rise may have other causes


def looks(task: Task) -> list[int]:
    """The steps after which a run in batches keeps its weights.

    They end the last four eighths of the run, or of three passes and more the last pass before
    each of these ends. There are none where every step sees all rows, or where there are fewer
    than four steps.
    """
    own, a_pass = task.own_steps, task.batches.per_pass
    if own is None or task.batches.size == task.batches.rows:
        return []
    ends = {task.first + end for end in eighths(own)}
    if own >= 3 * a_pass:
        passed = {end // a_pass * a_pass for end in ends}
        return sorted(end for end in passed if end > task.first)[-4:]
    found = sorted(ends - {task.first})
    return found[-4:] if len(found) >= 4 else []


def growth(
    state: State,
    task: Task,
    kept: Sequence[Array],
    error: Callable[[Array], Array],
    pulled: Callable[[], bool] = bool,
) -> str | None:
    """Say how the error has grown and still grows, or None where it does not.

    Where each step sees all rows, the mean errors of the eighths of the run are compared: the last
    three must each be above the one before, and the last above the first. A rule with a pull may
    leave the least error for a goal of its own; its errors must rise by half each time.

    The steps of a run in batches see different rows, whose errors say nothing about each other.
    There, a rise by half from eighth to eighth is a suspicion. It is confirmed by the error over
    all rows, at the ends of the last eighths and at the start, which must rise in the same way.

    Parameters:
        state: at the end of the run.
        task: what was run, with a number of steps.
        kept: the weights after the steps that `looks` names.
        error: the error over all rows at some weights, one for each target.
        pulled: says whether the rule moves weights by itself, where there is no slope.
    """
    whole = task.batches.size == task.batches.rows
    growing, excess = _by_sums(state, task, _least_rise(task))
    if growing.any() and whole:
        steeply, _ = _by_sums(state, task, BY_HALF)
        if (steeply != growing).any() and pulled():
            growing = steeply
    if growing.any() and not whole:
        growing, excess = _over_all_rows(task, [task.weights, *kept], error)
    if not growing.any():
        return None
    fastest = float(excess[growing].max())
    how = f"grows {times(fastest)}x a step" if np.isfinite(fastest) else "has grown"
    return f"the error {how} and is still growing"


def suspected(state: State, task: Task) -> Array:
    """Which targets' errors seem to grow by their sums alone; of no other says `growth` anything.

    Parameters: as for `growth`.
    """
    return _by_sums(state, task, _least_rise(task))[0]


def _least_rise(task: Task) -> float:
    """From eighth to eighth; the steps of batches see other rows, and say less."""
    return 1 + 1e-9 if task.batches.size == task.batches.rows else BY_HALF


def _by_sums(state: State, task: Task, rise: float) -> tuple[Array, Array]:
    """Which targets' errors rose in the last eighths, and by what factor a step, less 1.

    Where the errors of two neighbouring eighths add up beyond the floats, which mean is higher
    cannot be seen. There the last two steps over all rows are compared; other steps are suspected.
    So are runs whose last pass has an eighth with a higher mean than any of the first.
    """
    own = task.own_steps
    assert own is not None
    whole = task.batches.size == task.batches.rows
    counts = np.diff(eighths(own))
    sums, counts = state.error_sums[counts > 0], counts[counts > 0][:, None]
    nothing = np.zeros(len(sums[0]), dtype=bool)
    if len(counts) < 4:
        return nothing, sums[0]
    grown = (sums[-1] / counts[-1] > GROWN * (sums[0] / counts[0])) | (
        np.isinf(sums[0]) & (np.isinf(sums[-1]) | (not whole))
    )
    if not grown.any():
        return nothing, sums[0]
    means = sums / counts
    beyond = np.isinf(means)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        last = state.last_errors[1] / state.last_errors[0]
        rises = means[1:] / means[:-1]
        rises = np.where(beyond[1:] & beyond[:-1], last if whole else np.inf, rises)
        by_eighth = np.expm1(np.log(rises[-1]) * (WINDOWS / max(own, WINDOWS)))
        growing = (rises[-3:] > rise).all(axis=0) & grown
        a_pass = -(-len(means) * task.batches.per_pass // own)
        if not whole and 3 * task.batches.per_pass <= own:
            growing |= means[-a_pass:].max(axis=0) > rise * means[:a_pass].max(axis=0)
        return growing, np.where(last > 1, last - 1, by_eighth)


def _over_all_rows(
    task: Task, weights: Sequence[Array], error: Callable[[Array], Array]
) -> tuple[Array, Array]:
    """The same by the errors over all rows; where one is beyond the floats, by the weights."""
    errors = np.array([error(each) for each in weights])
    farthest = np.abs(np.array(weights)).max(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        seen = np.isfinite(errors).all(axis=0)
        logs = np.where(seen, np.log(errors), 2 * np.log(farthest))
        rises = np.diff(logs[1:], axis=0)
        grown = logs[-1] - logs[0] > np.log(GROWN)
    first, last = looks(task)[-2:]
    return (rises > np.log(BY_HALF)).all(axis=0) & grown, np.expm1(rises[-1] / (last - first))


def eighths(steps: int) -> list[int]:
    """The steps after which the eighths of a run end, from 0."""
    return [-(-steps * window // WINDOWS) for window in range(WINDOWS + 1)]
