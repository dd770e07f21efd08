"""The doors of many runs: comparisons, tuning, and pages to play with."""

import io

import warmer
from tests.training.doors.given import DATA, DATA_TAKES, INTS, NAMES, NETWORK, NUMBERS, RUN, Doors


def rows_of_six() -> warmer.Table:
    return warmer.read_table(io.StringIO("x,y\n1,2\n3,5\n2,3\n4,5\n5,8\n7,9\n"))


def compared() -> warmer.Compared:
    """A comparison of one run."""
    return warmer.compare("alpha-scaled", rows_of_six(), "y", seeds=1, budget="2-steps")


COMPARISONS: Doors = {
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
    "Compared.frame": (compared().frame, {}, {"library": "nothing"}),
    "Compared.save": (compared().save, {}, {"folder": "text numpy_text bytes"}),
    "tune": (
        warmer.tune,
        {**DATA, "steps": 5, "values": 3},
        {
            **DATA_TAKES, **NETWORK, **{n: t for n, t in RUN.items() if n != "alpha"},
            "parameter": "nothing", "steps": INTS,
            "low": f"nothing {NUMBERS}", "high": f"nothing {NUMBERS}",
            "values": f"nothing {INTS} list set generator",
            "test": "nothing", "engine": "", "threads": f"nothing {INTS} huge beyond",
            "progress": "nothing",
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
}  # fmt: skip
