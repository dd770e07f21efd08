"""Marks: which values of a parameter are good, which are too low or too high, and why."""

import math
from collections.abc import Sequence
from typing import Any, Literal

import attrs

from warmer.comparing.tuning_trial import FAILED, Came
from warmer.runs.task import Array
from warmer.training.unfinished import NEAR, NOTHING

Mark = Literal["too low", "good", "too high", "fails"]
WIDE = 1e6  # times the first good value: beyond, more room is worth nothing
MOST_TIMES = 1e6  # beyond, nobody would take so many steps
FAR_ABOVE = "ends far above the least error"
GROWING = " and is still growing"


@attrs.frozen(eq=False)
class Tried:
    """One value, and what the run with it came to.

    Parameters:
        value: of the parameter.
        mark: `too low`, `good`, `too high`; `fails` where no value works.
        why: in a few words; empty of good values.
        error: over all rows, after the run.
        test_error: the same over the rows of the test; None without them.
        outcome: how the run ended: a status of `warmer.Outcome`, or `failed` where a plugin did.
        steps: how many were taken.
        weights: the final ones; None where there are none.
    """

    value: Any
    mark: Mark
    why: str
    error: float
    test_error: float | None
    outcome: str
    steps: int
    weights: Array | None = attrs.field(repr=False)


@attrs.frozen(eq=False)
class Judged:
    """What a table of values shows.

    Parameters:
        table: every value that was tried, in order.
        chosen: the place of the value to use; None where no value works.
        low, high: the places of the first and the last of the good values around it.
        border: the place of the first value above them whose run diverges, or ends with no less
            error than it began with; None for none.
    """

    table: tuple[Tried, ...]
    chosen: int | None = None
    low: int = 0
    high: int = 0
    border: int | None = None

    def settled(self, end: int) -> bool:
        """Whether good values span many powers of ten, and the error falls no more towards an end.

        Parameters:
            end: 0 for the lowest value, -1 for the highest.
        """
        low, high = (self.table[at].value for at in (self.low, self.high))
        if len(self.table) < 5 or not 0 < low * WIDE <= high:
            return False
        last, inner = (self.table[at] for at in (end, -5 if end else 4))
        return _counting(last) >= _counting(inner)

    def gaps(self) -> list[tuple[Any, Any]]:
        """The neighbours between which something changes: the ends of what is good and works."""
        if self.chosen is None:
            return []
        values = [each.value for each in self.table]
        places = {self.low, self.high + 1}
        if self.border is not None:
            places.add(self.border)
        return [(values[at - 1], values[at]) for at in sorted(places) if 0 < at < len(values)]


def judged(came: Sequence[Came], before: tuple[float, float | None], share: bool = False) -> Judged:
    """Mark values.

    A value works where its run did not diverge and ended with less error than it began with, over
    the rows of the test as well, where there is one. Of those that work, the good ones are within
    1 % of the least error, or of its fall where that is less; with a test, its error counts. The
    value to use is the middle of the good ones around the least, in powers of ten.

    Parameters:
        came: in the order of the values.
        before: the error with the first weights, over all rows and over those of the test.
        share: whether the rule takes a share of weight_delta that the parameter is proportional
            to. Then half the value needs twice the steps.
    """
    start = before[0] if before[1] is None else before[1]
    errors = [_counting(each) for each in came]
    running = [_works(each, each.error, before[0]) for each in came]
    working = [
        runs and _works(each, error, start)
        for each, error, runs in zip(came, errors, running, strict=True)
    ]
    least = min((e for e, works in zip(errors, working, strict=True) if works), default=math.nan)
    goal = least + NEAR * min(least, start - least) + NOTHING * start
    good = [works and error <= goal for error, works in zip(errors, working, strict=True)]
    best = next((at for at, error in enumerate(errors) if good[at] and error == least), None)
    if best is None:
        return Judged(tuple(_tried(each, "fails", _trouble(each)) for each in came))
    low = high = best
    while low > 0 and good[low - 1]:
        low -= 1
    while high + 1 < len(good) and good[high + 1]:
        high += 1
    table = []
    for at, each in enumerate(came):
        mark: Mark = "good" if good[at] else "too low" if at < best else "too high"
        why = "" if good[at] else _trouble(each)
        if working[at] and not good[at]:
            times = _times(start, errors[at], goal, least)
            if share and at < low:
                times = came[low].value / each.value
            why = _more_steps(times) if at < best else _above(errors[at], least)
        table.append(_tried(each, mark, why))
    border = next((at for at in range(high + 1, len(came)) if not running[at]), None)
    middle = _middle(
        came[low].value, min(came[high].value, WIDE * abs(came[low].value) or math.inf)
    )
    chosen = min(range(low, high + 1), key=lambda at: _apart(came[at].value, middle))
    return Judged(tuple(table), chosen, low, high, border)


def _tried(came: Came, mark: Mark, why: str) -> Tried:
    return Tried(
        came.value, mark, why, came.error, came.test_error, came.status, came.steps, came.weights
    )


def _counting(came: Came | Tried) -> float:
    """The error that a value is judged by."""
    return came.error if came.test_error is None else came.test_error


def _works(came: Came, error: float, start: float) -> bool:
    fell = error < start or error == start == 0
    return came.status not in ("diverged", FAILED) and fell


def _trouble(came: Came) -> str:
    """Say why a value does not work."""
    if came.status == "diverged":
        reason = came.reason.partition(";")[0]
        return f"diverged: {reason.removeprefix('the error ').removesuffix(GROWING)}"
    if came.status == FAILED:
        return f"failed: {came.reason}"
    return "ends no lower than it began"


def _times(start: float, error: float, goal: float, least: float) -> float:
    """How many times the steps would bring an error to the goal, if it falls on as it fell."""
    if not start > error > least or not goal > least:
        return math.inf
    return math.log((start - least) / (goal - least)) / math.log((start - least) / (error - least))


def _more_steps(times: float) -> str:
    if not times <= MOST_TIMES:
        return "hardly moves"
    return f"needs about {_rounded(max(times, 1.1), 2)} times the steps"


def _above(error: float, least: float) -> str:
    """Say how far above the least error another one ends: more steps may not mend that."""
    times = error / least if least > 0 else math.inf
    if times >= MOST_TIMES:
        return FAR_ABOVE
    return f"ends at {_rounded(times, 3)} times the least error"


def _rounded(times: float, digits: int) -> str:
    """Write a number with some digits and no power of ten."""
    value = float(f"{times:.{digits}g}")
    return f"{value:,.0f}" if value >= 100 else f"{value:g}"


def _middle(low: Any, high: Any) -> float:
    """The middle of two values, of positive ones in their powers of ten."""
    if low > 0:
        return float(math.sqrt(low) * math.sqrt(high))
    return float(low / 2 + high / 2)


def _apart(value: Any, middle: float) -> float:
    return abs(math.log(value / middle)) if value > 0 and middle > 0 else float(abs(value - middle))
