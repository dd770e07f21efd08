"""SVG as text: elements, escapes, and a whole picture that reads in light and in dark."""

import re
from collections.abc import Iterable

from warmer.wording import visible

NAMESPACE = "http://www.w3.org/2000/svg"
INK, PAPER = "#1f2328", "#ffffff"
INK_IN_DARK, PAPER_IN_DARK = "#e6e6e6", "#16181d"
SCHEMES = (
    f".ink{{color:{INK}}}.paper{{fill:{PAPER}}}"
    f"@media(prefers-color-scheme:dark){{.ink{{color:{INK_IN_DARK}}}"
    f".paper{{fill:{PAPER_IN_DARK}}}}}"
)
REFUSED = re.compile("[\ud800-\udfff\ufffe\uffff]")
ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def escaped(text: str) -> str:
    r"""Write any text on one line so that XML holds it; what it refuses is escaped as in Python.

    >>> escaped("a < b & \0")
    'a &lt; b &amp; \\x00'
    """
    safe = REFUSED.sub(lambda found: ascii(found[0])[1:-1], visible(text))
    return safe.translate(ENTITIES)


def element(name: str, *children: str, **attributes: object) -> str:
    """Write an element; `_` in the name of an attribute stands for `-`, and None leaves it out.

    Parameters:
        children: elements, or text that is escaped already.

    >>> element("path", d="M0 0", stroke_width=2, fill=None)
    '<path d="M0 0" stroke-width="2"/>'
    """
    told = "".join(
        f' {key.replace("_", "-")}="{escaped(_plain(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{told}>{''.join(children)}</{name}>" if children else f"<{name}{told}/>"


def text(words: str, x: float, y: float, **attributes: object) -> str:
    """Write a line of text that begins, or is anchored, at a point."""
    return element("text", escaped(words), x=x, y=y, fill="currentColor", **attributes)


def path(points: Iterable[tuple[float, float]]) -> str:
    """Write the `d` of a line through points; it is broken where a coordinate is not finite.

    >>> nan = float("nan")
    >>> path([(0, 0), (1, 2.04), (nan, nan), (3, 4)])
    'M0 0L1 2M3 4'
    """
    parts, letter = [], "M"
    for x, y in points:
        if x - x == 0 == y - y:
            parts.append(f"{letter}{_plain(x)} {_plain(y)}")
            letter = "L"
        else:
            letter = "M"
    return "".join(parts)


def document(
    width: float, height: float, title: str, description: str, parts: Iterable[str], alone: bool
) -> str:
    """Write a whole picture.

    Parameters:
        title, description: what is seen, for those who hear it.
        parts: elements.
        alone: whether it is a file of its own, with a size, and colours that follow the reader's
            light or dark theme. Within a page it takes the page's width and the colour of its
            text.
    """
    head = [element("title", escaped(title)), element("desc", escaped(description))]
    if alone:
        paper = element("rect", width="100%", height="100%", fill=PAPER, **{"class": "paper"})
        head += [element("style", SCHEMES), paper]
    size = {"width": width, "height": height} if alone else {"width": "100%"}
    return element(
        "svg", *head, *parts, xmlns=NAMESPACE, viewBox=f"0 0 {_plain(width)} {_plain(height)}",
        **size, role="img", aria_label=title, font_family="system-ui, sans-serif", font_size=12,
        color=INK if alone else None, **({"class": "ink"} if alone else {}),
    )  # fmt: skip


def _plain(value: object) -> str:
    """A coordinate needs no more than a tenth of a pixel."""
    if not isinstance(value, float):
        return str(value)
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")  # + 0.0: no -0
