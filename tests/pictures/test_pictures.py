"""Pictures of runs show what the history holds, whatever a run was."""

import functools
import pickle
import re
import xml.etree.ElementTree as ET
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import warmer
from warmer.pictures.picture import picture_of

SVG = "{http://www.w3.org/2000/svg}"
rng = np.random.default_rng(0)
ROWS, SOME = rng.normal(size=(50, 3)), rng.normal(size=(50, 11))
ONE = {"inputs": [2.0], "targets": [0.8]}


def train(rule: Any = "alpha-scaled", **more: Any) -> warmer.Run:
    return warmer.train(rule=rule, **{**ONE, "weights": 0.5, "steps": 12, **more})


RUNS = {
    "one step": train(steps=1),
    "at the goal": train(weights=0.4),
    "a constant error": train(inputs=[0.0]),
    "diverged": train("raw-gradient", steps=20),
    "out of the floats": train("raw-gradient", steps=1000),
    "no step at all": train("raw-gradient", inputs=[1e200]),
    "swinging": train("hot-and-cold", step_amount=0.3, steps=400),
    "hundred thousand steps": train(alpha=1e-4, steps=100_000),
    "every seventh step": train(history=7, steps=300, alpha=0.01),
    "converged": train(tolerance=1e-3, steps=1000),
    "huge": train(targets=[1e150], inputs=[1.0], alpha=0.3),
    "tiny": train(targets=[1e-155], inputs=[1.0], alpha=0.3, weights=0.0),
    "far from 0": train(inputs=[1.0], targets=[1e9 + 1], weights=1e9),
    "errors of 0": train(inputs=[1.0], targets=[1.0], alpha=0.999, weights=0.0, steps=50),
    "absolute error": train(inputs=[1.0, 2.0], targets=[1.0, 2.0], compare="absolute-error"),
    "log odds": train(inputs=ROWS, targets=(SOME[:, 0] > 0) * 1.0, predict="logistic",
                      compare="log-loss", steps=100),
    "rows one by one": train(inputs=ROWS, targets=SOME[:, 0], batch_size=1, seed=1, steps=3000),
    "no move": train(inputs=ROWS * 0, targets=SOME[:, 0]),
    "many targets": train(inputs=ROWS, targets=SOME, steps=1000),
    "many targets, one weight": train(inputs=ROWS[:, 0], targets=SOME, batch_size=1, steps=40),
}  # fmt: skip


NINE = [(f"step_amount=0.0{n}", train("hot-and-cold", step_amount=n / 100, steps=30))
        for n in range(1, 10)]  # fmt: skip


@functools.cache
def drawn(name: str) -> Any:
    """The picture of a run, drawn once: it costs hundreds of passes over its rows."""
    return picture_of(NINE) if name == "nine" else RUNS[name].plot()


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("alone", [True, False])
def test_every_run_can_be_drawn(name, alone):
    """The SVG is well-formed, says in words what is seen, scales, and is below 100 kB."""
    picture = drawn(name)
    text = picture.svg(alone)
    root = ET.fromstring(text)

    assert root.tag == f"{SVG}svg"
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root[0].text == picture.title == root.get("aria-label")
    assert root[1].text == picture.description
    assert RUNS[name].outcome.reason in picture.description
    assert root.get("role") == "img"
    assert re.fullmatch(r"0 0 \d+ [\d.]+", root.get("viewBox", ""))
    assert len(text.encode()) < 100_000
    assert "nan" not in text
    assert not re.search(r'="-?inf|[ML]-?inf', text)
    assert ("prefers-color-scheme" in text) == alone
    if not alone:  # a strict page admits no styles
        assert "style" not in text
        assert {each.get("color") for each in root.iter()} == {None}


@pytest.mark.parametrize("name", [*RUNS, "nine"])
def test_nothing_is_cut_off(name):
    """Words stand within the picture, and numbers on an axis do not cover one another."""
    root = ET.fromstring(drawn(name).svg())
    width = float(root.get("viewBox", "").split()[2])

    for line in root.findall(f"{SVG}text"):
        assert 12 + 8.4 * len(line.text) <= width, line.text
    for group in root.findall(f"{SVG}g"):
        left = float(re.match(r"translate\(([\d.]+)", group.get("transform", ""))[1])
        free = {}
        for each in group.findall(f"{SVG}text"):
            x, half = left + float(each.get("x")), 5.4 * len(each.text) / 2
            start = {"middle": x - half, "end": x - 2 * half}.get(each.get("text-anchor"), x)
            assert -2 <= start <= start + 2 * half <= width + 12, each.text
            row = each.get("y"), each.get("text-anchor") == "end"
            assert start >= free.get(row, -2), each.text
            free[row] = start + 2 * half


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


def test_after_pickling_only_the_history():
    """A run that was pickled is drawn from its history, and says why that is all."""
    run = pickle.loads(pickle.dumps(train()))

    picture = run.plot()
    assert len(picture.panels) == 1
    assert "pickled" in picture.description
    assert run.plot(of="steps").svg() == train().plot(of="steps").svg()
    assert run._repr_html_() == train()._repr_html_().replace("])", f"], error={run.error!r})")
    for refused in (
        lambda: run.plot(of="walk"),
        lambda: warmer.error_curve(run),
        lambda: run.error_at([1.0]),
    ):
        with pytest.raises(warmer.UsageError, match="pickled"):
            refused()


def test_files_are_whole(tmp_path):
    """A file is the text of the picture; where it cannot be written, it stays as it was."""
    path = tmp_path / "run.svg"
    path.write_text("before", encoding="utf-8")
    path.chmod(0o640)
    picture = train().plot(path)

    assert path.read_text(encoding="utf-8") == picture.svg()
    assert path.stat().st_mode & 0o777 == 0o640
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(warmer.WarmerError, match=r"folder\.svg"):
        picture.save(tmp_path / "folder.svg")
    with pytest.raises(warmer.UsageError, match=r"\.svg"):
        picture.save(tmp_path / "run.png")
    with pytest.raises(warmer.WarmerError, match="No such file"):
        picture.save(tmp_path / "nowhere" / "run.svg")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder.svg", "run.svg"]


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (lambda: train(history=None).plot(), "history='auto'"),
        (lambda: warmer.error_curve(train(history=None)), "history='auto'"),
        (lambda: train().plot(of="both"), "not one of walk, steps"),
        (lambda: train().plot(3), "end in .svg"),
        (lambda: train().plot(ax=3), "axes"),
        (lambda: train().plot(ax=[]), "axes"),
        (lambda: warmer.error_curve(train(), points=1), "points"),
        (lambda: warmer.error_curve(train(), low=1, high=1), "low must be below high"),
        (lambda: warmer.error_curve(train(), low="a"), "low"),
        (lambda: train().error_at([1.0, 2.0]), "shape"),
    ],
)
def test_refusals(refused, words):
    """What cannot be drawn is refused in one line that says what to do."""
    with pytest.raises(warmer.UsageError, match=re.escape(words)) as raised:
        refused()
    assert "\n" not in str(raised.value)


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_name(name):
    """Names from data and packages are words in a picture, whatever they are made of."""
    several = [(name, RUNS["one step"]), ("other", RUNS["one step"])]
    root = ET.fromstring(picture_of(several, "steps").svg())

    assert not [each for each in root.iter() if not each.tag.startswith(SVG)]
    assert len(root.findall(f"{SVG}g")) == 1


class Recorder:
    """Axes that take note of what is asked of them."""

    def __init__(self):
        self.lines, self.calls = [], {}

    def plot(self, x, y, **look):
        self.lines.append((x, y, look))

    def __getattr__(self, name):
        return lambda *given, **more: self.calls.setdefault(name, given)


@pytest.mark.parametrize("name", ["diverged", "rows one by one", "one step", "no step at all"])
def test_axes_get_the_same(name):
    """On axes the same numbers are drawn as in the SVG, with the same scales."""
    run, axes = RUNS[name], [Recorder(), Recorder()]
    panels = run.plot(ax=axes).panels

    for ax, panel in zip(axes, panels, strict=True):
        assert len(ax.lines) == len(panel.series)
        for (x, y, look), series in zip(ax.lines, panel.series, strict=True):
            assert np.array_equal(x, series.x, equal_nan=True)
            assert np.array_equal(y, series.y, equal_nan=True)
            assert bool(look["marker"]) == bool(series.style.marker)
        assert ("set_yscale" in ax.calls) == panel.y.log
        assert ax.calls["set_xlim"] == panel.x.limits
        assert all(map(np.isfinite, ax.calls["set_ylim"]))


def test_one_axes():
    """A single one gets the error over steps, or what was asked for; others have to be as many."""
    ax = Recorder()
    train().plot(ax=ax)
    assert ax.calls["set_xlabel"] == ("steps taken",)
    ax = Recorder()
    train().plot(ax=ax, of="walk")
    assert ax.calls["set_xlabel"] == ("weight",)
    with pytest.raises(warmer.UsageError, match="2 panels .* got 3"):
        train().plot(ax=[Recorder()] * 3)


def test_notebooks():
    """A run and a formula show themselves; a run computes nothing for it; `repr` is one line."""

    def fail(weights):
        raise AssertionError("nobody asked for an error")

    run = attrs.evolve(train(), evaluate=fail)
    html = run._repr_html_()
    root = ET.fromstring(f"<html>{html}</html>")
    assert root.find(f".//{SVG}svg") is not None
    assert "history" not in attrs.evolve(train(history=None), evaluate=fail)._repr_html_()
    latex = warmer.formula("alpha-scaled")._repr_latex_()
    assert latex.startswith("$$")
    assert warmer.formula("alpha-scaled").latex() in latex
    picture = train().plot()
    assert picture.svg(alone=False) in picture._repr_html_()
    for value in (
        picture,
        *picture.panels,
        *picture.panels[0].series,
        warmer.error_curve(RUNS["one step"]),
    ):
        assert repr(value).isprintable()
        assert len(repr(value)) < 500
