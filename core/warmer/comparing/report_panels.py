"""The pictures of a comparison: the error over the cost, and the performance profile."""

import math
from collections.abc import Sequence

import numpy as np

from warmer.comparing.cells import Finished
from warmer.comparing.compared import Compared
from warmer.comparing.rankings import UNITS, quantile
from warmer.pictures.panels import COLOURS, DASHES, Panel, Series, Style
from warmer.pictures.picture import Picture
from warmer.pictures.scales import Scale, fitting, linear
from warmer.runs.task import Array

POINTS = 48  # of each line, evenly spaced on the logarithmic scale of the cost
BEYOND = 10.0  # times the error at the start: what is above is not drawn
LEAST_TABLES = 4  # of a performance profile


def error_over_cost(compared: Compared, table: str) -> Picture:
    """The error for the test over the cost: for each rule the median of its runs, and a band.

    The band goes from the lower to the upper quartile.
    """
    runs = [each for each in compared.runs if each.cell.data == table]
    unit = compared.budget.unit
    spread, starts = _range(runs, unit)
    lines = []
    for number, rule in enumerate(compared.rules):
        own = [each for each in runs if each.cell.rule == rule]
        at = np.array([[_at(each, cost, UNITS[unit]) for each in own] for cost in spread])
        quartiles = [
            np.array([quantile(row.tolist(), share) for row in at]) for share in (0.25, 0.5, 0.75)
        ]
        lines += _lines(spread, quartiles, rule, number)
    seen = np.concatenate([each.y for each in lines] or [np.zeros(1)])
    up = fitting(seen[seen <= BEYOND * max(starts, default=math.inf)])
    across = _over(spread)
    panel = Panel("", "", f"{unit} spent", "error for the test", across, up, tuple(lines))
    title = f"{table}: the error for the test over the {unit} spent"
    return Picture(title, _told(compared, table), ((panel,),))


def profile(compared: Compared) -> Picture | None:
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
        "share of the tables", Scale(0.0, math.log10(last), log=True), linear([0.0, 1.0]),
        tuple(lines),
    )  # fmt: skip
    title = f"Performance profile over {len(by_data)} tables"
    told = [
        f"{rule} is the cheapest on {int(sum(ratios[:, number] <= 1))} tables and gets there on "
        f"{int(sum(np.isfinite(ratios[:, number])))}"
        for number, rule in enumerate(compared.rules)
    ]
    return Picture(title, "; ".join(told) + ".", ((panel,),))


def _range(runs: Sequence[Finished], unit: str) -> tuple[Array, list[float]]:
    """The costs to draw, from the first look to the last; and the errors at the start."""
    place = UNITS[unit]
    spent = [look[place] for each in runs for look in each.looks if look[0] > 0 and look[place] > 0]
    starts = [each.looks[0][3] for each in runs if each.looks and math.isfinite(each.looks[0][3])]
    if not spent:
        return np.array([1.0, 10.0]), starts
    first, last = float(min(spent)), float(max(spent))
    return np.geomspace(first, max(last, first * 1.01), POINTS), starts


def _over(spread: Array) -> Scale:
    low, high = math.log10(spread[0]), math.log10(spread[-1])
    room = 0.02 * (high - low)
    if high - low < 1:  # less than a power of ten: no round numbers would stand on it
        return linear(spread, pad=0.02)
    return Scale(low - room, high + room, log=True)


def _at(run: Finished, cost: float, place: int) -> float:
    """The error of a run at a cost: that of its last look before; inf once it has diverged."""
    before = [look for look in run.looks if look[place] <= cost * (1 + 1e-9)]
    if not before or (run.lost and before[-1] is run.looks[-1]):
        return math.inf
    return before[-1][3]


def _lines(spread: Array, quartiles: Sequence[Array], rule: str, number: int) -> list[Series]:
    lower, middle, upper = quartiles
    style = _style(number)
    whole = np.isfinite(upper)
    x = spread[whole]
    around = np.concatenate([x, x[::-1]]), np.concatenate([lower[whole], upper[whole][::-1]])
    band = Series(*around, Style(style.colour, area=True))
    line = Series(spread, np.where(np.isfinite(middle), middle, np.nan), style, rule)
    return [*([band] if len(x) > 1 else []), line]


def _style(number: int) -> Style:
    """How a rule is drawn; the seventh has the colour of the first, and another dash."""
    dash = DASHES[(number + number // len(COLOURS)) % len(DASHES)]
    return Style(COLOURS[number % len(COLOURS)], 1.8, dash)


def _told(compared: Compared, table: str) -> str:
    """What is seen, for those who hear it."""
    standings = compared.ranking.by_data.get(table, ())
    told = [
        f"{each.rule} ends at {each.error:.3g}" if math.isfinite(each.error)
        else f"most runs of {each.rule} diverge"
        for each in standings
    ]  # fmt: skip
    return "Medians and quartiles; " + "; ".join(told) + "."
