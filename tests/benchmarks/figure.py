"""The figure of how time grows: a panel for each thing that grows, both axes logarithmic."""

import math
from collections.abc import Iterable, Sequence

from growth import Growth

WIDTH, HEIGHT, LEFT, TOP, GAP = 250, 170, 52, 40, 70
COLOURS = ("#c2410c", "#1d4ed8")


def svg(series: Iterable[Growth]) -> str:
    """Draw nanoseconds of a number or step over rows, features and steps."""
    panels: dict[str, list[Growth]] = {}
    for each in series:
        panels.setdefault(each.along, []).append(each)
    drawn = [
        _panel(along, members, LEFT + index * (WIDTH + GAP))
        for index, (along, members) in enumerate(panels.items())
    ]
    width, height = LEFT + len(panels) * (WIDTH + GAP), TOP + HEIGHT + 78
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            'font-family="sans-serif" font-size="11" fill="#334155">',
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            *drawn,
            "</svg>\n",
        ]
    )


def _panel(along: str, members: Sequence[Growth], left: float) -> str:
    """One panel: its axes, and a line with dots for each series."""
    each = [[(size, seconds / count * 1e9) for size, seconds, count in m.points] for m in members]
    x = _Axis([size for points in each for size, _ in points], left, left + WIDTH)
    y = _Axis([value for points in each for _, value in points], TOP + HEIGHT, TOP)
    unit = members[0].unit
    parts = [
        f'<rect x="{left}" y="{TOP}" width="{WIDTH}" height="{HEIGHT}" fill="none" '
        'stroke="#cbd5e1"/>',
        f'<text x="{left}" y="{TOP - 10}" fill="#0f172a">ns per {unit}</text>',
        f'<text x="{left + WIDTH / 2}" y="{TOP + HEIGHT + 32}" text-anchor="middle" '
        f'fill="#0f172a">{along}</text>',
    ]
    parts += [
        f'<text x="{x(10.0**power):.1f}" y="{TOP + HEIGHT + 15}" text-anchor="middle">'
        f'10<tspan dy="-4" font-size="8">{power}</tspan></text>'
        for power in x.powers()
    ]
    parts += [
        f'<path d="M{left} {y(10.0**power):.1f}h{WIDTH}" stroke="#e2e8f0"/>'
        f'<text x="{left - 6}" y="{y(10.0**power) + 4:.1f}" text-anchor="end">'
        f"{10.0**power:g}</text>"
        for power in y.powers()
    ]
    for colour, member, points in zip(COLOURS, members, each, strict=False):
        places = [(x(size), y(value)) for size, value in points]
        line = " ".join(f"{a:.1f},{b:.1f}" for a, b in places)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}"/>')
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="2.4" fill="{colour}"/>' for a, b in places]
        row = TOP + HEIGHT + 50 + 15 * members.index(member)
        parts.append(f'<text x="{left}" y="{row}" fill="{colour}">{member.title}</text>')
    return "\n".join(parts)


class _Axis:
    """A logarithmic axis over whole powers of ten."""

    def __init__(self, values: Sequence[float], start: float, stop: float):
        self._low = math.floor(math.log10(min(values)))
        self._high = max(self._low + 1, math.ceil(math.log10(max(values))))
        self._start, self._stop = start, stop

    def __call__(self, value: float) -> float:
        share = (math.log10(value) - self._low) / (self._high - self._low)
        return self._start + share * (self._stop - self._start)

    def powers(self) -> range:
        return range(self._low, self._high + 1)
