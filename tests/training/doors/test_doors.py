"""The doors: whatever is given, wherever, it is right or it is refused in a sentence."""

import inspect
from typing import Any

import pytest

import warmer
from tests.training.doors.given import WRONG, Red
from tests.training.doors.of_comparisons import COMPARISONS
from tests.training.doors.of_plugins import PLUGINS
from tests.training.doors.of_runs import RUNS
from tests.training.doors.of_tables import TABLES
from warmer.contract.arguments import shown

DOORS = RUNS | TABLES | PLUGINS | COMPARISONS

WITHIN = {
    "hookimpl": "a marker of pluggy's",
    "dot": "arithmetic of plugins: it fails as Python's does, and the run names the line",
    "Comparison": "what plugins answer, checked where a run reads it",
    "Learned": "the same",
    "Stop": "an exception",
    "Table.room": "asked by warmer itself, for what it makes of a table",
    "Explanation.lines": "a filter, which finds nothing",
}
"""What is no door, and why."""

WORDS = {
    "what": "rule",
    "predict": "predictor",
    "compare": "comparison",
    "path": "x: no such file",
    "checkpoint": "x: no such file",
    "rows": "inputs",
    "targets": "no column 'a'",
    "target": "no column 'a'",
    "data": "x: no such file",
    "features": "no column 'a'",
    "without": "no column 'a'",
    "name": "no rule is called",
    "plugin": "rule own",
    "against": "rule",
    "low": "the range of alpha",
    "high": "the range of alpha",
    "values": "alpha must be",
}
"""How messages name what is meant, where it is not the argument's name."""

GIVEN = (
    *(
        "Compared",
        "ErrorCurve",
        "Expla",
        "Finding",
        "Formula",
        "HookFormula",
        "History",
        "Outcome",
        "Page",
        "Plugin",
        "Prepared",
        "Progress",
        "Tried",
        "Tuning",
    ),
    *("Model", "Recipe", "Run", "Split", "Step", "Validation"),
)
"""How the names of the values begin that warmer makes, and nobody else."""


def public() -> dict[str, Any]:
    """Everything that takes an argument: functions, classes that people make, their methods."""
    found = {}
    for name in warmer.__all__:
        value = getattr(warmer, name)
        if isinstance(value, type):
            if issubclass(value, warmer.WarmerError):
                continue
            if not name.startswith(GIVEN):
                found[name] = value
            methods = [m for m in vars(value) if not m.startswith("_")]
            found |= {
                f"{name}.{method}": getattr(value, method)
                for method in methods
                if inspect.isfunction(vars(value)[method])
                and len(inspect.signature(getattr(value, method)).parameters) > 1
            }
        elif callable(value):
            found[name] = value
    return found


@pytest.mark.parametrize("name", public())
def test_every_door_is_tried(name: str) -> None:
    """Every argument of everything public is tried below, or said to be no door."""
    if name in WITHIN:
        return
    named = {
        argument.name
        for argument in inspect.signature(public()[name]).parameters.values()
        if argument.kind is not argument.VAR_KEYWORD
        and argument.name != "self"
        and not argument.name.startswith("_")
    }
    assert named == set(DOORS[name][2]) - {"alpha"}


@pytest.mark.sampled(
    2,
    given=[f"{door} {argument}" for door, (_, _, takes) in DOORS.items() for argument in takes],
    half=[0, 1],
)
def test_wrong_types(given: str, half: int, tmp_path, monkeypatch) -> None:
    """A wrong value is a WarmerError of one line that names the argument; a right one is taken."""
    monkeypatch.chdir(tmp_path)
    door, argument = given.split()
    call, good, takes = DOORS[door]
    words = argument.rstrip("s"), WORDS.get(argument, argument)
    wrong = {}
    for name, make in [*WRONG.items()][half::2]:
        said = None
        try:
            call(**{**good, argument: make()})
        except warmer.WarmerError as error:
            said = str(error)
        except Exception as error:  # noqa: BLE001 - this is what must not be
            wrong[name] = f"{type(error).__name__}: {error}"
            continue
        if (said is None) != (name in takes[argument].split()):
            wrong[name] = said or "it was taken"
        elif said and ("\n" in said or len(said) > 400 or not any(w in said for w in words)):
            wrong[name] = said
    assert wrong == {}


@pytest.mark.parametrize(
    "make",
    [*WRONG.values(), lambda: "x\n\x1b[31m" * 1000, lambda: [["x" * 100] * 9] * 9, Red],
)
def test_what_a_message_shows(make: Any) -> None:
    """Whatever a value's repr does, a message shows it on one line that a terminal can hold."""
    text = shown(make())

    assert 0 < len(text) <= 120
    assert text.isprintable()
