"""`warmer knob`: every number of one weight."""

import json
import re

import pytest

import warmer as api
from warmer.cli import turned as module

RULES = [
    ("hot-and-cold", {"step_amount": 0.01}),
    ("raw-gradient", {}),
    ("alpha-scaled", {"alpha": 0.3}),
]


def options(parameters):
    return [
        word
        for name, value in parameters.items()
        for word in (f"--{name.replace('_', '-')}", repr(value))
    ]


@pytest.mark.parametrize(("rule", "parameters"), RULES, ids=[name for name, _ in RULES])
@pytest.mark.parametrize(
    "case", [(2.0, 0.8, 0.5), (0.5, 0.8, 0.5), (1.1, 0.8, 0.0), (0, 1, -1e-310)]
)
def test_json_is_the_api(warmer, rule, parameters, case):
    """The document holds what `warmer.train` records, to the last bit, and nothing else."""
    size, goal, weight = case
    run = api.train([size], [goal], rule, weights=weight, steps=20, history=1, **parameters)

    result = warmer(
        "knob", rule, *options(parameters), "--json",
        "--input", size, "--goal", goal, "--weight", weight,
    )  # fmt: skip

    document = result.json
    assert list(document) == ["rule", "outcome", "engine", "weight", "error", "history", "notes"]
    assert document["rule"] == {
        "name": rule,
        "distribution": "warmer",
        "version": api.__version__,
        "parameters": parameters,
    }
    assert document["outcome"] == {
        "status": run.outcome.status,
        "reason": run.outcome.reason,
        "steps": 20,
    }
    assert document["weight"].hex() == float(run.weights[0]).hex()
    assert document["error"].hex() == run.error.hex()
    steps = document["history"]
    assert [list(step) for step in steps] == [
        ["step", "weight", "prediction", "error", "delta", "weight_delta"]
    ] * 20
    columns = {
        "step": run.history.step,
        "weight": run.history.weights[:, 0],
        "prediction": run.history.prediction,
        "error": run.history.error,
        "delta": run.history.delta,
        "weight_delta": run.history.weight_deltas[:, 0],
    }
    for name, column in columns.items():
        assert [repr(step[name]) for step in steps] == [repr(v) for v in column.tolist()]


def test_divergence(warmer):
    """A run that diverges shows every step, says why and what to try, and ends with 3."""
    result = warmer(*"knob raw-gradient --input 2 --goal 0.8 --weight 0.5 --steps 20".split())

    assert result.code == 3
    assert len(re.findall(r"^ *\d+  ", result.out, re.MULTILINE)) == 20
    assert "5.403406870691965e+16" in result.out
    assert result.err.count("\n") == 1
    for words in ("diverged", "9x", "alpha-scaled is stable below alpha 0.5"):
        assert words in result.err


def test_infinity_is_null(warmer):
    """A number that is not finite is null, since JSON has none."""
    result = warmer("knob", "raw-gradient", "--input", "1e200", "--json")

    assert result.code == 3
    assert result.json["error"] is None
    assert result.json["outcome"]["steps"] == len(result.json["history"]) == 0


@pytest.mark.parametrize(
    ("steps", "more", "rows", "left_out"),
    [(40, (), 40, None), (41, (), 20, "21"), (1000, (), 20, "980"), (1000, ("--all",), 1000, None)],
)
def test_many_steps(warmer, steps, more, rows, left_out):
    """Beyond 40 steps both ends are shown, with how many are left out; --all shows them."""
    out = warmer("knob", "alpha-scaled", "--steps", steps, *more).out

    assert len(re.findall(r"^ *\d+  +\S", out, re.MULTILINE)) == rows
    found = re.search(r"(\d+) steps left out: --all or --json", out)
    assert (found and found[1]) == left_out


@pytest.mark.parametrize("width", [40, 60, 80, 100, 132, 200])
@pytest.mark.parametrize("steps", [5, 20, 60])
@pytest.mark.parametrize("rule", [name for name, _ in RULES])
def test_terminal(warmer, monkeypatch, width, steps, rule):
    """On a terminal the table is as wide as that at most, and holds the same numbers."""
    command = ("knob", rule, "--input", "2", "--weight", "-0.3", "--steps", steps)
    plain = warmer(*command).out
    monkeypatch.setattr(module, "terminal_width", lambda: width)
    narrow = warmer(*command).out

    table = narrow.split("\n\n")[1]
    assert all(len(line) <= width for line in table.splitlines() if "left out" not in line)
    assert narrow.split() == plain.split()


def test_two_lines(warmer, monkeypatch):
    """On 80 columns a step takes two lines, the second one indented."""
    monkeypatch.setattr(module, "terminal_width", lambda: 80)

    out = warmer("knob", "hot-and-cold", "--steps", "2").out

    assert out == (
        "hot-and-cold step_amount=0.001: input 0.5, goal 0.8, weight 0.5\n"
        "\n"
        "step  prediction            error                delta\n"
        "        weight_delta          weight\n"
        "   1  0.25                  0.30250000000000005  -0.55\n"
        "        -0.275                0.5\n"
        "   2  0.2505                0.3019502500000001   -0.5495000000000001\n"
        "        -0.27475000000000005  0.501\n"
        "\n"
        "final weight  0.502\n"
        "final error   0.30140100000000003\n"
        "outcome       budget: all 2 steps were taken\n"
        "engine        python: the work is small\n"
    )


def test_swinging(warmer):
    """What the diagnosis noticed is a note on stderr, and the run is done."""
    result = warmer("knob", "hot-and-cold", "--step-amount", "0.3", "--steps", "20", "--json")

    assert result.code == 0
    assert result.err.startswith("warmer: note: swinging")
    assert json.loads(result.out)["outcome"]["status"] == "budget"


def test_no_derivative(warmer, tmp_path):
    """Where a prediction has no derivative, weight_delta is null, and `-` in the table."""
    (tmp_path / "odd.py").write_text(
        "import attrs, warmer\n"
        "@attrs.frozen(eq=False)\n"
        "class Odd:\n"
        "    @warmer.hookimpl\n"
        "    def predict(self, weights, inputs):\n"
        "        return float(str(weights[0])) * inputs[0]\n"
        "    @warmer.hookimpl\n"
        "    def learn(self, weight, error_at):\n"
        "        return weight + 0.1 if error_at(weight + 0.1) < error_at(weight) else weight\n",
        encoding="utf-8",
    )

    document = warmer("knob", "odd.py:Odd", "--json", "--steps", "3").json
    table = warmer("knob", "odd.py:Odd", "--steps", "3").out

    assert [step["weight_delta"] for step in document["history"]] == [None] * 3
    assert document["rule"]["distribution"] is None
    assert "  -  " in table
