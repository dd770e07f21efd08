"""`warmer play`: a page from the command line."""

import json
import re
from pathlib import Path

import pytest

import warmer as api

DATA = re.compile(r'id="data">(.*?)</script>', re.S)


def data_in(path):
    return json.loads(DATA.search(Path(path).read_text(encoding="utf-8"))[1])


def test_one_row(warmer):
    """The page is that of `warmer.play`, with what the command was told."""
    result = warmer("play", "alpha-scaled", "--alpha", "0.4", "--input", 2, "--weights", 1,
                    "--steps", 20, "-o", "page.html")  # fmt: skip

    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("page.html: alpha-scaled, 20 steps, ")
    page = api.play([2.0], [0.8], "alpha-scaled", alpha=0.4, weights=1.0, steps=20)
    assert Path("page.html").read_text(encoding="utf-8") == page.html


@pytest.mark.parametrize("where", [["norris.csv"], ["--data", "norris"]])
def test_table(warmer, where):
    """On a table the page has what the rule sees of it, as in train."""
    result = warmer("play", "alpha-scaled", *where, "--target", "y", "--batch-size", 9,
                    "--with", "clip:most=2", "--compare", "absolute-error",
                    "-o", "page.html")  # fmt: skip

    assert result.code == 0
    table = api.prepare(api.data("norris"), ["y"])
    found = data_in("page.html")
    assert found["task"]["inputs"] == table.inputs.tolist()
    assert found["task"]["names"] == ["x", "bias"]
    assert found["task"]["batch"] == 9
    (side,) = found["sides"]
    assert side["beside"] == "predict (linear), compare (absolute-error), with clip"
    assert [each["name"] for each in side["parameters"]] == ["alpha", "most"]


def test_against(warmer):
    """The second rule stands beside the same predictor, comparison and modifiers."""
    warmer("play", "alpha-scaled", "--against", "raw-gradient", "--predict", "logistic",
           "--with", "decay", "-o", "page.html")  # fmt: skip

    first, second = data_in("page.html")["sides"]
    assert (first["name"], second["name"]) == ("alpha-scaled", "raw-gradient")
    assert first["beside"] == second["beside"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("-o page.txt", "-o page.txt: must end in .html"),
        ("-o nowhere/page.html", "-o nowhere/page.html: there is no folder nowhere"),
        ("", "-o is missing"),
        ("-o p.html --target y", "--target is for a table, and there is none: name a file"),
        ("-o p.html --no-bias", "--bias is for a table, and there is none"),
        ("-o p.html --scale none", "--scale is for a table, and there is none"),
        ("-o p.html --missing refuse", "--missing is for a table, and there is none"),
        ("-o p.html --memory 1GB", "--memory is for a table, and there is none"),
        ("norris.csv -o p.html", "name the column to predict with --target"),
        ("norris.csv --target z -o p.html", "norris.csv: there is no column 'z'"),
        ("norris.csv --target y --goal 1 -o p.html", "--goal is for one row"),
        ("--against alpha-scald -o p.html", "no rule is called 'alpha-scald'"),
        ("--steps 1000000 -o p.html", "must be a whole number at least 1 and at most 100000"),
        ("--weights 1,2 -o p.html", "weights"),
        ("--with clip --alpha -1 -o p.html", "--alpha must be a number above 0, got -1"),
    ],
)  # fmt: skip
def test_refused(warmer, words, said):
    """What cannot be is said in one line, and nothing is written."""
    before = {*Path().iterdir()}
    result = warmer("play", "alpha-scaled", *words.split())

    assert result.code == 2
    assert result.out == ""
    assert said in result.err
    assert "Traceback" not in result.err
    assert {*Path().iterdir()} == before
