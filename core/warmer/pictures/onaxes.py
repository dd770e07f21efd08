"""The same panels on matplotlib axes that a user brings; matplotlib itself is not imported."""

from collections.abc import Sequence
from typing import Any

from warmer.exceptions import PLUGIN_ERRORS, UsageError
from warmer.pictures.panels import INK, Panel, Style

MARKS = {"circle": "o", "square": "s", "triangle": "^", "diamond": "D", "cross": "x", "bar": "|"}
GREY = "0.5"  # seen on white and on black


def draw_on(panels: Sequence[Panel], ax: Any) -> None:
    """Draw panels on axes, one on each.

    Raises:
        UsageError: there are not as many axes, or something else was given.
    """
    single = hasattr(ax, "plot")
    try:
        axes = [ax] if single else list(getattr(ax, "flat", ax))
    except KeyboardInterrupt:
        raise
    except PLUGIN_ERRORS:  # somebody's __iter__ may raise anything
        axes = []
    if not axes or not all(hasattr(each, "plot") for each in axes):
        raise UsageError("ax must be axes of matplotlib, or a sequence of them")
    if len(axes) != len(panels):
        titles = ", ".join(repr(panel.title) for panel in panels)
        raise UsageError(
            f"there are {len(panels)} panels ({titles}): give ax as many axes, got {len(axes)}, "
            "or choose one with of='walk' or of='steps'"
        )
    for each, panel in zip(axes, panels, strict=True):
        _draw(panel, each)


def _draw(panel: Panel, ax: Any) -> None:
    for series in panel.series:
        if series.style.area:
            ax.fill(series.x, series.y, color=series.style.colour, alpha=0.15, linewidth=0)
            continue
        ax.plot(series.x, series.y, label=series.name or "_", **_look(series.style))
    ax.set_xlabel(panel.x_label)
    ax.set_ylabel(panel.y_label)
    ax.set_title("\n".join(filter(None, [panel.title, panel.note])), fontsize="medium", wrap=True)
    if panel.x.log:
        ax.set_xscale("log")
    if panel.y.log:
        ax.set_yscale("log")
    ax.set_xlim(*panel.x.limits)
    ax.set_ylim(*panel.y.limits)
    if any(series.name for series in panel.series):
        ax.legend(fontsize="small")


def _look(style: Style) -> dict[str, Any]:
    dashes = [float(each) for each in style.dash.split()] if style.dash else None
    colour = GREY if style.colour == INK else style.colour
    return {
        "color": colour,
        "linewidth": style.width,
        "linestyle": ("-" if dashes is None else (0, dashes)) if style.width else "",
        "marker": MARKS[style.marker] if style.marker else "",
        "markerfacecolor": "none" if style.hollow else colour,
    }
