"""Scales: where a number stands on an axis, and the numbers that are written beside it."""

import math
from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np

from warmer.runs.task import Array

MOST = float(np.finfo(float).max)
DECADES = 3  # a scale that spans so many powers of ten is logarithmic
NICE = (1.0, 2.0, 5.0, 10.0)
STRIDES = (1, 2, 3, 5, 10, 20, 50, 100, 200, 500)
TINY, HUGE = 1e-3, 1e6  # beyond these a number is written with a power of ten
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MINUS, TIMES = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}"


@attrs.frozen
class Scale:
    """A range of numbers, as shares from 0 to 1.

    Parameters:
        low, high: its ends; of a logarithmic scale, their powers of ten.
        log: whether it is logarithmic. Numbers that are not above 0 stand at its lower end then.
        whole: whether only whole numbers are written beside it.
    """

    low: float
    high: float
    log: bool = False
    whole: bool = False

    @property
    def limits(self) -> tuple[float, float]:
        """Its ends as numbers; an end beyond the floats is the last of them."""
        if not self.log:
            return self.low, self.high
        return max(_power(self.low), 5e-324), min(_power(self.high), MOST)

    @property
    def span(self) -> float:
        """How far its ends lie from one another; at most the largest float."""
        low, high = self.limits
        return min(high - low, MOST)

    def share(self, values: Any) -> Array:
        """Where numbers stand: 0 at the lower end, 1 at the upper one."""
        numbers = np.asarray(values, dtype=float)
        with np.errstate(all="ignore"):
            if self.log:
                numbers = np.where(numbers > 0, np.log10(numbers), np.where(
                    numbers <= 0, self.low, np.nan))  # fmt: skip
            return (numbers / 2 - self.low / 2) / (self.high / 2 - self.low / 2)

    def ticks(self, most: int) -> list[tuple[float, str]]:
        """At most so many round numbers (but two at least) on the scale, and how they are written.

        >>> Scale(0.0, 1.0).ticks(6)[1], Scale(-2.0, 4.0, log=True).ticks(4)[0]
        ((0.2, '0.2'), (0.01, '0.01'))
        """
        if self.log:
            first, last = math.ceil(self.low), math.floor(self.high)
            stride = next(each for each in STRIDES if (last - first) // each < most)
            powers = range(-(-first // stride) * stride, last + 1, stride)
            plain = all(abs(power) <= 4 for power in powers)
            return [(_power(power), _of_ten(power, plain)) for power in powers]
        step = _step(self.low, self.high, most)
        if self.whole:
            step = max(step, 1.0)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return _written([number * step for number in range(first, last + 1)], step)


def linear(values: Sequence[float] | Array, pad: float = 0.05, base: bool = False) -> Scale:
    """A scale that holds all finite numbers, with some room around them.

    Parameters:
        pad: how much room, as a share of their range.
        base: whether 0 belongs to it, where no number is below and 0 is not far.

    >>> linear([2.0, 2.0, float("inf")])
    Scale(low=1.0, high=3.0, log=False, whole=False)
    """
    numbers = finite(values)
    low, high = float(np.min(numbers, initial=math.inf)), float(np.max(numbers, initial=-math.inf))
    if low > high:
        return Scale(0.0, 1.0)
    if base and 0 <= low <= 0.7 * high:
        low = 0.0
    room = high / 2 - low / 2
    if room <= 1e-12 * max(abs(low), abs(high)) or room < 1e-300:
        half = max(abs(low), abs(high)) / 2 or 1.0
        if base and low == high == 0:
            return Scale(-pad, 1.0)
        return Scale(max(low - half, -MOST), min(high + half, MOST))
    room *= 2 * pad
    return Scale(max(low - room, -MOST), min(high + room, MOST))


def fitting(values: Sequence[float] | Array) -> Scale:
    """A scale for errors: logarithmic where those above 0 span three powers of ten, else linear.

    >>> fitting([1.0, 2000.0]), fitting([0.0, 1.0]).log
    (Scale(low=-0.165, high=3.466, log=True, whole=False), False)
    """
    numbers = finite(values)
    above = numbers[numbers > 0]
    if len(above) and not np.any(numbers < 0):
        low, high = float(np.log10(np.min(above))), float(np.log10(np.max(above)))
        if high - low >= DECADES:
            room = 0.05 * (high - low)
            return Scale(round(low - room, 3), round(high + room, 3), log=True)
    return linear(numbers, base=True)


def finite(values: Sequence[float] | Array) -> Array:
    """Those numbers that are finite."""
    numbers = np.asarray(values, dtype=float).ravel()
    return numbers[np.isfinite(numbers)]


def _step(low: float, high: float, most: int) -> float:
    """The least round distance at which no more than so many numbers stand on a scale."""
    rough = high / max(most, 2) - low / max(most, 2)
    power = 10.0 ** math.floor(math.log10(rough))
    for nice in NICE:
        step = nice * power
        if math.floor(high / step) - math.ceil(low / step) < most and step >= rough:
            break
    return step


def _written(numbers: Sequence[float], step: float) -> list[tuple[float, str]]:
    """Write round numbers with as many digits as tell them apart."""
    size = max(map(abs, numbers), default=0.0)
    power = 0 if size == 0 or TINY <= size < HUGE else math.floor(math.log10(size))
    unit = _power(power)
    decimals = max(0, -math.floor(math.log10(step / unit) + 1e-9)) if numbers else 0
    tail = f"{TIMES}{_superscript(power)}" if power else ""
    return [
        (number, f"{number / unit:,.{decimals}f}{tail}".replace("-", MINUS) if number else "0")
        for number in numbers
    ]


def _of_ten(power: int, plain: bool) -> str:
    """Write a power of ten, as a plain number where all beside it are."""
    if plain or power in (0, 1):
        return f"{10.0**power:,.{max(0, -power)}f}"
    return _superscript(power)


def _superscript(power: int) -> str:
    return f"10{str(power).translate(SUPERSCRIPT)}"


def _power(exponent: float) -> float:
    """A power of ten; beyond the floats it is their last one, or 0."""
    return 10.0**exponent if exponent <= 308 else MOST
