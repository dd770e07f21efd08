"""What becomes of the columns of a table: levels, fillings, centre and spread are learned."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

import attrs
import numpy as np

from warmer.exceptions import DataError
from warmer.tables.header import listed, quoted
from warmer.tables.holes import (
    Cells,
    all_empty,
    cells_of,
    filled,
    refuse_holes,
    without_holes,
)
from warmer.tables.levels import (
    check_text,
    classes_of,
    counted,
    odd_level,
    without_them,
)
from warmer.tables.recipe import Recipe
from warmer.tables.recipe_columns import Column, Target
from warmer.tables.scaling import mean, standard, standard_of_level
from warmer.tables.spool import spans
from warmer.tables.table import Array, Table


@attrs.frozen
class Wanted:
    """What is to be done to a table, as `prepare` is wanted for it."""

    bias: bool
    scale: str
    categories: str | None
    missing: str


def whole_rows(table: Table, targets: Sequence[str], features: Sequence[str]) -> Table:
    """Leave out the rows with holes, with a note; a feature that is empty throughout has no say."""
    kinds = {name: cells_of(table, name) for name in (*targets, *features)}
    empty = _all_empty(kinds, features)
    return without_holes(table, {name: kinds[name] for name in kinds if name not in empty})


def learn_recipe(
    table: Table, targets: Sequence[str], features: Sequence[str], wanted: Wanted
) -> tuple[Array, Array, Recipe, tuple[str, ...]]:
    """Learn from the columns of a table; answers inputs, targets, the recipe and notes.

    Raises:
        DataError: a column cannot be taken as is wanted.
    """
    notes = [*table.notes]
    goals = tuple(_target(table, name, wanted, notes) for name in targets)
    kinds = {name: cells_of(table, name) for name in features}
    empty = _all_empty(kinds, features) if wanted.missing != "refuse" else []
    kinds = {name: cells for name, cells in kinds.items() if name not in empty}
    notes += [all_empty(empty)] if empty else []
    words = {name: counted(table, name) for name in kinds if kinds[name].numbers is None}
    check_text(table, words, wanted.categories is not None)
    kept: list[Column] = []
    left: dict[str, str] = {}
    for name, cells in kinds.items():
        column = _feature(table, name, cells, words.get(name), wanted, notes)
        only = _only_value(column, cells, wanted)
        if only is None:
            kept.append(column)
        else:
            left[name] = only
    notes += [_without_spread(left)] if left else []
    if not kept and not wanted.bias:
        raise DataError(f"{table.source}: no feature columns and no bias: nothing to learn from")
    columns = tuple(
        _scaled(table, column, kinds[column.name], words.get(column.name), wanted)
        for column in kept
    )
    recipe = Recipe(columns, goals, wanted.bias, wanted.missing, (*empty, *left))
    _check_names(table.source, recipe)
    return recipe.inputs(table), recipe.goals(table), recipe, tuple(notes)


def _all_empty(kinds: Mapping[str, Cells], names: Sequence[str]) -> list[str]:
    """The columns that are empty in every row."""
    return [name for name in names if kinds[name].holes.all()]


def _target(table: Table, name: str, wanted: Wanted, notes: list[str]) -> Target:
    """What becomes of a target column."""
    cells = cells_of(table, name)
    remedy = "; a target is never filled: --missing drop leaves such rows out"
    refuse_holes(table, name, cells, remedy)
    if cells.numbers is not None:
        _note_long_numbers(table, name, cells.numbers, notes)
        return Target(name)
    classes, note = classes_of(table, name, wanted.categories is not None)
    notes.append(note)
    return Target(name, classes)


def _feature(
    table: Table,
    name: str,
    cells: Cells,
    words: Counter[str] | None,
    wanted: Wanted,
    notes: list[str],
) -> Column:
    """What becomes of a feature column, not scaled yet."""
    if wanted.missing != "mean":
        ways = "--missing drop leaves such rows out, --missing mean fills them"
        refuse_holes(table, name, cells, f"; {ways}, {without_them([name])}")
    fill: float | str | None = None
    if words is None:
        assert cells.numbers is not None
        _note_long_numbers(table, name, cells.numbers, notes)
        if wanted.missing == "mean":
            fill = mean(partial(_known, cells))
            if cells.holes.any():
                notes.append(filled(table, name, cells, f"the mean, {fill!r}"))
        return Column(name, None, fill, (0.0,), (1.0,))
    levels = tuple(sorted(words))
    odd = odd_level(table, name, levels)
    notes += [odd] if odd else []
    if wanted.missing == "mean":
        fill = max(levels, key=words.__getitem__)
        if cells.holes.any():
            notes.append(filled(table, name, cells, f"{quoted(fill)}, which is most frequent"))
    inputs = len(levels) - wanted.bias
    return Column(name, levels, fill, (0.0,) * inputs, (1.0,) * inputs)


def _known(cells: Cells) -> Iterator[Array]:
    """The numbers of a column that are no holes, in blocks."""
    assert cells.numbers is not None
    for span in spans(len(cells.holes)):
        yield cells.numbers[span][~cells.holes[span]]


def _filled(cells: Cells, fill: Any) -> Iterator[Array]:
    """The numbers of a column in blocks, its holes filled."""
    assert cells.numbers is not None
    for span in spans(len(cells.holes)):
        values = cells.numbers[span]
        yield values if fill is None else np.where(cells.holes[span], fill, values)


def _only_value(column: Column, cells: Cells, wanted: Wanted) -> str | None:
    """The value of a feature that says nothing beyond the bias; None where it says something."""
    if column.levels is not None:
        return None if column.centre else quoted(column.levels[0])
    if not wanted.bias or wanted.scale == "none":
        return None
    first: float | None = None
    for block in _filled(cells, column.fill):
        first = block.item(0) if first is None else first
        if (block != first).any():
            return None
    return repr(first)


def _scaled(
    table: Table, column: Column, cells: Cells, words: Counter[str] | None, wanted: Wanted
) -> Column:
    """Learn the centre and the spread of a feature, where it is to be scaled."""
    if wanted.scale == "none":
        return column
    if words is None or column.levels is None:
        values = partial(_filled, cells, column.fill)
        pairs = [standard(table.source, column.name, values, table.rows, wanted.bias)]
    else:
        counts = words + Counter({str(column.fill): table.rows - words.total()})
        levels = column.levels[wanted.bias :]
        pairs = [standard_of_level(counts[level], table.rows, wanted.bias) for level in levels]
    return attrs.evolve(
        column, centre=tuple(c for c, _ in pairs), spread=tuple(s for _, s in pairs)
    )


def _without_spread(constant: dict[str, str]) -> str:
    """Say that features are left out, since they have one value each in every row."""
    if len(constant) > 1:
        are, left = f"columns {listed([*constant])} have one value", "they are"
    else:
        [(name, value)] = constant.items()
        are, left = f"column {quoted(name)} is {value}", "it is"
    return f"{are} in every row, which says nothing about the target; {left} left out"


def _check_names(source: str, recipe: Recipe) -> None:
    """Refuse two inputs, or two targets, of one name: a level may be spelt as another column."""
    for names in (recipe.features, recipe.target_names):
        name, times = Counter(names).most_common(1)[0] if names else ("", 1)
        if times > 1:
            raise DataError(f"{source}: a column and a level are both called {quoted(name)}")


def _note_long_numbers(table: Table, name: str, values: Array, notes: list[str]) -> None:
    """Note long numbers that differ as texts and are the same in 64 bits."""
    written: dict[float, str] = {}
    for span in spans(len(values)):
        own = values[span]
        far = np.abs(own) >= 2.0**53
        if not far.any():
            continue
        long = np.flatnonzero(far)
        texts = table.take(long + span.start, [name]).texts(name)
        for number, cell in zip(own[long].tolist(), texts, strict=True):
            text = cell.strip()
            before = written.setdefault(number, text)
            if before != text and Decimal(before) != Decimal(text):
                notes.append(
                    f"column {quoted(name)}: {before} and {text} are one number in 64 bits; "
                    "leave the column out, or subtract what all have in common"
                )
                return
