"""The doors of tables: reading, preparing and splitting them, and figures of their rows."""

import io

import warmer
from tests.training.doors.given import INTS, NAMES, Doors, table


def prepared() -> warmer.Prepared:
    return warmer.prepare(table(), "y")


FIGURE = {"targets": [1.0], "predictions": [1.0]}, {"targets": "list", "predictions": "list"}
SOME = "text numpy_text bytes list texts dict set"
CLASSES = {"targets": [1], "predictions": [1]}, {"targets": SOME, "predictions": SOME}


TABLES: Doors = {
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
}  # fmt: skip
