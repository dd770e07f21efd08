"""The table of a run on the command line: read, and cut into parts; once more by `resume`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

from warmer.cli.parts import Parts, parts_of
from warmer.exceptions import UsageError

if TYPE_CHECKING:
    from warmer.tables.splitting import Split
    from warmer.tables.table import Table


@attrs.frozen(eq=False)
class Read:
    """A table, and what the rule sees of it.

    Parameters:
        table: as it was read.
        whole: without the rows that are dropped, before it is split.
        how: what `prepare` is told, or the `recipe` of a model.
        parts: the rows to learn from, and the others.
    """

    table: "Table"
    whole: "Table"
    how: Mapping[str, Any]
    parts: Parts


def read_parts(
    table: "Table", command: Mapping[str, Any], seed: int | None, folds: int | None = None
) -> Read:
    """Cut a table into parts.

    Parameters:
        table: as it was read.
        command: what a checkpoint keeps of the command line: `how`, `table`, `test` and `valid`.
        seed: says which row goes where.

    Raises:
        UsageError: there are too few rows, or the table is not what it should be.
    """
    import numpy as np

    from warmer.tables.preparation import drop_holes
    from warmer.tables.recipe import Recipe

    how, whole = dict(command["how"]), table
    if command["table"] is not None:
        recipe = Recipe.from_dict(command["table"])
        how = {"recipe": recipe}
        if recipe.missing == "drop":
            whole = table.take(np.flatnonzero(recipe.whole(table)))
    elif how["missing"] == "drop":
        whole = drop_holes(table, how["targets"], how["features"], how["without"])
    if folds is not None and folds > whole.rows:
        raise UsageError(f"--folds {folds}: there are only {whole.rows} rows")
    split = _split(whole, command["test"], command["valid"], seed)
    return Read(table, whole, how, parts_of(whole, how, split))


def _split(
    table: "Table", test: float | None, valid: float | None, seed: int | None
) -> "Split | None":
    """Which rows are which; None where all are to learn from."""
    import warmer

    if test is None and valid is None:
        return None
    return warmer.split(table.rows, test or 0.0, valid or 0.0, seed)
