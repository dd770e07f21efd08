"""A comparison as text: its tables, and what can be said of the differences, in 80 columns."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from warmer.comparing.budgets import written
from warmer.comparing.rankings import Standing
from warmer.comparing.significance import Pair
from warmer.wording import WIDTH, wrapped

if TYPE_CHECKING:
    from warmer.comparing.compared import Compared

GAP = "  "
NAMES = {"wilcoxon": "Wilcoxon's signed ranks", "friedman": "Friedman's ranks"}


def lines_of(compared: "Compared") -> list[str]:
    """All of it, line by line."""
    by_data = compared.ranking.by_data
    names = list(by_data) if len(by_data) > 1 else []
    first, *others = _tables(
        [(compared.standings, len(by_data) > 1), *((by_data[name], False) for name in names)]
    )
    lines = [*wrapped(heading(compared)), "", *first]
    for name, table in zip(names, others, strict=True):
        lines += ["", name, *table]
    lines.append("")
    for sentence in legend(compared):
        lines += wrapped(sentence)
    lines.append("")
    for sentence in verdict(compared):
        lines += wrapped(sentence)
    return lines


def heading(compared: "Compared") -> str:
    """What was compared, in a sentence.

    Numbers stand in it that are the same for all runs.
    """
    options = compared.options
    seeds = len(options["seeds"])
    tested = (
        f"{options['folds']} folds" if options["folds"]
        else f"{options['test'] * 100:.3g} % of the rows for the test" if options["test"]
        else "tested with the rows that were learned from"
    )  # fmt: skip
    done = len(compared.runs)
    runs = (
        count(compared.total, "run")
        if done == compared.total
        else f"{done} of {compared.total} runs"
    )
    return (
        f"{count(len(compared.rules), 'rule')} on {count(len(compared.data), 'table')}, "
        f"{count(seeds, 'seed')}, {tested}: {runs} of {compared.budget.words} each"
    )


def legend(compared: "Compared") -> list[str]:
    """What the columns mean, a sentence each."""
    said = "error: median and quartiles of the error for the test"
    if len(compared.ranking.by_data) > 1:
        said += (
            "; over all tables as a share of the error of who always predicts the mean of the "
            "rows learned from"
        )
    unit = compared.budget.unit
    near = (
        "a tenth was left of the way from there to the best run on the same rows"
        if compared.reach is None
        else f"the error was {compared.reach!r}"
    )
    if compared.reach is None:
        near = near.replace("from there", "from the mean's error")
    return [
        said,
        f"cost: {unit} until {near}; - where most runs never were there",
        "wins: runs with less error than any other rule had on the same rows",
    ]


def verdict(compared: "Compared") -> list[str]:
    """What can be said of the differences, a sentence each."""
    tested = compared.tested
    if tested.refused:
        return [f"not tested: {tested.refused}"]
    tables = len(compared.ranking.by_data)
    assert tested.test is not None
    assert tested.p is not None
    lines = [f"{NAMES[tested.test]} over {tables} tables: p = {tested.p:.3g}"]
    apart = tested.apart
    if not apart:
        return [*lines, "no rules are told apart at 5 %"]
    lines += [f"told apart at 5 %: {apart_in_words(pair)}" for pair in apart]
    left = len(tested.pairs) - len(apart)
    if left:
        lines.append(
            f"the other {count(left, 'pair')} {'are' if left > 1 else 'is'} not told apart"
        )
    return lines


def apart_in_words(pair: Pair) -> str:
    """Two rules, the one with less error first."""
    assert pair.p is not None
    worse, sign = (pair.second, -1) if pair.better == pair.first else (pair.first, 1)
    less, *ends = (sign * each + 0.0 for each in (pair.difference, pair.low, pair.high))
    told = f"{pair.better} has less error than {worse} (p = {pair.p:.3g}; "
    if math.isinf(less):
        return f"{told}{worse} is lost on most tables)"
    low, high = (number(each) if math.isfinite(each) else "no end" for each in sorted(ends))
    return f"{told}its share is less by {number(less)}, from {low} to {high})"


def _tables(tables: Sequence[tuple[Sequence[Standing], bool]]) -> list[list[str]]:
    """The lines of each table: one for each rule, or two where a name is long in any of them.

    Parameters:
        tables: the rules, and whether their mean ranks are shown.
    """
    texts = [_cells(*table) for table in tables]
    found = [_aligned(rows) for rows in texts]
    if max(len(line) for lines in found for line in lines) <= WIDTH:
        return found
    return [
        [
            line
            for row, own in zip(rows, _aligned([row[1:] for row in rows]), strict=True)
            for line in (row[0], f"  {own}")
        ]
        for rows in texts
    ]


def _cells(standings: Sequence[Standing], ranked: bool) -> list[list[str]]:
    head = ["rule", "error", "quartiles", "", "cost", "wins", "diverged"] + ["rank"] * ranked
    rows = [
        [
            each.rule, number(each.error), number(each.lower), number(each.upper),
            cost(each.cost), str(each.wins), lost(each), *([f"{each.rank:.3g}"] * ranked),
        ]
        for each in standings
    ]  # fmt: skip
    return [head, *rows]


def lost(standing: Standing) -> str:
    """How many runs diverged, and how many failed."""
    told = f"{standing.diverged} of {standing.runs}"
    return f"{told}, {standing.failed} failed" if standing.failed else told


def number(value: float) -> str:
    """Write a figure to three digits; `-` where it is lost."""
    return f"{value:.3g}" if math.isfinite(value) else "-"


def cost(value: float) -> str:
    """Write a cost to three digits; `-` where most runs never were there."""
    if not math.isfinite(value):
        return "-"
    return written(float(f"{value:.3g}")) if value >= 1000 else f"{value:.3g}"


def count(many: int, what: str) -> str:
    """Count things.

    >>> count(1, "rule"), count(2, "rule")
    ('1 rule', '2 rules')
    """
    return f"{many} {what}" + ("s" if many != 1 else "")


def _aligned(table: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]
