"""Significance: whether the differences between rules are more than chance, and how large they are.

The unit is the table: runs on one table share its rows, so they are no pairs of their own. Of two
rules the signed ranks of their differences are tested (Wilcoxon), of more the ranks of all
(Friedman), and then those of each pair (Nemenyi). See J. Demsar, Statistical comparisons of
classifiers over multiple data sets, JMLR 7 (2006).
"""

import importlib.util
import math
import warnings
from collections.abc import Sequence
from itertools import combinations

import attrs
import numpy as np

from warmer.runs.task import Array

LEAST = 6  # pairs: of fewer, no difference reaches 5 % whatever it is
LEVEL = 0.05
DRAWS = 10_000
INSTALL = "pip install 'warmer[stats]'"


@attrs.frozen
class Pair:
    """Two rules beside each other.

    Parameters:
        first, second: their names.
        p: how often chance alone would part them as far; None where that cannot be tested.
        difference: the median over tables of the first one's relative error less the second one's.
        low, high: from where to where it lies in 95 of 100 samples of the tables.
        better: who has less error, by the ranks that are tested: the median difference may be 0,
            or tell otherwise. None where nothing is tested, or both rank alike.
    """

    first: str
    second: str
    p: float | None
    difference: float
    low: float
    high: float
    better: str | None = None


@attrs.frozen
class Tested:
    """What can be said of the differences.

    Parameters:
        test: `wilcoxon`, or `friedman`; None where nothing is tested.
        refused: why not, in a sentence; None where it is.
        p: of that test.
        pairs: every pair of rules; none where there are fewer than six tables.
        critical: how far the mean ranks of two rules must be apart; of Nemenyi's test.
    """

    test: str | None
    refused: str | None
    p: float | None = None
    pairs: tuple[Pair, ...] = ()
    critical: float | None = None

    @property
    def apart(self) -> tuple[Pair, ...]:
        """The pairs that are told apart at 5 %."""
        if self.p is None or self.p >= LEVEL:
            return ()
        return tuple(pair for pair in self.pairs if pair.p is not None and pair.p < LEVEL)


def tested(relative: Array, rules: Sequence[str]) -> Tested:
    """Test the differences between rules.

    Parameters:
        relative: error as a share of the baseline's, (tables, rules); inf is worse than any number.
        rules: their names.
    """
    tables, count = relative.shape
    if count < 2:
        return Tested(None, "there is one rule, and nothing to compare it with")
    if tables < LEAST:
        have = (
            f"{tables} table makes 1 pair"
            if tables == 1
            else f"{tables} tables make {tables} pairs"
        )
        return Tested(
            None,
            f"{have}, and a test needs {LEAST}: the runs on one table share its rows, so they are "
            "no pairs of their own",
        )
    if importlib.util.find_spec("scipy") is None:
        return Tested(None, f"the tests need scipy: {INSTALL}", None, _pairs(relative, rules))
    differences = np.array([differences_of(relative, *two) for two in _two(count)])
    if not differences.any():
        pairs = _pairs(relative, rules)
        return Tested(None, "the rules have the same errors on every table", None, pairs)
    return _wilcoxon(relative, rules) if count == 2 else _friedman(relative, rules)


def differences_of(relative: Array, first: int, second: int) -> Array:
    """The differences of two rules by table; where one is lost, larger than all others.

    Where both are lost there is no difference.
    """
    with np.errstate(invalid="ignore"):
        found = relative[:, first] - relative[:, second]
    found = np.where(np.isnan(found), 0.0, found)
    beyond = np.isinf(found)
    most = float(np.max(np.abs(found[~beyond]), initial=0.0))
    far = np.copysign(2 * most + 1, found)
    return np.asarray(np.where(beyond, far, found), dtype=np.float64)


def _wilcoxon(relative: Array, rules: Sequence[str]) -> Tested:
    from scipy.stats import rankdata, wilcoxon

    differences = differences_of(relative, 0, 1)
    others = int(np.count_nonzero(differences))
    if others < LEAST:
        same = len(differences) - others
        why = f"both rules have the same error on {same} of {len(differences)} tables"
        refused = f"{why}, and a test needs {LEAST} tables on which they have not"
        return Tested(None, refused, None, _pairs(relative, rules))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # older ones warn of ties, for which they take another way
        p = float(wilcoxon(differences).pvalue)
    told = differences[differences != 0]
    more = np.sign(told) @ rankdata(np.abs(told))
    return Tested("wilcoxon", None, p, _pairs(relative, rules, [(p, float(more))]))


def _friedman(relative: Array, rules: Sequence[str]) -> Tested:
    from scipy.stats import friedmanchisquare, rankdata, studentized_range

    tables, count = relative.shape
    ranks = np.array([rankdata(row) for row in relative])
    p = float(friedmanchisquare(*ranks.T).pvalue)
    unit = math.sqrt(count * (count + 1) / (6 * tables)) / math.sqrt(2)
    means = ranks.mean(axis=0)
    gaps = [float(means[first] - means[second]) for first, second in _two(count)]
    each = [(float(studentized_range.sf(abs(gap) / unit, count, np.inf)), gap) for gap in gaps]
    critical = float(studentized_range.ppf(1 - LEVEL, count, np.inf)) * unit
    return Tested("friedman", None, p, _pairs(relative, rules, each), critical)


def _two(count: int) -> list[tuple[int, int]]:
    return list(combinations(range(count), 2))


def _pairs(
    relative: Array, rules: Sequence[str], chances: Sequence[tuple[float, float]] | None = None
) -> tuple[Pair, ...]:
    """Every pair of rules.

    Parameters:
        chances: of each, where it is tested, p and by how much more error the first one ranks.
    """
    found = []
    for number, (first, second) in enumerate(_two(len(rules))):
        with np.errstate(invalid="ignore"):
            each = relative[:, first] - relative[:, second]
        each = np.where(np.isnan(each), 0.0, each)  # both are lost
        p, more = chances[number] if chances else (None, 0.0)
        better = (rules[second] if more > 0 else rules[first]) if more else None
        middle = float(_medians(each[None])[0])
        found.append(Pair(rules[first], rules[second], p, middle, *interval(each), better))
    return tuple(found)


def interval(differences: Array) -> tuple[float, float]:
    """From where to where the median lies in 95 of 100 samples of the tables, drawn with return.

    The draws are `numpy.random.default_rng(0)`'s, so the interval is always the same.

    >>> interval(np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.0]))
    (1.0, 1.0)
    """
    count = len(differences)
    drawn = np.random.default_rng(0).integers(0, count, (DRAWS, count))
    medians = np.sort(_medians(differences[drawn]))
    last = DRAWS - 1
    return float(medians[round(0.025 * last)]), float(medians[round(0.975 * last)])


def _medians(values: Array) -> Array:
    """The median of each row; numbers may be inf, and between -inf and inf it is 0."""
    ordered = np.sort(values, axis=1)
    half = values.shape[1] // 2
    above, below = ordered[:, half], ordered[:, -half - 1]
    with np.errstate(invalid="ignore"):
        middle = below / 2 + above / 2
    middle = np.where(np.isnan(middle), 0.0, middle)
    return np.asarray(np.where(below == above, above, middle), dtype=np.float64)
