"""What a model says of a table: its predictions in columns, classes by their names."""

from typing import Any

import numpy as np

from warmer.models.model import Model
from warmer.tables.table import Table


def answers(model: Model, table: Table) -> tuple[dict[str, list[Any]], int]:
    """Predict every row of a table, by target column; and how many rows have no prediction.

    Numbers are numbers, and a class is its name: the one of two whose chance is above 0.5, the one
    of more that is most likely. A row with a hole, which such rows were dropped for when the model
    was made, has None.

    Parameters:
        model: one that has learned from a table.
        table: it needs the feature columns, in any order.

    Raises:
        WarmerError: the table does not fit, a plugin is not installed, or one fails.
    """
    recipe = model.recipe
    assert recipe is not None
    whole = recipe.whole(table) if recipe.missing == "drop" else np.ones(table.rows, bool)
    places = np.flatnonzero(whole)
    found: dict[str, list[Any]] = {t.name: [None] * table.rows for t in recipe.targets}
    if not len(places):
        return found, table.rows
    known = model.predict(table.take(places) if len(places) < table.rows else table)
    columns = known.reshape(len(places), -1)
    start = 0
    for target in recipe.targets:
        stop = start + len(target.names)
        own = columns[:, start:stop]
        start = stop
        if target.classes is None:
            values: list[Any] = own[:, 0].tolist()
        else:
            chosen = own.argmax(axis=1) if own.shape[1] > 1 else (own[:, 0] > 0.5).astype(int)
            values = [target.classes[index] for index in chosen.tolist()]
        for place, value in zip(places.tolist(), values, strict=True):
            found[target.name][place] = value
    return found, table.rows - len(places)
