"""The values of a parameter that are tried: a coarse grid within its bounds, and finer ones."""

import math
from collections.abc import Sequence

from warmer.contract.parameters import Bounds, Parameter
from warmer.exceptions import ParameterError

Value = float | int

NEAREST, FARTHEST = -6, 4  # powers of ten: how far from its bound a parameter is tried at first
PER_DECADE = 4
DECADES = 6  # that are added at either end, as long as the end of what works is not seen
FEWEST = 17  # values of a range that somebody names
SPLITS = 7  # values between two neighbours
CLOSE = 0.02  # neighbours that differ by no more than this share are close enough
DIGITS = 3  # that a value has, where that tells it from the others


def coarse(
    parameter: Parameter, low: float | None, high: float | None, count: int | None
) -> list[Value]:
    """The first values to try: evenly spaced in powers of ten from the bound that they begin at.

    Between two bounds they lie close to either of them.

    Parameters:
        low, high: the ends of the range, where somebody names them.
        count: how many values; None for four in each power of ten.

    Raises:
        ParameterError: the range is empty, or lies outside the parameter's bounds.
    """
    bounds, base = parameter.bounds, _base(parameter.bounds)
    top = _first(bounds.at_most, bounds.below)
    if low is None and high is None and top is not None and top > base and not _open(bounds):
        return _admitted(_both_ways(base, top, count), parameter)
    near, far = 10.0**NEAREST, 10.0**FARTHEST
    if low is not None:  # the end that nobody names lies six powers of ten away at least
        far = max(far, (low - base) / near)
    elif high is not None and high > base:
        near = min(near, (high - base) * near)
    first = float(f"{base + near:.15g}") if low is None else low
    last = float(f"{base + far:.15g}") if high is None else high
    if high is None and top is not None:
        last = min(last, top)
    for end in (low, high):
        if end is not None and not bounds.admit(end):
            raise ParameterError(f"the range of {parameter.name} must be {bounds}, got {end!r}")
    if not first < last:
        raise ParameterError(
            f"the range of {parameter.name} must not be empty, and is {first!r} to {last!r}: say "
            "where it begins and ends"
        )
    decades = math.log10(last - base) - math.log10(first - base) if first > base else 0.0
    many = count or max(FEWEST, round(PER_DECADE * decades) + 1)
    spread = _between(first - base, last - base, many - 2)
    inner = _rounded([base + each for each in spread], parameter.type)
    ends = [base] if low is None and first > base else []
    return _admitted([*ends, first, *inner, last], parameter)


def further(parameter: Parameter, values: Sequence[Value], upwards: bool) -> list[Value]:
    """Values beyond the last ones, as far as the bounds allow; none at the end of what is tried."""
    base = _base(parameter.bounds)
    end = (max if upwards else min)(values) - base
    if not 1e-30 < end < 1e30:
        return []
    powers = [each / PER_DECADE for each in range(1, DECADES * PER_DECADE + 1)]
    new = [end * 10.0 ** (power if upwards else -power) for power in powers]
    rounded = _rounded([base + each for each in new], parameter.type)
    return [value for value in _admitted(rounded, parameter) if value not in values]


def between(low: Value, high: Value, type_: type) -> list[Value]:
    """Values between two neighbours; none where these are close enough.

    >>> between(1, 4, int), between(1.0, 1.015, float)
    ([2, 3], [])
    """
    if high - low <= CLOSE * max(abs(low), abs(high)) or (type_ is int and high - low <= 1):
        return []
    inner = _rounded(_between(low, high, SPLITS), type_)
    return [value for value in inner if low < value < high]


def _between(low: float, high: float, count: int) -> list[float]:
    """So many numbers between two others: evenly spaced, of positive ones in their powers."""
    shares = [(number + 1) / (count + 1) for number in range(count)]
    if low > 0:
        return [low ** (1 - share) * high**share for share in shares]
    return [low * (1 - share) + high * share for share in shares]


def _both_ways(low: float, high: float, count: int | None) -> list[Value]:
    """Values between two bounds, close to both of them."""
    half = (count or 6 * PER_DECADE + 1) // 2
    shares = [1e-3, *_between(1e-3, 0.5, half - 1)]
    span = high - low
    inner = [low + span * share for share in shares]
    inner += [low + span / 2, *(high - span * share for share in reversed(shares))]
    return [low, *_rounded(inner, float), high]


def _rounded(values: Sequence[float], type_: type) -> list[Value]:
    """Round values, to whole numbers or to as few digits as tell them apart; sorted."""
    if type_ is int:
        return sorted({round(value) for value in values})
    found: list[Value] = []
    for digits in range(DIGITS, 18):
        found = sorted({float(f"{value:.{digits}g}") for value in values})
        if len(found) == len(set(values)):
            break
    return found


def _admitted(values: Sequence[Value], parameter: Parameter) -> list[Value]:
    """Those that the bounds admit, sorted, each once."""
    typed = {round(value) if parameter.type is int else float(value) for value in values}
    return sorted(value for value in typed if parameter.bounds.admit(value))


def _base(bounds: Bounds) -> float:
    """What values are measured from: the lower bound; where there is none, 0."""
    return _first(bounds.above, bounds.at_least) or 0.0


def _open(bounds: Bounds) -> bool:
    """Whether there is no lower bound."""
    return _first(bounds.above, bounds.at_least) is None


def _first(*bounds: float | None) -> float | None:
    return next((bound for bound in bounds if bound is not None), None)
