"""The pictures of a comparison: the error over the cost, and the performance profile."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from warmer.comparing.cells import Finished
from warmer.comparing.rankings import UNITS, quantile
from warmer.pictures.panels import COLOURS, DASHES, Panel, Series, Style
from warmer.pictures.picture import Picture
from warmer.pictures.scales import Scale, fitting, linear
from warmer.runs.task import Array

if TYPE_CHECKING:
    from warmer.comparing.compared import Compared

POINTS = 60  # of each line, at most
BEYOND = 10.0  # times the error at the start: what is above is not drawn
LEAST_TABLES = 4  # of a performance profile


def error_over_cost(compared: "Compared", table: str) -> Picture:
    """The error for the test over the cost: for each rule the median of its runs, and a band.

    The band goes from the lower to the upper quartile.
    """
    runs = [each for each in compared.runs if each.cell.data == table]
    unit = compared.budget.unit
    lines: list[Series] = []
    for number, rule in enumerate(compared.rules):
        lines += _of_rule([each for each in runs if each.cell.rule == rule], unit, number)
    starts = [each.looks[0][3] for each in runs if each.looks and math.isfinite(each.looks[0][3])]
    seen = np.concatenate([each.y for each in lines] or [np.zeros(1)])
    up = fitting(seen[seen <= BEYOND * max(starts, default=math.inf)])
    across = _over(np.concatenate([each.x for each in lines] or [np.ones(1)]))
    panel = Panel("", "", f"{unit} spent", "error for the test", across, up, tuple(lines))
    title = f"{table}: the error for the test over the {unit} spent"
    return Picture(title, _told(compared, table), ((panel,),))


def profile(compared: "Compared") -> Picture | None:
    """The performance profile: on what share of the tables a rule is near the best at what cost.

    None where there are fewer than four tables, or no rule ever came there.
    """
    by_data = compared.ranking.by_data
    if len(by_data) < LEAST_TABLES:
        return None
    costs = np.array([
        [next(each.cost for each in standings if each.rule == rule) for rule in compared.rules]
        for standings in by_data.values()
    ])  # fmt: skip
    least = costs.min(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        ratios = np.where(np.isfinite(least), costs / least, np.inf)
    known = ratios[np.isfinite(ratios)]
    if not len(known):
        return None
    last = max(2.0, float(known.max()) * 1.1)
    lines = []
    for number, rule in enumerate(compared.rules):
        own = np.sort(ratios[:, number][np.isfinite(ratios[:, number])])
        x, y = [1.0], [float(np.mean(ratios[:, number] <= 1))]
        for each in own[own > 1].tolist():
            x += [each, each]
            y += [y[-1], float(np.mean(ratios[:, number] <= each))]
        lines.append(Series(np.array([*x, last]), np.array([*y, y[-1]]), _style(number), rule))
    panel = Panel(
        "", "", f"{compared.budget.unit} spent, as a multiple of what the cheapest rule spent",
        "share of the tables", _over(np.array([1.0, last])), linear([0.0, 1.0]),
        tuple(lines),
    )  # fmt: skip
    title = f"Performance profile over {len(by_data)} tables"
    told = [
        f"{rule} is the cheapest on {int(sum(ratios[:, number] <= 1))} tables and gets there on "
        f"{int(sum(np.isfinite(ratios[:, number])))}"
        for number, rule in enumerate(compared.rules)
    ]
    return Picture(title, "; ".join(told) + ".", ((panel,),))


def _over(costs: Array) -> Scale:
    """A scale for costs above 0: logarithmic where they span more than a power of ten."""
    low, high = math.log10(np.min(costs)), math.log10(np.max(costs))
    if high - low < 1:  # no two round numbers would stand on it
        return linear(costs, pad=0.02)
    room = 0.02 * (high - low)
    return Scale(low - room, high + room, log=True)


def _of_rule(runs: Sequence[Finished], unit: str, number: int) -> list[Series]:
    """The line of a rule and its band, at the costs at which its runs were looked at."""
    place = UNITS[unit]
    spent = np.unique([look[place] for each in runs for look in each.looks if look[0] > 0])
    if not len(spent):
        return []
    spread = spent[np.unique(np.linspace(0, len(spent) - 1, POINTS).astype(int))].astype(float)
    at = [[_at(each, cost, place) for each in runs] for cost in spread.tolist()]
    lower, middle, upper = (
        np.array([quantile(row, share) for row in at]) for share in (0.25, 0.5, 0.75)
    )
    style, whole = _style(number), np.isfinite(upper)
    x = spread[whole]
    around = np.concatenate([x, x[::-1]]), np.concatenate([lower[whole], upper[whole][::-1]])
    band = [Series(*around, Style(style.colour, area=True))] if len(x) > 1 else []
    lost = sum(each.lost for each in runs)
    name = runs[0].cell.rule + (f" ({lost} of {len(runs)} lost)" if lost else "")
    return [*band, Series(spread, np.where(np.isfinite(middle), middle, np.nan), style, name)]


def _at(run: Finished, cost: float, place: int) -> float:
    """The error of a run at a cost: that of its last look before; inf once it has diverged."""
    before = [look for look in run.looks if look[place] <= cost]
    if not before or (run.lost and before[-1] is run.looks[-1]):
        return math.inf
    return before[-1][3]


def _style(number: int) -> Style:
    """How a rule is drawn; the seventh has the colour of the first, and another dash."""
    dash = DASHES[(number + number // len(COLOURS)) % len(DASHES)]
    return Style(COLOURS[number % len(COLOURS)], 1.8, dash)


def _told(compared: "Compared", table: str) -> str:
    """What is seen, for those who hear it."""
    standings = compared.ranking.by_data.get(table, ())
    told = [
        f"{each.rule} ends at {each.error:.3g}" if math.isfinite(each.error)
        else f"most runs of {each.rule} diverge"
        for each in standings
    ]  # fmt: skip
    return "Medians and quartiles; " + "; ".join(told) + "."
