"""Falling: how the error of any run fell in its last eighths, and how it would go on."""

from typing import NamedTuple

import numpy as np

from warmer.runs.task import WINDOWS, Array, State, Task
from warmer.training.growth import eighths, looks

FEWEST = 100  # steps whose eighths are even enough to be compared
ROUNDING = 1e-12
STEADY = 2.0  # by how much two bends of a smooth fall differ at most
STRAIGHT = 0.5  # a fall that is still so steep, against the first, has not begun to end


class Fall(NamedTuple):
    """How the errors fall at the end of a run, one number for each target.

    Parameters:
        slope: how much a step takes off; 0 where the error did not fall smoothly.
        fading: by what share, as a logarithm, the slope fades with each step.
        straight: whether it falls nearly as fast as at the start of the run.
    """

    slope: Array
    fading: Array
    straight: Array

    def gain(self, steps: int) -> Array:
        """How much so many steps more would take off."""
        return np.asarray(self.slope * -np.expm1(-self.fading * steps) / self.fading)


def falls(state: State, task: Task) -> bool:
    """Whether the error of the steps still fell in the last eighth of the run, of any target.

    In batches, where steps see different rows, it must have fallen in the last three.
    """
    assert task.own_steps is not None
    if task.own_steps < WINDOWS:
        return False
    means = _means(state, task.own_steps)
    last = 2 if task.batches.size == task.batches.rows else 4
    falling = means[1 - last :] < means[-last:-1] * (1 - ROUNDING)
    return bool(np.any(np.all(falling & np.isfinite(means[-last:-1]), axis=0)))


def fall_of(state: State, task: Task, errors: Array) -> Fall | None:
    """Continue the fall of the error over the last four eighths of a run; None of a short one.

    The slope is taken to fade by the same factor in each step. That factor fades as well (mostly
    the steep directions end first), so it is that of the last two slopes, continued from the two
    before.

    Parameters:
        errors: of a run in batches, the errors over all rows after the steps that `looks` names;
            else empty.
    """
    assert task.own_steps is not None
    ends = np.array(eighths(task.own_steps))
    if task.own_steps < FEWEST:
        return None
    means = _means(state, task.own_steps)
    values, at = means[-4:], ((ends[1:] + ends[:-1]) / 2)[-4:]
    straight = np.zeros(values.shape[1], dtype=bool)
    smooth = np.all(np.diff(values, axis=0) < 0, axis=0)
    if len(errors):
        values, at = errors, np.array(looks(task), dtype=float) - task.first
        if len(values) < 4:
            return None
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        slopes = -np.diff(values, axis=0) / np.diff(at)[:, None]
        middles = (at[1:] + at[:-1]) / 2
        first, last = np.log(slopes[:-1] / slopes[1:]) / np.diff(middles)[:, None]
        fading = np.maximum(2 * last - first, 1e-6 / task.own_steps)
        smooth &= np.all(slopes > 0, axis=0)
        smooth &= np.abs(last - first) * (middles[1] - middles[0]) <= np.log(STEADY)
        # a slope between two points of a curve that fades is above that in their middle
        half = fading * (at[-1] - at[-2]) / 2
        steep = slopes[-1] * (half / np.sinh(half)) ** (1 if len(errors) else 2)
        slope = steep * np.exp(-fading * (task.own_steps - middles[-1]))
        if not len(errors):
            at_first = (means[0] - means[1]) / ((ends[2] - ends[0]) / 2)
            straight = slope > STRAIGHT * np.abs(at_first)
    smooth &= np.isfinite(slope) & np.isfinite(fading)
    return Fall(np.where(smooth, slope, 0.0), np.where(smooth, fading, 1.0), straight)


def _means(state: State, steps: int) -> Array:
    """The mean error of the steps of each eighth of the run, (eighths, targets)."""
    return np.asarray(state.error_sums / np.diff(eighths(steps))[:, None])
