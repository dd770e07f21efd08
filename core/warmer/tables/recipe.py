"""A recipe: what was learned of a table before training, to be done again to any other table."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from warmer.contract.arguments import check_choice, shown
from warmer.exceptions import DataError, ParameterError
from warmer.tables.header import listed, quoted
from warmer.tables.holes import MISSINGS, cells_of, refuse_holes, refuse_text, words_of
from warmer.tables.levels import one_hot
from warmer.tables.table import Array, Table

UNSEEN = ("refuse", "zero")
"""What to do about a level that the recipe does not know."""


@attrs.frozen
class Column:
    """A feature column: one input, or one for each level.

    Parameters:
        name: of the column in the table.
        levels: its words, sorted; None for numbers. With a bias the first has no input.
        fill: what stands in its holes: a number, or a level; None where holes are refused.
        centre, spread: of each input, in the column's own units.
    """

    name: str
    levels: tuple[str, ...] | None
    fill: float | str | None
    centre: tuple[float, ...]
    spread: tuple[float, ...]

    def inputs(self, bias: bool) -> tuple[str, ...]:
        """Name the inputs that the column becomes: itself, or `column=level`."""
        if self.levels is None:
            return (self.name,)
        return tuple(f"{self.name}={level}" for level in self.levels[bias:])

    def read(self, table: Table, bias: bool, unseen: str = "refuse") -> Array:
        """What a table has in this column, unscaled: (rows, inputs)."""
        cells = cells_of(table, self.name)
        if self.fill is None:
            refuse_holes(table, self.name, cells, "; such rows are to be left out")
        if self.levels is None:
            if cells.numbers is None:
                raise refuse_text(table, self.name, "; it was a column of numbers in training")
            filled = np.where(
                cells.holes, np.nan if self.fill is None else self.fill, cells.numbers
            )
            return filled.astype(float)[:, np.newaxis]
        strangers = self.unseen(table) if unseen == "refuse" else []
        if strangers:
            known = listed(self.levels)
            raise DataError(f"{strangers[0]} was never seen in training; there was {known}")
        return one_hot(self._words(table), self.levels[bias:])

    def unseen(self, table: Table) -> list[str]:
        """The places of words that are none of the levels, with the words."""
        known = frozenset(self.levels or ())
        words = enumerate([] if self.levels is None else self._words(table))
        strangers = [(row, word) for row, word in words if word not in known]
        return [f"{table.place(row, self.name)}: {quoted(word)}" for row, word in strangers]

    def _words(self, table: Table) -> list[str]:
        return [word or str(self.fill) for word in words_of(table, self.name)]

    def scaled(self, values: Array) -> Array:
        """What the rule sees of that: `(x - centre) / spread`."""
        return np.asarray((values - np.array(self.centre)) / np.array(self.spread))


@attrs.frozen
class Target:
    """A target column: a number, or one of some classes.

    Parameters:
        name: of the column in the table.
        classes: its words, sorted; None for numbers. Two become 0 and 1, more a network each.
    """

    name: str
    classes: tuple[str, ...] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Name the targets that the column becomes: itself, or `column=class`."""
        if self.classes is None or len(self.classes) == 2:
            return (self.name,)
        return tuple(f"{self.name}={each}" for each in self.classes)

    def read(self, table: Table) -> Array:
        """What a table has in this column: (rows, targets)."""
        cells = cells_of(table, self.name)
        refuse_holes(table, self.name, cells, "; a target cannot be filled: leave such rows out")
        if self.classes is None:
            if cells.numbers is None:
                raise refuse_text(table, self.name, "")
            return cells.numbers[:, np.newaxis]
        words = words_of(table, self.name)
        for row, word in enumerate(words):
            if word not in self.classes:
                raise DataError(
                    f"{table.place(row, self.name)}: the class {quoted(word)} was never seen in "
                    "training"
                )
        return one_hot(words, self.classes if len(self.classes) > 2 else self.classes[1:])


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

    def transform(self, table: Table, unseen: str = "refuse") -> Array:
        """Do the same to another table; the table that was learned from gives the same bits.

        Parameters:
            table: it needs the feature columns, in any order.
            unseen: what becomes of a category that was never seen: `refuse` names it and its
                place; `zero` gives it the inputs of the level that is left out.

        Returns:
            The inputs, (rows, weights).

        Raises:
            DataError: a column is missing, a cell has another kind or is empty and is not to be
                filled, or a category was never seen.

        >>> from warmer.tables.preparation import prepare
        >>> table = Table("t.csv", ("x", "y"), (("1", "5"), ("3", "9")), (2, 3))
        >>> recipe = prepare(table, "y").recipe
        >>> recipe.transform(Table("new.csv", ("x",), (("3",),), (2,))).tolist()
        [[0.0, 1.0]]
        """
        check_choice("unseen", unseen, UNSEEN)
        raw = [column.read(_checked(table), self.bias, unseen) for column in self.columns]
        return self.inputs(raw, table.rows)

    def inputs(self, raw: Sequence[Array], rows: int) -> Array:
        """What the rule sees of columns that are read already: (rows, weights)."""
        inputs = np.ones((rows, len(self.features) + self.bias))
        start = 0
        for column, values in zip(self.columns, raw, strict=True):
            stop = start + values.shape[1]
            inputs[:, start:stop] = column.scaled(values)
            start = stop
        return inputs

    def goals(self, table: Table) -> Array:
        """The targets of another table, (rows, targets).

        Raises:
            DataError: a column is missing, a cell is empty or has another kind, or a class was
                never seen.
        """
        columns = [target.read(_checked(table)) for target in self.targets]
        return np.hstack(columns)

    def unseen(self, table: Table) -> list[str]:
        """Where another table has categories that were never seen, with the words."""
        return [place for column in self.columns for place in column.unseen(table)]

    def whole(self, table: Table) -> NDArray[np.bool_]:
        """Say which rows of another table have no hole that the recipe cannot fill, (rows,)."""
        whole = np.ones(table.rows, bool)
        for column in self.columns:
            if column.fill is None:
                whole &= ~cells_of(table, column.name).holes
        return whole

    def to_dict(self) -> dict[str, Any]:
        """The recipe as plain data, which JSON keeps to the bit."""
        return {
            "columns": [_plain(column) for column in self.columns],
            "targets": [_plain(target) for target in self.targets],
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
        given = _fields(cls, data, "recipe")
        for name in ("columns", "targets", "left_out"):
            _check(isinstance(given[name], (list, tuple)), name, given[name])
        columns = tuple(_column(each) for each in given["columns"])
        targets = tuple(_target(each) for each in given["targets"])
        _check(type(given["bias"]) is bool, "bias", given["bias"])
        _check(given["missing"] in MISSINGS, "missing", given["missing"])
        left_out = tuple(given["left_out"])
        _check(all(type(name) is str for name in left_out), "left_out", left_out)
        made = cls(columns, targets, given["bias"], given["missing"], left_out)
        for names in (made.features, made.target_names):
            _check(len(set(names)) == len(names), "names", names)
        for column in columns:
            count = len(column.inputs(made.bias))
            _check(len(column.centre) == len(column.spread) == count, "centre", column.centre)
        _check(bool(targets), "targets", targets)
        return made


def _checked(table: Any) -> Table:
    if not isinstance(table, Table):
        raise ParameterError(f"table must be a warmer.Table, got {shown(table)}")
    return table


def _plain(value: Any) -> dict[str, Any]:
    return {
        name: list(each) if isinstance(each, tuple) else each
        for name, each in attrs.asdict(value, recurse=False).items()
    }


def _check(holds: bool, name: str, value: Any) -> None:
    if not holds:
        raise DataError(f"recipe: {name} cannot be {shown(value)}")


def _fields(cls: type, data: Any, what: str) -> dict[str, Any]:
    """The fields of a class that plain data name, each of them and no other."""
    names = [field.name for field in attrs.fields(cls)]
    if not isinstance(data, Mapping) or set(data) != set(names):
        raise DataError(f"recipe: a {what} has {', '.join(names)}, got {shown(data)}")
    return dict(data)


def _column(data: Any) -> Column:
    given = _fields(Column, data, "column")
    levels = _words(given["name"], "levels", given["levels"])
    fill = given["fill"]
    kinds = (float, int) if levels is None else (str,)
    known = fill is None or (type(fill) in kinds and (levels is None or fill in levels))
    _check(known and (levels is not None or fill is None or math.isfinite(fill)), "fill", fill)
    for name in ("centre", "spread"):
        values = given[name]
        _check(
            isinstance(values, (list, tuple))
            and all(type(each) in (float, int) and math.isfinite(each) for each in values)
            and (name == "centre" or all(each > 0 for each in values)),
            name, values,
        )  # fmt: skip
    numbers = (tuple(map(float, given[name])) for name in ("centre", "spread"))
    return Column(given["name"], levels, fill, *numbers)


def _target(data: Any) -> Target:
    given = _fields(Target, data, "target")
    classes = _words(given["name"], "classes", given["classes"])
    _check(classes is None or len(classes) > 1, "classes", classes)
    return Target(given["name"], classes)


def _words(name: Any, what: str, words: Any) -> tuple[str, ...] | None:
    """Check the name of a column, and its words: sorted, all different, none empty."""
    _check(type(name) is str and name != "", "name", name)
    if words is None:
        return None
    plain = isinstance(words, (list, tuple)) and all(type(w) is str and w for w in words)
    _check(plain and list(words) == sorted(set(words)) and len(words) > 0, what, words)
    return tuple(words)
