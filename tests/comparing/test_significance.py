"""Which rules a comparison tells apart: what is tested, and how it is told."""

import warnings

import numpy as np
import pytest
import scipy.stats

import warmer
from warmer.comparing import compared_text, significance

SMALL = {"seeds": 2, "budget": "2e3-predictions"}


@pytest.mark.parametrize("count", [2, 3])
def test_p_values_are_scipys(tables, count):
    """What is tested is what scipy says of the medians of each table."""
    rules = ["alpha-scaled:alpha=0.02,0.1", "hot-and-cold:step-amount=0.05"][: count - 1]
    found = warmer.compare(rules, tables, "y", **SMALL)
    shares = {(each.cell.data, each.cell.rule): [] for each in found.runs}
    for each in found.runs:
        shares[each.cell.data, each.cell.rule].append(each.error / each.baseline)
    medians = [[np.median(shares[name, rule]) for rule in found.rules] for name in tables]
    np.testing.assert_allclose(found.ranking.relative, medians, rtol=1e-15)
    columns = np.array(medians).T
    if count == 2:
        assert found.tested.test == "wilcoxon"
        assert found.tested.p == scipy.stats.wilcoxon(*columns).pvalue
        return
    assert found.tested.test == "friedman"
    assert found.tested.p == scipy.stats.friedmanchisquare(*columns).pvalue
    ranks = scipy.stats.rankdata(columns, axis=0).mean(axis=1)
    unit = np.sqrt(count * (count + 1) / (6 * len(tables)) / 2)
    for pair in found.tested.pairs:
        apart = abs(np.subtract(*(ranks[found.rules.index(x)] for x in (pair.first, pair.second))))
        assert pair.p == pytest.approx(
            scipy.stats.studentized_range.sf(apart / unit, count, np.inf), rel=1e-12
        )
    assert found.tested.critical == pytest.approx(
        scipy.stats.studentized_range.ppf(0.95, count, np.inf) * unit
    )


def test_a_lost_rule_is_worse_than_any_number():
    """A table on which a rule is lost counts as its largest difference; where both are, as none."""
    relative = np.array([[0.1 * n, 0.1 * n + 0.01 * (n + 1)] for n in range(7)])
    relative[0, 1] = np.inf
    relative[1] = np.inf
    differences = np.array([-0.01 * (n + 1) for n in range(7)])
    differences[:2] = -1e6, 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scipy 1.11 warns of a difference of 0
        expected = scipy.stats.wilcoxon(differences).pvalue
    assert significance.tested(relative, ["a", "b"]).p == expected


@pytest.mark.parametrize("third", [False, True], ids=["wilcoxon", "friedman"])
@pytest.mark.parametrize("other", [0.0, -1e-6])
def test_who_is_better_has_the_better_ranks(third, other):
    """The one who is told to be better is who the test finds so, whatever the median difference."""
    relative = np.full((25, 2 + third), 0.5)
    relative[:, 1] += other * (np.arange(25) % 2)  # here and there as good, or a little better
    relative[:11, 0] += np.linspace(0.1, 0.2, 11)
    relative[:, 2:] += 1
    found = significance.tested(relative, ["worse", "better", "third"][: 2 + third])
    pair = found.pairs[0]
    assert abs(pair.difference) <= 1e-6
    assert pair.better == "better"
    assert all(each.better != "third" for each in found.pairs)


def test_each_is_lost_on_half_of_the_tables():
    """Two rules that are lost in turn have a median difference of 0, and no end on either side."""
    relative = np.tile([[0.1, np.inf], [np.inf, 0.1]], (4, 1))
    (pair,) = significance.tested(relative, ["a", "b"]).pairs
    assert (pair.difference, pair.low, pair.high) == (0.0, -np.inf, np.inf)


def test_better_is_told_in_words():
    """Words name the one with less error first, also where no number says by how much."""
    lost = np.column_stack([np.full(8, np.inf), np.linspace(0.1, 0.2, 8)])
    (pair,) = significance.tested(lost, ["lost", "fine"]).apart
    assert compared_text.apart_in_words(pair) == (
        "fine has less error than lost (p = 0.00781; lost is lost on most tables)"
    )
    worse = np.full((20, 2), 0.5)
    worse[:9, 0] += np.linspace(0.01, 0.09, 9)
    (pair,) = significance.tested(worse, ["worse", "better"]).apart
    assert compared_text.apart_in_words(pair) == (
        "better has less error than worse (p = 0.00769; its share is less by 0, from 0 to 0.035)"
    )


@pytest.mark.parametrize(
    "rules, tables, why",
    [(1, 6, "one rule"), (2, 1, "1 table makes 1 pair"), (2, 5, "5 tables make 5 pairs"),
     (3, 5, "needs 6")],
)  # fmt: skip
def test_what_cannot_be_tested(rules, tables, why):
    """Too few pairs are not tested, and it is said why."""
    relative = np.random.default_rng(0).random((tables, rules))
    found = significance.tested(relative, list("abc")[:rules])
    assert found.p is None
    assert why in found.refused


def test_too_few_differences():
    """Tables on which both rules have one error say nothing, and are not counted as pairs."""
    relative = np.ones((10, 2))
    relative[:5, 1] = [1.1, 1.2, 1.3, 1.4, 1.5]
    found = significance.tested(relative, ["a", "b"])
    assert found.p is None
    assert "on 5 of 10 tables" in found.refused
