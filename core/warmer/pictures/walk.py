"""The picture of a walk: the error over the weight, and the weights of a run on it."""

import numpy as np

from warmer.pictures.courses import Course
from warmer.pictures.curve import ErrorCurve, in_sight
from warmer.pictures.panels import COLOURS, ENDS, INK, Panel, Series, Style
from warmer.pictures.scales import Scale, linear
from warmer.pictures.thinning import of_walk
from warmer.runs.task import Array

CURVE = Style(width=2.5, faint=True)
PATH = Style(COLOURS[0], 1, "3 3")
SLOPE = Style(COLOURS[1], 1.5)
STEP = Style(COLOURS[0], 0, marker="circle")
FIRST = Style(COLOURS[0], 0, marker="circle", hollow=True)
REACH = 0.1  # half of a slope's length, as a share of the axes
ON_IT = 0.02  # as near a point is to the curve, as a share of the axis, where it has a slope
APART = 0.08  # slopes that are nearer to one another would cover each other
ALONG = "share of the way from the first to the last weights"


def walk(course: Course, curve: ErrorCurve, title: str, most: int) -> Panel:
    """Draw the walk of a run on its curve.

    Parameters:
        course: the run, for one target.
        curve: its curve.
        title: what stands above.
        most: how many points to draw; of more, the first ones, some others and the extremes.
    """
    positions, errors, walked = (
        each if each.ndim == 1 else each[:, course.target]
        for each in (curve.positions, curve.errors, curve.walked)
    )
    sight, whole = in_sight(course.run, course.target)
    seen = of_walk(walked[:sight], course.errors[:sight], most)
    x, y = walked[seen], course.errors[seen]
    end = np.array([np.ravel(curve.ended)[course.target]])[:whole], np.array([course.final])[:whole]
    last = (end[0][:0], end[1][:0]) if course.kept else end  # no step led there
    across = Scale(float(positions[0]), float(positions[-1]))
    up = linear([*_near(errors, [*y, *end[1]]), *y, *end[1]], pad=0.08, base=True)
    word = "weight" if curve.weights == 1 else "place"
    told = _told([f"step {step}" for step in course.steps[seen].tolist()], word, x, y)
    status = course.run.outcome.status
    series = (
        Series(positions, errors, CURVE, "error there"),
        Series(np.append(x, last[0]), np.append(y, last[1]), PATH),
        *_slopes(positions, errors, x, y, across, up),
        Series(x[1:], y[1:], STEP, "each step" if len(seen) == sight else "some steps", told[1:]),
        Series(x[:1], y[:1], FIRST, "the first step", told[:1]),
        Series(*end, Style(INK, 0, marker=ENDS[status]), course.mark,
               _told(["at the end"] * whole, word, *end)),
    )  # fmt: skip
    note = course.note
    if sight < len(walked):
        note += f"; the {len(walked) - sight} last of the recorded steps lie beyond"
    label = course.weight if curve.weights == 1 else ALONG
    drawn = tuple(each for each in series if len(each.x))
    return Panel(title, note, label, "error", across, up, drawn)


def _told(steps: list[str], word: str, x: Array, y: Array) -> tuple[str, ...]:
    """What points say when they are pointed at: their exact numbers."""
    return tuple(
        f"{step}: {word} {place!r}, error {error!r}"
        for step, place, error in zip(steps, x.tolist(), y.tolist(), strict=True)
    )


def _near(errors: Array, shown: list[float]) -> Array:
    """The errors of a curve that are not so far above the points that these would lie flat."""
    finite = errors[np.isfinite(errors)]
    highest = max((each for each in shown if np.isfinite(each)), default=0.0)
    return finite[finite <= 1.6 * highest] if highest > 0 and len(finite) else finite


def _slopes(
    positions: Array, errors: Array, x: Array, y: Array, across: Scale, up: Scale
) -> list[Series]:
    """A bit of the tangent at each point that lies on the curve, where it covers no other."""
    with np.errstate(all="ignore"):
        slopes = np.gradient(errors, positions)
        slope = np.interp(x, positions, slopes)
        away = np.abs(np.interp(x, positions, errors) - y) / up.span
        steep = slope * across.span / up.span
        half = REACH / np.sqrt(1 + steep * steep) * across.span
    spots = np.stack([across.share(x), up.share(y)], axis=1)
    kept: list[int] = []
    if not (away[:1] <= ON_IT / 10).any():  # the errors of batches have other curves
        return []
    for place in np.flatnonzero((away <= ON_IT) & np.isfinite(slope)).tolist():
        if all(np.max(np.abs(spots[place] - spots[other])) > APART for other in kept):
            kept.append(place)
    if not kept:
        return []
    gap = np.full(len(kept), np.nan)
    x, y, half, slope = x[kept], y[kept], half[kept], slope[kept]
    xs = np.stack([x - half, x + half, gap], axis=1).ravel()
    ys = np.stack([y - slope * half, y + slope * half, gap], axis=1).ravel()
    return [Series(xs, ys, SLOPE, "slope")]
