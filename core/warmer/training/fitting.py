"""Whether answers fit: a comparison's delta its error, a predictor's log odds its prediction."""

import math
from collections.abc import Callable, Iterator
from statistics import median_low
from typing import Any, NamedTuple

from warmer.contract.answers import comparison
from warmer.contract.check import evidence_of
from warmer.exceptions import PLUGIN_ERRORS
from warmer.plugins.choosing import choose
from warmer.plugins.installed import SHIPPED
from warmer.plugins.network import Network
from warmer.plugins.registry import Registry, registry_of

AT = (-7.3, -2.6, -1.1, -0.45, 0.03, 0.12, 0.37, 0.61, 0.88, 0.97, 1.6, 3.2, 9.4)
TARGETS = (-3.7, -1.0, 0.0, 0.25, 0.5, 0.75, 1.0, 2.0, 5.9)
NEAR = 1e-3  # how close a delta must come, as a share of the slope or of the usual slope


class _Point(NamedTuple):
    at: float
    target: float
    slope: float
    delta: float


def check_comparison(
    compare: Any, *, registry: Registry | None = None, **parameters: Any
) -> str | None:
    """Check with numbers that a comparison's delta fits its error.

    Formula: `delta = c * d error / d prediction` (or `/ d log_odds`, where the comparison asks for
    them), with one positive c for all predictions and targets (the book's squared error leaves
    out the 2, so its c is 0.5). Points where the comparison refuses the numbers, or where the
    error has a kink, say nothing.

    Parameters:
        compare: a name, `distribution/name`, `path/to/file.py:Class`, a class or an object.
        registry: where names are looked up; by default all that is installed.
        **parameters: the comparison's own.

    Returns:
        None where it fits, or where the error is flat everywhere; else a sentence that says where
        it does not.

    Raises:
        UsageError: no such comparison, or parameters that do not fit.
        PluginError: it cannot be imported, or does not keep the contract.

    >>> import warmer
    >>> warmer.check_comparison("squared-error") is None
    True
    """
    chosen = choose(compare, "comparison", registry_of(registry), parameters)
    return misfit(chosen.plugin, chosen.name)


def odds_misfit(network: Network) -> str | None:
    """Say where a predictor's log odds are not those of its prediction; None where they fit.

    It is asked with the input 1 and the same number for each of its weights (mostly one); where it
    refuses these, nothing is known.
    """
    if network.odds is None or network.odds.distribution == SHIPPED:
        return None
    for weight in AT:
        try:
            count = network.weight_count(1)
            row = {"weights": (weight,) * count, "inputs": (1.0,)}
            prediction = float(network.hook.predict(**row))
            odds = float(network.hook.log_odds(**row, prediction=prediction))
        except KeyboardInterrupt:
            raise
        except PLUGIN_ERRORS:  # a run would say so
            return None
        chance = 0.5 + 0.5 * math.tanh(odds / 2)
        if abs(chance - prediction) > NEAR**2:
            times = f", {count} times," if count > 1 else ""
            return (
                f"the log odds of {network.odds.name} do not fit its prediction: for weight "
                f"{weight!r}{times} and input 1 they are {odds:.6g}, which is a chance of "
                f"{chance:.6g}, and it predicts {prediction:.6g}; what compares log odds learns "
                "something else"
            )
    return None


def misfit(plugin: Any, name: str) -> str | None:
    """Check a plugin that has a `compare`, as `check_comparison` does."""
    asks = evidence_of(type(plugin), "compare")
    moved = "log_odds" if "log_odds" in asks else "prediction"

    def call(at: float, target: float) -> tuple[float, float] | None:
        known = {"prediction": at, "target": target}
        if moved == "log_odds":
            known |= {"log_odds": at, "prediction": 1 / (1 + math.exp(-at))}
        try:
            answer = comparison(plugin.compare(**{asked: known[asked] for asked in asks}), name)
        except KeyboardInterrupt:
            raise
        except PLUGIN_ERRORS:  # it refuses them; a run would say so
            return None
        return answer if all(map(math.isfinite, answer)) else None

    points = list(_points(call))
    sizes = [abs(point.slope) for point in points if point.slope]
    if not sizes:
        return None
    usual = median_low(sizes)  # not a mean of two, which may leave the floats
    factor = median_low([p.delta / p.slope for p in points if abs(p.slope) > NEAR * usual])
    if factor <= 0:
        return (
            f"the delta of {name} points the wrong way: it should be the slope of the error for "
            f"the {moved}, and has the opposite sign or is 0, so that learning climbs or stays"
        )
    for point in points:
        wanted = factor * point.slope
        if abs(point.delta - wanted) > NEAR * max(abs(wanted), factor * usual):
            return (
                f"the delta of {name} does not fit its error: at {moved} {point.at!r} "
                f"and target {point.target!r} it is {point.delta:.6g}, and {wanted:.6g} would be "
                "the slope of the error as elsewhere; what follows the slope will not find the "
                "least error"
            )
    return None


def _points(
    call: Callable[[float, float], tuple[float, float] | None],
) -> Iterator[_Point]:
    """Measure the slope of the error around predictions or log odds, on both sides of each."""
    for target in TARGETS:
        for at in AT:
            step = 1e-5 * max(0.1, abs(at))
            around = [call(at + way * step, target) for way in (-2, -1, 0, 1, 2)]
            if any(answer is None for answer in around):
                continue
            far_below, below, here, above, far_above = [a for a in around if a is not None]
            slope = (above[0] - below[0]) / (2 * step)
            sides = (here[0] - far_below[0]) / (2 * step), (far_above[0] - here[0]) / (2 * step)
            if not math.isfinite(slope):
                continue
            rounding = 1e-15 * max(abs(answer[0]) for answer in around if answer) / step
            if rounding > 0.1 * NEAR * abs(slope):
                continue  # the error is too large for its slope to be seen in it
            wobble = 1e-9 * max(1.0, abs(here[0])) / step
            if abs(sides[1] - sides[0]) > 0.01 * max(map(abs, sides)) + wobble:
                continue  # a kink or a jump
            yield _Point(at, target, slope, here[1])
