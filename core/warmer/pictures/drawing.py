"""A panel as SVG: axes, numbers, lines, markers, and what they are called."""

from collections.abc import Iterator

import numpy as np

from warmer.pictures.panels import Panel, Series, Style
from warmer.pictures.svg import element, escaped, path, text

LETTER = 6.8  # pixels that a letter takes, generously
LINE = 16
PLOT = 200  # height of the axes
SMALL = 11


def draw_panel(panel: Panel, width: float, head: int) -> tuple[float, str]:
    """Draw a panel of some width, with room for lines above it; answers its height as well."""
    ticks_y = panel.y.ticks(6)
    left = 14 + LETTER * max((len(told) for _, told in ticks_y), default=1)
    across = width - left - 16
    heading = [
        text(line, 4, LINE * (1 + row), font_weight="bold" if row < titles else None,
             font_size=12 if row < titles else SMALL)
        for titles, lines in [_heading(panel, width)]
        for row, line in enumerate(lines)
    ]  # fmt: skip
    top = LINE * (head + 1) + 10.0
    parts = [
        *heading,
        text(panel.y_label, 4, top - 10, font_size=SMALL),
        *_grid_y(panel, ticks_y, left, top, across),
        *_grid_x(panel, left, top, across),
        element("rect", x=left, y=top, width=across, height=PLOT, fill="none",
                stroke="currentColor", stroke_opacity=0.5),
        element("svg", *_drawn(panel, across), x=left, y=top, width=across, height=PLOT,
                overflow="hidden"),
    ]  # fmt: skip
    bottom = top + PLOT + 18
    parts.append(
        text(panel.x_label, left + across / 2, bottom + 12, text_anchor="middle", font_size=SMALL)
    )
    below, legend = _legend(panel, 4.0, bottom + 32, width)
    return below + 8, "".join([*parts, *legend])


def lines_above(panel: Panel, width: float) -> int:
    """How many lines stand above a panel of some width."""
    return len(_heading(panel, width)[1])


def _heading(panel: Panel, width: float) -> tuple[int, list[str]]:
    """What stands above a panel, in lines that fit: how many lines of title, and all lines."""
    room = max(12, int((width - 8) / LETTER))
    titles = [cut(panel.title, room)] if panel.title else []
    return len(titles), [*titles, *lines_of(panel.note, room + 4, 3)]


def cut(words: str, room: int) -> str:
    """Shorten a line that is too long."""
    return words if len(words) <= room else words[: room - 1] + "…"


def lines_of(words: str, room: int, most: int) -> list[str]:
    """Break words into lines that fit; what is more than so many is cut off."""
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1]} …"]
    return [cut(line, room) for line in lines if line]


def _grid_y(
    panel: Panel, ticks: list[tuple[float, str]], left: float, top: float, across: float
) -> Iterator[str]:
    for value, told in ticks:
        y = top + PLOT * (1 - float(panel.y.share(value)))
        yield _rule(f"M{left:.1f} {y:.1f}h{across:.1f}")
        yield text(told, left - 6, y + 4, text_anchor="end", font_size=SMALL)


def _grid_x(panel: Panel, left: float, top: float, across: float) -> Iterator[str]:
    for most in (7, 5, 4, 3, 2):
        ticks = panel.x.ticks(most)
        if LETTER * sum(len(told) + 2 for _, told in ticks) <= across:
            break
    free = 0.0  # numbers that are so long that they would cover one another are left out
    for value, told in ticks:
        x = left + across * float(panel.x.share(value))
        yield _rule(f"M{x:.1f} {top:.1f}v{PLOT}")
        half = LETTER * len(told) / 2
        if x - half >= free:
            yield text(told, x, top + PLOT + 16, text_anchor="middle", font_size=SMALL)
            free = x + half


def _rule(d: str) -> str:
    return element("path", d=d, stroke="currentColor", stroke_opacity="0.15", fill="none")


def _drawn(panel: Panel, across: float) -> Iterator[str]:
    """The lines and markers, within the axes; what lies beyond is cut off there."""
    far = 20 * PLOT  # coordinates that a renderer holds
    for series in panel.series:
        x = np.clip(across * panel.x.share(series.x), -far, across + far)
        y = np.clip(PLOT * (1 - panel.y.share(series.y)), -far, PLOT + far)
        places = list(zip(x.tolist(), y.tolist(), strict=True))
        if series.style.area:
            yield element(
                "path", d=f"{path(places)}z", fill=series.style.colour, fill_opacity="0.15"
            )
        elif series.style.width:
            yield _line(series.style, path(places))
        if series.style.marker is None:
            continue
        for (across_, down), told in zip(places, series.told or [""] * len(places), strict=True):
            if -5 <= across_ <= across + 5 and -5 <= down <= PLOT + 5:  # nan is not
                yield _marker(series.style, across_, down, told)


def _line(style: Style, d: str) -> str:
    return element(
        "path", d=d, fill="none", stroke=style.colour, stroke_width=style.width,
        stroke_dasharray=style.dash, stroke_linejoin="round",
        stroke_opacity="0.55" if style.faint else None,
    )  # fmt: skip


def _marker(style: Style, x: float, y: float, told: str = "") -> str:
    """A marker, and what it says when it is pointed at."""
    said = [element("title", escaped(told))] if told else []
    look = {
        "fill": "none" if style.hollow or style.marker in ("cross", "bar") else style.colour,
        "stroke": style.colour,
        "stroke_width": 2 if style.marker in ("cross", "bar") else 1.5,
    }
    if style.marker == "circle":
        return element("circle", *said, cx=x, cy=y, r=3.5 if style.hollow else 3, **look)
    shape = {
        "square": "m-4 -4h8v8h-8z",
        "triangle": "m0 -5l5 9h-10z",
        "diamond": "m0 -6l6 6l-6 6l-6 -6z",
        "cross": "m-5 -5l10 10m0 -10l-10 10",
        "bar": "m0 -7v14",
    }[style.marker or "bar"]
    return element("path", *said, d=f"M{x:.1f} {y:.1f}{shape}", **look)


def _legend(panel: Panel, left: float, top: float, width: float) -> tuple[float, list[str]]:
    """What the series are called, in as many rows as it takes; answers where they end."""
    x, y, drawn = left, top, []
    named = {series.name: series for series in reversed(panel.series) if series.name}
    for series in reversed(named.values()):  # of one name the first
        assert series.name is not None
        name = cut(series.name, max(8, int((width - left - 34) / LETTER)))
        wide = 34 + LETTER * len(name)
        if x > left and x + wide > width:
            x, y = left, y + LINE
        drawn += _sample(series, x, y - 4)
        drawn.append(text(name, x + 28, y, font_size=SMALL))
        x += wide + 6
    return (y if drawn else top - LINE), drawn


def _sample(series: Series, x: float, y: float) -> list[str]:
    """A bit of a series, for beside its name."""
    line = [_line(series.style, f"M{x:.1f} {y:.1f}h22")] if series.style.width else []
    return [*line, *([_marker(series.style, x + 11, y)] if series.style.marker else [])]
