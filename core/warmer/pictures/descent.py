"""The picture of the error over steps."""

from collections.abc import Sequence

import attrs
import numpy as np

from warmer.pictures.courses import Course
from warmer.pictures.panels import COLOURS, DASHES, ENDS, INK, MARKERS, Panel, Series, Style
from warmer.pictures.scales import finite, fitting, linear
from warmer.pictures.thinning import of_line

BINS = 300  # parts of all lines, of which the extremes are drawn
FEW = 120  # steps of all courses together that are marked one by one


def descent(courses: Sequence[Course], title: str, noted: bool) -> Panel:
    """Draw the errors of courses over the steps taken, each with its outcome at its end.

    Parameters:
        noted: whether to say how the run ended, where it is one run.
    """
    every = np.concatenate([np.append(course.errors, course.final) for course in courses])
    last = [float(course.run.state.step) for course in courses]
    first = [float(course.steps[0] - 1) for course in courses if len(course.steps)]
    across = attrs.evolve(linear([*first, *last, min(first, default=0) + 1], pad=0.03), whole=True)
    up = fitting(every)
    series = []
    for number, course in enumerate(courses):
        series += _line(course, number, len(courses))
    noted = noted and all(course.run is courses[0].run for course in courses)
    notes = [courses[0].note] if noted else []
    if up.log and np.any(finite(every) == 0):
        notes.append("errors of 0 stand at the lower edge")
    return Panel(title, "; ".join(notes), "steps taken", "error", across, up, tuple(series))


def _line(course: Course, number: int, count: int) -> list[Series]:
    """One course: its line, its recorded steps where they are few, and its end."""
    colour, dash = COLOURS[number % len(COLOURS)], DASHES[number % len(DASHES)]
    several = count > 1
    kept = of_line(course.errors, max(50, BINS // count))
    steps, errors = course.steps[kept], course.errors[kept]
    before = np.asarray(steps - 1, dtype=np.float64)  # how many were taken then
    status = course.run.outcome.status
    few = len(course.errors) <= min(40, FEW // count)
    look = Style(colour, 1.8, dash, MARKERS[number % 4] if few else None, hollow=several)
    numbers = zip(steps.tolist(), errors.tolist(), strict=True)
    told = tuple(f"step {step}: error {error!r}" for step, error in numbers) if few else ()
    drawn = [Series(before, errors, look, course.name or None, told)]
    end = np.array([course.ended]), np.array([course.final])
    if np.isfinite(course.final) and not course.kept:
        leg = np.append(before[-1:], end[0]), np.append(errors[-1:], end[1])
        drawn.append(Series(*leg, attrs.evolve(look, marker=None)))
    if not np.isfinite(course.final):
        end = before[-1:], errors[-1:]
    said = tuple(
        f"after {int(taken)} steps: error {error!r}"
        for taken, error in zip(end[0].tolist(), end[1].tolist(), strict=True)
    )
    mark = Style(colour if several else INK, 0, marker=ENDS[status])
    return [*drawn, Series(*end, mark, course.mark, said)]
