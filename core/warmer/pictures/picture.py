"""Pictures of runs: which panels there are, how they stand, and where they go."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import attrs

from warmer.contract.arguments import check_choice, shown
from warmer.exceptions import UsageError
from warmer.pictures.courses import Course, courses_of, heading
from warmer.pictures.curve import error_curve
from warmer.pictures.descent import descent
from warmer.pictures.drawing import LINE, draw_panel, lines_above, lines_of
from warmer.pictures.onaxes import draw_on
from warmer.pictures.panels import Panel
from warmer.pictures.svg import document, text
from warmer.pictures.walk import walk
from warmer.runs.results import Run
from warmer.storing.textfile import save_text

Of = Literal["walk", "steps"]
KINDS = ("walk", "steps")
WIDE, WIDEST = 720.0, 960.0  # pixels: of two panels side by side, of three
LARGE = 8.6  # pixels that a letter of the title takes, generously
MOST = 9  # courses in one picture
POINTS = 200  # of all walks together
NO_HISTORY = (
    "the run kept no history, so there is nothing to draw: train it with history='auto' (or a "
    "number n for every n-th step)"
)


@attrs.frozen(eq=False)
class Picture:
    """A picture of a run, or of several. A notebook shows it.

    Parameters:
        title: what it is a picture of.
        description: what is seen, for those who hear it.
        rows: its panels, row by row.
    """

    title: str
    description: str = attrs.field(repr=shown)
    rows: tuple[tuple[Panel, ...], ...] = attrs.field(repr=lambda rows: f"<{sum(map(len, rows))}>")

    @property
    def panels(self) -> list[Panel]:
        """All panels, row by row."""
        return [panel for row in self.rows for panel in row]

    def svg(self, alone: bool = True) -> str:
        """Write it as SVG.

        Parameters:
            alone: as a file of its own, whose colours follow the reader's light or dark theme. Else
                it is part of a page, with the page's width and colour of text.
        """
        columns = max(map(len, self.rows))
        width = WIDE if columns < 3 else WIDEST
        lines = lines_of(self.title, int((width - 24) / LARGE), 2)
        parts = [
            text(line, 12, 22 + LINE * row, font_size=14, font_weight="bold")
            for row, line in enumerate(lines)
        ]
        top = 22.0 + LINE * len(lines)
        for row in self.rows:
            each = (width - 16) / (len(row) if row is self.rows[-1] else columns)
            head = max(lines_above(panel, each - 12) for panel in row)
            drawn = [draw_panel(panel, each - 12, head) for panel in row]
            parts += [
                f'<g transform="translate({12 + each * place:.1f} {top:.1f})">{panel}</g>'
                for place, (_, panel) in enumerate(drawn)
            ]
            top += max(height for height, _ in drawn)
        return document(width, top, self.title, self.description, parts, alone)

    def save(self, path: str | Path) -> None:
        """Write it into a file, as SVG; the file is whole or as it was before.

        Raises:
            UsageError: the file's name does not end in `.svg`.
            WarmerError: it cannot be written.
        """
        save_text(path, self.svg(), "picture", (".svg",))

    def draw(self, ax: Any) -> None:
        """Draw it on matplotlib axes, one for each panel.

        Raises:
            UsageError: these are no axes, or not as many.
        """
        draw_on(self.panels, ax)

    def _repr_html_(self) -> str:
        return f'<div style="max-width:60em">{self.svg(alone=False)}</div>'


def picture_of(
    runs: Sequence[tuple[str, Run]],
    of: Of | None = None,
    *,
    targets: Sequence[str] = (),
    weight: str = "weight",
    cheap: bool = False,
) -> Picture:
    """Draw runs: how each of them walked, and the error over steps of all.

    Parameters:
        runs: each with what it is called among the others; one run needs no name.
        of: `walk` for the error over the weight alone, `steps` for the error over steps; None for
            both, or for what can be drawn: a run that was pickled has only its history.
        targets, weight: what they are called, where that is known.
        cheap: nothing is computed for it, neither final errors nor curves.

    Raises:
        UsageError: a run kept no history, or `of` is none of these.
    """
    if of is not None:
        check_choice("of", of, KINDS)
    if any(run.history is None for _, run in runs):
        raise UsageError(NO_HISTORY)
    courses = [
        course for name, run in runs for course in courses_of(run, name, not cheap, targets, weight)
    ]
    seen = courses[:MOST]
    told = [course.told() for course in seen]
    if len(seen) < len(courses):
        told.append(f"{len(courses) - len(seen)} more are not drawn")
    rows: list[tuple[Panel, ...]] = []
    if of != "steps" and not cheap:
        try:
            rows = _walks(seen)
        except UsageError as error:
            if of == "walk":
                raise
            told.append(f"the error over the weight is not drawn: {error}")
    along = _along(runs[0][1])
    what = [f"the error {along}"] * bool(rows) + ["the error over steps"] * (of != "walk")
    if of != "walk":
        over = descent(seen, "error over steps" if rows else "", noted=not rows)
        rows = [(*rows[0], over)] if len(seen) == 1 and rows else [*rows, (over,)]
    title = f"{_title(runs)}: {' and '.join(what)}"
    return Picture(title, ". ".join(told) + ".", tuple(rows))


def _title(runs: Sequence[tuple[str, Run]]) -> str:
    if len(runs) == 1:
        return heading(runs[0][1])
    names = [name for name, _ in runs]
    parameter = names[0].partition("=")[0] + "="
    if all(name.startswith(parameter) for name in names):  # it is said once
        names = [parameter + ", ".join(name.removeprefix(parameter) for name in names)]
    return f"{runs[0][1].description['rule']['name']} {', '.join(names)}"


def _along(run: Run) -> str:
    return "over the weight" if len(run.weights) == 1 else "along the way of the weights"


def _walks(courses: Sequence[Course]) -> list[tuple[Panel, ...]]:
    """The walks, at most three side by side."""
    along = _along(courses[0].run)
    points = 121 if len(courses) < 4 else 61
    runs = {id(course.run): course.run for course in courses}
    curves = {key: error_curve(run, points=points) for key, run in runs.items()}
    most = max(12, min(60, POINTS // len(courses)))
    panels = [
        walk(course, curves[id(course.run)], course.name or f"error {along}", most)
        for course in courses
    ]
    across = 2 if len(panels) in (2, 4) else 3
    return [tuple(panels[start : start + across]) for start in range(0, len(panels), across)]
