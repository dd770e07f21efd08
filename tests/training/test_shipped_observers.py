"""The observers that ship: files that are whole whatever ends a run, and a line of progress."""

import csv
import json

import attrs
import numpy as np
import pytest

import warmer

GENERATOR = np.random.default_rng(3)
INPUTS = GENERATOR.normal(size=(7, 3))
TARGETS = GENERATOR.normal(size=(7, 2))
ENGINES = ("python", "arrays", "native")
FILES = {"json-lines": "run.jsonl", "csv": "run.csv"}


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def numbers(path):
    """What stands in a file: for each line its step, and the other numbers in order."""
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n")
    if path.suffix == ".csv":
        return [[float(cell) for cell in row] for row in list(csv.reader(text.splitlines()))[1:]]
    rows = [json.loads(line) for line in text.splitlines()]
    assert {tuple(row) for row in rows} == {("step", "error", "weights", "weight_deltas")}
    return [np.concatenate([np.ravel(each) for each in row.values()]).tolist() for row in rows]


def ends(raised):
    """A rule that raises something in step 9."""

    @attrs.frozen(eq=False)
    class Ends:
        @warmer.hookimpl
        def learn(self, weight, weight_delta, step):
            if step == 9:
                raise raised
            return weight - 0.1 * weight_delta

    return Ends


@pytest.mark.parametrize("every", [1, 7, 100])
@pytest.mark.parametrize("targets", [TARGETS, TARGETS[:, 0]], ids=["two", "one"])
def test_the_same_lines(tmp_path, every, targets):
    """On every engine, whatever history is kept, they are the numbers of these steps."""
    found = set()
    for engine in ENGINES:
        for history in (None, 3):
            run = warmer.train(
                INPUTS, targets, "alpha-scaled", steps=30, engine=engine, history=history,
                observers=[f"{name}:every={every}" for name in FILES],
            )  # fmt: skip
            assert run.reports == ()
            found.add(tuple((tmp_path / file).read_bytes() for file in FILES.values()))
    whole = warmer.train(INPUTS, targets, "alpha-scaled", steps=30, history=1).history
    assert len(found) == 1
    for file in FILES.values():
        rows = numbers(tmp_path / file)
        assert [row[0] for row in rows] == sorted({*range(every, 31, every), 30})
        for step, *rest in rows:
            told = [whole.error, whole.weights, whole.weight_deltas]
            expected = [np.ravel(each[int(step) - 1]) for each in told]
            assert sorted(rest) == sorted(np.concatenate(expected).tolist())


def test_columns(tmp_path):
    """A table has the names of what is kept of each target, and of weights without slopes none."""

    @attrs.frozen(eq=False)
    class Opaque:
        @warmer.hookimpl
        def predict(self, weights, inputs):
            return float(str(weights[0])) * inputs[0]

    warmer.train([1.0, 2.0], [[1.0, 2.0]] * 2, "alpha-scaled", steps=1, observers=["csv"])
    heading = (tmp_path / "run.csv").read_text().splitlines()[0]
    assert heading == (
        "step,target 1 error,target 1 weight 1,target 1 weight_delta 1,"
        "target 2 error,target 2 weight 1,target 2 weight_delta 1"
    )
    asked = {"steps": 1, "predict": Opaque, "observers": ["csv", "json-lines"]}
    warmer.train([[1.0, 2.0]], [1.0], "hot-and-cold", **asked)
    assert (tmp_path / "run.csv").read_text() == "step,error,weight 1,weight 2\n1,1.0,0.0,0.0\n"
    assert json.loads((tmp_path / "run.jsonl").read_text())["weight_deltas"] is None


@pytest.mark.parametrize("engine", ["python", "native"])
@pytest.mark.parametrize("name", FILES)
def test_whole_where_the_run_raises(tmp_path, name, engine):
    """A rule that fails at step 9, or stops there, leaves all steps before it in the file."""
    for raised in (RuntimeError("broken"), warmer.Stop("enough")):
        rule = ends(raised)
        asked = {"engine": engine, "observers": [name]}
        if isinstance(raised, warmer.Stop):
            assert warmer.train(INPUTS, TARGETS, rule, **asked).outcome.status == "stopped"
        else:
            with pytest.raises(warmer.HookError):
                warmer.train(INPUTS, TARGETS, rule, **asked)
        assert [row[0] for row in numbers(tmp_path / FILES[name])] == [*range(1, 9)]


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_written(name):
    """The run goes on, and one sentence says why there is no file."""
    for path in ("no/where", "."):
        run = warmer.train(INPUTS, TARGETS, "alpha-scaled", observers=[f"{name}:path={path}"])
        (report,) = run.reports
        assert report.startswith(f"observer {name} failed in run_started and was switched off: ")
        assert "\n" not in report
        assert path in report
        assert run.outcome.status == "budget"


@pytest.mark.parametrize("name", FILES)
def test_written_anew(tmp_path, name):
    """A second run leaves nothing of the first."""
    for steps in (9, 3):
        warmer.train(INPUTS, TARGETS, "alpha-scaled", steps=steps, observers=[name])
    assert len(numbers(tmp_path / FILES[name])) == 3


def test_not_finite(tmp_path):
    """What is no number in JSON is null there, and nan in a table."""

    @attrs.frozen(eq=False)
    class Root:
        @warmer.hookimpl
        def predict(self, weights, inputs):
            return abs(weights[0]) ** 0.5 * inputs[0]

    run = warmer.train(
        [1.0], [1.0], "hot-and-cold", predict=Root, steps=1, observers=["json-lines", "csv"]
    )
    (slope,) = run.history.weight_deltas[0]
    assert not np.isfinite(slope)
    assert json.loads((tmp_path / "run.jsonl").read_text())["weight_deltas"] == [None]
    assert (tmp_path / "run.csv").read_text().endswith("0.0,nan\n")


def test_progress_elsewhere(capsys):
    """Where stderr is no terminal nothing is said."""
    warmer.train(INPUTS, TARGETS, "alpha-scaled", observers=["progress:patience=0"])

    assert capsys.readouterr() == ("", "")
