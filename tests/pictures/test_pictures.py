"""Every run can be drawn, into files and notebooks, or it is said why not."""

import functools
import pickle
import re
import xml.etree.ElementTree as ET
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import warmer
from tests.pictures.runs import RUNS, SVG, train
from warmer.pictures.picture import picture_of

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
