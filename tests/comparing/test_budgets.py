"""What a comparison's budget allows: predictions, which are counted, and time."""

import attrs
import pytest

import warmer


@attrs.frozen(eq=False)
class Probing:
    """Has no formula, and probes every weight three times."""

    @warmer.hookimpl
    def learn(self, weight, error_at):
        tried = [weight + float(f"{step}") for step in (-0.05, 0.0, 0.05)]
        return min(tried, key=error_at)


@attrs.frozen(eq=False)
class Searching:
    """Has no formula, and probes every weight once in the first step, and later 20 times."""

    @warmer.hookimpl
    def learn(self, weight, error_at, step):
        tried = [weight + float(f"{0.01 * n}") for n in range(1 if step == 1 else 20)]
        return min(tried, key=error_at)


@pytest.mark.parametrize(
    "rule, of_a_row", [("alpha-scaled", 1), ("hot-and-cold", 1 + 2 * 3), (Probing, 1 + 3 * 3)]
)
def test_predictions_are_counted(tables, rule, of_a_row):
    """A budget of predictions counts those that a rule probes, with a formula or without."""
    found = warmer.compare(rule, {"t1": tables["t1"]}, "y", seeds=1, budget="1e3-predictions")
    (run,) = found.runs
    assert run.steps == 1000 // (24 * of_a_row)
    assert run.predictions == run.steps * 24 * of_a_row


def test_probes_of_later_steps_are_counted(tables):
    """A rule that probes more later on takes fewer steps, and its command takes as many."""
    data = {"t1": tables["t1"]}
    (run,) = warmer.compare(Searching, data, "y", seeds=1, budget="1e4-predictions").runs
    first, later = 24 * (1 + 3), 24 * (1 + 20 * 3)
    assert run.steps == run.planned == 1 + (10_000 - first) // later
    assert run.predictions == first + (run.steps - 1) * later
    assert [look[1] for look in run.looks[:3]] == [0, first, first + later]
    by_steps = warmer.compare(Searching, data, "y", seeds=1, budget=f"{run.steps}-steps").runs[0]
    assert (by_steps.error, by_steps.predictions) == (run.error, run.predictions)


def test_a_budget_of_time(tables):
    """A budget of seconds ends a run soon after it is spent, and such runs are not kept."""
    found = warmer.compare(
        "alpha-scaled", {"t1": tables["t1"]}, "y", seeds=1, budget="0.01-seconds"
    )
    (run,) = found.runs
    assert run.status == "budget"
    assert run.seconds >= 0.01
    assert run.looks[-1][0] == run.steps
