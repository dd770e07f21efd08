"""What stands beside the rule: --predict, --compare and --engine of both commands."""

import pytest

import warmer as api

KNOB = "knob alpha-scaled --input 2 --goal 0.75 --weight 0.5 --steps 6".split()
TRAIN = "train alpha-scaled chances.csv --target y --steps 6".split()
COMMANDS = pytest.mark.parametrize("command", [KNOB, TRAIN], ids=["knob", "train"])
ENGINES = ("python", "arrays", "native")
OWN = """
import attrs, warmer

@attrs.frozen(eq=False)
class Doubled:
    @warmer.hookimpl
    def predict(self, weights, inputs):
        return 2 * warmer.dot(weights, inputs)

@attrs.frozen(eq=False)
class Opaque:
    @warmer.hookimpl
    def predict(self, weights, inputs):
        return float(str(weights[0])) * inputs[0]

@attrs.frozen(eq=False)
class Shouting:
    @warmer.hookimpl
    def compare(self, prediction, target):
        print("asked")
        return warmer.Comparison((prediction - target) * (prediction - target), prediction - target)

@attrs.frozen(eq=False)
class Everything(Doubled):
    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - 0.1 * weight_delta
"""


@pytest.fixture(autouse=True)
def _files(tmp_path):
    (tmp_path / "chances.csv").write_text("x,y\n1,0\n2,1\n3,0.5\n5,1\n", encoding="utf-8")
    (tmp_path / "own.py").write_text(OWN, encoding="utf-8")


def as_knob(**options):
    """What the API answers to what KNOB asks."""
    return api.train([2.0], [0.75], "alpha-scaled", weights=0.5, steps=6, **options)


def as_train(**options):
    """What the API answers to what TRAIN asks."""
    table = api.prepare(api.read_table("chances.csv"), ["y"])
    return api.train(table.inputs, table.targets[:, 0], "alpha-scaled", steps=6, **options)


class TestEngine:
    """--engine."""

    @COMMANDS
    @pytest.mark.parametrize("engine", ENGINES)
    def test_takes_the_steps(self, warmer, document, command, engine) -> None:
        """The engine that is named takes the steps, and page and document say which it was."""
        found = document(*command, "--engine", engine)
        page = warmer(*command, "--engine", engine).out

        assert found["engine"] == {"name": engine, "reason": "asked for"}
        assert page.splitlines()[-1].split(maxsplit=1) == ["engine", f"{engine}: asked for"]

    @COMMANDS
    def test_all_give_the_same(self, document, command) -> None:
        """Whichever takes the steps, all else in the document is the same, to the last bit."""
        found = [document(*command, "--engine", engine) for engine in (*ENGINES, "auto")]
        for each in found:
            del each["engine"]

        assert found == found[:1] * 4

    @COMMANDS
    def test_auto(self, document, command) -> None:
        """`auto` is what is meant where none is named."""
        assert document(*command, "--engine", "auto") == document(*command)

    @pytest.mark.parametrize("engine", ["arrays", "native"])
    def test_one_that_cannot(self, warmer, document, engine) -> None:
        """An engine that cannot run the network is refused with the reason; python runs it."""
        command = "knob hot-and-cold --predict own.py:Opaque --steps 2".split()
        refused = warmer(*command, "--engine", engine, "--json")
        said = f"warmer: engine {engine} cannot run this: predict of own.py:Opaque"

        assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)
        assert refused.err.startswith(said)
        assert document(*command) | {"engine": None} == (
            document(*command, "--engine", "python") | {"engine": None}
        )


class TestPlugins:
    """--predict and --compare."""

    @pytest.mark.parametrize(
        "options",
        [{"predict": "logistic"}, {"compare": "absolute-error"},
         {"predict": "logistic", "compare": "log-loss"}],
        ids=str,
    )  # fmt: skip
    def test_used(self, document, options) -> None:
        """The predictor and the comparison that are named are used, as the API uses them."""
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        knob, train = document(*KNOB, *words), document(*TRAIN, *words)

        assert [step["error"] for step in knob["history"]] == as_knob(
            **options
        ).history.error.tolist()
        assert knob["weight"] == as_knob(**options).weights[0]
        assert train["error"] == as_train(**options).error
        assert knob["weight"] != document(*KNOB)["weight"]
        assert train["error"] != document(*TRAIN)["error"]

    @COMMANDS
    def test_default(self, document, command) -> None:
        """Naming `linear` and `squared-error`, bare or qualified, changes nothing."""
        plain = document(*command)

        assert document(*command, "--predict", "linear", "--compare", "squared-error") == plain
        assert document(*command, "--predict", "warmer/linear") == plain
        assert document(*command, "--compare", "warmer/squared-error") == plain

    @COMMANDS
    def test_file(self, warmer, document, command) -> None:
        """A file's class does as well, and what it prints is not in the document."""
        doubled = document(*command, "--predict", "own.py:Doubled")
        shouting = warmer(*command, "--compare", "own.py:Shouting", "--engine", "python", "--json")

        assert doubled != document(*command)
        assert "asked" in shouting.err
        assert shouting.json["outcome"] == document(*command)["outcome"]

    @pytest.mark.parametrize("rest", [KNOB[2:], TRAIN[2:]], ids=["knob", "train"])
    def test_beside_its_own(self, warmer, document, rest) -> None:
        """A rule that brings its own predict uses it, and none may be named beside it."""
        command = ("knob" if "--input" in rest else "train", "own.py:Everything", *rest)
        refused = warmer(*command, "--predict", "linear", "--json")

        assert document(*command)["rule"]["name"] == "own.py:Everything"
        assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)
        assert "brings its own predict" in refused.err


WRONG = {
    "engine": ("--engine pyhton", "--engine must be one of auto", "did you mean 'python'"),
    "engine in capitals": ("--engine Native", "did you mean 'native'"),
    "no engine": ("--engine=", "--engine must be one of auto, python, arrays, native, got ''"),
    "option of the engine": ("--engien native", "did you mean '--engine'"),
    "predictor": ("--predict lgistic", "'lgistic'", "did you mean 'logistic'", "linear"),
    "qualified predictor": ("--predict warmer/logistik", "did you mean 'warmer/logistic'"),
    "no predictor": ("--predict=", "no predictor is called ''; there is linear"),
    "a comparison as predictor": ("--predict log-loss", "no predictor is called 'log-loss'"),
    "two predictors": ("--predict linear --predict linear", "--predict is given twice"),
    "two comparisons": ("--compare log-loss --compare=log-loss", "--compare is given twice"),
    "class of a predictor": ("--predict own.py:Doubld", "did you mean 'Doubled'"),
    "file of a predictor": ("--predict nowhere.py:Doubled", "nowhere.py: no such file"),
    "comparison": ("--compare squared-eror", "did you mean 'squared-error'", "log-loss"),
    "no comparison": ("--compare=", "no comparison is called ''; there is absolute-error"),
    "a predictor as comparison": ("--compare linear", "no comparison is called 'linear'"),
    "class of a comparison": ("--compare own.py:Shoutin", "did you mean 'Shouting'"),
    "step 0": ("--explain 0", "--explain must be a whole number at least 1, got 0"),
    "half a step": ("--explain 1.5", "--explain must be a whole number", "'1.5'"),
    "a word for a step": ("--explain first", "--explain must be a whole number", "'first'"),
    "option of the step": ("--explian 1", "did you mean '--explain'"),
}


@COMMANDS
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
@pytest.mark.parametrize("words", WRONG.values(), ids=WRONG)
def test_wrong(warmer, command, words, form) -> None:
    """What is misspelt is one line with what could be meant, exit code 2, and no document."""
    options, *said = words
    result = warmer(*command, *options.split(), *form)

    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert result.err.startswith("warmer: ")
    for word in said:
        assert word in result.err
