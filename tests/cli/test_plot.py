"""`--plot`, and several values of a parameter side by side."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import warmer as api
from warmer.pictures.picture import picture_of

TASK = "--input 2 --goal 0.8 --weight 1 --steps 6".split()


def run(alpha):
    return api.train([2.0], [0.8], "alpha-scaled", alpha=alpha, weights=1.0, steps=6, history=1)


def test_a_picture_of_one(warmer):
    """The file is the picture of the run; the table is as it is without."""
    with_it = warmer("knob", "alpha-scaled", *TASK, "--plot", "walk.svg")
    without = warmer("knob", "alpha-scaled", *TASK)

    assert with_it == without
    drawn = Path("walk.svg").read_text(encoding="utf-8")
    assert drawn == picture_of([("", run(0.1))]).svg()


def test_a_picture_of_several(warmer):
    """Several values have a panel each, and a line each."""
    result = warmer("knob", "alpha-scaled", *TASK, "--alpha", ".1,0.4, .55", "--plot", "walk.svg")

    assert result.code == 3
    drawn = Path("walk.svg").read_text(encoding="utf-8")
    assert drawn == picture_of([(f"alpha={a}", run(a)) for a in (0.1, 0.4, 0.55)]).svg()
    assert result.err.startswith("warmer: alpha=0.55: diverged: ")
    assert result.err.count("\n") == 1


def test_several_are_each_alone(warmer):
    """Each document of several is the one of that value alone, to the bit; the worst code wins."""
    several = warmer(
        "knob", "alpha-scaled", *TASK, "--alpha", "0.1,0.55,0.4", "--json", "--explain"
    )
    alone = [
        warmer("knob", "alpha-scaled", *TASK, "--alpha", alpha, "--json", "--explain")
        for alpha in ("0.1", "0.55", "0.4")
    ]

    assert several.json == {"runs": [each.json for each in alone]}
    assert several.code == 3


def test_a_column_for_each(warmer):
    """The tables have a column for each value; a run that ended before has no numbers there."""
    out = warmer("knob", "raw-gradient", "--input", "1e160", "--steps", "2").out
    assert "diverged" in out  # the error is not finite at the second step
    out = warmer("knob", "alpha-scaled", "--alpha", "1e-20,1e300", *TASK, "--input", "10").out

    blocks = out.split("\n\n")
    assert blocks[0] == "alpha-scaled alpha=1e-20, alpha=1e+300: input 10.0, goal 0.8, weight 1.0"
    for block, name in zip(blocks[1:3], ("weight", "error"), strict=True):
        title, heading, *rows = block.splitlines()
        assert title == f"{name} at the start of each step"
        assert heading.split() == ["step", "alpha=1e-20", "alpha=1e+300"]
        assert [row.split()[0] for row in rows] == list("123456")
        column = api.train([10.0], [0.8], "alpha-scaled", alpha=1e-20, weights=1.0, steps=6).history
        numbers = column.error if name == "error" else column.weights[:, 0]
        assert [row.split()[1] for row in rows] == [repr(float(number)) for number in numbers]
        assert rows[-1].split()[2] == "-"
    assert [row.split()[-1] for row in blocks[3].splitlines()] == ["outcome", "budget", "diverged"]


@pytest.mark.parametrize("width", [60, 80])
def test_the_table_fits(warmer, monkeypatch, width):
    """On a terminal no line is wider than that."""
    monkeypatch.setattr("warmer.cli.turned.terminal_width", lambda: width)
    out = warmer("knob", "hot-and-cold", "--step-amount", ".1,.3,.01", *TASK).out

    tables = out.split("\n\n")[1:]
    assert max(len(line) for table in tables for line in table.splitlines()) <= width


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--alpha", ".1,"], "--alpha must be a number above 0: nothing is given"),
        (["--alpha", ".1,x"], "'x' is not a number"),
        (["--alpha", ".1,-1"], "must be a number above 0, got -1"),
        (["--alpha", ",".join(["1"] * 10)], "at most 9 values, got 10"),
        (["--alpha", ".1,.2", "--observe", "odd.py:Odd"], "--observe is for one run"),
        (["--plot", "walk.png"], "--plot walk.png: must end in .svg"),
        (["--plot", "nowhere/walk.svg"], "there is no folder nowhere"),
        (["--plot", "."], "is a folder"),
    ],
)
def test_refusals(warmer, arguments, words):
    """What cannot be is refused in one line, before anything is run; no file is left behind."""
    Path("odd.py").write_text(
        "import warmer\n"
        "class Odd:\n"
        "    @warmer.hookimpl\n"
        "    def run_ended(self): raise AssertionError('nothing is run')\n",
        encoding="utf-8",
    )
    before = sorted(Path().iterdir())
    result = warmer("knob", "alpha-scaled", *arguments)

    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert words in result.err
    assert [p for p in sorted(Path().iterdir()) if p.name != "__pycache__"] == before


def test_two_parameters(warmer):
    """Two parameters with several values each are refused by name."""
    Path("two.py").write_text(
        "import attrs, warmer\n"
        "@attrs.frozen(eq=False)\n"
        "class Two:\n"
        "    some: float = warmer.param(0.1)\n"
        "    count_: int = warmer.param(1)\n"
        "    @warmer.hookimpl\n"
        "    def learn(self, weight, weight_delta):\n"
        "        return weight - self.some * self.count_ * weight_delta\n",
        encoding="utf-8",
    )

    result = warmer("knob", "two.py:Two", "--some", "1,2", "--count-", "1,2")
    assert result.code == 2
    assert "--some and --count- have several values each" in result.err
    whole = warmer("knob", "two.py:Two", "--count-", "1,2", "--json").json["runs"]
    assert [each["rule"]["parameters"] for each in whole] == [
        {"some": 0.1, "count_": 1},
        {"some": 0.1, "count_": 2},
    ]


def test_train(warmer):
    """A table's run is drawn with the names of its columns, and prints what it prints without."""
    command = "train alpha-scaled norris.csv --target y --steps 30".split()
    result = warmer(*command, "--plot", "run.svg")
    also = warmer(*command, "--target", "x", "--features", "x", "--plot", "two.svg")

    assert result == warmer(*command)
    root = ET.fromstring(Path("run.svg").read_text(encoding="utf-8"))
    assert root[0].text.startswith("alpha-scaled alpha=0.1: the error along the way")
    assert also.code == 2  # x cannot be both
    alone = warmer(*command, "--no-bias", "--plot", "run.svg")
    assert alone.code == 0
    assert ">weight x</text>" in Path("run.svg").read_text(encoding="utf-8")
    assert "several values" not in warmer("train", "alpha-scaled", "--help").out
    assert warmer(*command, "--alpha", ".1,.2").code == 2


def test_the_table_is_not_overwritten(warmer):
    """A picture does not take the place of the table that is read."""
    Path("data.svg").write_text("x,y\n1,2\n2,3\n", encoding="utf-8")
    result = warmer("train", "alpha-scaled", "data.svg", "--target", "y", "--plot", "data.svg")

    assert result.code == 2
    assert "--plot data.svg: is the table itself" in result.err


def test_a_disk_that_refuses(warmer, monkeypatch):
    """Where the picture cannot be written the result is printed, and the code is 1."""

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("warmer.storing.atomic.os.fsync", full)
    result = warmer("knob", "alpha-scaled", *TASK, "--plot", "walk.svg")

    assert result.code == 1
    assert "final weight" in result.out
    assert "No space left on device" in result.err
    assert not [path for path in Path().iterdir() if "svg" in path.name or "tmp" in path.name]


IMPATIENT = """
import os, signal, attrs, warmer

@attrs.frozen(eq=False)
class Impatient:
    @warmer.hookimpl
    def steps_taken(self):
        os.kill(os.getpid(), signal.SIGINT)


@attrs.frozen(eq=False)
class Counted:
    @warmer.hookimpl
    def compare(self, prediction, target):
        delta = float(f"{prediction - target!r}")  # which no symbols stand
        return warmer.Comparison(delta * delta, delta)
"""


def test_after_ctrl_c(warmer):
    """A run that a signal ended is drawn without a curve, which would take 200 passes over rows."""
    Path("odd.py").write_text(IMPATIENT, encoding="utf-8")
    command = [*"train alpha-scaled norris.csv --target y --steps 3 --plot run.svg".split(),
               "--compare", "odd.py:Counted"]  # fmt: skip
    whole = warmer(*command)
    drawn = Path("run.svg").read_text(encoding="utf-8")
    ended = warmer(*command, "--observe", "odd.py:Impatient")

    assert (whole.code, ended.code) == (0, 130)
    assert "error along the way" in drawn
    assert "along the way" not in Path("run.svg").read_text(encoding="utf-8")
    assert "interrupted (SIGINT)" in ended.err
