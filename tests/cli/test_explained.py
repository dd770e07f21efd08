"""--explain of both commands: a step of the run, in words and as data."""

import json
import re
from pathlib import Path

import attrs
import pytest

import warmer as api

KNOB = "knob alpha-scaled --input 2 --goal 0.75 --weight 0.5 --steps 6".split()
TRAIN = "train alpha-scaled chances.csv --target y --steps 6".split()
SEVERAL = "train alpha-scaled two.csv --target up --target down --steps 6".split()
COMMANDS = pytest.mark.parametrize("command", [KNOB, TRAIN], ids=["knob", "train"])


@pytest.fixture(autouse=True)
def _files(tmp_path):
    (tmp_path / "chances.csv").write_text("x,y\n1,0\n2,1\n3,0.5\n5,1\n", encoding="utf-8")
    (tmp_path / "two.csv").write_text(
        "a,b,up,down\n1,9,2,-1\n3,7,6,-3\n2,5,4,7\n", encoding="utf-8"
    )


def unnamed(explanation):
    """An explanation without what people call its weights and targets."""
    parts = [
        {**part, "title": part["title"].partition(", weight")[0]} for part in explanation["parts"]
    ]
    return {**explanation, "parts": parts, "about": None, "target": None}


def as_data(explanation):
    return json.loads(json.dumps(attrs.asdict(explanation)))


@pytest.mark.parametrize(
    "words",
    [
        ("--explain", "norris.csv", "--target", "y"),
        ("--explain", "./norris.csv", "--target", "y"),
        ("--target", "y", "norris.csv", "--explain"),
        ("--target", "y", "--explain", "1", "norris.csv"),
        ("--target", "y", "--explain=1", "norris.csv"),
        ("--explain", "--target", "y", "table"),
    ],
    ids=" ".join,
)
def test_it_takes_no_table(document, words):
    """A table that follows --explain is the table, and the step the first."""
    Path("table").write_bytes(Path("norris.csv").read_bytes())
    expected = document("train", "alpha-scaled", "norris.csv", "--target", "y", "--explain", "1")

    assert document("train", "alpha-scaled", *words) == expected


@pytest.mark.parametrize("given", [("--explain",), ("--explain", "1"), ("--explain", "4")])
def test_as_data(document, given) -> None:
    """The document has what `warmer.explain` answers, with the table's names; without a number,
    of the first step."""
    step = int(given[-1]) if len(given) > 1 else 1
    table = api.prepare(api.read_table("chances.csv"), ["y"])
    knob = as_data(api.explain([2.0], [0.75], "alpha-scaled", weights=0.5, step=step))
    train = as_data(api.explain(table.inputs, table.targets, "alpha-scaled", step=step))
    for command, expected in ((KNOB, knob), (TRAIN, train)):
        found = document(*command, *given)
        explained = found.pop("explanation")

        assert unnamed(explained) == unnamed(expected)
        assert found == document(*command)
    assert document(*KNOB, *given)["explanation"] == knob


@COMMANDS
def test_as_text(warmer, command) -> None:
    """For people it stands below what is printed without it, within 80 columns."""
    plain, explained = warmer(*command), warmer(*command, "--explain", "2")
    told = explained.out.removeprefix(plain.out)

    assert explained.out.startswith(plain.out)
    assert told.startswith("\nstep 2\n\n")
    assert "\n\npredict (linear)" in told
    assert "  weight = weight - alpha * weight_delta" in told
    assert max(map(len, told.splitlines())) <= 80


@COMMANDS
def test_with_the_rest(document, command) -> None:
    """What is explained is the network that is named."""
    explained = document(
        *command, "--predict", "logistic", "--compare", "log-loss", "--explain"
    )["explanation"]  # fmt: skip

    assert explained["description"]["predictor"]["name"] == "logistic"
    assert explained["description"]["comparison"]["name"] == "log-loss"
    assert {part["title"].partition(")")[0] for part in explained["parts"]} == {
        "predict (logistic", "compare (log-loss", "learn (alpha-scaled",
    }  # fmt: skip


@COMMANDS
def test_a_flag_takes_no_other_option(document, command) -> None:
    """`--explain` before another option means the first step."""
    first, *rest = command[:-2], *command[-2:]

    assert document(*first, "--explain", *rest) == document(*command, "--explain", "1")


def test_weights_are_called_as_in_the_history(warmer) -> None:
    """A weight is called by its column, the last one `bias`, in words that the history uses."""
    told = warmer(*SEVERAL, "--explain", "--history", "h.csv").out
    columns = Path("h.csv").read_text(encoding="utf-8").partition("\n")[0].split(",")

    assert re.findall(r"weight (\w+)\n", told) == ["a", "b", "bias"] * 2
    assert [c for c in columns if c.startswith("up weight ")] == [
        "up weight a", "up weight b", "up weight bias"
    ]  # fmt: skip
    assert "weight 1 of" not in told


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "x below is (x - 2.75) / 1.479019945774904, bias is 1"),
        (("--no-bias",), "x below is x / 3.122498999199199"),
        (("--scale", "none"), None),
        (("--scale", "none", "--no-bias"), None),
    ],
)
def test_scaling_is_said(warmer, document, options, said) -> None:
    """Where the rule sees a scaled table it is said how its inputs come from the columns, and
    the numbers hold; where it sees the columns as they are, nothing is said."""
    told = " ".join(warmer(*TRAIN, *options, "--explain").out.split())
    about = document(*TRAIN, *options, "--explain")["explanation"]["about"]

    if said is None:
        assert about is None
        assert "scaled table" not in told
        return
    assert about in told
    assert said in about
    centre, spread = (*map(float, re.findall(r"\d\.\d+", about)),) if not options else (
        0.0, *map(float, re.findall(r"\d\.\d+", about)),
    )  # fmt: skip
    assert f"0.0 * {(1 - centre) / spread!r}" in told


def test_each_target_is_explained(warmer, document) -> None:
    """With several targets each is explained, and named; in the document by its name."""
    told = warmer(*SEVERAL, "--explain", "3").out
    found = document(*SEVERAL, "--explain", "3")["explanation"]
    table = api.prepare(api.read_table("two.csv"), ["up", "down"])

    assert re.findall(r"^step .*", told, re.M) == ["step 3, target up", "step 3, target down"]
    assert told.count("scaled table") == 1
    assert list(found) == ["up", "down"]
    for index, (name, explained) in enumerate(found.items()):
        expected = api.explain(table.inputs, table.targets, "alpha-scaled", step=3, target=index)
        assert explained["target"] == name
        assert unnamed(explained) == unnamed(as_data(expected))


@COMMANDS
@pytest.mark.parametrize("step", [7, 99999999])
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_a_step_beyond_the_run(warmer, command, step, form) -> None:
    """A step that the run does not take is refused before anything is read or run."""
    command = [word.replace("chances", "nowhere") for word in command]
    result = warmer(*command, "--explain", step, *form)

    assert (result.code, result.out) == (2, "")
    assert result.err == f"warmer: --explain {step}: the run takes 6 steps (see --steps)\n"


ENDED = {
    "diverged": ("knob raw-gradient --input 1e100 --steps 30", 3, "diverged after 1 step"),
    "diverged table": (
        "train raw-gradient chances.csv --target y --scale none --steps 5000", 3, "diverged after"
    ),
    "converged": (
        "train alpha-scaled chances.csv --target y --tolerance 0.1", 0, "converged after"
    ),
}  # fmt: skip


@pytest.mark.parametrize("command", ENDED)
def test_a_run_that_ends_before_the_step(warmer, command) -> None:
    """The result is printed with its exit code, and then it is said that there is no such step."""
    words, code, ending = ENDED[command]
    plain = warmer(*words.split(), "--json").json
    step = plain["outcome"]["steps"] + 2

    text = warmer(*words.split(), "--explain", step)
    data = warmer(*words.split(), "--explain", step, "--json")

    assert (text.code, data.code) == (code, code)
    assert text.out == warmer(*words.split()).out
    note = data.json["notes"][-1]
    assert note.startswith(f"there is no step {step} to explain: the run {ending}")
    assert text.err.endswith(f"warmer: {note}\n")
    assert data.json["explanation"] is None
    assert {**data.json, "notes": plain["notes"]} == {**plain, "explanation": None}


def test_the_step_that_a_run_could_not_take(warmer, tmp_path) -> None:
    """The step in which a run diverged is explained as far as it goes, with the reason."""
    (tmp_path / "steep.py").write_text(
        "import attrs, math, warmer\n"
        "@attrs.frozen(eq=False)\n"
        "class Steep:\n"
        "    @warmer.hookimpl\n"
        "    def predict(self, weights, inputs):\n"
        "        return math.exp(warmer.dot(weights, inputs))\n",
        encoding="utf-8",
    )
    steep = "alpha-scaled --predict steep.py:Steep --input 30 --goal 1e9 --weight 0.1"
    beyond = warmer(*"knob raw-gradient --input 1e100 --steps 9 --explain 2".split())
    raised = warmer("knob", *steep.split(), "--explain", "2")

    for result in (beyond, raised):
        assert result.code == 3
        assert "final weight" in result.out
        assert "the step was not taken: " in result.out
    assert "prediction = dot(weights, inputs) = -5e+199 * 1e+100" in beyond.out
    assert raised.out.rpartition("step 2\n\n")[2].startswith("the step was not taken: predict of")


def test_a_formula_that_is_too_long(warmer, tmp_path) -> None:
    """A formula that nobody can read is counted; the numbers that were put in are shown."""
    (tmp_path / "long.py").write_text(
        "import attrs, warmer\n"
        "@attrs.frozen(eq=False)\n"
        "class Long:\n"
        "    @warmer.hookimpl\n"
        "    def learn(self, weight, weight_delta):\n"
        "        for i in range(30):\n"
        "            if weight > 30 - i:\n"
        "                return weight + i\n"
        "        return weight / 2\n",
        encoding="utf-8",
    )
    told = warmer(*"knob long.py:Long --steps 1 --explain".split()).out
    whole = warmer(*"knob long.py:Long --steps 1 --explain --json".split()).json["explanation"]

    (weight,) = [line for line in whole["parts"][-1]["lines"] if line["name"] == "weight"]
    size = f"{len(weight['formula']):,}"
    assert f"weight = (too long to read: {size} characters) = {weight['numbers']} = " in told
