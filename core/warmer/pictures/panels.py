"""What a picture consists of, before it is drawn: panels with axes, and series of points."""

import attrs

from warmer.pictures.scales import Scale
from warmer.runs.task import Array

INK = "currentColor"
COLOURS = ("#2f7fd0", "#c8691c", "#2a8f5b", "#8f63c9", "#d1495b", "#7d7d7d")
"""Seen on white and on black alike; dashes and markers say the same without colour."""

DASHES = (None, "7 3", "2 3", "8 3 2 3", "14 4", "1 5")
MARKERS = ("circle", "square", "triangle", "diamond", "cross", "bar")
ENDS = {"budget": "square", "converged": "diamond", "diverged": "cross", "stopped": "bar"}
"""How the end of a run is marked, by its outcome."""


@attrs.frozen
class Style:
    """How a series looks.

    Parameters:
        colour: INK for that of text, or one of COLOURS.
        width: of its line, in pixels; 0 for no line.
        dash: lengths of line and gap; None for a whole line.
        marker: one of MARKERS at each point; None for none.
        hollow: whether the markers are outlines.
        faint: whether the line is drawn so that others stand out.
        area: whether the points go around an area, which is tinted in the place of a line.
    """

    colour: str = INK
    width: float = 1.5
    dash: str | None = None
    marker: str | None = None
    hollow: bool = False
    faint: bool = False
    area: bool = False


@attrs.frozen(eq=False)
class Series:
    """Points in the order in which they are joined; one that is not finite breaks the line.

    Parameters:
        x, y: shape (points,).
        name: what it is called below the panel; None where it is not.
        told: what each point says when it is pointed at; empty for nothing.
    """

    x: Array = attrs.field(repr=False)
    y: Array = attrs.field(repr=False)
    style: Style
    name: str | None = None
    told: tuple[str, ...] = attrs.field(default=(), repr=False)


@attrs.frozen(eq=False)
class Panel:
    """One pair of axes, and what is drawn on them.

    Parameters:
        title, note: what stands above it; the note is how the run ended.
        x_label, y_label: what the axes count.
        x, y: their scales.
        series: what is drawn, the first one furthest back.
    """

    title: str
    note: str
    x_label: str
    y_label: str
    x: Scale
    y: Scale
    series: tuple[Series, ...] = attrs.field(repr=False)
