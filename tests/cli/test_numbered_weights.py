"""Predictors that say how many weights they have, on the command line; and random weights."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

import warmer as api

CURVE = '''
import attrs
import warmer

@attrs.frozen(eq=False)
class Curve:
    """Two weights for each input."""

    def weight_count(self, inputs):
        return 2 * inputs

    @warmer.hookimpl
    def predict(self, weights, inputs):
        count = len(inputs)
        return warmer.dot(weights[:count], inputs) + weights[count] * inputs[0] * inputs[0]


@attrs.frozen(eq=False)
class Alone(Curve):
    """One weight for each input, by number."""

    def weight_count(self, inputs):
        return inputs

    @warmer.hookimpl
    def predict(self, weights, inputs):
        return warmer.dot(weights, inputs)


@attrs.frozen(eq=False)
class Beyond:
    """One weight for each input, and looks for more."""

    @warmer.hookimpl
    def predict(self, weights, inputs):
        return weights[0] * inputs[0] + weights[1] * inputs[0] * inputs[0]


@attrs.frozen(eq=False)
class Enough:
    """Stops."""

    @warmer.hookimpl
    def learn(self, weight, weight_delta, error):
        if error < 0.01:
            raise warmer.Stop("close enough")
        return weight - 0.1 * weight_delta
'''
TRAIN = "train", "alpha-scaled", "t.csv", "--predict", "curve.py:Curve"


@pytest.fixture(autouse=True)
def _files(_place) -> None:
    Path("curve.py").write_text(CURVE, encoding="utf-8")
    Path("t.csv").write_text("x,y,z\n1,5,0\n2,4,1\n4,13,2\n5,10,1\n", encoding="utf-8")


def expected(targets: int = 1, **how):
    """The same run, by the API."""
    prepared = api.prepare(api.read_table("t.csv"), ["y", "z"][:targets], "x")
    return api.train(
        prepared.inputs, prepared.targets, "alpha-scaled", predict="curve.py:Curve", **how
    )


def test_document(document):
    """The weights stand under `weights`, by number, and there are no coefficients."""
    found = document(*TRAIN, "--target", "y", "--features", "x", "--steps", 9)
    run = expected(steps=9)
    assert found["weights"] == run.weights[:, 0].tolist()
    assert found["coefficients"] is found["intercept"] is None
    assert found["error"] == run.error[0]


def test_several_targets(document):
    """Each target has its own."""
    found = document(*TRAIN, "--target", "y", "--target", "z", "--steps", 9)
    run = expected(2, steps=9)
    assert found["weights"] == {"y": run.weights[:, 0].tolist(), "z": run.weights[:, 1].tolist()}
    assert found["coefficients"] == {"y": None, "z": None}


def test_page(warmer):
    """The page numbers the weights, and says what they belong to."""
    page = warmer(*TRAIN, "--target", "y", "--features", "x", "--steps", 9).out
    for number in range(4):
        assert f"\n  weight {number} " in page
    assert "weight 4" not in page
    assert "(intercept)" not in page
    told = "The weights of curve.py:Curve belong to no columns"
    assert f"{told}: they are for the scaled inputs that" in " ".join(page.split())
    page = warmer(*TRAIN, "--target", "y", "--scale", "none", "--alpha", 0.001).out
    assert f"{told}." in page


def test_by_number_even_where_there_are_as_many(document):
    """Whoever says how many weights there are has weights of no columns."""
    found = document(*TRAIN[:-1], "curve.py:Alone", "--target", "y", "--steps", 9)
    assert len(found["weights"]) == 3
    assert found["coefficients"] is None


@pytest.mark.parametrize("file", ["h.csv", "h.jsonl"])
def test_history(warmer, file):
    """The history numbers them as well."""
    found = warmer(*TRAIN, "--target", "y", "--features", "x", "--steps", 3, "--history", file)
    assert found.code == 0
    names = [f"{what} {number}" for what in ("weight", "weight_delta") for number in range(4)]
    text = Path(file).read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(text)) if file == "h.csv" else list(map(json.loads, text))
    assert list(rows[0]) == ["step", "error", *names]
    assert float(rows[2]["weight 3"]) == expected(steps=3).history.weights[2, 3, 0]


def test_explained(warmer):
    """Explained steps number the weights; the inputs have their columns' names."""
    page = warmer(*TRAIN, "--target", "y", "--features", "x", "--explain").out
    assert "weight 0\n" in page
    assert "x below is (x - 3.0) /" in " ".join(page.split())
    assert "coefficients above" not in page


def test_start(warmer, document):
    """--weights are as the rule sees them: one for all, or one for each."""
    for given, start in (("2", 2.0), ("1,2,3,4", np.array([[1.0], [2.0], [3.0], [4.0]]))):
        found = document(*TRAIN, "--target", "y", "--features", "x", "--weights", given)
        assert found["weights"] == expected(weights=start).weights[:, 0].tolist()
    result = warmer(*TRAIN, "--target", "y", "--features", "x", "--weights", "1,2")
    assert result == (2, "", "warmer: --weights has 2 numbers, and curve.py:Curve has 4 weights\n")


@pytest.mark.parametrize("batch", ["full", "2"])
def test_random(document, batch):
    """`random` starts as the API does, from the seed."""
    found = document(
        *TRAIN, "--target", "y", "--features", "x", "--weights", "random", "--seed", 7,
        "--batch-size", batch, "--steps", 5,
    )  # fmt: skip
    size = "full" if batch == "full" else int(batch)
    run = expected(weights="random", seed=7, steps=5, batch_size=size)
    assert found["weights"] == run.weights[:, 0].tolist()


def test_random_of_the_linear_network(warmer):
    """Without a seed each run starts elsewhere; the explained step is that of this run."""
    command = "train alpha-scaled t.csv --target y --steps 2 --weights random --json --explain"
    command = [*command.split(), "1", "--history", "h.csv"]
    starts = []
    for _ in range(2):
        found = warmer(*command).json
        first = next(csv.DictReader(Path("h.csv").read_text(encoding="utf-8").splitlines()))
        starts.append(float(first["weight x"]))
        (learned,) = (p for p in found["explanation"]["parts"] if p["weight"] == 0)
        line = next(line for line in learned["lines"] if line["name"] == "weight")
        assert line["numbers"].startswith(first["weight x"])
    assert starts[0] != starts[1]


def test_no_such_word(warmer):
    """Any other word is no number."""
    result = warmer("train", "alpha-scaled", "t.csv", "--target", "y", "--weights", "rndom")
    assert result.code == 2
    assert "a number, several with commas, or random: 'rndom' is not a number" in result.err


def test_knob(warmer):
    """The knob turns one weight, and says where to go with more."""
    result = warmer("knob", "alpha-scaled", "--predict", "curve.py:Curve")
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "warmer: knob turns one weight, and curve.py:Curve has 2 for one input: use warmer train "
        "with a table\n"
    )
    assert warmer("knob", "alpha-scaled", "--predict", "curve.py:Alone").code == 0


def test_more_than_there_are(warmer):
    """A predictor that looks for a weight that is not there is told how to have it."""
    result = warmer("knob", "alpha-scaled", "--predict", "curve.py:Beyond")
    assert result.code == 1
    assert (
        "there is no weights[1] (weight_count says how many there are); it has 1 weight"
        in result.err
    )
    assert "curve.py:" in result.err


def test_stopped(warmer):
    """A rule that asks to stop ends the run, which is a success and says why."""
    result = warmer("knob", "curve.py:Enough", "--input", 2)
    assert (result.code, result.err) == (0, "")
    assert "\noutcome       stopped after 2 steps: close enough\n" in result.out
    Path("line.csv").write_text("x,y\n1,2\n2,4\n3,6\n", encoding="utf-8")
    found = warmer("train", "curve.py:Enough", "line.csv", "--target", "y", "--json").json
    assert found["outcome"]["status"] == "stopped"
    assert found["outcome"]["reason"] == "close enough"
