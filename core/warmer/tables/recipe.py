"""A recipe: what was learned of a table before training, to be done again to any other table."""

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from warmer.contract.arguments import check_choice
from warmer.tables.frames import as_table
from warmer.tables.holes import MISSINGS, cells_of
from warmer.tables.recipe_columns import (
    Column,
    Target,
    check_recipe,
    column_of,
    fields_of,
    plain,
    target_of,
)
from warmer.tables.table import Array

UNSEEN = ("refuse", "zero")
"""What to do about a level that the recipe does not know."""


@attrs.frozen
class Recipe:
    """What was done to a table: plain data, from `to_dict` to `from_dict`.

    Parameters:
        columns: the feature columns, in order.
        targets: the target columns, in order.
        bias: whether a last input is always 1.
        missing: what was done about holes: `refuse`, `drop` or `mean`.
        left_out: columns that were left out, since they have one value in every row.
    """

    columns: tuple[Column, ...]
    targets: tuple[Target, ...]
    bias: bool
    missing: str
    left_out: tuple[str, ...] = ()

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the inputs, without that of the bias."""
        return tuple(name for column in self.columns for name in column.inputs(self.bias))

    @property
    def target_names(self) -> tuple[str, ...]:
        """The names of the targets that rules learn."""
        return tuple(name for target in self.targets for name in target.names)

    @property
    def centre(self) -> Array:
        """(features,), what is taken from each input; zeros where nothing is centred."""
        return np.array([each for column in self.columns for each in column.centre], float)

    @property
    def spread(self) -> Array:
        """(features,), what each input is divided by; ones where nothing is scaled."""
        return np.array([each for column in self.columns for each in column.spread], float)

    def transform(self, table: Any, unseen: str = "refuse") -> Array:
        """Do the same to another table; the table that was learned from gives the same bits.

        Parameters:
            table: a `Table` or a frame; it needs the feature columns, in any order.
            unseen: what becomes of a category that was never seen: `refuse` names it and its
                place; `zero` gives it the inputs of the level that is left out.

        Returns:
            The inputs, (rows, weights).

        Raises:
            DataError: a column is missing, a cell has another kind or is empty and is not to be
                filled, or a category was never seen.

        >>> from warmer.tables.preparation import prepare
        >>> from warmer.tables.table import Table
        >>> table = Table("t.csv", ("x", "y"), (("1", "5"), ("3", "9")), (2, 3))
        >>> recipe = prepare(table, "y").recipe
        >>> recipe.transform(Table("new.csv", ("x",), (("3",),), (2,))).tolist()
        [[0.0, 1.0]]
        """
        check_choice("unseen", unseen, UNSEEN)
        table = as_table(table)
        raw = [column.read(table, self.bias, unseen) for column in self.columns]
        return seen_by_rule(self, raw, table.rows)

    def goals(self, table: Any) -> Array:
        """The targets of another table, (rows, targets).

        Raises:
            DataError: a column is missing, a cell is empty or has another kind, or a class was
                never seen.
        """
        table = as_table(table)
        return np.hstack([target.read(table) for target in self.targets])

    def unseen(self, table: Any) -> list[str]:
        """Where another table has categories that were never seen, with the words."""
        table = as_table(table)
        return [place for column in self.columns for place in column.unseen(table)]

    def whole(self, table: Any) -> NDArray[np.bool_]:
        """Say which rows of another table have no hole that the recipe cannot fill, (rows,)."""
        table = as_table(table)
        whole = np.ones(table.rows, bool)
        for column in self.columns:
            if column.fill is None:
                whole &= ~cells_of(table, column.name).holes
        return whole

    def to_dict(self) -> dict[str, Any]:
        """The recipe as plain data, which JSON keeps to the bit."""
        return {
            "columns": [plain(column) for column in self.columns],
            "targets": [plain(target) for target in self.targets],
            "bias": self.bias,
            "missing": self.missing,
            "left_out": list(self.left_out),
        }

    @classmethod
    def from_dict(cls, data: Any) -> "Recipe":
        """The recipe of plain data, strictly read.

        Raises:
            DataError: a key is unknown or missing, or a value is not what it should be.
        """
        given = fields_of(cls, data, "recipe")
        for name in ("columns", "targets", "left_out"):
            check_recipe(isinstance(given[name], (list, tuple)), name, given[name])
        columns = tuple(column_of(each) for each in given["columns"])
        targets = tuple(target_of(each) for each in given["targets"])
        check_recipe(type(given["bias"]) is bool, "bias", given["bias"])
        check_recipe(given["missing"] in MISSINGS, "missing", given["missing"])
        left_out = tuple(given["left_out"])
        check_recipe(all(type(name) is str for name in left_out), "left_out", left_out)
        made = cls(columns, targets, given["bias"], given["missing"], left_out)
        for names in (made.features, made.target_names):
            check_recipe(len(set(names)) == len(names), "names", names)
        for column in columns:
            count = len(column.inputs(made.bias))
            check_recipe(len(column.centre) == len(column.spread) == count, "centre", column.centre)
        check_recipe(bool(targets), "targets", targets)
        return made


def seen_by_rule(recipe: Recipe, raw: Sequence[Array], rows: int) -> Array:
    """What the rule sees of columns that are read already: (rows, weights)."""
    inputs = np.ones((rows, len(recipe.features) + recipe.bias))
    start = 0
    for column, values in zip(recipe.columns, raw, strict=True):
        stop = start + values.shape[1]
        inputs[:, start:stop] = column.scaled(values)
        start = stop
    return inputs
