"""`tune` finds which values of a parameter work, and which one to use."""

import copy

import attrs
import numpy as np
import pytest

import warmer
from tests.comparing.tuning import Impulse, limit_of, table
from warmer.exceptions import HookError


@pytest.mark.parametrize("seed", range(10))
def test_the_limit(seed):
    """The limit is found within 2 % of 2 / lambda_max, which is told beside it."""
    inputs, targets = table(seed, rows=20 + 10 * seed, inputs=1 + seed % 6)
    tuning = warmer.tune(inputs, targets, "alpha-scaled", steps=1000)
    assert tuning.limit == pytest.approx(limit_of(inputs), rel=0.02)
    assert tuning.theory == pytest.approx(limit_of(inputs))
    assert tuning.low <= tuning.value <= tuning.high < tuning.limit


@attrs.frozen(eq=False)
class Failing:
    """Fails with every value."""

    alpha: float = warmer.param(0.1, above=0)

    @warmer.hookimpl
    def learn(self, weight):
        return weight / (self.alpha - self.alpha)


@attrs.frozen(eq=False)
class Upwards:
    """Walks up the slope."""

    alpha: float = warmer.param(0.1, above=0)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight + self.alpha * weight_delta


def test_each_value_is_a_run_of_train():
    """A value's error, weights, outcome and steps are those of `train` with it, and its test error
    is the error of these weights over the rows of the test."""
    inputs, targets = table(1)
    test = table(2)
    tuning = warmer.tune(inputs, targets, "alpha-scaled", steps=50, test=test)
    assert len({each.outcome for each in tuning.table}) > 1
    for each in tuning.table[::5]:
        run = warmer.train(inputs, targets, "alpha-scaled", alpha=each.value, steps=50)
        assert (run.error, run.outcome.status, run.outcome.steps) == (
            each.error, each.outcome, each.steps)  # fmt: skip
        assert run.weights.tobytes() == each.weights.tobytes()
        over = warmer.train(*test, "alpha-scaled", weights=run.weights, steps=1).error_at(
            run.weights
        )
        assert over == each.test_error


@pytest.mark.parametrize("engine", ["python", "arrays", "native"])
def test_engines(engine):
    """However the runs are taken, the same is found."""
    inputs, targets = table(3, rows=20, inputs=2)
    auto, other = (
        warmer.tune(inputs, targets, Impulse, parameter="friction", steps=20, engine=each)
        for each in ("auto", engine)
    )
    assert repr(auto) == repr(other)
    assert [attrs.astuple(a)[:-1] for a in auto.table] == [
        attrs.astuple(b)[:-1] for b in other.table
    ]


def test_without_a_compiler(monkeypatch):
    """Where nothing can be compiled, the same is found."""
    inputs, targets = table(3, rows=20, inputs=2)
    with_one = warmer.tune(inputs, targets, "alpha-scaled", steps=20)
    monkeypatch.setattr("warmer.engines.choice.compiler_trouble", lambda: "none is installed")
    without = warmer.tune(inputs, targets, "alpha-scaled", steps=20)
    assert [attrs.astuple(a)[:-1] for a in with_one.table] == [
        attrs.astuple(b)[:-1] for b in without.table
    ]


@pytest.mark.parametrize("seed", range(6))
def test_marks(seed):
    """Good values end within 1 % of the least error of those that work, around the one to use; what
    is below falls short, what is above falls short or does not work."""
    inputs, targets = table(seed, noise=seed % 3)
    tuning = warmer.tune(inputs, targets, "alpha-scaled", steps=100)
    rows = {each.value: each for each in tuning.table}
    assert list(rows) == sorted(rows)
    start = float(np.mean(targets * targets))
    least = min(each.error for each in tuning.table if each.outcome == "budget")
    for each in tuning.table:
        goal = least + 0.01 * min(least, start - least) + 1e-9 * start
        good = each.outcome == "budget" and each.error <= goal
        assert (each.mark == "good") == good
        assert bool(each.why) != good
        assert good or each.mark == ("too low" if each.value < tuning.value else "too high")
    good = [value for value in rows if tuning.low <= value <= tuning.high]
    assert tuning.value in good
    assert {rows[value].mark for value in good} == {"good"}


@pytest.mark.parametrize("seed", range(6))
def test_borders(seed):
    """The ends of what is good, and of what works, are known to 2 %."""
    inputs, targets = table(seed)
    tuning = warmer.tune(inputs, targets, "alpha-scaled", steps=100)
    values = [each.value for each in tuning.table]
    for end, beside in ((tuning.low, -1), (tuning.high, 1)):
        other = values[values.index(end) + beside]
        assert abs(other - end) <= 0.0201 * max(other, end)
    below = max(value for value in values if value < tuning.limit)
    above = min(value for value in values if value > tuning.limit)
    assert above - below <= 0.0201 * above
    statuses = {each.value: each.outcome for each in tuning.table}
    assert statuses[below] == "budget"


def test_what_is_too_low_is_told_by_how_much():
    """A rule that takes half the share of weight_delta needs twice the steps."""
    inputs, targets = table(4)
    tuning = warmer.tune(inputs, targets, "alpha-scaled", steps=100)
    low = tuning.table[10]
    times = float(low.why.split()[2].replace(",", ""))
    assert times == pytest.approx(tuning.low / low.value, rel=0.06)


def test_the_value_is_chosen_by_the_test():
    """With a test its error is what counts, not that over the rows that were learned from."""
    rng = np.random.default_rng(0)
    inputs, other = rng.normal(size=(12, 10)), rng.normal(size=(400, 10))
    line = np.full(10, 0.1)
    targets, goals = (x @ line + rng.normal(size=len(x)) for x in (inputs, other))
    alone = warmer.tune(inputs, targets, "alpha-scaled", steps=300)
    tested = warmer.tune(inputs, targets, "alpha-scaled", steps=300, test=(other, goals))
    least = min(each.test_error for each in tested.table if each.outcome == "budget")
    chosen = {each.value: each for each in tested.table}[tested.value]
    assert chosen.test_error <= 1.01 * least
    assert tested.value < alone.value / 10  # more steps fit the few rows, and nothing else
    assert tested.limit == pytest.approx(alone.limit, rel=0.04)
    assert tested.tested
    assert not alone.tested


def test_no_value_works():
    """Where none works, none is answered, and the words say so."""
    inputs, targets = table(5)
    tuning = warmer.tune(inputs, targets, Upwards, steps=50)
    assert (tuning.value, tuning.low, tuning.high, tuning.limit) == (None, None, None, None)
    assert {each.mark for each in tuning.table} == {"fails"}
    assert "no value works" in tuning.sentences()[0]
    assert "value=None" in repr(tuning)
    assert "no value works" in tuning.plot().description


def test_a_rule_that_always_fails():
    """A fault of the plugin is reported as such."""
    with pytest.raises(HookError, match="ZeroDivisionError"):
        warmer.tune(*table(6), Failing, steps=5)


@pytest.mark.parametrize("engine", ["auto", "native", "python"])
@pytest.mark.parametrize("values", [None, [0.1, 0.2, 0.3]])
def test_progress(engine, values):
    """Who asks is told of every value that is tried, once, and of how many are known by then."""
    seen = []
    tuning = warmer.tune(
        [2.0], [0.8], "alpha-scaled", steps=5, engine=engine, values=values,
        progress=lambda *told: seen.append(told),
    )  # fmt: skip

    count = len(tuning.table)
    assert [done for done, _ in seen] == [*range(1, count + 1)]
    assert seen[-1] == (count, count)
    assert all(done <= of for done, of in seen)


def test_nothing_is_changed():
    """What is given stays as it is, and the same is found again."""
    inputs, targets = table(2)
    rule = Impulse()
    network = warmer.network(rule)
    before = copy.deepcopy((inputs, targets, network.parameters))
    first = warmer.tune(inputs, targets, network, steps=30)
    again = warmer.tune(inputs, targets, rule, steps=30)
    assert network.rule.plugin is rule
    assert (inputs.tobytes(), targets.tobytes()) == (before[0].tobytes(), before[1].tobytes())
    assert network.parameters == before[2]
    assert [attrs.astuple(a)[:-1] for a in first.table] == [
        attrs.astuple(b)[:-1] for b in again.table
    ]


def test_the_picture(tmp_path):
    """The picture shows every value that is not far beyond the limit, at its error; the theory's
    limit and the value to use are marked; a file is written whole."""
    tuning = warmer.tune(*table(1), "alpha-scaled", steps=100)
    path = tmp_path / "tune.svg"
    picture = tuning.plot(path)
    assert path.read_text(encoding="utf-8") == picture.svg()
    (panel,) = picture.panels
    line = panel.series[0]
    errors = {each.value: each.error for each in tuning.table}
    assert [errors[x] for x in line.x.tolist()] == line.y.tolist()
    named = {series.name: series for series in panel.series if series.name}
    assert named[f"to use: {tuning.value!r}"].x.tolist() == [tuning.value]
    assert named[f"limit in theory: {tuning.theory:.4g}"].x.tolist() == [tuning.theory] * 2
    assert set(named) > {"too low", "good", "too high", "diverged, at the upper edge"}
    assert tuning.plot().svg(alone=False) in tuning._repr_html_()
    assert f"use alpha {tuning.value!r}" in picture.description
