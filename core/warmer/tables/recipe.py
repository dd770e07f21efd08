"""A recipe: what was learned of a table before training, to be done again to any other table."""

import itertools
from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from warmer.contract.arguments import check_choice
from warmer.tables.frames import as_table
from warmer.tables.holes import MISSINGS, cells_of
from warmer.tables.plain import blocks_of
from warmer.tables.recipe_columns import (
    Column,
    Target,
    check_recipe,
    column_of,
    fields_of,
    plain,
    target_of,
)
from warmer.tables.spool import SPAN, spans
from warmer.tables.table import Array, Table

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
        width = len(self.features) + self.bias
        if len(spans(table.rows, width)) < 2:
            return self._seen(table, unseen)
        self.refuse_holes(table)
        inputs: Array = table.room((table.rows, width))
        for start, part in table.blocks([column.name for column in self.columns], width):
            inputs[start : start + part.rows] = self._seen(part, unseen)
        return inputs

    def _seen(self, table: Table, unseen: str) -> Array:
        """What the rule sees of a table of few rows."""
        raw: list[Array] = []
        columns = iter(self.columns)
        for names, block in blocks_of(table, [each.name for each in self.columns]):
            some = [*itertools.islice(columns, len(names))]
            if block is not None and all(column.levels is None for column in some):
                raw.append(block.T)
            else:
                raw += [column.read(table, self.bias, unseen) for column in some]
        return seen_by_rule(self, raw, table)

    def refuse_holes(self, table: Table) -> None:
        """Refuse a table with holes that are not to be filled, counting them in all of its rows.

        Raises:
            DataError: it has some.
        """
        table = as_table(table)
        for column in self.columns:
            column.refuse_holes(table)

    def goals(self, table: Any) -> Array:
        """The targets of another table, (rows, targets).

        Raises:
            DataError: a column is missing, a cell is empty or has another kind, or a class was
                never seen.
        """
        table = as_table(table)
        if table.rows > SPAN:
            for target in self.targets:
                target.refuse_holes(table)
        goals: Array = table.room((table.rows, len(self.target_names)))
        for start, part in table.blocks([target.name for target in self.targets]):
            columns = [target.read(part) for target in self.targets]
            goals[start : start + part.rows] = np.hstack(columns)
        return goals

    def unseen(self, table: Any) -> list[str]:
        """Where another table has categories that were never seen, with the words."""
        table = as_table(table)
        return [place for column in self.columns for place in column.unseen(table)]

    def whole(self, table: Any) -> NDArray[np.bool_]:
        """Say which rows of another table have no hole that the recipe cannot fill, (rows,)."""
        table = as_table(table)
        whole = np.ones(table.rows, bool)
        names = [column.name for column in self.columns if column.fill is None]
        for [name], _ in (each for each in blocks_of(table, names) if each[1] is None):
            whole &= ~cells_of(table, name).holes
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


def seen_by_rule(recipe: Recipe, raw: Sequence[Array], table: Table) -> Array:
    """What the rule sees of columns that are read already: `(x - centre) / spread`, and ones.

    Parameters:
        raw: the inputs of one or more columns each, (rows, inputs), in the order of the recipe.
        table: where the columns come from.

    Returns:
        Shape (rows, weights).
    """
    centre = recipe.centre
    inputs: Array = table.room((table.rows, len(centre) + recipe.bias))
    inputs[:, len(centre) :] = 1.0
    for span in spans(table.rows, len(centre)):  # a block of rows is in the cache for all of it
        seen = inputs[span, : len(centre)]
        if raw:
            np.concatenate([each[span] for each in raw], axis=1, out=seen)
        seen -= centre
        seen /= recipe.spread
    return inputs
