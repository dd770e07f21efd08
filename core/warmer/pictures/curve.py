"""The error over the weight, as data: a line through the weights of a run, and its errors."""

from collections.abc import Callable
from typing import Any

import attrs
import numpy as np

from warmer.contract.arguments import shown
from warmer.contract.parameters import Bounds, check_number
from warmer.exceptions import UsageError, WarmerError
from warmer.runs.results import Run
from warmer.runs.task import Array, brief

POINTS = 121
FAR = 12  # how often as far as the run walked its least error is looked for
LOOKS = 97  # errors that are computed to find it
BEYOND = 25  # times its first error: what a diverged run does beyond is out of sight
MOST = 8e307  # half of the largest float
TINY = float(np.finfo(float).tiny)
SIGHT = 4  # steps of a diverged run that are in sight however large their errors are


@attrs.frozen(eq=False)
class ErrorCurve:
    """The error over all rows along the line that a run walked on.

    With one weight a position is that weight. With more, the line leads from the weights at the
    start of the run (position 0) to those at its end (1); where the run came back to its start,
    to the recorded weights that are farthest from there.

    Parameters:
        positions: shape (points,), from low to high.
        errors: shape (points,); inf beyond the floats, nan where a plugin refuses the weights.
        walked: shape (recorded,), where the recorded steps stand on the line: of more weights than
            one, the places nearest to them.
        ended: where the final weights stand.
        weights: how many weights there are.

    Where several targets were given, everything but `weights` has a last axis of targets.
    """

    positions: Array = attrs.field(repr=brief)
    errors: Array = attrs.field(repr=brief)
    walked: Array = attrs.field(repr=brief)
    ended: Any = attrs.field(repr=lambda value: brief(np.asarray(value)))
    weights: int


def error_curve(
    run: Run, *, points: int = POINTS, low: float | None = None, high: float | None = None
) -> ErrorCurve:
    """Compute the error over the weight, around the weights of a run.

    It takes a pass over all rows for each point, and 97 more to find where the least error lies,
    unless both ends are given.

    Parameters:
        run: as `train` returned it, with its history.
        points: how many, at least 2.
        low, high: the ends of the line; by default it holds the steps of the run and, where it is
            not far, the least error. A run that diverged is shown as far as its error is below 25
            times that of its first step.

    Raises:
        UsageError: the run has no history, or no data, since it was pickled (ParameterError: points
            or ends that cannot be).

    >>> import warmer
    >>> run = warmer.train([2.0], [0.8], "alpha-scaled", weights=0.5, steps=3)
    >>> curve = warmer.error_curve(run, points=3, low=0, high=1)
    >>> curve.positions.tolist(), curve.errors.round(6).tolist(), curve.walked[:2].round(6).tolist()
    ([0.0, 0.5, 1.0], [0.64, 0.04, 1.44], [0.5, 0.46])
    """
    if not isinstance(run, Run):
        raise UsageError(f"run must be what warmer.train answered, got {shown(run)}")
    points = check_number("points", points, int, Bounds(at_least=2, at_most=100_000))
    low, high = (
        None if value is None else float(check_number(name, value))
        for name, value in (("low", low), ("high", high))
    )
    if low is not None and high is not None and not low < high:
        raise UsageError(f"low must be below high, got {shown(low)} and {shown(high)}")
    if run.history is None:
        raise UsageError(
            "the run kept no history, so nobody knows where it walked: train it with history='auto'"
        )
    run.error_at(run.weights)  # refused once for all, where the data did not come along
    single, count = run.weights.ndim == 1, len(run.weights)
    line = _line_of(run)

    def errors(positions: Array) -> Array:
        """The errors at one position for each target, row by row."""
        return np.array(
            [_error_at(run, line.start + each * line.way, single) for each in positions]
        )

    with np.errstate(all="ignore"):
        both = low is not None and high is not None
        lowest, highest = (0.0, 0.0) if both else _window(run, line, errors)
        positions = np.linspace(
            lowest if low is None else low, highest if high is None else high, points
        )
        positions = np.broadcast_to(positions.reshape(points, -1), (points, len(line.ended)))
        values = errors(positions)
    if single:
        return ErrorCurve(
            positions[:, 0], values[:, 0], line.walked[:, 0], float(line.ended[0]), count
        )
    return ErrorCurve(positions, values, line.walked, line.ended, count)


@attrs.frozen(eq=False)
class _Line:
    """A line for each target: weights are `start + position * way`.

    Parameters:
        start, way: shape (weights, targets).
        walked: shape (recorded, targets).
        ended: shape (targets,).
    """

    start: Array
    way: Array
    walked: Array
    ended: Array


def _line_of(run: Run) -> _Line:
    assert run.history is not None
    final = run.weights.reshape(len(run.weights), -1)
    steps = run.history.weights.reshape(-1, *final.shape)
    if len(final) == 1:
        return _Line(np.zeros_like(final), np.ones_like(final), steps[:, 0], final[0])
    every = np.concatenate([steps, final[np.newaxis]])
    with np.errstate(all="ignore"):
        away = every - every[0]
        size = np.max(np.abs(away), axis=1)
        farthest = np.where(size[-1] > 0, len(every) - 1, np.argmax(size, axis=0))
        way = np.take_along_axis(away, farthest[np.newaxis, np.newaxis], axis=0)[0]
        most = np.max(np.abs(way), axis=0)
        unit = way / np.where(most > 0, most, 1.0)
        square = np.sum(unit * unit, axis=0) * np.where(most > 0, most, 1.0)
        walked = np.sum(away * unit, axis=1) / np.where(square > 0, square, 1.0)
    return _Line(every[0], way, walked[:-1], walked[-1])


def _error_at(run: Run, weights: Array, single: bool) -> Array:
    try:
        return np.atleast_1d(run.error_at(weights[:, 0] if single else weights))
    except WarmerError:  # a plugin refuses these weights, which the run never saw
        return np.full(weights.shape[1], np.nan)


def errors_of(run: Run, target: int) -> Array:
    """The errors at the start of the recorded steps, for one target."""
    assert run.history is not None
    errors = run.history.error
    return errors if errors.ndim == 1 else errors[:, target]


def in_sight(run: Run, target: int) -> tuple[int, bool]:
    """How many recorded steps there is something to see of, and whether the end is in sight too.

    All are, unless the run diverged.
    """
    errors = errors_of(run, target)
    final = float(np.ravel(run.error)[target])
    if run.outcome.status != "diverged" or not len(errors):
        return len(errors), bool(np.isfinite(final)) or not len(errors)
    most = BEYOND * errors[0]
    beyond = np.flatnonzero(~(errors <= most))
    count = max(int(beyond[0]) if len(beyond) else len(errors), min(SIGHT, len(errors)))
    return count, count == len(errors) and bool(final <= most)


def _window(run: Run, line: _Line, errors: Callable[[Array], Array]) -> tuple[Array, Array]:
    """Where to look: at the steps in sight, and the least error if it is not far from them."""
    targets = range(line.walked.shape[1])
    spans = [_walked(run, line, target) for target in targets]
    low, high = np.array([s[0] for s in spans]), np.array([s[1] for s in spans])
    span = high - low
    unit = np.maximum(np.abs(low), np.abs(high))
    unit = np.where(unit > TINY, unit, 1.0)  # shares of a smaller one would be 0
    span = np.where(span > 1e-9 * unit, span, unit / 2)
    wide = np.linspace(low - FAR * span, high + FAR * span, LOOKS)
    seen = errors(wide)
    seen[~np.isfinite(seen)] = np.inf
    least = np.argmin(seen, axis=0)
    inside = (least > 0) & (least < LOOKS - 1)
    bottom = wide[least, targets]
    lower = np.where(inside, np.minimum(low, bottom - 0.4 * (high - bottom)), low - span / 2)
    upper = np.where(inside, np.maximum(high, bottom + 0.4 * (bottom - low)), high + span / 2)
    narrow = np.where(upper - lower < span / 2, span / 2, 0.0)
    lower, upper = lower - narrow, upper + narrow
    room = 0.06 * (upper - lower)
    return np.maximum(lower - room, -MOST), np.minimum(upper + room, MOST)


def _walked(run: Run, line: _Line, target: int) -> tuple[float, float]:
    """The lowest and the highest position of the steps in sight."""
    count, ended = in_sight(run, target)
    seen = np.append(line.walked[:count, target], [line.ended[target]] * ended)
    return float(np.min(seen)), float(np.max(seen))
