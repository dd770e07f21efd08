"""A comparison whose delta does not fit its error is warned of, wherever it is named."""

import pytest

import warmer as api

CODE = """
    import attrs, warmer

    print("loaded")

    @attrs.frozen(eq=False)
    class Wrong:
        '''Points uphill.'''

        @warmer.hookimpl
        def compare(self, prediction, target):
            print("asked")
            delta = prediction - target
            return warmer.Comparison(delta * delta, -delta)

    @attrs.frozen(eq=False)
    class Whole(Wrong):
        '''A rule that brings its own comparison.'''

        @warmer.hookimpl
        def learn(self, weight, weight_delta):
            return weight - 0.1 * weight_delta

    @attrs.frozen(eq=False)
    class Halved:
        '''A modifier that answers half of the error.'''

        @warmer.hookimpl(wrapper=True)
        def compare(self):
            answer = yield
            return answer._replace(error=answer.error / 2)
"""
WARNING = "warmer: warning: the delta of {} points the wrong way"
KNOB, TRAIN = "knob {} --input 1 --steps 3", "train {} norris.csv --target y --steps 3"
OTHER = "--compare wrong"


@pytest.fixture(autouse=True)
def _installed(install):
    install(
        "wrong-pack", CODE, rules={"whole": "Whole"}, comparisons={"wrong": "Wrong"},
        modifiers={"halved": "Halved"},
    )  # fmt: skip


def warnings(result) -> list[str]:
    """What was warned of; what plugins print on the way does not matter."""
    return [line for line in result.err.splitlines() if line.startswith("warmer: warning: ")]


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
@pytest.mark.parametrize(
    ("command", "name"),
    [
        (f"{KNOB.format('raw-gradient')} {OTHER}", "wrong"),
        (f"{KNOB.format('raw-gradient')} --compare wrong-pack/wrong", "wrong"),
        (f"{TRAIN.format('alpha-scaled')} {OTHER}", "wrong"),
        (KNOB.format("whole"), "whole"),
        (TRAIN.format("whole"), "whole"),
        ("rules wrong", "wrong"),
        ("rules whole", "whole"),
    ],
)
def test_misfit(warmer, command, name, form):
    """A misfit is one warning on stderr, of a comparison and of a rule that brings its own."""
    result = warmer(*command.split(), *form)

    (warning,) = warnings(result)
    assert warning.startswith(WARNING.format(name))
    assert result.code in (0, 3)
    assert "warning" not in result.out
    assert "asked" not in result.out
    if form:
        assert result.json


@pytest.mark.parametrize(
    "command",
    [
        KNOB.format("raw-gradient"),
        f"{KNOB.format('raw-gradient')} --compare absolute-error",
        f"{TRAIN.format('alpha-scaled')} --compare absolute-error",
        TRAIN.format("alpha-scaled"),
        "rules",
        "rules halved",
        "rules log-loss",
        "rules alpha-scaled",
        "rules linear",
    ],
)
def test_no_misfit(warmer, command):
    """What fits, what has no comparison, and what wraps one, is not warned of."""
    result = warmer(*command.split())

    assert result.code == 0
    assert warnings(result) == []


@pytest.mark.parametrize("name", ["wrong", "whole", "squared-error", "alpha-scaled", "linear"])
def test_notes(warmer, name):
    """The document of a plugin has what is warned of under `notes`, an empty list else."""
    result = warmer("rules", name, "--json")
    told = [line.removeprefix("warmer: warning: ") for line in warnings(result)]

    assert result.json["notes"] == told
    assert len(told) == (name in ("wrong", "whole"))


def test_the_same_words(warmer):
    """What is said is what `warmer.check_comparison` answers."""
    said = f"warmer: warning: {api.check_comparison('wrong')}"

    assert warnings(warmer("rules", "wrong")) == [said]
    assert warnings(warmer(*KNOB.format("raw-gradient").split(), *OTHER.split())) == [said]


@pytest.mark.parametrize("command", [KNOB, TRAIN])
def test_two_comparisons(warmer, command):
    """A comparison beside a rule that brings its own is refused, and nothing else is said."""
    result = warmer(*command.format("whole").split(), *OTHER.split())

    assert (result.code, result.out, warnings(result)) == (2, "", [])
    assert "rule whole brings its own compare" in result.err
