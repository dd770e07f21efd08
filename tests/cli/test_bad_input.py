"""Whatever is wrong with a command or its data is one line that says what and where."""

import os
from pathlib import Path

import pytest

TRAIN = ("train", "alpha-scaled", "t.csv", "--target", "y")

DATA = {
    "missing file": (None, ("t.csv", "no such file")),
    "missing column": ("x,z\n1,2\n", ("t.csv", "'y'")),
    "text in a number column": ("x,y\n1,2\nabc,4\n", ("t.csv:3", "'x'", "'abc'")),
    "ragged row": ("x,y\n1,2\n3\n", ("t.csv:3", "1 cell", "2")),
    "empty file": ("", ("t.csv", "empty")),
    "header only": ("x,y\n", ("t.csv", "no rows")),
    "nan": ("x,y\n1,2\nnan,4\n", ("t.csv:3", "'x'", "'nan'", "finite")),
    "infinity": ("x,y\n1,2\n3,inf\n", ("t.csv:3", "'y'", "'inf'", "finite")),
    "too large": ("x,y\n1,2\n3,1e400\n", ("t.csv:3", "'y'", "'1e400'")),
}

COMMANDS = {
    "no such command": ("trian", "trian", "did you mean 'train'"),
    "unknown rule": ("train alpha-scald t.csv --target y", "'alpha-scaled'", "hot-and-cold"),
    "unknown rule, knob": ("knob raw-gradint", "did you mean 'raw-gradient'"),
    "no rule": ("train", "alpha-scaled", "hot-and-cold"),
    "no data": ("train alpha-scaled --target y", "DATA is missing"),
    "no target": ("train alpha-scaled norris.csv", "--target is missing"),
    "unknown option": ("knob alpha-scaled --alfa 1", "--alfa", "did you mean '--alpha'"),
    "another rule's option": ("knob hot-and-cold --alpha 1", "--alpha"),
    "option before the rule": ("knob --alpha 1 alpha-scaled", "--alpha", "follow"),
    "option without value": ("knob alpha-scaled --alpha", "--alpha"),
    "one argument too many": ("train alpha-scaled norris.csv more --target y", "more"),
    "steps 0": ("knob alpha-scaled --steps 0", "--steps", "at least 1", "0"),
    "steps 1.5": ("knob alpha-scaled --steps 1.5", "--steps", "whole number", "'1.5'"),
    "steps beyond knob": ("knob alpha-scaled --steps 1e9", "--steps", "at most"),
    "steps of knob words": ("knob alpha-scaled --steps many", "--steps", "'many'"),
    "weights": ("train alpha-scaled norris.csv --target y --weights 1,b", "--weights", "'b'"),
    "too many weights": (
        "train alpha-scaled norris.csv --target y --weights 1,2,3",
        "--weights",
        "3",
        "2",
        "x and the intercept",
    ),
    "scale": (
        "train alpha-scaled norris.csv --target y --scale standart",
        "--scale",
        "did you mean 'standard'",
    ),
    "batch size 0": ("train alpha-scaled norris.csv --target y --batch-size 0", "--batch-size"),
    "threads 0": ("train alpha-scaled norris.csv --target y --threads 0", "--threads"),
    "batch size": ("train alpha-scaled norris.csv --target y --batch-size all", "or full"),
    "batch of too many rows": ("train alpha-scaled norris.csv --target y --batch-size 99", "36"),
    "negative seed": ("train alpha-scaled norris.csv --target y --seed -1", "--seed", "-1"),
    "tolerance": ("train alpha-scaled norris.csv --target y --tolerance -1", "--tolerance"),
    "features": ("train alpha-scaled norris.csv --target y --features x,,", "--features"),
    "feature": ("train alpha-scaled norris.csv --target y --features xx", "'xx'"),
    "target as feature": ("train alpha-scaled norris.csv --target y --features x,y", "'y'"),
    "nothing to learn from": ("train alpha-scaled norris.csv --target y --target x", "feature"),
    "history": ("train alpha-scaled norris.csv --target y --history h.txt", ".csv or .jsonl"),
    "history's folder": ("train alpha-scaled norris.csv --target y --history no/h.csv", "no/h.csv"),
    "history is a folder": ("train alpha-scaled norris.csv --target y --history d.csv", "d.csv"),
    "history is the table": (
        "train alpha-scaled norris.csv --target y --history norris.csv",
        "the table itself",
    ),
    "no such plugin": ("rules squared-eror", "did you mean 'squared-error'", "linear"),
    "no such plugin file": ("rules nowhere.py:Rule", "nowhere.py", "no such file"),
    "a file alone": ("rules mine.py", "a class in a file is named mine.py:Class"),
    "a file alone, knob": ("knob ./mine.py", "a class in a file is named ./mine.py:Class"),
    "a table in place of a step": (
        "train alpha-scaled --target y --explain house.csv",
        "house.csv: no such file",
    ),
    "a step below one": (
        "knob alpha-scaled --explain=-1",
        "--explain must be",
        "at least 1, got -1",
    ),
    "a step below one, apart": ("knob alpha-scaled --explain -1", "at least 1, got -1"),
    "no step": ("train alpha-scaled norris.csv --target y --explain=0", "at least 1, got 0"),
    "half a step": ("knob alpha-scaled --explain 1.5", "--explain must be a whole number"),
    "no such rule file": ("knob nowhere.py:Rule", "nowhere.py", "no such file"),
    "other distribution": ("knob elsewhere/alpha-scaled", "warmer/alpha-scaled"),
}

BAD_NUMBERS = ["nan", "inf", "-inf", "1e400", "1_0", "٣", "", "abc", "0x10", "1 5"]


def check(result, *words: str) -> None:
    assert result.code == 2
    assert result.out == ""
    assert result.err.startswith("warmer: ")
    assert result.err.count("\n") == 1
    assert result.err.endswith("\n")
    assert "Traceback" not in result.err
    assert "Usage:" not in result.err
    for word in words:
        assert word in result.err


@pytest.fixture(autouse=True)
def _nothing_is_written(tmp_path: Path):
    (tmp_path / "d.csv").mkdir()
    before = sorted(os.listdir())
    yield
    assert sorted(set(os.listdir()) - {"t.csv"}) == before


@pytest.mark.parametrize(("content", "words"), DATA.values(), ids=DATA)
@pytest.mark.parametrize("more", [(), ("--json",), ("--history", "h.csv")], ids=str)
def test_data(warmer, content, words, more):
    """A fault in the data: one line with the place, exit code 2, nothing printed or written."""
    if content is not None:
        Path("t.csv").write_text(content, encoding="utf-8")

    check(warmer(*TRAIN, *more), *words)


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_command(warmer, words):
    """A fault in the command: one line that names it, exit code 2, nothing printed or written."""
    command, *named = words
    check(warmer(*command.split()), *named)


@pytest.mark.parametrize("text", BAD_NUMBERS)
@pytest.mark.parametrize(
    ("command", "option"),
    [
        ("knob alpha-scaled", "--alpha"),
        ("knob hot-and-cold", "--step-amount"),
        ("knob raw-gradient", "--input"),
        ("knob raw-gradient", "--steps"),
        ("train alpha-scaled norris.csv --target y", "--tolerance"),
        ("train alpha-scaled norris.csv --target y", "--batch-size"),
        ("train alpha-scaled norris.csv --target y", "--weights"),
    ],
)
def test_numbers(warmer, command, option, text):
    """What is not a finite decimal number is no number, and the option that has it is named."""
    check(warmer(*command.split(), option, text), option)


@pytest.mark.parametrize("value", ["0", "-0.1", "-1e-300"])
def test_range(warmer, value):
    """A parameter out of its range: option, value and range are named."""
    check(warmer("knob", "alpha-scaled", "--alpha", value), "--alpha", value, "above 0")


@pytest.mark.parametrize("fault", [("--alpha", "nan"), ("--history", "h.txt"), ("--scale", "no")])
def test_options_come_first(warmer, fault):
    """Options are checked before any data are read."""
    result = warmer("train", "alpha-scaled", "missing.csv", "--target", "y", *fault)

    check(result, fault[0])
    assert "missing.csv" not in result.err


@pytest.mark.parametrize("engine", ["auto", "python", "arrays", "native"])
def test_data_for_a_comparison(warmer, engine):
    """Targets that a comparison cannot take are a fault of the data: the value is named, code 2."""
    command = "train alpha-scaled norris.csv --target y --predict logistic --compare log-loss"

    check(
        warmer(*command.split(), "--engine", engine),
        "log-loss needs targets from 0 to 1", "got 338.8",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("--nope", None), ("--o", None), ("--alpa", "--alpha"), ("--stepz", "--steps"),
        ("--Explain", "--explain"),
    ],
)  # fmt: skip
def test_what_was_meant(warmer, typed, meant):
    """An option is guessed by its letters; the dashes before them make none alike."""
    result = warmer("knob", "alpha-scaled", typed, "1")

    check(result)
    found = result.err.partition("did you mean ")[2]
    assert found == (f"'{meant}'?)\n" if meant else "")


@pytest.mark.parametrize("command", ["", "knob", "train"])
def test_help_names_explain(warmer, command):
    """Where a newcomer looks first, a step in words is named."""
    assert "--explain" in warmer(*command.split(), "--help").out


def test_process(process):
    """A process says the same, and ends with the exit code."""
    check(process("train", "alpha-scaled", "missing.csv", "--target", "y"), "missing.csv")
