"""What becomes of the columns of a table: levels, fillings, centre and spread are learned."""

import itertools
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

import attrs
import numpy as np

from warmer.exceptions import DataError, Remedy
from warmer.tables.header import listed, quoted
from warmer.tables.holes import (
    Cells,
    all_empty,
    cells_of,
    filled,
    refuse_holes,
    without_holes,
    without_them,
    words_of,
)
from warmer.tables.levels import (
    check_text,
    classes_of,
    counted,
    odd_level,
    one_hot,
)
from warmer.tables.plain import blocks_of
from warmer.tables.recipe import Recipe, seen_by_rule
from warmer.tables.recipe_columns import Column, Target
from warmer.tables.scaling import mean, standard
from warmer.tables.spool import spans
from warmer.tables.table import Array, Table

Kinds = dict[str, Cells]


@attrs.frozen
class Wanted:
    """What is to be done to a table, as `prepare` is wanted for it."""

    bias: bool
    scale: str
    categories: str | None
    missing: str


def whole_rows(table: Table, targets: Sequence[str], features: Sequence[str]) -> Table:
    """Leave out the rows with holes, with a note; a feature that is empty throughout has no say."""
    kinds = _looked_at(table, [*blocks_of(table, (*targets, *features))])
    empty = _all_empty(kinds, features)
    holed = {name: kinds[name] for name in kinds if name not in empty}
    return without_holes(table, holed, targets)


def learn_recipe(
    table: Table, targets: Sequence[str], features: Sequence[str], wanted: Wanted
) -> tuple[Array, Array, Recipe, tuple[str, ...]]:
    """Learn from the columns of a table; answers inputs, targets, the recipe and notes.

    Raises:
        DataError: a column cannot be taken as is wanted.
    """
    notes = [*table.notes]
    goals = tuple(_target(table, name, wanted, notes) for name in targets)
    blocks = [*blocks_of(table, features)]
    kinds = _looked_at(table, blocks)
    empty = _all_empty(kinds, features) if wanted.missing != "refuse" else []
    notes += [all_empty(empty)] if empty else []
    words = {name: counted(table, name) for name in kinds if kinds[name].numbers is None}
    words = {name: own for name, own in words.items() if name not in empty}
    check_text(table, words, wanted.categories is not None)
    columns: list[Column] = []
    kept: list[Array] = []
    left: dict[str, str] = {}
    for names, block in blocks:
        if block is not None:
            some, raw = _plain(names, block, wanted)
        elif names[0] not in empty:
            own = words.get(names[0])
            some, raw = _feature(table, names[0], kinds[names[0]], own, wanted, notes)
        else:
            continue
        some, raw = _telling(some, raw, wanted, left)
        columns += _scaled(table.source, some, raw, wanted)
        kept.append(raw)
    notes += [_without_spread(left)] if left else []
    if not columns and not wanted.bias:
        raise DataError(f"{table.source}: no feature columns and no bias: nothing to learn from")
    recipe = Recipe(
        tuple(columns),
        goals,
        wanted.bias,
        wanted.missing,
        (*empty, *left),
    )
    _check_names(table.source, recipe)
    return seen_by_rule(recipe, kept, table), recipe.goals(table), recipe, tuple(notes)


def _looked_at(table: Table, blocks: Sequence[tuple[Sequence[str], Array | None]]) -> Kinds:
    """The cells of the columns that are not plain."""
    return {names[0]: cells_of(table, names[0]) for names, block in blocks if block is None}


def _all_empty(kinds: Kinds, names: Sequence[str]) -> list[str]:
    """The columns that are empty in every row."""
    return [name for name in names if name in kinds and kinds[name].holes.all()]


def _target(table: Table, name: str, wanted: Wanted, notes: list[str]) -> Target:
    """What becomes of a target column."""
    cells = cells_of(table, name)
    drop = [Remedy("missing", "drop", "leaves such rows out")] * (not cells.holes.all())
    refuse_holes(table, name, cells, "; a target is never filled", *drop)
    if cells.numbers is not None:
        _note_long_numbers(table, name, cells.numbers, notes)
        return Target(name)
    classes, note = classes_of(table, name, wanted.categories is not None)
    notes.append(note)
    return Target(name, classes)


def _plain(names: Sequence[str], block: Array, wanted: Wanted) -> tuple[list[Column], Array]:
    """What becomes of plain columns, not scaled yet, and their values: (rows, inputs)."""
    fills = [*map(mean, block)] if wanted.missing == "mean" else [None] * len(block)
    both = zip(names, fills, strict=True)
    return [Column(name, None, fill, (0.0,), (1.0,)) for name, fill in both], block.T


def _feature(
    table: Table,
    name: str,
    cells: Cells,
    words: Counter[str] | None,
    wanted: Wanted,
    notes: list[str],
) -> tuple[list[Column], Array]:
    """What becomes of a feature column, not scaled yet, and its values: (rows, inputs)."""
    if wanted.missing != "mean":
        drop = Remedy("missing", "drop", "leaves such rows out")
        means = Remedy("missing", "mean", "fills them")
        refuse_holes(table, name, cells, "", drop, means, without_them([name]))
    fill: float | str | None = None
    if words is None:
        assert cells.numbers is not None
        _note_long_numbers(table, name, cells.numbers, notes)
        values = cells.numbers
        if wanted.missing == "mean":
            fill = mean(values, cells.holes)
            values = table.room(table.rows)
            for span in spans(table.rows):
                values[span] = np.where(cells.holes[span], fill, cells.numbers[span])
            if cells.holes.any():
                notes.append(filled(table, name, cells, f"the mean, {fill!r}"))
        return [Column(name, None, fill, (0.0,), (1.0,))], values[:, np.newaxis]
    levels = tuple(sorted(words))
    odd = odd_level(table, name, levels)
    notes += [odd] if odd else []
    if wanted.missing == "mean":
        fill = max(levels, key=words.__getitem__)
        if cells.holes.any():
            notes.append(filled(table, name, cells, f"{quoted(fill)}, which is most frequent"))
    own = levels[wanted.bias :]
    try:
        raw: Array = table.room((table.rows, len(own)))
    except DataError as error:
        raise DataError(
            f"{error.what}; column {quoted(name)} has {len(levels)} different words",
            without_them([name]),
        ) from None
    for start, part in table.blocks([name], len(own)):
        some = [word or str(fill) for word in words_of(part, name)]
        raw[start : start + part.rows] = one_hot(some, own)
    return [Column(name, levels, fill, (0.0,) * len(own), (1.0,) * len(own))], raw


def _telling(
    columns: list[Column], raw: Array, wanted: Wanted, left: dict[str, str]
) -> tuple[list[Column], Array]:
    """Keep the features that say anything beyond the bias; those left out go to `left`."""
    if columns[0].levels is not None:
        if not raw.shape[1]:
            left[columns[0].name] = quoted(columns[0].levels[0])
            return [], raw
    elif wanted.bias and wanted.scale != "none":
        parts = [(raw[span] != raw[0]).any(axis=0) for span in spans(len(raw))]
        telling = np.any(parts, axis=0)
        for place in np.flatnonzero(~telling).tolist():
            left[columns[place].name] = repr(raw[0, place].item())
        if not telling.all():
            return [*itertools.compress(columns, telling)], raw[:, telling]
    return columns, raw


def _scaled(source: str, columns: list[Column], raw: Array, wanted: Wanted) -> list[Column]:
    """Learn the centre and the spread of features, where they are to be scaled."""
    if wanted.scale == "none" or not columns:
        return columns
    names = [name for column in columns for name in column.inputs(wanted.bias)]
    centre, spread = standard(source, names, raw.T, wanted.bias)
    scaled = []
    start = 0
    for each in columns:
        own = slice(start, start + len(each.centre))
        start = own.stop
        scaled.append(Column(each.name, each.levels, each.fill, centre[own], spread[own]))
    return scaled


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
        long = np.flatnonzero(np.abs(values[span]) >= 2.0**53)
        texts = table.take(long + span.start, [name]).texts(name) if len(long) else ()
        for number, cell in zip(values[span][long].tolist(), texts, strict=True):
            text = cell.strip()
            before = written.setdefault(number, text)
            if before != text and Decimal(before) != Decimal(text):
                notes.append(
                    f"column {quoted(name)}: {before} and {text} are one number in 64 bits; "
                    "leave the column out, or subtract what all have in common"
                )
                return
