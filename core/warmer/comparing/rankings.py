"""Rankings: what the runs of a comparison say of each rule."""

import math
from collections.abc import Iterable, Sequence

import attrs
import numpy as np

from warmer.comparing.cells import Finished
from warmer.runs.task import Array

UNITS = {"steps": 0, "predictions": 1, "seconds": 2}
"""Where each unit of a budget stands in a look."""
NEAR = 0.1  # a run has come near the best once it lacks this share of the way from the baseline


@attrs.frozen
class Standing:
    """How a rule did, on one table or on all of them.

    Parameters:
        rule: its name.
        error: the median of its errors for the test; inf where most runs are lost. Over several
            tables, whose errors have different units, of their shares of the baselines' errors.
        lower, upper: the quartiles.
        cost: the median of what its runs had spent when they first came near the best: in the unit
            of the budget, and inf where most of them never did.
        wins: in how many runs no other rule had as little error on the same rows.
        runs: how many runs it has.
        diverged, failed: how many of them did.
        rank: its place by the median errors, from 1; over several tables the mean of its places.
    """

    rule: str
    error: float
    lower: float
    upper: float
    cost: float
    wins: int
    runs: int
    diverged: int
    failed: int
    rank: float


@attrs.frozen(eq=False)
class Ranking:
    """How the rules of a comparison did.

    Parameters:
        rules: over all tables, the best first.
        by_data: the same for each table, in the order in which they were named.
        relative: median error as a share of the baseline's, (tables, rules), in the order in which
            both were named; inf where most runs are lost.
        ranks: places by these, (tables, rules); equal ones share theirs.
    """

    rules: tuple[Standing, ...]
    by_data: dict[str, tuple[Standing, ...]]
    relative: Array = attrs.field(repr=False)
    ranks: Array = attrs.field(repr=False)


def ranking_of(
    cells: Sequence[Finished],
    rules: Sequence[str],
    tables: Sequence[str],
    unit: str,
    reach: float | None,
) -> Ranking:
    """Rank rules by their runs.

    Parameters:
        cells: what is finished. Only rows count on which every rule has run.
        rules, tables: their names, as they were named.
        unit: of the budget.
        reach: the error to come down to; None for near the best on the same rows.
    """
    pairs = paired(cells, rules)
    by_table = {
        name: rows for name in tables if (rows := [r for r in pairs if r[0].cell.data == name])
    }
    shares = {name: shares_of(rows) for name, rows in by_table.items()}
    relative = np.array([
        [quantile([row[number] for row in own], 0.5) for number in range(len(rules))]
        for own in shares.values()
    ]).reshape(len(shares), len(rules))  # fmt: skip
    ranks = np.array([places(row) for row in relative]).reshape(relative.shape)
    by_data = {
        name: _standings(rows, _errors(rows), rules, own, (unit, reach))
        for (name, rows), own in zip(by_table.items(), ranks, strict=True)
    }
    if len(by_data) == 1:
        (only,) = by_data.values()
        return Ranking(only, by_data, relative, ranks)
    means = ranks.mean(axis=0) if by_data else np.zeros(len(rules))
    every = [row for own in shares.values() for row in own]
    rows = [row for rows in by_table.values() for row in rows]
    return Ranking(_standings(rows, every, rules, means, (unit, reach)), by_data, relative, ranks)


def shares_of(rows: Sequence[Sequence[Finished]]) -> list[list[float]]:
    """The errors of the runs on a table, as shares of the baselines' errors.

    They are the errors themselves where one of the baselines is not known.
    """
    if not all(each.lost or each.has_baseline for row in rows for each in row):
        return _errors(rows)
    return [[each.relative for each in row] for row in rows]


def _errors(rows: Sequence[Sequence[Finished]]) -> list[list[float]]:
    return [[each.error for each in row] for row in rows]


def paired(cells: Iterable[Finished], rules: Sequence[str]) -> list[list[Finished]]:
    """Runs on the same rows, one of each rule in their order, where all rules have run."""
    rows: dict[tuple[str, int, int], dict[str, Finished]] = {}
    for each in cells:
        cell = each.cell
        rows.setdefault((cell.data, cell.seed, cell.fold), {})[cell.rule] = each
    return [[row[name] for name in rules] for row in rows.values() if len(row) == len(rules)]


def costs(row: Sequence[Finished], unit: str, reach: float | None) -> list[float]:
    """What each of some runs on the same rows had spent when it came down to an error.

    Parameters:
        reach: the error; None for where a tenth is left of the way from the baseline to the best.
    """
    place = UNITS[unit]
    if reach is None:
        best = min(each.error for each in row)
        baseline = max((each.baseline for each in row if each.has_baseline), default=best)
        reach = best + NEAR * max(0.0, baseline - best)
    found = []
    for each in row:
        there = [look[place] for look in each.looks if look[3] <= reach] if not each.lost else []
        found.append(float(there[0]) if there else math.inf)
    return found


def quantile(values: Sequence[float], share: float) -> float:
    """A quantile between the two nearest values; numbers that are lost count as inf.

    >>> quantile([1.0, 2.0, 4.0], 0.5), quantile([1.0, float("inf")], 0.25), quantile([], 0.5)
    (2.0, inf, inf)
    """
    numbers = sorted(math.inf if math.isnan(each) else each for each in values)
    if not numbers:
        return math.inf
    place = share * (len(numbers) - 1)
    below = numbers[math.floor(place)]
    above = numbers[math.ceil(place)]
    rest = place - math.floor(place)
    if rest == 0 or below == above:
        return below
    return below * (1 - rest) + above * rest


def places(values: Array) -> Array:
    """The place of each number among all, from 1; equal ones share the mean of theirs.

    >>> places(np.array([0.5, 0.1, 0.5, np.inf])).tolist()
    [2.5, 1.0, 2.5, 4.0]
    """
    numbers = np.where(np.isnan(values), np.inf, values)
    below = (numbers[:, None] > numbers[None, :]).sum(axis=1)
    same = (numbers[:, None] == numbers[None, :]).sum(axis=1)
    return np.asarray(below + (same + 1) / 2, dtype=np.float64)


def _standings(
    rows: Sequence[Sequence[Finished]],
    errors: Sequence[Sequence[float]],
    rules: Sequence[str],
    ranks: Array,
    asked: tuple[str, float | None],
) -> tuple[Standing, ...]:
    spent = [costs(row, *asked) for row in rows]
    won = [_winner([each.error for each in row]) for row in rows]
    found = []
    for number, rule in enumerate(rules):
        own = [each[number] for each in errors]
        ends = [row[number].status for row in rows]
        middle, lower, upper = (quantile(own, share) for share in (0.5, 0.25, 0.75))
        cost = quantile([each[number] for each in spent], 0.5)
        counted = won.count(number), len(rows), ends.count("diverged"), ends.count("failed")
        place = float(ranks[number])
        found.append(Standing(rule, middle, lower, upper, cost, *counted, place))
    return tuple(sorted(found, key=lambda each: (each.rank, each.error)))


def _winner(errors: Sequence[float]) -> int | None:
    """Who has less error than all others; None where nobody has."""
    least = min(errors)
    if not math.isfinite(least) or errors.count(least) > 1:
        return None
    return list(errors).index(least)
