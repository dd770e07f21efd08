"""The picture of a parameter's range: the error after a run over the value it was made with."""

from collections.abc import Sequence

import attrs
import numpy as np

from warmer.pictures.panels import COLOURS, DASHES, INK, Panel, Series, Style
from warmer.pictures.scales import Scale, finite, fitting, linear
from warmer.runs.task import Array

FAR = 25.0  # times the error at the lowest value: as far as errors are drawn
BEYOND = 10.0  # times the limit: as far as values are drawn
LOOKS = {
    "too low": Style(COLOURS[0], 0, marker="circle", hollow=True),
    "good": Style(COLOURS[2], 0, marker="square"),
    "too high": Style(COLOURS[1], 0, marker="triangle", hollow=True),
    "fails": Style(COLOURS[4], 0, marker="cross"),
}
DIVERGED = Style(COLOURS[4], 0, marker="cross")


@attrs.frozen
class Point:
    """One value, and what the run with it came to: as `Tried` says it."""

    value: float
    error: float
    test_error: float | None
    mark: str
    outcome: str
    why: str


def range_panel(
    points: Sequence[Point],
    name: str,
    value: float | None,
    limit: float | None,
    theory: float | None,
) -> Panel:
    """Draw the errors over the values, with their marks, the value to use and the limit in theory.

    A run that diverged has no error worth a scale: it is a cross at the upper edge.

    Parameters:
        points: in the order of their values.
        name: of the parameter.
        value: the one to use; None for none.
        limit: the value from which on none works, as it was found; None for none.
    """
    ends = [each for each in (limit, theory) if each is not None]
    seen = [p for p in points if not ends or p.value <= BEYOND * max(ends)]
    drawn = [p for p in seen if p.outcome not in ("diverged", "failed")]
    across = _across([p.value for p in seen], ends)
    up = _up(drawn)
    series = _lines(drawn)
    for mark, look in LOOKS.items():
        series += _marked([p for p in drawn if p.mark == mark], look, mark, up)
    gone = [p for p in seen if p not in drawn]
    series += _marked(gone, DIVERGED, "diverged, at the upper edge", up)
    if theory is not None:
        upright = np.array([theory, theory]), np.array(up.limits)
        series.append(Series(*upright, Style(INK, 1.5, "7 3"), f"limit in theory: {theory:.4g}"))
    if value is not None:
        at = next(p for p in points if p.value == value)
        place = np.array([float(value)]), np.array([_judged(at)])
        look = Style(INK, 0, marker="diamond")
        series.append(Series(*place, look, f"to use: {value!r}", (_told(at),)))
    judged = "error over the rows of the test" if _tested(points) else "error after the run"
    return Panel("", "", name, judged, across, up, tuple(series))


def _across(values: Sequence[float], ends: Sequence[float]) -> Scale:
    """The scale of the parameter: logarithmic where its values above 0 span powers of ten."""
    every = np.array([*values, *ends], dtype=float)
    above = every[every > 0]
    if len(above) and not np.any(every < 0) and np.max(above) > 30 * np.min(above):
        low, high = np.log10(np.min(above)), np.log10(np.max(above))
        room = 0.03 * (high - low)
        return Scale(float(low - room), float(high + room), log=True)
    return linear(every, pad=0.03)


def _up(drawn: Sequence[Point]) -> Scale:
    errors = finite([_judged(p) for p in drawn])
    most = FAR * errors[0] if len(errors) else 1.0
    both = finite([error for p in drawn for error in (p.error, _judged(p))])
    return fitting(both[both <= most] if np.any(both <= most) else both)


def _lines(drawn: Sequence[Point]) -> list[Series]:
    """The errors as lines; with a test, those over the rows that were learned from as well."""
    tested = _tested(drawn)
    over = Series(_column(drawn), np.array([_judged(p) for p in drawn]), Style(INK, 1.2))
    if not tested:
        return [over]
    learned = np.array([p.error for p in drawn])
    look = Style(COLOURS[5], 1.2, DASHES[2])
    return [Series(_column(drawn), learned, look, "over the rows that were learned from"), over]


def _marked(points: Sequence[Point], look: Style, name: str, up: Scale) -> list[Series]:
    if not points:
        return []
    top = up.limits[1]
    errors = np.array([_judged(p) if look is not DIVERGED else top for p in points])
    return [Series(_column(points), np.minimum(errors, top), look, name, tuple(map(_told, points)))]


def _column(points: Sequence[Point]) -> Array:
    return np.array([p.value for p in points], dtype=float)


def _judged(point: Point) -> float:
    """The error that the value is judged by."""
    return point.error if point.test_error is None else point.test_error


def _tested(points: Sequence[Point]) -> bool:
    return any(point.test_error is not None for point in points)


def _told(point: Point) -> str:
    return ": ".join(filter(None, [f"{point.value!r}", f"{point.mark}", point.why]))
