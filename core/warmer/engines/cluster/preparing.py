"""What `prepare` does to a table of numbers, done where its parts lie: to the same bits.

A sum of `prepare` is exact before it is rounded, so the parts can be added up apart.
"""

import math
import sys
from collections.abc import Sequence
from glob import glob, has_magic
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from warmer.engines.cluster.partitions import blamed
from warmer.exceptions import DataError, Remedy
from warmer.runs.task import Array
from warmer.tables.choosing_columns import choose_columns
from warmer.tables.exact import exact_parts, exact_sum
from warmer.tables.header import quoted
from warmer.tables.holes import without_them
from warmer.tables.preparation import Prepared
from warmer.tables.recipe import Recipe
from warmer.tables.recipe_columns import Column, Target
from warmer.tables.table import Table


class Facts(NamedTuple):
    """What is known of a column of a part.

    Parameters:
        rows: of the part.
        text: whether it holds anything but numbers.
        holes: how many of its cells are empty.
        low, high: its least and its largest number.
        total: numbers whose exact sum is that of the column.
    """

    rows: int
    text: bool
    holes: int
    low: float
    high: float
    total: list[float]


def read_parts(path: str) -> Any:
    """A Dask frame of Parquet files.

    Parameters:
        path: of a file or a folder, or a pattern such as `part-*.parquet`.

    Raises:
        DataError: there is none.
    """
    import dask.dataframe

    found = sorted(glob(path)) if "://" not in path else [path]
    if not found:
        what = "no file has such a name" if has_magic(path) else "there is no such file"
        raise DataError(f"{path}: {what}")
    with blamed(f"{path}: cannot be read as Parquet"):
        return dask.dataframe.read_parquet(path if "://" in path else found)


def prepare_parts(
    source: str,
    frame: Any,
    targets: Sequence[str],
    features: Sequence[str] | None,
    without: Sequence[str],
    bias: bool,
    scale: str,
) -> Prepared:
    """Choose columns of a Dask frame and scale the features, as `prepare` does; notes included.

    Parameters:
        source: how errors name the table.

    Returns:
        What `prepare` answers, but for inputs and targets, which are Dask arrays.

    Raises:
        DataError: columns do not exist, hold no numbers, have holes or cannot be scaled.
    """
    import dask
    import dask.array

    header = Table(source, tuple(map(str, frame.columns)), tuple(() for _ in frame.columns), ())
    names = choose_columns(header, targets, features, bias, without)
    parts = frame[[*names, *targets]].to_delayed()
    with blamed(f"{source}: cannot be read on the cluster"):
        facts = dask.compute(*(dask.delayed(_facts)(part, [*names, *targets]) for part in parts))
    by_name = dict(zip([*names, *targets], zip(*facts, strict=True), strict=True))
    for name, each in by_name.items():
        _check(source, name, each)
    rows = [each.rows for each in by_name[targets[0]]]
    same = [n for n in names if min(f.low for f in by_name[n]) == max(f.high for f in by_name[n])]
    left = same if bias and scale != "none" else []
    kept = [name for name in names if name not in left]
    columns = [Column(name, None, None, (0.0,), (1.0,)) for name in kept]
    if scale != "none":
        columns = _scaled(source, parts, {name: by_name[name] for name in kept}, bias)
    recipe = Recipe(tuple(columns), tuple(map(Target, targets)), bias, "refuse", tuple(left))
    there = [(part, count) for part, count in zip(parts, rows, strict=True) if count]

    def array(function: Any, width: int) -> Any:
        blocks = [
            dask.array.from_delayed(dask.delayed(function)(part, recipe), (count, width), float)
            for part, count in there
        ]
        return dask.array.concatenate(blocks)

    notes = [f"column {quoted(n)} is {by_name[n][0].low!r} in every row, which says nothing about "
             "the target; it is left out" for n in left]  # fmt: skip
    width = len(recipe.features) + bias
    return Prepared(array(_inputs, width), array(_goals, len(targets)), recipe, tuple(notes))


def _numbers(part: Any, name: str) -> Array:
    """A column of a part, with nan in its holes."""
    values: Array = part[name].to_numpy(dtype=float, na_value=math.nan)
    return values


def _facts(part: Any, names: Sequence[str]) -> list[Facts]:
    found = []
    for name in names:
        if part[name].dtype.kind not in "fiub":
            found.append(Facts(len(part), True, 0, math.inf, -math.inf, []))
            continue
        values = _numbers(part, name)
        known = values[~np.isnan(values)]
        low, high = math.inf, -math.inf
        if len(known):
            low, high = float(np.min(known)), float(np.max(known))
        holes = len(values) - len(known)
        found.append(Facts(len(part), False, holes, low, high, exact_parts(known)))
    return found


def _check(source: str, name: str, facts: Sequence[Facts]) -> None:
    """Refuse a column that does not hold a finite number in every row."""
    column = f"{source}: column {quoted(name)}"
    if any(each.text for each in facts):
        raise DataError(
            f"{column} is no column of numbers, and text is not taken on a cluster; write its "
            "levels as columns of 0 and 1 beforehand",
            without_them([name]),
        )
    holes = sum(each.holes for each in facts)
    if holes:
        cells = "an empty cell" if holes == 1 else f"{holes} empty cells"
        raise DataError(f"{column} has {cells}: fill them, or leave such rows out, beforehand")
    if not sum(each.rows for each in facts):
        raise DataError(f"{source}: has no rows")
    if any(math.inf in (each.high, -each.low) for each in facts if each.rows):
        raise DataError(f"{column} is infinite in places: there must be finite numbers only")


def _scaled(source: str, parts: Sequence[Any], facts: dict[str, Any], bias: bool) -> list[Column]:
    """Columns with centre and spread, as `standard` computes them."""
    import dask

    rows = {name: sum(each.rows for each in some) for name, some in facts.items()}
    centres = {
        name: exact_sum(_joined(each.total for each in some)) / rows[name] if bias else 0.0
        for name, some in facts.items()
    }
    with blamed(f"{source}: cannot be read on the cluster"):
        squares = dask.compute(*(dask.delayed(_squares)(part, centres) for part in parts))
    columns = []
    for index, (name, some) in enumerate(facts.items()):
        low, high = min(each.low for each in some), max(each.high for each in some)
        mean_square = exact_sum(_joined(each[index] for each in squares)) / rows[name]
        if low == high == 0:  # without a bias, a column of zeros stays
            mean_square = 1.0
        if not sys.float_info.min <= mean_square < math.inf:
            raise DataError(
                f"{source}: column {quoted(name)} runs from {low!r} to {high!r}, whose squares do "
                "not fit 64 bits; change its unit",
                without_them([name]),
                Remedy("scale", "none", "leaves all columns as they are"),
            )
        columns.append(Column(name, None, None, (centres[name],), (math.sqrt(mean_square),)))
    return columns


def _joined(parts: Any) -> Array:
    return np.array([*chain.from_iterable(parts)], float)


def _squares(part: Any, centres: dict[str, float]) -> list[list[float]]:
    """Numbers whose exact sum is that of the squares of the distances, for each column."""
    found = []
    for name, centre in centres.items():
        with np.errstate(over="ignore", invalid="ignore"):
            distance = _numbers(part, name) - centre
            found.append(exact_parts(distance * distance))
    return found


def _inputs(part: Any, recipe: Recipe) -> Array:
    """What the rule sees of a part, as `Recipe.transform` has it."""
    inputs = np.ones((len(part), len(recipe.columns) + recipe.bias))
    for index, column in enumerate(recipe.columns):
        inputs[:, index] = _numbers(part, column.name)
    seen = inputs[:, : len(recipe.columns)]
    seen -= recipe.centre
    seen /= recipe.spread
    return inputs


def _goals(part: Any, recipe: Recipe) -> Array:
    return np.stack([_numbers(part, target.name) for target in recipe.targets], axis=1)
