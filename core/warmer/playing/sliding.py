"""Sliders: from where to where the slider of a number goes, and how."""

from typing import Any

from warmer.contract.parameters import Bounds, Parameter

FAR = 100.0  # times its value, where nothing bounds it
NEAR_ONE = 0.9  # from here a share is told apart by what it lacks to 1


def slider_of(parameter: Parameter, value: float, whole: bool = False) -> dict[str, Any]:
    """Say where the slider of a parameter ends, within its bounds, and how it is divided.

    Parameters:
        whole: whether it is a whole number.

    Returns:
        `kind` (linear; log, equal ratios; near, equal ratios of what is left to 1), `low` and
        `high`, and the bounds themselves for numbers that are typed.

    >>> share = Parameter("beta", float, 0.9, Bounds(at_least=0, below=1), "")
    >>> slider_of(share, 0.9)["kind"], slider_of(share, 0.5)["kind"]
    ('near', 'linear')
    """
    bounds = parameter.bounds
    low, high = _ends(bounds, value, whole)
    kind = "linear"
    if bounds.below == 1 and value >= NEAR_ONE:
        kind, low, high = "near", max(low, 0.0), 1 - 1e-5
    elif low >= 0 and value > 0 and not whole and (_highest(bounds) or high) >= 20 * value:
        kind, low = "log", max(low, value / 1000)
    limits = {
        name: getattr(bounds, name)
        for name in ("above", "below", "at_least", "at_most")
        if getattr(bounds, name) is not None
    }
    return {"kind": kind, "low": low, "high": max(high, value), "whole": whole, "limits": limits}


def _ends(bounds: Bounds, value: float, whole: bool) -> tuple[float, float]:
    """The ends of a slider, inside of bounds that may not be touched."""
    lowest, highest = _lowest(bounds), _highest(bounds)
    span = max(1.0, 2 * abs(value))
    if lowest is not None and lowest >= 0 and highest is None:
        high = value * FAR if value > 0 and not whole else max(20.0, 4 * value)
        return lowest, high
    low = value - span if lowest is None else lowest
    high = value + span if highest is None else highest
    open_ = (high - low) / 1000
    return low + open_ * (bounds.above is not None), high - open_ * (bounds.below is not None)


def _lowest(bounds: Bounds) -> float | None:
    return bounds.above if bounds.at_least is None else bounds.at_least


def _highest(bounds: Bounds) -> float | None:
    return bounds.below if bounds.at_most is None else bounds.at_most
