"""Rules compared: the same rows, starts and budget for all, and what is said of them."""

import functools
import operator

import attrs
import numpy as np
import pytest

import warmer

RULES = ["alpha-scaled:alpha=0.01,0.1", "hot-and-cold:step-amount=0.05"]
SMALL = {"seeds": 2, "budget": "2e3-predictions"}


@attrs.frozen(eq=False)
class Copy:
    """Alpha-scaled under another name."""

    alpha: float = warmer.param(0.1, above=0)

    @warmer.hookimpl
    def learn(self, weight: float, weight_delta: float) -> float:
        return weight - self.alpha * weight_delta


@attrs.frozen(eq=False)
class Own:
    """Measures a hundredth of the squared error."""

    @warmer.hookimpl
    def compare(self, prediction, target):
        miss = prediction - target
        return warmer.Comparison(miss * miss / 100, miss / 50)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - weight_delta


@attrs.frozen(eq=False)
class Failing:
    """Fails where an input is large."""

    @warmer.hookimpl
    def learn(self, weights, inputs):
        if inputs.shape[0] > 3:
            raise ValueError("no such luck")
        return weights


def test_a_grid_by_hand(tables):
    """A grid that is written by hand against the API comes to the numbers of one call."""
    by_hand = []
    for table in tables.values():
        for seed in (1, 2):
            split = warmer.split(table.rows, 0.25, seed=seed)
            prepared = warmer.prepare(table.take(split.train), "y")
            others = table.take(split.test)
            inputs, goals = prepared.transform(others), others.numbers("y")
            for alpha in (0.01, 0.1):
                run = warmer.train(
                    prepared.inputs, prepared.targets[:, 0], "alpha-scaled", alpha=alpha,
                    steps=90, batch_size=5, seed=seed,
                )  # fmt: skip
                missed = [
                    warmer.dot(run.weights, x) - y for x, y in zip(inputs, goals, strict=True)
                ]
                by_hand.append(functools.reduce(operator.add, (m * m for m in missed)) / len(goals))
    found = warmer.compare(
        "alpha-scaled:alpha=0.01,0.1", tables, "y", seeds=2, test=0.25, budget="90-steps",
        batch_size=5,
    )  # fmt: skip
    assert [each.error for each in found.runs] == by_hand
    assert [each.steps for each in found.runs] == [90] * len(by_hand)


def test_a_better_rule_is_found(tables):
    """A rule that learns faster is told apart from one that is too slow, and comes first."""
    found = warmer.compare("alpha-scaled:alpha=0.001,0.1", tables, "y", seeds=3, budget="50-steps")
    assert found.best.rule == "alpha-scaled:alpha=0.1"
    (pair,) = found.tested.apart
    assert pair.p < 0.05
    assert pair.low <= pair.difference <= pair.high
    assert pair.low > 0
    assert "alpha-scaled:alpha=0.1 has less error than alpha-scaled:alpha=0.001" in " ".join(
        found.text()
    )


@pytest.mark.sampled(4, seed=range(20))
def test_copies_are_not_told_apart(tables, seed):
    """Two copies of one rule have the same rows, orders and starts, so nothing parts them."""
    found = warmer.compare(
        ["alpha-scaled", Copy], tables, "y", seeds=[seed], budget="300-predictions",
        batch_size=4, weights="random",
    )  # fmt: skip
    assert found.tested.apart == ()
    assert [each.wins for each in found.standings] == [0, 0]


def test_seeds_that_change_nothing(tables):
    """With all rows in each step, and tested with themselves, seeds change nothing: it is said."""
    still = warmer.compare("alpha-scaled", {"t1": tables["t1"]}, "y", test=0, **SMALL)
    assert "the seeds change nothing" in still.notes[0]
    assert warmer.compare("alpha-scaled", {"t1": tables["t1"]}, "y", **SMALL).notes == ()


def test_a_diverging_rule_changes_nobody(tables):
    """A rule that diverges is counted and ranked last; the figures of the others are the same."""
    alone = warmer.compare(RULES, tables, "y", **SMALL)
    beside = warmer.compare([*RULES, "alpha-scaled:alpha=50"], tables, "y", **SMALL)
    last = beside.standings[-1]
    assert (last.diverged, last.runs, last.error, last.cost) == (12, 12, np.inf, np.inf)
    strip = {"alpha-scaled:alpha=50"}
    assert [each for each in beside.standings if each.rule not in strip] == [*alone.standings]
    for name, standings in alone.ranking.by_data.items():
        assert [e for e in beside.ranking.by_data[name] if e.rule not in strip] == [*standings]


def test_folds(tables):
    """With folds every row is tested once for each seed, whoever runs."""
    found = warmer.compare(RULES, {"t1": tables["t1"]}, "y", folds=3, **SMALL)
    assert [(e.cell.seed, e.cell.fold) for e in found.runs[::3]] == [
        (seed, fold) for seed in (1, 2) for fold in (1, 2, 3)
    ]
    assert found.total == len(found.runs) == 3 * 2 * 3


def test_a_rule_that_fails(tables):
    """A rule that fails has failed in its runs, with the reason; nobody else is touched."""
    found = warmer.compare(["alpha-scaled", Failing], {"t1": tables["t1"]}, "y", **SMALL)
    assert [(each.rule, each.failed) for each in found.standings] == [
        ("alpha-scaled", 0), ("Failing", 2),
    ]  # fmt: skip
    assert "Failing failed in 2 of 2 runs: learn of Failing failed" in found.notes[0]
    assert "no such luck" in found.notes[0]


@pytest.mark.parametrize("rules", [["alpha-scaled", "Own"], ["Own", "alpha-scaled"]])
def test_errors_of_two_kinds(tables, rules):
    """Rules whose errors are measured by different comparisons are refused; by one, compared."""
    asked = [Own if each == "Own" else each for each in rules]
    with pytest.raises(warmer.UsageError, match="do not measure the same error"):
        warmer.compare(asked, {"t1": tables["t1"]}, "y", **SMALL)
    assert warmer.compare([Own, Own], {"t1": tables["t1"]}, "y", **SMALL).best


@pytest.mark.parametrize(
    "change, why",
    [({"target": ["y", "z"]}, "t1: .*no column 'z'"), ({"folds": 30}, "t1: .*only 6 rows"),
     ({"batch_size": 20}, "on t1: batch_size"), ({"budget": "10-predictions"}, "on t1: .*no step")],
)  # fmt: skip
def test_refused_before_anything_runs(tables, change, why):
    """What cannot be with the last table is refused before the first one is run."""
    small, large = tables["t1"].take(range(6)), tables["t0"]
    data = {"t0": small, "t1": large} if "budget" in change else {"t0": large, "t1": small}
    ran = []
    with pytest.raises(warmer.UsageError, match=why):
        warmer.compare(
            "alpha-scaled", data, **{"target": "y", "budget": "1e3-predictions", **change},
            progress=ran.append,
        )  # fmt: skip
    assert not ran


@pytest.mark.parametrize(
    "library",
    [
        "pyarrow",
        *(pytest.param(each, marks=pytest.mark.port("frames")) for each in ("pandas", "polars")),
    ],
)
def test_frames(tables, library):
    """The runs come as a data frame of what is asked for, or installed, with the same numbers."""
    found = warmer.compare(RULES[:1], {"t1": tables["t1"]}, "y", **SMALL)
    column = found.frame(library)["error"]
    numbers = column.to_pylist() if library == "pyarrow" else column.to_list()
    assert numbers == [each.error for each in found.runs]
    assert len(found.frame()) == 4
    with pytest.raises(warmer.UsageError, match="did you mean 'pandas'"):
        found.frame("panda")


def test_nothing_is_finished(tables):
    """Of a comparison without a run all that is shown says so."""

    def stop(_progress):
        raise warmer.Stop

    found = warmer.compare(RULES, tables, "y", **SMALL, progress=stop)
    assert found.notes == ("1 of 36 runs are finished",)
    assert found.best is None
    assert "1 of 36 runs" in " ".join(found.text())
    assert "1 of 36 runs" in found.report()
    assert "best=None" in repr(found)


def test_a_class_that_cannot_be_sent(tables):
    """A class that a process could not import is refused in a sentence."""

    class Local(Copy):
        pass

    with pytest.raises(warmer.WarmerError, match="a job cannot be run in another process"):
        warmer.compare(Local, {"t1": tables["t1"]}, "y", **SMALL, jobs=2)


def test_what_a_comparison_shows(tables):
    """Its repr is one line, and a notebook shows its table."""
    found = warmer.compare(RULES, {"t1": tables["t1"]}, "y", **SMALL)
    assert repr(found).startswith("Compared(rules=3, data=1, runs=6, best='alpha-scaled")
    assert "\n" not in repr(found)
    assert "<table class=" in found._repr_html_()
    assert all(len(line) <= 80 for line in found.text())


@pytest.mark.parametrize(
    "change, why",
    [
        ({"budget": "12"}, "budget must be a number and predictions, steps, seconds"),
        ({"budget": "5-stepps"}, "did you mean 'steps'"),
        ({"budget": "1.5-steps"}, "must be a whole number"),
        ({"budget": "3-predictions"}, "allows no step: one takes 24"),
        ({"rules": []}, "name at least one rule"),
        ({"rules": ["alpha-scald"]}, "did you mean 'alpha-scaled'"),
        ({"rules": ["alpha-scaled:alpha=0.1,-2"]}, "alpha must be a number above 0, got -2"),
        ({"target": ["y", "y"]}, "one for each of 1 tables, got 2"),
        ({"target": "z"}, "no column 'z'"),
        ({"seeds": 0}, "seeds"), ({"seeds": [1, 1]}, "different numbers"),
        ({"test": 0.2, "folds": 3}, "leave test out"),
        ({"batch_size": 500}, "on t1: batch_size must be at most the 24 rows"),
        ({"weights": "some"}, "a number or random"),
        ({"jobs": 0}, "jobs"), ({"executor": 3}, "must have a method submit"),
        ({"data": ["norris", "norris"]}, "norris (1) and norris (2) have the same rows"),
        ({"data": {}}, "name at least one table"), ({"data": 3.5}, "must be a list of tables"),
    ],
)  # fmt: skip
def test_bad_arguments(tables, change, why):
    """What cannot be is refused in a sentence that names it."""
    asked = {"rules": ["alpha-scaled"], "data": {"t1": tables["t1"]}, "target": "y", **SMALL}
    with pytest.raises(warmer.UsageError) as refused:
        warmer.compare(**{**asked, **change})
    assert why in str(refused.value)
    assert "\n" not in str(refused.value)
