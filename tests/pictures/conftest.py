"""Reading a picture as its reader does: by the numbers on its axes."""

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

SVG = "{http://www.w3.org/2000/svg}"
DIGITS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹\N{MINUS SIGN}", "-0123456789-", ",")


def number(told: str) -> float | None:
    """The number that stands beside an axis; None for other words."""
    plain = told.translate(DIGITS)
    found = re.fullmatch(r"(?:(.+)\N{MULTIPLICATION SIGN})?10(-?\d+)", plain)
    if found and re.search("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]", told):
        return float(f"{found[1] or 1}e{found[2]}")
    try:
        return float(plain)
    except ValueError:
        return None


class Axes:
    """One panel of a picture, read from its SVG."""

    def __init__(self, group: ET.Element, log: bool):
        self.plot = group.find(f"{SVG}svg")
        assert self.plot is not None
        self.left, self.top = float(self.plot.get("x", 0)), float(self.plot.get("y", 0))
        bottom = self.top + float(self.plot.get("height", 0))
        x, y = [], []
        for each in group.findall(f"{SVG}text"):
            across, down = float(each.get("x", 0)), float(each.get("y", 0))
            told = number(each.text or "")
            if each.get("text-anchor") == "middle" and abs(down - bottom - 16) < 1:
                x.append((across, told))
            elif each.get("text-anchor") == "end":
                y.append((down - 4, told))
        self.log = log
        self._x = self._line(x, self.left, False)
        self._y = self._line(y, self.top, log)

    def _line(self, ticks: list[Any], start: float, log: bool) -> Any:
        places = [place - start for place, value in ticks if value is not None]
        values = [math.log10(v) if log else v for _, v in ticks if v is not None]
        assert len(places) >= 2
        return np.polyfit(places, values, 1)

    def value(self, x: float, y: float) -> tuple[float, float]:
        """The numbers that a point of the plot stands for."""
        a, b = float(np.polyval(self._x, x)), float(np.polyval(self._y, y))
        return a, 10**b if self.log else b

    def circles(self) -> list[tuple[float, float]]:
        """What the circles stand for, in the order in which they are drawn."""
        assert self.plot is not None
        found = self.plot.findall(f"{SVG}circle")
        return [self.value(float(c.get("cx", 0)), float(c.get("cy", 0))) for c in found]

    def told(self) -> list[str]:
        """What points say when they are pointed at."""
        assert self.plot is not None
        return [each.text or "" for each in self.plot.iter(f"{SVG}title")]

    def lines(self) -> Iterator[list[tuple[float, float]]]:
        """The points of each line, in pixels."""
        assert self.plot is not None
        for each in self.plot.findall(f"{SVG}path"):
            if "stroke-linejoin" in each.attrib:
                yield [tuple(map(float, p)) for p in
                       re.findall(r"(-?[\d.]+) (-?[\d.]+)", each.get("d", ""))]  # fmt: skip


@pytest.fixture
def read() -> Any:
    """Read the SVG of a picture: its root, and its panels."""

    def panels(svg: str, *log: bool) -> tuple[ET.Element, list[Axes]]:
        root = ET.fromstring(svg)
        groups = root.findall(f"{SVG}g")
        return root, [Axes(group, each) for group, each in zip(groups, log, strict=False)]

    return panels
