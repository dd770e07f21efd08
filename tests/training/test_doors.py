"""The doors: whatever is given, wherever, it is right or it is refused in a sentence."""

import datetime
import inspect
import io
import math
from decimal import Decimal
from typing import Any

import attrs
import numpy as np
import pytest

import warmer
from warmer.contract.arguments import shown


class Rude:
    """An object that fails whatever it is asked."""

    def _fail(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("no")

    __repr__ = __str__ = __eq__ = __hash__ = __iter__ = __len__ = __bool__ = _fail
    __array__ = __float__ = __int__ = __index__ = __fspath__ = __getitem__ = _fail


class Red:
    """An object whose repr is long, has many lines, and colours the terminal."""

    def __repr__(self) -> str:
        return "\x1b[31mred\n" * 1000


WRONG: dict[str, Any] = {
    "nothing": lambda: None,
    "true": lambda: True,
    "numpy_true": lambda: np.True_,
    "three": lambda: 3,
    "numpy_three": lambda: np.int64(3),
    "numpy_text": lambda: np.str_("x"),
    "minus": lambda: -1,
    "half": lambda: 2.5,
    "nan": lambda: math.nan,
    "inf": lambda: -math.inf,
    "huge": lambda: 10**30,
    "beyond": lambda: 10**5000,
    "decimal": lambda: Decimal(3),
    "complex": lambda: 1j,
    "text": lambda: "x",
    "bytes": lambda: b"x",
    "empty": list,
    "list": lambda: [1],
    "texts": lambda: ["x"],
    "dict": lambda: {"a": 1},
    "set": lambda: {1},
    "class": lambda: int,
    "object": object,
    "scalar": lambda: np.array(3),
    "date": lambda: datetime.date(2020, 1, 1),
    "dates": lambda: np.array(["2020-01-01"] * 4, dtype="datetime64[ns]"),
    "function": lambda: len,
    "generator": lambda: (number for number in (1, 2)),
    "rude": Rude,
}
"""What people give by mistake, by its name; made anew each time."""

INTS = "three numpy_three"
NUMBERS = f"{INTS} half huge decimal"
NAMES = "text numpy_text texts"

DATA = {"inputs": [1.0, 2.0, 3.0, 4.0], "targets": [2.0, 4.0, 6.0, 8.0], "rule": "alpha-scaled"}
DATA_TAKES = {"inputs": "", "targets": "", "rule": ""}
NETWORK = {"predict": "nothing", "compare": "nothing", "modifiers": "empty", "registry": "nothing"}
RUN = {
    "batch_size": f"nothing {INTS}",
    "weights": f"nothing {NUMBERS} minus scalar list",
    "seed": f"nothing {INTS} huge",
    "alpha": NUMBERS,
}


@attrs.frozen(eq=False)
class Own:
    """A rule."""

    @warmer.hookimpl
    def learn(self, weight: float) -> float:
        return weight


def table() -> warmer.Table:
    return warmer.Table("t", ("x", "y"), (("1", "2"), ("3", "5")), (2, 3))


def run() -> warmer.Run:
    """A run of two steps."""
    return warmer.train([1.0, 2.0], [3.0, 6.0], "alpha-scaled", steps=2)


def kept(**arguments: Any) -> Any:
    """Go on with a run that was kept."""
    data = {"inputs": [1.0, 2.0], "targets": [3.0, 6.0]}
    warmer.train(**data, rule="alpha-scaled", steps=2, checkpoint="kept.warmer")
    return warmer.resume(**{"checkpoint": "kept.warmer", **data, **arguments})


def saved(**arguments: Any) -> Any:
    """Load a model that was saved."""
    warmer.save(run(), "saved.warmer")
    return warmer.load(**{"path": "saved.warmer", **arguments})


def prepared() -> warmer.Prepared:
    return warmer.prepare(table(), "y")


def rows_of_six() -> warmer.Table:
    return warmer.read_table(io.StringIO("x,y\n1,2\n3,5\n2,3\n4,5\n5,8\n7,9\n"))


def compared() -> warmer.Compared:
    """A comparison of one run."""
    return warmer.compare("alpha-scaled", rows_of_six(), "y", seeds=1, budget="2-steps")


FIGURE = {"targets": [1.0], "predictions": [1.0]}, {"targets": "list", "predictions": "list"}
SOME = "text numpy_text bytes list texts dict set"
CLASSES = {"targets": [1], "predictions": [1]}, {"targets": SOME, "predictions": SOME}

DOORS: dict[str, tuple[Any, dict[str, Any], dict[str, str]]] = {
    "train": (
        warmer.train,
        {**DATA, "steps": 2},
        {
            **DATA_TAKES, **NETWORK, **RUN, "steps": INTS, "observers": "empty",
            "tolerance": f"nothing {NUMBERS}", "history": f"nothing {INTS} huge beyond",
            "valid": "nothing", "patience": f"{INTS} huge beyond", "every": f"{INTS} huge beyond",
            "engine": "", "threads": f"nothing {INTS} huge beyond", "start": "nothing",
            "checkpoint": "nothing text numpy_text bytes",
        },
    ),
    "steps": (
        lambda **arguments: next(warmer.steps(**arguments)),
        DATA,
        {
            **DATA_TAKES, **NETWORK, **RUN, "steps": f"nothing {INTS}", "start": "nothing",
            "tolerance": f"nothing {NUMBERS}",
        },
    ),
    "diagnose": (
        warmer.diagnose,
        {"inputs": [1.0, 2.0, 4.0], "rule": "alpha-scaled"},
        {
            "inputs": "list", "rule": "", **NETWORK, "steps": INTS,
            **{name: takes for name, takes in RUN.items() if name != "weights"},
        },
    ),
    "explain": (
        warmer.explain,
        DATA,
        {
            **DATA_TAKES, **NETWORK, **RUN, "step": INTS, "target": "",
            "steps": f"nothing {INTS}", "shown": f"{INTS} huge beyond",
        },
    ),
    "formula": (
        warmer.formula,
        {"rule": "alpha-scaled"},
        {
            "rule": "", **NETWORK, "weights": f"nothing {INTS}", "inputs": f"nothing {INTS}",
            "alpha": NUMBERS,
        },
    ),
    "rule": (
        lambda **arguments: warmer.rule(arguments.pop("what"), **arguments),
        {"what": "alpha-scaled"},
        {"what": "", "registry": "nothing", "alpha": NUMBERS},
    ),
    "network": (
        warmer.network,
        {"rule": "alpha-scaled"},
        {"rule": "", **NETWORK, "alpha": NUMBERS},
    ),
    "check_comparison": (
        warmer.check_comparison,
        {"compare": "squared-error"},
        {"compare": "", "registry": "nothing"},
    ),
    "prepare": (
        lambda **arguments: warmer.prepare(**arguments),
        {"table": table(), "targets": "y"},
        {
            "table": "", "targets": NAMES, "features": f"nothing empty {NAMES}",
            "bias": "true numpy_true", "scale": "", "categories": "nothing", "missing": "",
            "without": f"empty {NAMES}",
        },
    ),
    "split": (
        warmer.split,
        {"rows": 9, "test": 0.5},
        {"rows": INTS, "test": "", "valid": "", "seed": f"nothing {INTS} huge"},
    ),
    "folds": (
        warmer.folds,
        {"rows": 9, "count": 3},
        {"rows": INTS, "count": INTS, "valid": "", "seed": f"nothing {INTS} huge"},
    ),
    "Checkpoint": (
        warmer.Checkpoint,
        {"path": "c.warmer"},
        {
            "path": "text numpy_text bytes", "every": f"nothing {NUMBERS}",
            "command": "nothing",
        },
    ),
    "resume": (
        kept,
        {},
        {
            "checkpoint": "", "inputs": "", "targets": "", "valid": "nothing", "rule": "nothing",
            "predict": "nothing", "compare": "nothing", "modifiers": "empty",
            "observers": "empty", "history": f"nothing {INTS} huge beyond", "engine": "",
            "threads": f"nothing {INTS} huge beyond", "registry": "nothing",
        },
    ),
    "save": (warmer.save, {"model": run(), "path": "m.warmer"}, {
        "model": "", "path": "text numpy_text bytes",
    }),
    "load": (
        saved,
        {},
        {
            "path": "", "rule": "nothing", "predict": "nothing", "modifiers": "empty",
            "registry": "nothing",
        },
    ),
    "Session": (
        lambda **arguments: warmer.Session(arguments.pop("rule"), **arguments),
        {"rule": "alpha-scaled", "weights": 2},
        {
            "rule": "", "weights": f"{INTS} list", **NETWORK, "state": "nothing",
            "start": "nothing", "seed": f"nothing {INTS} huge", "alpha": NUMBERS,
        },
    ),
    "Session.learn": (
        lambda **arguments: warmer.Session("alpha-scaled", weights=1).learn(**arguments),
        {"rows": [1.0], "targets": [1.0]},
        {"rows": "list", "targets": f"{NUMBERS} minus scalar true numpy_true list"},
    ),
    "Session.predict": (
        lambda **arguments: warmer.Session("alpha-scaled", weights=1).predict(**arguments),
        {"rows": [1.0]},
        {"rows": "list"},
    ),
    "r2": (warmer.r2, *FIGURE),
    "accuracy": (warmer.accuracy, *CLASSES),
    "log_loss": (
        warmer.log_loss,
        {"targets": [1], "chances": [0.5]},
        {"targets": "list", "chances": "list"},
    ),
    "confusion": (
        warmer.confusion,
        {**CLASSES[0], "classes": [1, "x"]},
        {
            **dict.fromkeys(("targets", "predictions"), "text numpy_text list texts set"),
            "classes": "list set generator",
        },
    ),
    "Run.error_at": (run().error_at, {}, {"weights": "list"}),
    "Run.plot": (run().plot, {}, {"path": "nothing", "ax": "nothing", "of": "nothing"}),
    "compare": (
        warmer.compare,
        {"rules": "alpha-scaled", "data": rows_of_six(), "target": "y", "seeds": 1,
         "budget": "2-steps"},
        {
            **NETWORK, "rules": "", "data": "", "target": NAMES, "seeds": f"{INTS} list",
            "test": "nothing", "folds": f"nothing {INTS}", "budget": "",
            "reach": f"nothing {NUMBERS}", "batch_size": f"nothing {INTS}",
            "weights": f"{NUMBERS} minus", "features": f"nothing empty {NAMES}",
            "bias": "true numpy_true", "scale": "", "categories": "nothing", "missing": "",
            "without": f"empty {NAMES}", "jobs": INTS, "executor": "nothing",
            "keep": "nothing text numpy_text bytes", "progress": "nothing",
        },
    ),
    "History.frame": (run().history.frame, {}, {"library": "nothing"}),
    "Compared.frame": (compared().frame, {}, {"library": "nothing"}),
    "Compared.save": (compared().save, {}, {"folder": "text numpy_text bytes"}),
    "error_curve": (
        warmer.error_curve,
        {"run": run(), "low": 0, "high": 1, "points": 3},
        {"run": "", "points": INTS, "low": "nothing minus", "high": f"nothing {NUMBERS}"},
    ),
    "Run.model": (run().model, {}, {"prepared": "nothing", "scores": "nothing"}),
    "Model.predict": (run().model().predict, {"rows": [1.0]}, {"rows": "list"}),
    "Recipe.transform": (
        prepared().recipe.transform, {"table": table()}, {"table": "", "unseen": ""}
    ),
    "Recipe.goals": (prepared().recipe.goals, {}, {"table": ""}),
    "Recipe.unseen": (prepared().recipe.unseen, {}, {"table": ""}),
    "Recipe.refuse_holes": (prepared().recipe.refuse_holes, {}, {"table": ""}),
    "Recipe.whole": (prepared().recipe.whole, {}, {"table": ""}),
    "Prepared.transform": (
        prepared().transform, {"table": table()}, {"table": "", "unseen": ""}
    ),
    "Table.take": (
        table().take, {"rows": [0]}, {"rows": "empty list", "columns": f"nothing empty {NAMES}"}
    ),
    "read_table": (
        lambda **arguments: warmer.read_table(**{"path": io.StringIO("x\n1\n"), **arguments}),
        {},
        {"path": "", "texts": f"empty dict {NAMES}", "memory": f"nothing {INTS}"},
    ),
    "data": (warmer.data, {}, {"name": ""}),
    "Table": (
        lambda **arguments: warmer.Table(**arguments).numbers("x"),
        {"source": "t", "columns": ("x",), "cells": (("1",),), "lines": (2,)},
        {
            "source": "text numpy_text", "columns": NAMES, "cells": "",
            "lines": "nothing list texts",
            "notes": f"empty dict {NAMES}", "form": "text numpy_text", "spool": "nothing",
        },
    ),
    "Table.numbers": (table().numbers, {}, {"column": "text numpy_text"}),
    "Table.cells_of": (table().cells_of, {}, {"column": "text numpy_text"}),
    "Table.blocks": (
        lambda **arguments: [*table().blocks(**arguments)],
        {},
        {"columns": f"nothing empty {NAMES}", "width": f"{INTS} huge beyond"},
    ),
    "Table.empty": (table().empty, {}, {"column": "text numpy_text"}),
    "Table.is_numeric": (table().is_numeric, {}, {"column": "text numpy_text"}),
    "Table.place": (
        table().place, {"row": 0, "column": "x"}, {"row": "", "column": "text numpy_text"}
    ),
    "Table.texts": (table().texts, {}, {"column": "text numpy_text"}),
    "Prepared.to_data_units": (prepared().to_data_units, {}, {"weights": ""}),
    "Prepared.from_data_units": (
        prepared().from_data_units,
        {"coefficients": [[1.0]], "intercept": [1.0]},
        {"coefficients": "", "intercept": "nothing list"},
    ),
    "param": (
        warmer.param,
        {"default": 1.0},
        {
            "default": " ".join(WRONG), "choices": f"empty dict {NAMES}",
            "help": "text numpy_text",
            **dict.fromkeys(
                ("above", "below", "at_least", "at_most"),
                f"nothing {NUMBERS} minus inf",
            ),
        },
    ),
    "tune": (
        warmer.tune,
        {**DATA, "steps": 5, "values": 3},
        {
            **DATA_TAKES, **NETWORK, **{n: t for n, t in RUN.items() if n != "alpha"},
            "parameter": "nothing", "steps": INTS,
            "low": f"nothing {NUMBERS}", "high": f"nothing {NUMBERS}",
            "values": f"nothing {INTS} list set generator",
            "test": "nothing", "engine": "", "threads": f"nothing {INTS} huge beyond",
        },
    ),
    "Tuning.plot": (
        warmer.tune(**DATA, steps=5, values=3).plot, {}, {"path": "nothing", "ax": "nothing"}
    ),
    "play": (
        warmer.play,
        {**DATA, "steps": 5},
        {
            **DATA_TAKES, **NETWORK, **RUN, "against": "nothing", "steps": INTS,
            "names": f"empty dict {NAMES}",
        },
    ),
    "Page.save": (warmer.play(**DATA).save, {"path": "page.html"}, {"path": ""}),
    "Registry": (warmer.Registry, {}, {"allowed": f"nothing empty dict {NAMES}"}),
    "Registry.register": (
        lambda **arguments: warmer.Registry().register(**arguments),
        {"name": "own", "plugin": Own},
        {"name": "text numpy_text", "plugin": "", "kind": ""},
    ),
    "Registry.plugins": (warmer.Registry().plugins, {}, {"kind": "nothing"}),
    "Registry.misnamed": (warmer.Registry().misnamed, {}, {"kind": "nothing"}),
    "Registry.find": (warmer.Registry().find, {"name": "alpha-scaled"}, {"name": "", "kind": ""}),
    "Registry.hint": (
        warmer.Registry().hint, {"name": "x"}, {"name": "text numpy_text", "kind": "nothing"}
    ),
}  # fmt: skip
"""Each door: how it is called, with what, and which of WRONG are right for each argument."""

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


@pytest.mark.parametrize(
    ("door", "argument"),
    [(door, argument) for door, (_, _, takes) in DOORS.items() for argument in takes],
)
def test_wrong_types(door: str, argument: str, tmp_path, monkeypatch) -> None:
    """A wrong value is a WarmerError of one line that names the argument; a right one is taken."""
    monkeypatch.chdir(tmp_path)
    call, good, takes = DOORS[door]
    words = argument.rstrip("s"), WORDS.get(argument, argument)
    wrong = {}
    for name, make in WRONG.items():
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
