"""`warmer compare`: the command, what it prints, writes, and refuses."""

import csv
import inspect
import json
import re
import signal
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest

import warmer as package
from warmer.cli import compare

TWO = ["compare", "alpha-scaled:alpha=0.01,0.1", "--data", "norris", "--target", "y"]
SMALL = ["--seeds", 2, "--budget", "1e3-predictions"]
FILES = ["report.html", "runs.csv", "runs.parquet", "table.txt"]


def test_the_table(warmer):
    """It prints a line for each rule, the best first, and why nothing is tested."""
    result = warmer(*TWO, *SMALL)
    lines = result.out.splitlines()
    assert result.code == 0
    assert lines[0] == "2 rules on 1 table, 2 seeds, 20 % of the rows for the test: 4 runs of 1000"
    assert lines[3].split() == ["rule", "error", "quartiles", "cost", "wins", "diverged"]
    assert [line.split()[0] for line in lines[4:6]] == [
        "alpha-scaled:alpha=0.1", "alpha-scaled:alpha=0.01",
    ]  # fmt: skip
    assert "not tested: 1 table makes 1 pair, and a test needs 6" in result.out
    assert all(len(line) <= 80 for line in lines)


def test_every_option_is_an_argument():
    """Whatever can be typed can be given to `warmer.compare`, but for what is printed and where."""
    names = {option.name for option in compare.command.params}
    own = {"output", "recipe", "write_recipe", "as_json"}

    assert names - own <= {*inspect.signature(package.compare).parameters}


def test_the_same_as_the_call(document):
    """The document has the numbers of `warmer.compare`, and all of its runs."""
    found = document(*TWO, *SMALL, "--jobs", 2)
    same = package.compare(
        "alpha-scaled:alpha=0.01,0.1", "norris", "y", seeds=2, budget="1e3-predictions"
    )
    assert [each["rule"] for each in found["rules"]] == [each.rule for each in same.standings]
    assert [each["error"] for each in found["runs"]] == [each.error for each in same.runs]
    assert found["tested"]["refused"] == same.tested.refused
    assert found["total"] == 4


@pytest.mark.parametrize(
    "more",
    [[], ["--batch-size", "5"], ["--weights", "random"], ["--no-bias", "--missing", "drop"],
     ["--weights", "1.5"], ["--with", "clip"],
     ["--with", "schedule"], ["--compare", "absolute-error"], ["--test", "0"], ["--features", "x"]],
    ids=" ".join,
)  # fmt: skip
def test_the_command_of_a_run(document, more):
    """Each run has the command that runs it alone, and that comes to the same numbers."""
    found = document(*TWO, *SMALL, *more)
    for run in found["runs"][:2]:
        command = run["command"].split()
        alone = document(*command[1:])
        if "--test" in command:
            assert alone["scores"]["test"]["error"] == run["error"]
        else:
            assert alone["error"] == run["error"]
        assert alone["outcome"]["steps"] == run["steps"]


def test_what_it_writes(warmer, tmp_path):
    """-o writes the runs, the table and the report; the same command again runs nothing."""
    first = warmer(*TWO, *SMALL, "-o", "out")
    assert first.code == 0
    assert sorted(path.name for path in Path("out").iterdir()) == ["cells.jsonl", *FILES]
    assert Path("out/table.txt").read_text("utf-8") == first.out
    with open("out/runs.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["error"]) > 0 for row in rows] == [True] * 4
    assert package.read_table("out/runs.parquet").rows == 4
    cells = Path("out/cells.jsonl").read_bytes()
    assert warmer(*TWO, *SMALL, "-o", "out").out == first.out
    assert Path("out/cells.jsonl").read_bytes() == cells


class Tags(HTMLParser):
    """The tags of a page, their attributes, and whether they are closed."""

    def __init__(self):
        super().__init__()
        self.open, self.seen = [], []

    def handle_starttag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_report(warmer):
    """The report is one small page that fetches nothing and runs nothing, and shows each run."""
    tables = ["norris", "noint1", "longley", "streetlights"]
    targets = ["y", "y", "y", "walk"]
    command = ["compare", "alpha-scaled:alpha=0.01,0.1,3", "hot-and-cold", "--data", *tables]
    result = warmer(*command, "--target", *targets, "--seeds", 2, "--budget", "1e3-predictions",
                    "-o", "out")  # fmt: skip
    assert result.code == 0
    page = Path("out/report.html").read_text("utf-8")
    assert len(page.encode()) < 1_000_000
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    names = {name for name, _ in tags.seen}
    assert not names & {"script", "link", "img", "iframe", "object", "embed", "form", "a", "base"}
    assert all(
        not {"src", "href", "style"} & set(attributes)
        and not any(name.startswith("on") for name in attributes)
        for _, attributes in tags.seen
    )
    assert "url(" not in page
    assert "@import" not in page
    policy = next(a["content"] for _, a in tags.seen if "http-equiv" in a)
    assert policy.startswith("default-src 'none'")
    assert page.count("<code>warmer train ") == 4 * 4 * 2
    assert "Performance profile over 4 tables" in page
    assert page.count("<svg") == page.count("</svg>") > 5


@pytest.mark.nightly
def test_the_report_in_time(process):
    """4 rules x 4 tables x 10 seeds and their report take less than a minute on two cores."""
    began = time.monotonic()
    done = process(
        "compare", "alpha-scaled:alpha=0.01,0.1,3", "hot-and-cold", "--data", "norris", "noint1",
        "longley", "streetlights", "--target", "y", "y", "y", "walk", "--jobs", 2, "-o", "out",
    )  # fmt: skip
    assert done.code == 0
    assert time.monotonic() - began < 60
    assert Path("out/report.html").stat().st_size < 1_000_000


def test_a_recipe(warmer):
    """What --write-recipe prints, --recipe reads: the same comparison. What is typed wins."""
    asked = [*TWO[:4], "noint1", *TWO[4:], *SMALL, "--batch-size", 5, "--with", "clip"]
    written = warmer(*asked, "--write-recipe")
    assert written.code == 0
    Path("c.toml").write_text(written.out, encoding="utf-8")
    assert warmer("compare", "--recipe", "c.toml").out == warmer(*asked).out
    other = warmer("compare", "--recipe", "c.toml", "--seeds", 1, "--folds", 2, "--write-recipe")
    assert "seeds = 1\nfolds = 2\nbudget" in other.out
    assert 'batch_size = 5\nmodifiers = ["clip"]' in other.out


@pytest.mark.parametrize(
    "text, why",
    [
        ("rules = 3", "rules cannot be 3"), ("rulez = 3", "did you mean 'rules'"),
        ("seeds = true", "seeds cannot be True"), ("rules = [", "this is no TOML"),
        ("data = [3]", "data cannot be [3]"), ("", "name a rule, or several"),
    ],
)  # fmt: skip
def test_a_bad_recipe(warmer, text, why):
    """A recipe that cannot be is refused in a line that names its key."""
    Path("c.toml").write_text(text, encoding="utf-8")
    result = warmer("compare", "--recipe", "c.toml")
    assert (result.code, result.out) == (2, "")
    assert why in result.err
    assert result.err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments, why",
    [
        (["compare"], "name a rule, or several"),
        (["compare", "alpha-scaled"], "name a table with --data"),
        (["compare", "alpha-scaled", "--data", "norris"], "with --target"),
        ([*TWO, "--budget", "5"], "budget must be a number and predictions"),
        ([*TWO, "--data", "raw-gradient"], "raw-gradient: no such file"),
        ([*TWO, "-o", "norris.csv"], "-o norris.csv: is not a folder"),
        ([*TWO, "--folds", "2", "--test", "0.5"], "leave test out"),
        ([*TWO, "--recipe", "none.toml"], "none.toml: No such file"),
        ([*TWO, "--predict", "logisti"], "did you mean 'logistic'"),
        ([*TWO, "--budgett", "5"], "there is no option --budgett (did you mean '--budget'?)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_commands(warmer, arguments, why):
    """What cannot be is refused in one line."""
    result = warmer(*arguments)
    assert (result.code, result.out) == (2, "")
    assert why in result.err
    assert result.err.count("\n") == 1


def test_a_file_is_run(warmer, monkeypatch):
    """A rule in a file takes part, in processes as well, whatever WARMER_PLUGINS says."""
    monkeypatch.setenv("WARMER_PLUGINS", "")
    Path("mine.py").write_text(
        "import attrs, warmer\n@attrs.frozen(eq=False)\nclass Mine:\n"
        "    alpha: float = warmer.param(0.5)\n    @warmer.hookimpl\n"
        "    def learn(self, weight, weight_delta):\n        print('learning')\n"
        "        return weight - self.alpha * weight_delta\n",
        encoding="utf-8",
    )
    result = warmer("compare", "mine.py:Mine:alpha=0.1,0.2", "alpha-scaled:alpha=0.1", "--data",
                    "norris", "--target", "y", "--budget", "20-steps", "--jobs", 2,
                    "--json")  # fmt: skip
    assert result.code == 0
    found = json.loads(result.out)
    errors = {run["rule"]: run["error"] for run in found["runs"] if run["seed"] == 1}
    assert errors["mine.py:Mine:alpha=0.1"] == errors["alpha-scaled"]
    assert errors["mine.py:Mine:alpha=0.1"] != errors["mine.py:Mine:alpha=0.2"]


def test_interrupted(tmp_path):
    """After Ctrl-C what is finished is printed and kept, and the command ends with 130."""
    out = tmp_path / "out"
    process = subprocess.Popen(
        [sys.executable, "-m", "warmer", "compare", "hot-and-cold", "alpha-scaled", "--data",
         "norris", "longley", "--target", "y", "--seeds", "500", "--jobs", "2", "-o", str(out)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    cells = out / "cells.jsonl"
    ended = time.monotonic() + 60
    while not (cells.exists() and cells.read_bytes().count(b"\n") > 3):
        assert time.monotonic() < ended
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    said, told = process.communicate(timeout=60)
    assert process.returncode == 130
    done = int(re.search(r"(\d+) of 2000 runs of 1e6", said.replace("\n", " "))[1])
    assert f"interrupted: {done} of 2000 runs are finished; the same command goes on" in told
    assert cells.read_bytes().count(b"\n") == done
    assert "Traceback" not in told
