"""Problems: the tables that rules are compared on, and how each is cut for a run."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from warmer.contract.arguments import check_choice, check_list, shown
from warmer.exceptions import DataError, UsageError
from warmer.runs.task import Array, brief
from warmer.tables.holes import MISSINGS
from warmer.tables.preparation import drop_holes, prepare
from warmer.tables.reading import read_table
from warmer.tables.recipe import Recipe
from warmer.tables.shipped import NAMES, data
from warmer.tables.splitting import Split, folds, split
from warmer.tables.table import Table
from warmer.training.checkpoints import hash_of


@attrs.frozen(eq=False)
class Problem:
    """A table, and what is to be predicted of it.

    Parameters:
        name: what it is called in tables.
        table: without the rows that are dropped.
        how: what `warmer.prepare` is told.
        source: how it is named on the command line; None where it came as a table in memory.
    """

    name: str
    table: Table
    how: Mapping[str, Any]
    source: str | None


@attrs.frozen(eq=False)
class Cut:
    """A problem cut in two: what is learned from, and what is tested with.

    Parameters:
        inputs, targets: the rows to learn from, (rows, inputs) and (rows, targets).
        test_inputs, test_targets: the rows for the test; where there are none, the same again.
        recipe: what was learned of the rows to learn from, and done to both.
        hash: recognises all these numbers, and the units that they had.
    """

    inputs: Array = attrs.field(repr=brief)
    targets: Array = attrs.field(repr=brief)
    test_inputs: Array = attrs.field(repr=brief)
    test_targets: Array = attrs.field(repr=brief)
    recipe: Recipe = attrs.field(repr=False)
    hash: str


def problems_of(data_sets: Any, targets: Any, how: Mapping[str, Any]) -> list[Problem]:
    """The problems of a comparison, in the order in which they are named.

    Parameters:
        data_sets: files, names of tables that come with warmer, or tables; or one of them, or a
            mapping of names to them.
        targets: the column to predict; or a list with one for each table.
        how: what `warmer.prepare` is told beside it.

    Raises:
        UsageError: there is none, or not as many targets; a table cannot be read.
    """
    named = dict(data_sets) if isinstance(data_sets, Mapping) else None
    listed = [data_sets] if isinstance(data_sets, Table) else data_sets
    given = list(named.values()) if named is not None else [*check_list("data", listed, "tables")]
    columns = [*check_list("target", targets, "columns")]
    if not given:
        raise UsageError("data is empty: name at least one table")
    columns = columns * len(given) if len(columns) == 1 else columns
    if len(columns) != len(given):
        raise UsageError(
            f"target must be one column, or one for each of {len(given)} tables, got {len(columns)}"
        )
    names = list(named) if named is not None else _names(given)
    return [
        _problem(name, each, column, how)
        for name, each, column in zip(names, given, columns, strict=True)
    ]


def cuts_of(problem: Problem, test: float, parts: int | None, seed: int) -> Iterator[Cut]:
    """Cut a problem as `warmer.split` and `warmer.folds` do: once, or once for each fold.

    Nothing is learned from the rows for the test, not even their mean.

    Parameters:
        test: the share of rows for the test; with 0 a run is tested with the rows it learned from.
        parts: how many folds; None for none.
        seed: says which row goes where.

    Raises:
        DataError: there are not enough rows, or a part cannot be prepared.
    """
    rows = problem.table.rows
    if parts is not None and parts > rows:
        raise DataError(f"{problem.name}: there are only {rows} rows for {shown(parts)} folds")
    try:
        splits: Sequence[Split] = (
            [split(rows, test, 0.0, seed)] if parts is None else folds(rows, parts, 0.0, seed)
        )
        for each in splits:
            yield _cut(problem, each)
    except DataError as error:
        named = problem.source is not None and error.what.startswith(problem.table.source)
        place = "" if named else f"{problem.name}: "
        raise DataError(f"{place}{error.what}", *error.remedies) from error


def _cut(problem: Problem, rows: Split) -> Cut:
    learned = problem.table if not len(rows.test) else problem.table.take(rows.train)
    prepared = prepare(learned, **problem.how)
    inputs, targets = prepared.inputs, prepared.targets
    pair = inputs, targets
    if len(rows.test):
        others = problem.table.take(rows.test)
        pair = prepared.transform(others, unseen="zero"), prepared.recipe.goals(others)
    recipe = prepared.recipe
    told = hash_of([inputs, targets, *pair, recipe.centre, recipe.spread])
    return Cut(inputs, targets, *pair, recipe, told)


def _problem(name: str, given: Any, target: Any, how: Mapping[str, Any]) -> Problem:
    table, source = _table(given)
    told = {**how, "targets": target}
    check_choice("missing", told.setdefault("missing", "refuse"), MISSINGS)
    if told["missing"] == "drop":
        table = drop_holes(table, target, told.get("features"), told.get("without", ()))
    return Problem(name, table, told, source)


def _table(given: Any) -> tuple[Table, str | None]:
    """A table, and how it is named; a file wins over a table that comes with warmer."""
    if isinstance(given, Table):
        return given, None
    if isinstance(given, str) and given in NAMES and not os.path.exists(given):
        return data(given), given
    if not isinstance(given, (str, os.PathLike)):
        raise UsageError(f"data must be files or tables, got {shown(given)}")
    return read_table(given), os.fspath(given)


def _names(given: Sequence[Any]) -> list[str]:
    """Name tables by their files, briefly where that tells them apart."""
    whole = [each.source if isinstance(each, Table) else str(each) for each in given]
    brief_ = [os.path.splitext(os.path.basename(name))[0] or name for name in whole]
    names = brief_ if len(set(brief_)) == len(brief_) else whole
    count, seen, found = Counter(names), Counter[str](), []
    for name in names:
        seen[name] += 1
        found.append(f"{name} ({seen[name]})" if count[name] > 1 else name)
    return found
