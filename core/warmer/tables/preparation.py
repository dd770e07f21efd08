"""From a table to what a rule sees, and back to the data's own units."""

import math
import sys
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import attrs
import numpy as np

from warmer.contract.arguments import check_choice, check_flag, check_names, shown
from warmer.exceptions import DataError, ParameterError
from warmer.runs.task import brief
from warmer.tables.header import listed, normals, quoted
from warmer.tables.inputs import as_numbers
from warmer.tables.table import Array, Table

SCALES = ("standard", "none")
"""The ways to scale features."""


@attrs.frozen(eq=False)
class Coefficients:
    """A linear network in the data's own units: `prediction = x @ coefficients + intercept`.

    Parameters:
        coefficients: (features, targets), in target units per feature unit.
        intercept: (targets,), in target units; `None` without a bias.
    """

    coefficients: Array = attrs.field(repr=brief)
    intercept: Array | None = attrs.field(repr=brief)


@attrs.frozen(eq=False)
class Prepared:
    """What a rule sees of a table: `inputs = (x - centre) / spread`, then a column of ones.

    Parameters:
        inputs: (rows, weights), without units; there is a weight for each feature, and with
            `bias` one more, whose input is always 1.
        targets: (rows, targets), in their own units.
        features: the names of the feature columns.
        target_names: the names of the target columns.
        bias: whether the last column of `inputs` is the ones.
        centre: (features,), in feature units; zeros where nothing is centred.
        spread: (features,), in feature units; ones where nothing is scaled.
        notes: what was noticed about the columns, a sentence each.
    """

    inputs: Array = attrs.field(repr=brief)
    targets: Array = attrs.field(repr=brief)
    features: tuple[str, ...] = attrs.field(repr=shown)
    target_names: tuple[str, ...] = attrs.field(repr=shown)
    bias: bool
    centre: Array = attrs.field(repr=brief)
    spread: Array = attrs.field(repr=brief)
    notes: tuple[str, ...] = attrs.field(default=(), repr=shown)

    def to_data_units(self, weights: Array) -> Coefficients:
        """Return what weights come to in the data's own units.

            coefficient = weight / spread
            intercept   = bias weight - sum(coefficient * centre)

        Parameters:
            weights: (weights, targets), as the rule sees them. Where the result does not fit
                64 bits, as after a run that diverged, it is `inf` or `nan`.

        Raises:
            DataError: the weights have another shape.

        >>> table = Table("data.csv", ("x", "y"), (("1", "3"), ("5", "9")), (2, 3))
        >>> line = prepare(table, ["y"]).to_data_units(np.array([[2.0], [7.0]]))
        >>> line.coefficients, line.intercept
        (array([[2.]]), array([3.]))
        """
        weights = _matrix("weights", weights, len(self.features) + self.bias)
        scaled = weights[: len(self.features)]
        with np.errstate(over="ignore", invalid="ignore"):
            coefficients = scaled / self.spread[:, np.newaxis]
            terms = -coefficients * self.centre[:, np.newaxis]
        if not self.bias:
            return Coefficients(coefficients, None)
        return Coefficients(coefficients, _column_sums(np.vstack([terms, weights[-1:]])))

    def from_data_units(self, coefficients: Array, intercept: Array | None) -> Array:
        """Return the weights that a rule sees: the inverse of `to_data_units`.

            weight      = coefficient * spread
            bias weight = intercept + sum(coefficient * centre)

        Parameters:
            coefficients: (features, targets), in target units per feature unit.
            intercept: (targets,), in target units; `None` counts as zero.

        Raises:
            DataError: a shape does not fit, or there is an intercept without a bias.

        >>> table = Table("data.csv", ("x", "y"), (("1", "3"), ("5", "9")), (2, 3))
        >>> prepare(table, ["y"]).from_data_units(np.array([[2.0]]), np.array([3.0]))
        array([[2.],
               [7.]])
        """
        coefficients = _matrix("coefficients", coefficients, len(self.features))
        if intercept is None:
            intercept = np.zeros(coefficients.shape[1])
        elif not self.bias:
            raise DataError("there is an intercept, but no bias to hold it")
        intercept = as_numbers("intercept", intercept)
        if intercept.shape != coefficients.shape[1:]:
            raise DataError(
                f"intercept has the shape {intercept.shape} instead of {coefficients.shape[1:]}"
            )
        with np.errstate(over="ignore", invalid="ignore"):
            weights = coefficients * self.spread[:, np.newaxis]
            terms = coefficients * self.centre[:, np.newaxis]
        if not self.bias:
            return weights
        return np.vstack([weights, _column_sums(np.vstack([terms, intercept]))])


def prepare(
    table: Table,
    targets: str | Sequence[str],
    features: str | Sequence[str] | None = None,
    bias: bool = True,
    scale: str = "standard",
) -> Prepared:
    """Choose columns of a table and scale the features; targets are never scaled.

        standard, with bias       (x - mean) / population standard deviation
        standard, without bias    x / root mean square (centring would need an intercept)
        none                      x

    A feature with one value in every row has no spread: it keeps its place, `x - value` = 0 is
    its input, and a note says so. (Without bias it is scaled like any other, unless it is 0.)

    Parameters:
        table: where the columns come from.
        targets: the column to predict, or a list of them.
        features: the column to predict from, or a list; `None` means all but the targets.
        bias: whether to add a last input that is always 1.
        scale: `standard` or `none`.

    Raises:
        ParameterError: an unknown scale, or an argument of the wrong type.
        DataError: the columns do not exist, repeat, overlap, hold no numbers or cannot be scaled.

    >>> table = Table("data.csv", ("x", "y"), (("1", "3"), ("5", "9")), (2, 3))
    >>> prepare(table, "y").inputs
    array([[-1.,  1.],
           [ 1.,  1.]])
    """
    if not isinstance(table, Table):
        raise ParameterError(
            f"table must be a warmer.Table, as read_table gives it, got {shown(table)}; numbers in "
            "a list, an array or a frame go straight into train"
        )
    bias = check_flag("bias", bias)
    check_choice("scale", scale, SCALES)
    targets = normals(check_names("targets", targets, "column names"))
    if features is not None:
        features = normals(check_names("features", features, "column names"))
    names = _choose(table, targets, features, bias)
    notes = [*table.notes]
    goals = np.empty((table.rows, len(targets)))  # first, so that a misspelt target is named
    for index, name in enumerate(targets):
        goals[:, index] = _numbers(table, name, notes)
    inputs = np.ones((table.rows, len(names) + bias))
    centre, spread = np.zeros(len(names)), np.ones(len(names))
    constant: dict[str, float] = {}
    for index, name in enumerate(names):
        values = _numbers(table, name, notes)
        if scale == "standard":
            low, high = float(np.min(values)), float(np.max(values))
            if low == high and (bias or low == 0):
                centre[index] = constant[name] = low
            else:
                centre[index], spread[index] = _standard(table.source, name, values, bias)
        inputs[:, index] = (values - centre[index]) / spread[index]
    if constant:
        notes.append(_without_spread(constant))
    return Prepared(inputs, goals, names, targets, bias, centre, spread, tuple(notes))


def _without_spread(constant: dict[str, float]) -> str:
    """Say that features have one value each in every row."""
    if len(constant) > 1:
        are, place = f"columns {listed([*constant])} have one value", "their place"
    else:
        [(name, value)] = constant.items()
        are, place = f"column {quoted(name)} is {value!r}", "its place"
    return f"{are} in every row, which says nothing about the target: the rule sees 0 in {place}"


def _numbers(table: Table, name: str, notes: list[str]) -> Array:
    """Return a column; note long numbers that differ as texts and are the same in 64 bits."""
    values = table.numbers(name)
    written: dict[float, str] = {}
    for row in np.flatnonzero(np.abs(values) >= 2.0**53).tolist():
        text = table.texts(name)[row].strip()
        before = written.setdefault(float(values[row]), text)
        if before != text and Decimal(before) != Decimal(text):
            notes.append(
                f"column {quoted(name)}: {before} and {text} are one number in 64 bits; "
                "leave the column out, or subtract what all have in common"
            )
            break
    return values


def _choose(
    table: Table, targets: Sequence[str], features: Sequence[str] | None, bias: bool
) -> tuple[str, ...]:
    """Return the feature columns, refusing a choice that makes no sense."""
    if not targets:
        raise DataError(f"{table.source}: no target column was named")
    for role, chosen in (("target", targets), ("feature", features or ())):
        for name, times in Counter(chosen).items():
            if times > 1:
                raise DataError(f"{table.source}: {role} {quoted(name)} is named twice")
    goals = frozenset(targets)
    if features is None:
        names = tuple(name for name in table.columns if name not in goals)
        if not names:
            raise DataError(f"{table.source}: no feature columns: every column is a target")
        return names
    for name in features:
        if name in goals:
            raise DataError(f"{table.source}: column {quoted(name)} is both target and feature")
    if not features and not bias:
        raise DataError(f"{table.source}: no feature columns and no bias: nothing to learn from")
    return tuple(features)


def _standard(source: str, name: str, values: Array, bias: bool) -> tuple[float, float]:
    """Return the centre and the spread of a feature, as `prepare` defines them.

    Sums are exact before they are rounded (`math.fsum`), so no CPU changes a bit of them.
    """
    low, high = float(np.min(values)), float(np.max(values))
    with np.errstate(over="ignore", invalid="ignore"):
        centre = _sum(values) / len(values) if bias else 0.0
        distance = values - centre
        mean_square = _sum(distance * distance) / len(values)
    if not sys.float_info.min <= mean_square < math.inf:  # nan fails as well
        raise DataError(
            f"{source}: column {quoted(name)} runs from {low!r} to {high!r}, whose squares do not "
            "fit 64 bits: change its unit, or leave it out with --features or use --scale none"
        )
    return centre, math.sqrt(mean_square)


def _sum(values: Array) -> float:
    """Return the exact sum, rounded once; `nan` where it does not fit 64 bits."""
    try:
        return math.fsum(values.tolist())
    except (OverflowError, ValueError):
        return math.nan


def _column_sums(terms: Array) -> Array:
    """Return the exact sum of each column."""
    return np.array([_sum(column) for column in terms.T])


def _matrix(name: str, values: Any, rows: int) -> Array:
    """Check a matrix of so many rows; its numbers need not be finite."""
    matrix = as_numbers(name, values)
    if matrix.ndim != 2 or len(matrix) != rows:
        raise DataError(f"{name} has the shape {matrix.shape} instead of ({rows}, targets)")
    return matrix
