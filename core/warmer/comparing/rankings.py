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
    known = [name for name in tables if any(each[0].cell.data == name for each in pairs)]
    relative = np.array([
        [quantile([row[n].relative for row in pairs if row[n].cell.data == name], 0.5)
         for n in range(len(rules))]
        for name in known
    ]).reshape(len(known), len(rules))  # fmt: skip
    ranks = np.array([places(row) for row in relative]).reshape(relative.shape)
    by_data = {}
    for name, own in zip(known, ranks, strict=True):
        rows = [row for row in pairs if row[0].cell.data == name]
        errors = [[each.error for each in row] for row in rows]
        by_data[name] = _standings(rows, errors, rules, own, (unit, reach))
    if len(known) == 1:
        return Ranking(by_data[known[0]], by_data, relative, ranks)
    shares = [[each.relative for each in row] for row in pairs]
    means = ranks.mean(axis=0) if known else np.zeros(len(rules))
    return Ranking(_standings(pairs, shares, rules, means, (unit, reach)), by_data, relative, ranks)


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
        baseline = row[0].baseline
        above = baseline > best  # not so where one of them is not known
        reach = best + NEAR * (baseline - best) if above else best
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
