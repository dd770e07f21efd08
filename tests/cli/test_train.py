"""`warmer train`: a table in, coefficients in its own units out."""

import io
import json
from pathlib import Path

import pytest

import warmer as api
from warmer.cli import parts as module
from warmer.tables.preparation import SCALES

NORRIS = ("train", "alpha-scaled", "norris.csv", "--target", "y")
NOINT1 = (*"train alpha-scaled noint1.csv --target y --no-bias --scale none".split(),)
INTERCEPT, SLOPE, THROUGH_ORIGIN = -0.262323073774029, 1.00211681802045, 2.07438016528926


def digits(value: float, count: int) -> str:
    return f"{value:.{count - 1}e}"


@pytest.fixture
def table() -> str:
    Path("t.csv").write_text(
        'a,"b,c",y1,y2\n1,2,5,-1\n2,1,4,0.5\n3,5,13,-4\n4,3,10,0\n', encoding="utf-8"
    )
    return "t.csv"


def test_norris(warmer):
    """Norris: NIST's certified coefficients to 9 digits."""
    result = warmer(*NORRIS, "--json")

    assert (result.code, result.err) == (0, "")
    assert digits(result.json["intercept"], 9) == digits(INTERCEPT, 9)
    assert digits(result.json["coefficients"]["x"], 9) == digits(SLOPE, 9)


def test_noint1_unstable(warmer):
    """NoInt1 unscaled: alpha 0.1 is warned of before the run, with its limit; exit code 3."""
    result = warmer(*NOINT1, "--alpha", "0.1", "--json")

    assert result.code == 3
    before, after = result.err.splitlines()
    assert before.startswith("warmer: warning: ")
    assert "stable below alpha 0.000472255 = 2 / mean(input^2)" in before
    assert after.startswith("warmer: diverged: ")
    assert result.json["outcome"]["status"] == "diverged"


def test_noint1_stable(warmer):
    """NoInt1 unscaled: the alpha that the warning advises reaches the certified slope."""
    warning = warmer(*NOINT1).err.splitlines()[0]
    advised = warning.rpartition("try alpha ")[2]

    result = warmer(*NOINT1, "--alpha", advised, "--json")

    assert (result.code, result.err) == (0, "")
    assert result.json["intercept"] is None
    assert digits(result.json["coefficients"]["x"], 12) == digits(THROUGH_ORIGIN, 12)


def test_document(warmer):
    """The document of one target, and its numbers, to the last bit those of the API."""
    prepared = api.prepare(api.read_table("norris.csv"), ["y"])
    run = api.train(prepared.inputs, prepared.targets[:, 0], "alpha-scaled", alpha=0.2, steps=30)
    line = prepared.to_data_units(run.weights[:, None])

    document = warmer(*NORRIS, "--alpha", 0.2, "--steps", 30, "--json").json

    assert list(document) == [
        "rule", "outcome", "engine", "coefficients", "intercept", "error", "notes"
    ]  # fmt: skip
    assert document == {
        "rule": {
            "name": "alpha-scaled",
            "distribution": "warmer",
            "version": api.__version__,
            "parameters": {"alpha": 0.2},
        },
        "outcome": {"status": "budget", "reason": "all 30 steps were taken", "steps": 30},
        "engine": {"name": "python", "reason": "the work is small"},
        "coefficients": {"x": float(line.coefficients[0, 0])},
        "intercept": float(line.intercept[0]),
        "error": run.error,
        "notes": list(run.findings),
    }
    assert document["notes"][0].startswith("not there yet: the error still falls 14 % a step; ")


def test_several_targets(warmer, table):
    """Several targets nest by name, and each is what it would be alone."""
    options = ("--features", "a", "--features", "b,c", "--json")
    both = warmer("train", "alpha-scaled", table, "--target", "y1", "--target", "y2", *options).json

    for target in ("y1", "y2"):
        alone = warmer("train", "alpha-scaled", table, "--target", target, *options).json
        for part in ("coefficients", "intercept", "error"):
            assert list(both[part]) == ["y1", "y2"]
            assert both[part][target] == alone[part]


def test_several_targets_without_bias(warmer, table):
    """Without a bias there is no intercept, for any target."""
    result = warmer(*"train alpha-scaled t.csv --target y1 --target y2 --no-bias --json".split())

    assert result.json["intercept"] == {"y1": None, "y2": None}


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        ((), ["a", "b,c", "y2"]),
        (("a",), ["a"]),
        (("b,c",), ["b,c"]),
        (("a,y2",), ["a", "y2"]),
        (("y2 , a",), ["y2", "a"]),
        (("y2", "b,c", "a"), ["y2", "b,c", "a"]),
    ],
)
def test_features(warmer, table, features, expected):
    """Features are named with commas or one by one; an exact name with a comma wins."""
    chosen = [word for name in features for word in ("--features", name)]

    result = warmer("train", "hot-and-cold", table, "--target", "y1", *chosen, "--json")

    assert list(result.json["coefficients"]) == expected


def test_start(warmer, table):
    """--weights are in the data's units: a start at the solution has no error left."""
    solution = ("--weights", "1,2,0.5", "--steps", "1", "--json")
    Path("exact.csv").write_text("p,q,r\n1,2,5.5\n2,1,4.5\n3,5,13.5\n", encoding="utf-8")
    for scale in SCALES:
        command = ("train", "hot-and-cold", "exact.csv", "--target", "r", "--scale", scale)

        document = warmer(*command, *solution, "--step-amount", "1e-300").json

        assert document["error"] == pytest.approx(0, abs=1e-25)
        assert document["coefficients"] == pytest.approx({"p": 1, "q": 2})
        assert document["intercept"] == pytest.approx(0.5)


def test_standard_input(warmer, monkeypatch):
    """`-` reads the table from standard input."""
    from_file = warmer(*NORRIS, "--json")
    stdin = io.TextIOWrapper(io.BytesIO(Path("norris.csv").read_bytes()))
    monkeypatch.setattr("sys.stdin", stdin)

    assert warmer("train", "alpha-scaled", "-", "--target", "y", "--json") == from_file


def test_batches_and_seed(warmer):
    """Batches and their seed are those of the API; the same seed gives the same bits."""
    options = ("--batch-size", 7, "--seed", 3, "--steps", 25, "--json")
    prepared = api.prepare(api.read_table("norris.csv"), ["y"])
    run = api.train(
        prepared.inputs, prepared.targets[:, 0], "alpha-scaled", steps=25, batch_size=7, seed=3
    )

    document = warmer(*NORRIS, *options).json

    assert document["error"] == run.error
    assert document == warmer(*NORRIS, *options).json
    assert document != warmer(*NORRIS, *options, "--seed", 4).json


def test_full_batch(warmer):
    """`full` is the batch size that is meant where none is given."""
    assert warmer(*NORRIS, "--batch-size", "full") == warmer(*NORRIS)


def test_tolerance(warmer):
    """With a tolerance the run ends when it is met, and is done."""
    result = warmer(*NORRIS, "--tolerance", "1e-3", "--json")

    assert result.code == 0
    assert result.json["outcome"]["status"] == "converged"
    assert result.json["outcome"]["steps"] < 1000


def test_page(warmer, table):
    """For people: coefficients below one another, within 80 columns."""
    found = warmer(*NORRIS, "--json").json
    assert warmer(*NORRIS).out == (
        "alpha-scaled alpha=0.1: 36 rows of norris.csv\n"
        "\n"
        "y\n"
        f"  x             {found['coefficients']['x']!r}\n"
        f"  (intercept)  {found['intercept']!r}\n"
        "\n"
        f"error    {found['error']!r}\n"
        "outcome  budget: all 1000 steps were taken\n"
        f"engine   {found['engine']['name']}: {found['engine']['reason']}\n"
    )
    out = warmer("train", "alpha-scaled", table, "--target", "y1", "--target", "y2").out
    assert all(len(line) <= 80 for line in out.splitlines())
    assert "error of y2" in out


def test_page_of_odd_names(warmer):
    """A name from the data cannot control the terminal or widen the table without end."""
    Path("odd.csv").write_text(
        f'"a\x1b[31m",{"long" * 50},y\n1,2,5\n2,1,4\n3,5,13\n', encoding="utf-8"
    )

    result = warmer("train", "alpha-scaled", "odd.csv", "--target", "y")

    assert result.code == 0
    assert "\x1b" not in result.out
    assert all(len(line) <= 80 for line in result.out.splitlines())


def test_scales():
    """The words of --scale are those of `warmer.prepare`."""
    assert module.SCALES == SCALES


def test_reports_are_one_document(warmer):
    """--json prints one line that is one document, whatever happens."""
    for command in (NORRIS, NOINT1):
        out = warmer(*command, "--json").out
        assert out.count("\n") == 1
        json.loads(out)


def test_threads(warmer, monkeypatch) -> None:
    """As many threads share a batch as the option says."""
    asked = []
    train = api.train

    def noted(*data, threads, **options):
        asked.append(threads)
        return train(*data, **options)

    monkeypatch.setattr(api, "train", noted)
    assert warmer(*NORRIS, "--threads", 3) == warmer(*NORRIS)
    assert asked == [3, None]
