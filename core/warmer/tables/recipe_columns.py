"""What a recipe keeps of a column, and does to the same column of another table."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import attrs
import numpy as np

from warmer.contract.arguments import shown
from warmer.exceptions import DataError
from warmer.tables.header import listed, quoted
from warmer.tables.holes import Cells, cells_of, refuse_holes, refuse_text, words_of
from warmer.tables.levels import one_hot
from warmer.tables.table import Array, Table


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
        """What a table of few rows has in this column, unscaled: (rows, inputs)."""
        if self.levels is None:
            cells = self.refuse_holes(table)
            if cells.numbers is None:
                raise refuse_text(table, self.name, "; it was a column of numbers in training")
            if self.fill is None:
                return cells.numbers[:, np.newaxis]
            return np.where(cells.holes, self.fill, cells.numbers).astype(float)[:, np.newaxis]
        words = [*self._words(table)]
        if self.fill is None and "" in words:
            self.refuse_holes(table)
        strangers = self.unseen(table) if unseen == "refuse" and {*words} - {*self.levels} else []
        if strangers:
            known = listed(self.levels)
            raise DataError(f"{strangers[0]} was never seen in training; there was {known}")
        return one_hot(words, self.levels[bias:])

    def refuse_holes(self, table: Table) -> Cells:
        """Look at the cells of a table, and refuse holes that are not to be filled."""
        cells = cells_of(table, self.name)
        if self.fill is None:
            refuse_holes(table, self.name, cells, "; such rows are to be left out")
        return cells

    def unseen(self, table: Table) -> list[str]:
        """The places of words that are none of the levels, with the words."""
        known = frozenset(self.levels or ())
        words = enumerate(() if self.levels is None else self._words(table))
        strangers = [(row, word) for row, word in words if word not in known]
        return [f"{table.place(row, self.name)}: {quoted(word)}" for row, word in strangers]

    def _words(self, table: Table) -> Iterator[str]:
        return (word or str(self.fill or "") for word in words_of(table, self.name))


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
        """What a table of few rows has in this column: (rows, targets)."""
        cells = self.refuse_holes(table)
        if self.classes is None:
            if cells.numbers is None:
                raise refuse_text(table, self.name, "")
            return cells.numbers[:, np.newaxis]
        words = [*words_of(table, self.name)]
        for row, word in enumerate(words):
            if word not in self.classes:
                raise DataError(
                    f"{table.place(row, self.name)}: the class {quoted(word)} was never seen in "
                    "training"
                )
        return one_hot(words, self.classes if len(self.classes) > 2 else self.classes[1:])

    def refuse_holes(self, table: Table) -> Cells:
        """Look at the cells of a table, and refuse holes."""
        cells = cells_of(table, self.name)
        refuse_holes(table, self.name, cells, "; a target cannot be filled: leave such rows out")
        return cells


def plain(value: Column | Target) -> dict[str, Any]:
    """What is kept of a column, as plain data."""
    return {
        name: list(each) if isinstance(each, tuple) else each
        for name, each in attrs.asdict(value, recurse=False).items()
    }


def check_recipe(holds: bool, name: str, value: Any) -> None:
    """Refuse plain data that make no recipe; raises DataError."""
    if not holds:
        raise DataError(f"recipe: {name} cannot be {shown(value)}")


def fields_of(cls: type, data: Any, what: str) -> dict[str, Any]:
    """The fields of a class that plain data name, each of them and no other."""
    names = [field.name for field in attrs.fields(cls)]
    if not isinstance(data, Mapping) or set(data) != set(names):
        raise DataError(f"recipe: a {what} has {', '.join(names)}, got {shown(data)}")
    return dict(data)


def column_of(data: Any) -> Column:
    """A feature column of plain data, strictly read; raises DataError."""
    given = fields_of(Column, data, "column")
    levels = _words(given["name"], "levels", given["levels"])
    fill = given["fill"]
    if levels is None:
        known = type(fill) in (float, int) and math.isfinite(fill)
    else:
        known = type(fill) is str and fill in levels
    check_recipe(fill is None or known, "fill", fill)
    for name in ("centre", "spread"):
        values = given[name]
        check_recipe(
            isinstance(values, (list, tuple))
            and all(type(each) in (float, int) and math.isfinite(each) for each in values)
            and (name == "centre" or all(each > 0 for each in values)),
            name, values,
        )  # fmt: skip
    numbers = (tuple(map(float, given[name])) for name in ("centre", "spread"))
    return Column(given["name"], levels, fill, *numbers)


def target_of(data: Any) -> Target:
    """A target column of plain data, strictly read; raises DataError."""
    given = fields_of(Target, data, "target")
    classes = _words(given["name"], "classes", given["classes"])
    check_recipe(classes is None or len(classes) > 1, "classes", classes)
    return Target(given["name"], classes)


def _words(name: Any, what: str, words: Any) -> tuple[str, ...] | None:
    """Check the name of a column, and its words: sorted, all different, none empty."""
    check_recipe(type(name) is str and name != "", "name", name)
    if words is None:
        return None
    plain = isinstance(words, (list, tuple)) and all(type(w) is str and w for w in words)
    check_recipe(plain and list(words) == sorted(set(words)) and len(words) > 0, what, words)
    return tuple(words)
