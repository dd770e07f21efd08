"""`warmer tune`: which values of a parameter work for a table, and the one to use."""

import io
import sys
from pathlib import Path

import numpy as np
import pytest

import warmer as api
from warmer.cli import progress_line

NORRIS = ("norris.csv", "--target", "y", "--steps", 100)


def prepared():
    table = api.prepare(api.read_table("norris.csv"), targets=["y"])
    return table.inputs, table.targets[:, 0]


def test_the_same_as_in_python(document):
    """The document holds what `warmer.tune` finds with the table as `train` prepares it."""
    found = document("tune", "alpha-scaled", *NORRIS)["tuning"]
    tuning = api.tune(*prepared(), "alpha-scaled", steps=100)

    for name in ("parameter", "steps", "value", "low", "high", "limit", "theory"):
        assert found[name] == getattr(tuning, name)
    assert [each["value"] for each in found["tried"]] == [each.value for each in tuning.table]
    assert [each["mark"] for each in found["tried"]] == [each.mark for each in tuning.table]
    assert set(found["tried"][0]) == {"value", "mark", "why", "error", "outcome", "steps"}
    assert found["chosen_by"] == "error"


def test_the_page(warmer):
    """The page fits 80 columns, has the value to use among its rows, and says what was found."""
    result = warmer("tune", "alpha-scaled", *NORRIS)
    lines = result.out.splitlines()

    assert result.code == 0
    assert result.err == ""
    assert max(map(len, lines[1:])) <= 80
    assert lines[-4:] == [
        "use alpha 0.316",
        "good from 0.0843 to 1.91",
        "too high from about 1.99",
        "in theory each step is stable below 2 = 2 / largest eigenvalue of X'X / rows",
    ]
    assert any(line.startswith("0.316 ") and line.endswith("good") for line in lines)
    shown = [line.split()[0] for line in lines if "too" in line and line[0].isdigit()]
    assert 6 <= len(shown) <= 30


def test_with_a_test(document):
    """--test keeps rows apart by the seed, as `train` does, and the value is chosen by them."""
    options = ("--test", 0.3, "--seed", 4)
    found = document("tune", "alpha-scaled", *NORRIS, *options)["tuning"]
    trained = document("train", "alpha-scaled", *NORRIS, *options, "--alpha", found["value"])
    chosen = next(each for each in found["tried"] if each["value"] == found["value"])

    assert found["chosen_by"] == "test_error"
    assert chosen["test_error"] == trained["scores"]["test"]["error"]
    assert chosen["error"] == trained["error"]
    least = min(e["test_error"] for e in found["tried"] if e["outcome"] == "budget")
    assert chosen["test_error"] <= 1.01 * least


@pytest.mark.parametrize(
    "options",
    [
        ("--with", "decay:rate=0.1"),
        ("--scale", "none", "--no-bias"),
        ("--batch-size", 6, "--seed", 1),
        ("--compare", "absolute-error"),
        ("--weights", "0.5"),
        ("--weights", "random", "--seed", 3),
    ],
)
def test_options_of_train(document, options):
    """What `train` takes is taken the same: the chosen value's error is that of `train` with it."""
    found = document("tune", "alpha-scaled", *NORRIS, *options)["tuning"]
    trained = document("train", "alpha-scaled", *NORRIS, *options, "--alpha", found["value"])
    chosen = next(each for each in found["tried"] if each["value"] == found["value"])

    assert chosen["error"] == trained["error"]


def test_apply(warmer, document):
    """--apply trains with the value and saves the model; the result is that of `train`."""
    result = warmer("tune", "alpha-scaled", *NORRIS, "--apply", "--save", "a.warmer")
    applied = document("tune", "alpha-scaled", *NORRIS, "--apply")
    value = applied.pop("tuning")["value"]
    trained = warmer("train", "alpha-scaled", *NORRIS, "--alpha", value, "--save", "b.warmer")

    assert applied == document("train", "alpha-scaled", *NORRIS, "--alpha", value)
    assert result.out.endswith(trained.out)
    assert api.load("a.warmer").weights.tobytes() == api.load("b.warmer").weights.tobytes()


def test_no_value_works(warmer):
    """Where none works, that is said and nothing is trained; the exit code is 3."""
    task = ("norris.csv", "--target", "y", "--scale", "none", "--from", 1, "--to", 5)
    result = warmer("tune", "alpha-scaled", *task, "--apply", "--save", "a.warmer", "--values", 3)

    assert result.code == 3
    assert "no value works from 1.0 to 5.0" in result.out
    assert result.err == "warmer: there is no value to train with\n"
    assert not Path("a.warmer").exists()


def test_the_picture(warmer):
    """--plot draws what is found into a file."""
    assert warmer("tune", "alpha-scaled", *NORRIS, "--plot", "tune.svg").code == 0
    tuning = api.tune(*prepared(), "alpha-scaled", steps=100)
    assert Path("tune.svg").read_text(encoding="utf-8") == tuning.plot().svg()


def test_another_parameter(document):
    """--parameter names it as it is typed; the rule's other options hold."""
    found = document("tune", "hot-and-cold", *NORRIS, "--parameter", "step-amount")["tuning"]
    assert found["parameter"] == "step_amount"
    assert found["theory"] is None


@pytest.mark.parametrize(
    "words, message",
    [
        (("alpha-scaled", *NORRIS, "--alpha", 1), "--alpha is what is tuned: leave it out"),
        (("raw-gradient", *NORRIS), "raw-gradient has no number to tune"),
        (("alpha-scaled", *NORRIS, "--parameter", "alpa"), "did you mean 'alpha'"),
        (("alpha-scaled", *NORRIS, "--from", -1), "the range of alpha must be above 0, got -1.0"),
        (("alpha-scaled", *NORRIS, "--values", 1), "--values must be a whole number at least 2"),
        (("alpha-scaled", *NORRIS, "--save", "a.warmer"), "say --apply as well"),
        (("alpha-scaled", *NORRIS, "--plot", "a.png"), "--plot a.png: must end in .svg"),
        (("alpha-scaled", *NORRIS, "--observe", "csv"), "there is no option --observe"),
    ],
)
def test_what_cannot_be(warmer, words, message):
    """What cannot be done is told in one line, with exit code 2, and prints nothing."""
    result = warmer("tune", *words)
    assert result.code == 2
    assert result.out == ""
    assert message in result.err
    assert result.err.count("\n") == 1


def test_several_targets(warmer):
    """One target is tuned at a time: what suits one need not suit another."""
    Path("two.csv").write_text("x,y,z\n1,2,3\n2,4,7\n3,5,1\n", encoding="utf-8")
    result = warmer("tune", "alpha-scaled", "two.csv", "--target", "y", "--target", "z")
    assert (result.code, result.out) == (2, "")
    assert "tune takes one target, and there are 2: tune each by itself" in result.err


def test_wide_tables(document, tmp_path):
    """Networks of many weights, which lanes do not take, are tuned as well."""
    rng = np.random.default_rng(0)
    columns = [f"x{index}" for index in range(80)]
    rows = rng.normal(size=(30, 81))
    lines = [",".join([*columns, "y"]), *(",".join(map(repr, row)) for row in rows.tolist())]
    Path("wide.csv").write_text("\n".join(lines), encoding="utf-8")
    found = document("tune", "alpha-scaled", "wide.csv", "--target", "y", "--steps", 20)["tuning"]
    assert found["limit"] == pytest.approx(found["theory"], rel=0.2)


def test_progress(warmer, monkeypatch):
    """On a terminal a line says how many values are tried, and it is wiped in the end."""
    drawn = io.StringIO()
    drawn.isatty = lambda: True
    monkeypatch.setattr(progress_line, "AFTER", 0.0)
    monkeypatch.setattr(progress_line, "EVERY", 0.0)
    monkeypatch.setattr(sys, "stderr", drawn)
    warmer("tune", "alpha-scaled", "--data", "norris", "--target", "y", "--steps", 5)
    lines = drawn.getvalue().split(progress_line.WIPE)

    assert "1 of 41 values tried" in lines
    assert lines[-1] == ""


def test_one_target(warmer):
    """The help does not offer what is refused."""
    told = " ".join(warmer("tune", "alpha-scaled", "--help").out.split())
    assert "--target COLUMN column to predict [required]" in told
    result = warmer("tune", "alpha-scaled", "--data", "iris", "--target", "species")
    assert (result.code, result.out) == (2, "")
    assert "tune takes one target, and there are 3" in result.err
