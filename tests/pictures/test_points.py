"""Points, lines and marks of a picture are those of the history."""

import attrs
import numpy as np
import pytest

import warmer
from tests.pictures.runs import ROWS, RUNS, SOME, train
from warmer.pictures.picture import picture_of


@pytest.mark.parametrize(
    "more",
    [{"alpha": 0.1}, {"alpha": 0.4}, {"alpha": 0.1, "targets": [-3e6]},
     {"alpha": 0.3, "compare": "absolute-error"}, {"alpha": 0.1, "predict": "logistic"},
     {"alpha": 0.1, "inputs": [1e-4], "weights": -1e3}],
)  # fmt: skip
def test_points_equal_the_history(more, read):
    """Read off the axes, the circles are the weights and errors of the history, and its end."""
    run = train(**more)
    log = "10" if run.history.error.max() >= 1000 * min(*run.history.error, run.error) else ""
    _, (walk, steps) = read(run.plot().svg(), False, bool(log))

    first, *others = [walk.circles()[-1], *walk.circles()[:-1]]  # the first is drawn last
    weights, errors = run.history.weights[:, 0], run.history.error
    dots = np.array([first, *others])
    assert dots[:, 0] == pytest.approx(weights, abs=np.ptp(weights) / 200)
    assert dots[:, 1] == pytest.approx(errors, abs=np.ptp(errors) / 100)
    dots = np.array(steps.circles())
    assert dots[:, 0] == pytest.approx(run.history.step - 1, abs=0.05)
    if log:
        assert np.log(dots[:, 1]) == pytest.approx(np.log(errors), abs=0.1)
    told = sorted(walk.told())
    rows = zip(run.history.step.tolist(), weights.tolist(), errors.tolist(), strict=True)
    exact = [f"step {step}: weight {weight!r}, error {error!r}" for step, weight, error in rows]
    last = f"at the end: weight {float(run.weights[0])!r}, error {run.error!r}"
    assert told == sorted([*exact, last])


def test_extremes_of_long_runs():
    """A thinned line passes through the least and the largest error; a walk has its ends."""
    run = RUNS["rows one by one"]
    walk, steps = run.plot().panels
    line = steps.series[0]
    errors = run.history.error

    assert len(line.x) < len(errors)
    assert {errors.min(), errors.max(), errors[0], errors[-1]} <= set(line.y)
    assert set(line.y) <= set(errors)
    assert np.array_equal(errors[(line.x).astype(int)], line.y)
    dots = np.concatenate([series.y for series in walk.series if series.style.marker == "circle"])
    assert {errors.min(), errors.max(), errors[0]} <= set(dots)


@pytest.mark.parametrize("name", ["diverged", "out of the floats"])
def test_what_diverged_shows_something(name):
    """The first steps of a run that diverged spread over the panel."""
    walk, _ = RUNS[name].plot().panels
    dots = np.concatenate([each.x for each in walk.series if each.style.marker == "circle"])

    shares = walk.x.share(dots)
    assert len(dots) >= 4
    assert np.all((shares >= 0) & (shares <= 1))
    assert np.ptp(shares) > 0.5
    assert "of the recorded steps lie beyond" in walk.note


def test_slopes_are_tangents():
    """A slope touches the curve at its point, and has the curve's derivative."""
    walk, _ = train(alpha=0.4, steps=4).plot().panels
    (slopes,) = (each for each in walk.series if each.name == "slope")
    x, y = slopes.x.reshape(-1, 3), slopes.y.reshape(-1, 3)

    middle = x[:, :2].mean(axis=1)
    assert y[:, :2].mean(axis=1) == pytest.approx((2 * middle - 0.8) ** 2, abs=1e-3)
    slope = (y[:, 1] - y[:, 0]) / (x[:, 1] - x[:, 0])
    assert slope == pytest.approx(4 * (2 * middle - 0.8), abs=0.01)


def test_outcomes_have_marks_of_their_own():
    """Each outcome is marked and named at the end of the line."""

    @attrs.frozen(eq=False)
    class Enough:
        @warmer.hookimpl
        def steps_taken(self, step):
            raise warmer.Stop("enough")

    ended = [train(), RUNS["converged"], RUNS["diverged"], train(observers=[Enough()])]
    marks = [run.plot(of="steps").panels[0].series[-1] for run in ended]

    assert [each.name for each in marks] == [f"the end ({run.outcome.status})" for run in ended]
    assert len({each.style.marker for each in marks}) == 4


def test_kept_weights_stand_at_their_step():
    """Where a run kept the weights of an earlier step, they are marked there, and no line leads."""
    rows, targets = ROWS.reshape(30, 5), SOME[:30, 0]  # noise, so that all that is learned harms
    run = train(inputs=rows[:8], targets=targets[:8], steps=400, valid=(rows[8:], targets[8:]))
    assert run.validation.step < 400
    walk, steps = run.plot().panels

    end = steps.series[-1]
    assert (end.x.tolist(), end.y.tolist()) == ([run.validation.step], [run.error])
    assert end.name == walk.series[-1].name == "the weights that it kept"
    line = np.concatenate([each.x for each in steps.series[:-1]])
    assert line.max() == 399


def test_black_and_white():
    """Lines side by side differ without their colours, and so do the marks on them."""
    series = RUNS["many targets, one weight"].plot(of="steps").panels[0].series
    named = [each for each in series if (each.name or "").startswith("target")][:6]
    assert len({each.style.dash for each in named}) == 6

    runs = [(f"{alpha}", train(alpha=alpha)) for alpha in (0.1, 0.2, 0.3)]
    lines = [s for s in picture_of(runs).panels[-1].series if s.name and "end" not in s.name]
    assert len({(each.style.dash, each.style.marker) for each in lines}) == 3
