"""The doors of runs: training, going on, keeping, and what a run and a session answer."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import warmer
from tests.training.doors.given import DATA, DATA_TAKES, INTS, NETWORK, NUMBERS, RUN, Doors, run

PAIR = {"inputs": [1.0, 2.0], "targets": [3.0, 6.0]}


@cache
def files() -> dict[str, bytes]:
    """A run that was kept, and a model that was saved."""
    with TemporaryDirectory() as folder:
        warmer.train(**PAIR, rule="alpha-scaled", steps=2, checkpoint=f"{folder}/kept.warmer")
        warmer.save(run(), f"{folder}/saved.warmer")
        return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def kept(**arguments: Any) -> Any:
    """Go on with a run that was kept."""
    Path("kept.warmer").write_bytes(files()["kept.warmer"])
    return warmer.resume(**{"checkpoint": "kept.warmer", **PAIR, **arguments})


def saved(**arguments: Any) -> Any:
    """Load a model that was saved."""
    Path("saved.warmer").write_bytes(files()["saved.warmer"])
    return warmer.load(**{"path": "saved.warmer", **arguments})


RUNS: Doors = {
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
    "Run.error_at": (run().error_at, {}, {"weights": "list"}),
    "Run.plot": (run().plot, {}, {"path": "nothing", "ax": "nothing", "of": "nothing"}),
    "History.frame": (run().history.frame, {}, {"library": "nothing"}),
    "error_curve": (
        warmer.error_curve,
        {"run": run(), "low": 0, "high": 1, "points": 3},
        {"run": "", "points": INTS, "low": "nothing minus", "high": f"nothing {NUMBERS}"},
    ),
    "Run.model": (run().model, {}, {"prepared": "nothing", "scores": "nothing"}),
    "Model.predict": (run().model().predict, {"rows": [1.0]}, {"rows": "list"}),
}  # fmt: skip
