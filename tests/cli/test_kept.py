"""`--save`, `--start`, `--checkpoint`, `predict`, `show` and `resume`: work is kept."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import warmer as api

TRAIN = ("train", "alpha-scaled", "norris.csv", "--target", "y")
SIGNALS = pytest.mark.parametrize(
    "number",
    [
        pytest.param(number, marks=[] if number == signal.SIGTERM else [pytest.mark.nightly])
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    ],
    ids=lambda number: number.name,
)


def rows_of(text):
    """A table that was printed, by column."""
    rows = list(csv.DictReader(text.splitlines()))
    return {name: [row[name] for row in rows] for name in rows[0]}


def test_saved_and_predicted(warmer, document) -> None:
    """Predictions are those of the coefficients; columns are found by name, and ids are kept."""
    run = document(*TRAIN, "--save", "m.warmer")
    Path("new.csv").write_text("id,y,x\na,0,10\nb,0,-2.5\n", encoding="utf-8")
    result = warmer("predict", "m.warmer", "new.csv", "--keep", "id")
    found = rows_of(result.out)
    assert (result.code, result.err, list(found)) == (0, "", ["id", "prediction"])
    assert found["id"] == ["a", "b"]
    slope, intercept = run["coefficients"]["x"], run["intercept"]
    expected = [slope * 10 + intercept, slope * -2.5 + intercept]
    assert [*map(float, found["prediction"])] == pytest.approx(expected, rel=1e-12)
    assert warmer("predict", "m.warmer", "new.csv", "-o", "out.csv", "--keep", "id").out == ""
    assert Path("out.csv").read_text(encoding="utf-8") == result.out


def test_the_model_predicts_its_own_table_to_the_bit(warmer) -> None:
    """What was done to the table is done again, and Python says the same as the command line."""
    warmer(*TRAIN, "--save", "m.warmer", "--seed", 1, "--test", 0.25)
    found = rows_of(warmer("predict", "m.warmer", "norris.csv").out)["prediction"]
    predicted = api.load("m.warmer").predict(api.read_table("norris.csv"))
    assert [*map(float, found)] == predicted.tolist()


def test_classes_categories_and_holes(warmer) -> None:
    """Classes are named; holes are filled as they were, or have no prediction; strangers named."""
    rows = ["size,colour,kind"]
    for size in range(1, 9):
        rows += [f"{size},red,cat" if size > 4 else f"{size},blue,dog"]
    Path("pets.csv").write_text("\n".join([*rows, ",red,cat"]), encoding="utf-8")
    train = ("train", "alpha-scaled", "pets.csv", "--target", "kind", "--categories", "one-hot")
    train += ("--predict", "logistic", "--compare", "log-loss", "--alpha", 1)
    assert warmer(*train, "--missing", "drop", "--save", "m.warmer").code == 0
    Path("new.csv").write_text("colour,size\nred,8\nblue,1\nred,\n", encoding="utf-8")
    result = warmer("predict", "m.warmer", "new.csv")
    assert rows_of(result.out)["prediction"] == ["cat", "dog", ""]
    assert "1 row has an empty cell, and so no prediction" in result.err
    assert warmer(*train, "--missing", "mean", "--save", "m.warmer").code == 0
    assert rows_of(warmer("predict", "m.warmer", "new.csv").out)["prediction"][2] in ("cat", "dog")
    Path("new.csv").write_text("colour,size\nred,8\ngreen,1\n", encoding="utf-8")
    result = warmer("predict", "m.warmer", "new.csv")
    assert result.code == 2
    assert "new.csv:3: column 'colour'" in result.err
    assert "green" in result.err
    assert "never seen" in result.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("predict", "norris.csv", "norris.csv"), "norris.csv: is no model or checkpoint of warm"),
        (("predict", "nothing.warmer", "norris.csv"), "nothing.warmer: no such file"),
        (("predict", "m.warmer", "other.csv"), "'x'"),
        (("predict", "m.warmer", "norris.csv", "--keep", "id"), "'id'"),
        (("predict", "m.warmer", "norris.csv", "-o", "norris.csv"), "is the table itself"),
        (("predict", "m.warmer", "norris.csv", "-o", "m.warmer"), "is the table itself"),
        (("predict", "array.warmer", "norris.csv"), "has learned from arrays"),
        (("show", "norris.csv"), "is no model"),
        (("resume", "m.warmer"), "is a model, not a checkpoint"),
        (("resume", "nothing.warmer"), "no such file"),
        ((*TRAIN, "--start", "nothing.warmer"), "no such file"),
        ((*TRAIN, "--start", "m.warmer", "--scale", "none"), "leave it out"),
        ((*TRAIN, "--start", "m.warmer", "--weights", "0"), "leave it out"),
        ((*TRAIN[:-1], "x", "--start", "m.warmer"), "say --target y"),
        ((*TRAIN, "--folds", "3", "--start", "m.warmer"), "leave --start out"),
        ((*TRAIN, "--folds", "3", "--checkpoint", "c.warmer"), "leave --checkpoint out"),
        ((*TRAIN, "--save", "norris.csv"), "--save norris.csv: is the table itself"),
        ((*TRAIN, "--save", "nowhere/m.warmer"), "there is no folder nowhere"),
        ((*TRAIN, "--save", "."), "is a folder"),
        ((*TRAIN, "--save", "a.warmer", "--checkpoint", "a.warmer"), "is the file of --save as w"),
    ],
)  # fmt: skip
def test_refused(warmer, arguments, said) -> None:
    """In one line that names it; and nothing is written."""
    Path("other.csv").write_text("z,y\n1,2\n", encoding="utf-8")
    warmer(*TRAIN, "--save", "m.warmer")
    api.save(api.train([1.0], [1.0], "alpha-scaled", steps=2), "array.warmer")
    before = {path.name: path.read_bytes() for path in Path().iterdir()}
    result = warmer(*arguments)
    assert result.code == 2
    assert result.out == ""
    assert result.err.startswith("warmer: ")
    assert result.err.count("\n") == 1
    assert said in result.err
    assert {path.name: path.read_bytes() for path in Path().iterdir()} == before


def test_twenty_and_twenty_are_forty(warmer) -> None:
    """--start carries weights, memory, and the place in the pass and in the shuffle."""
    task = ("--batch-size", 5, "--seed", 3)
    warmer(*TRAIN, *task, "--steps", 40, "--save", "whole.warmer")
    warmer(*TRAIN, *task, "--steps", 20, "--save", "half.warmer")
    result = warmer(*TRAIN, *task, "--steps", 20, "--start", "half.warmer", "--save", "rest.warmer",
                    "--explain", 21)  # fmt: skip
    assert "step 21" in result.out
    whole, rest = api.load("whole.warmer"), api.load("rest.warmer")
    assert rest.weights.tobytes() == whole.weights.tobytes()
    assert rest.state.step == whole.state.step == 40


def test_show(warmer, document) -> None:
    """What a model is, as text and as JSON, to the bit."""
    run = document(*TRAIN, "--save", "m.warmer")
    shown = document("show", "m.warmer")
    assert shown["coefficients"]["y"]["coefficients"] == run["coefficients"]
    assert shown["coefficients"]["y"]["intercept"] == run["intercept"]
    assert shown["plugins"]["rule"]["name"] == "alpha-scaled"
    assert shown["error"] == [run["error"]]
    text = warmer("show", "m.warmer").out
    assert repr(run["coefficients"]["x"]) in text
    assert "from warmer" in text


def test_a_full_disk_keeps_the_result(warmer, monkeypatch) -> None:
    """What cannot be saved is told, and the coefficients are printed."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("warmer.models.saving.write", full)
    result = warmer(*TRAIN, "--save", "m.warmer")
    assert result.code == 1
    assert "(intercept)" in result.out
    assert "warmer: --save m.warmer: No space left on device\n" in result.err
    assert not Path("m.warmer").exists()


def test_a_rule_in_a_file_is_given_again(warmer) -> None:
    """A model file leads to no file of code; to predict, the rule is not needed."""
    Path("own.py").write_text(
        "import attrs, warmer\n@attrs.frozen(eq=False)\nclass Own:\n"
        "    alpha: float = warmer.param(0.1, above=0)\n    @warmer.hookimpl\n"
        "    def learn(self, weight, weight_delta):\n"
        "        return weight - self.alpha * weight_delta\n",
        encoding="utf-8",
    )
    train = ("train", "own.py:Own", "norris.csv", "--target", "y", "--alpha", 0.05)
    result = warmer(*train, "--save", "m.warmer", "--checkpoint", "c.warmer")
    assert "note: --save m.warmer: rule was given as a class or a file" in result.err
    os.rename("own.py", "moved.py")
    assert warmer("predict", "m.warmer", "norris.csv").code == 0
    again = warmer("resume", "c.warmer")
    assert again.code == 2
    assert "rule own.py:Own was given as a class or a file" in again.err
    assert "(on the command line --rule)" in again.err
    assert warmer("resume", "c.warmer", "--rule", "moved.py:Own").code == 0


def start(*arguments):
    """Begin a command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "warmer", *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@SIGNALS
def test_interrupted_and_resumed(number, warmer) -> None:
    """A signal keeps the run and says how to go on; what comes out is the unbroken run."""
    task = (*TRAIN, "--batch-size", 7, "--seed", 2, "--engine", "python", "--steps", 4_000)
    task = (*task, "--valid", 0.2, "--patience", 500)
    whole = json.loads(warmer(*task, "--json").out)
    process = start(*task, "--checkpoint", "c.warmer")
    until = time.monotonic() + 60
    while not Path("c.warmer").exists() and time.monotonic() < until:
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    if process.returncode:
        assert process.returncode == 128 + number
        assert f"interrupted ({number.name}) after" in err
        assert "`warmer resume c.warmer` goes on with it" in err
        assert "stopped after" in out
        refused = warmer(*task, "--checkpoint", "c.warmer")
        assert refused.code == 2
        assert "go on with it (warmer resume c.warmer)" in refused.err
    rest = json.loads(warmer("resume", "c.warmer", "--json", "--save", "m.warmer").out)
    assert rest == {**whole, "engine": rest["engine"], "notes": rest["notes"]}
    assert sorted(p.name for p in Path().glob("*.warmer*")) == [
        "c.warmer", "c.warmer.previous", "m.warmer",
    ]  # fmt: skip


def test_changed_data_are_refused(warmer) -> None:
    """A table that has changed is told, and another name may be given to the same one."""
    assert warmer(*TRAIN, "--checkpoint", "c.warmer").code == 0
    os.rename("norris.csv", "moved.csv")
    assert "norris.csv: no such file" in warmer("resume", "c.warmer").err
    assert warmer("resume", "c.warmer", "moved.csv").code == 0
    text = Path("moved.csv").read_text(encoding="utf-8")
    Path("moved.csv").write_text(text.replace("338.8", "338.9"), encoding="utf-8")
    result = warmer("resume", "c.warmer", "moved.csv")
    assert result.code == 2
    assert "these are not the data that the run was learning from" in result.err
