"""From a table to what a rule sees, and back to the data's own units."""

import math
import sys
from collections.abc import Sequence

import attrs
import numpy as np

from warmer.exceptions import DataError, ParameterError
from warmer.suggest import did_you_mean
from warmer.table import Array, Table, quoted

SCALES = ("standard", "none")
"""The ways to scale features."""


@attrs.frozen(eq=False)
class Coefficients:
    """A linear network in the data's own units: `prediction = x @ coefficients + intercept`.

    Parameters:
        coefficients: (features, targets), in target units per feature unit.
        intercept: (targets,), in target units; `None` without a bias.
    """

    coefficients: Array
    intercept: Array | None


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
    """

    inputs: Array
    targets: Array
    features: tuple[str, ...]
    target_names: tuple[str, ...]
    bias: bool
    centre: Array
    spread: Array

    def to_data_units(self, weights: Array) -> Coefficients:
        """Say what weights mean for the data as it was.

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
        _check_shape("weights", weights, len(self.features) + self.bias)
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
        _check_shape("coefficients", coefficients, len(self.features))
        if intercept is None:
            intercept = np.zeros(coefficients.shape[1])
        elif not self.bias:
            raise DataError("there is an intercept, but no bias to hold it")
        elif intercept.shape != coefficients.shape[1:]:
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
    targets: Sequence[str],
    features: Sequence[str] | None = None,
    bias: bool = True,
    scale: str = "standard",
) -> Prepared:
    """Choose columns of a table and scale the features; targets are never scaled.

        standard, with bias       (x - mean) / population standard deviation
        standard, without bias    x / root mean square (centring would need an intercept)
        none                      x

    Parameters:
        table: where the columns come from.
        targets: the columns to predict, at least one.
        features: the columns to predict from; `None` means all but the targets.
        bias: whether to add a last input that is always 1.
        scale: `standard` or `none`.

    Raises:
        ParameterError: an unknown scale.
        DataError: the columns do not exist, repeat, overlap, hold no numbers or cannot be scaled.

    >>> table = Table("data.csv", ("x", "y"), (("1", "3"), ("5", "9")), (2, 3))
    >>> prepare(table, ["y"]).inputs
    array([[-1.,  1.],
           [ 1.,  1.]])
    """
    if scale not in SCALES:
        raise ParameterError(
            f"scale is {quoted(scale)}{did_you_mean(scale, SCALES)}, not one of {', '.join(SCALES)}"
        )
    names = _choose(table, targets, features, bias)
    goals = np.empty((table.rows, len(targets)))  # first, so that a misspelt target is named
    for index, name in enumerate(targets):
        goals[:, index] = table.numbers(name)
    inputs = np.ones((table.rows, len(names) + bias))
    centre, spread = np.zeros(len(names)), np.ones(len(names))
    for index, name in enumerate(names):
        values = table.numbers(name)
        if scale == "standard":
            centre[index], spread[index] = _standard(table.source, name, values, bias)
        inputs[:, index] = (values - centre[index]) / spread[index]
    return Prepared(inputs, goals, names, tuple(targets), bias, centre, spread)


def _choose(
    table: Table, targets: Sequence[str], features: Sequence[str] | None, bias: bool
) -> tuple[str, ...]:
    """Return the feature columns, refusing a choice that makes no sense."""
    if not targets:
        raise DataError(f"{table.source}: no target column was named")
    for role, chosen in (("target", targets), ("feature", features or ())):
        seen = set()
        for name in chosen:
            if name in seen:
                raise DataError(f"{table.source}: {role} {quoted(name)} is named twice")
            seen.add(name)
    goals = set(targets)
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
    advice = "leave it out with --features or use --scale none"
    low, high = float(np.min(values)), float(np.max(values))
    if low == high and (bias or low == 0):
        raise DataError(
            f"{source}: column {quoted(name)} is {low!r} in every row, which has no spread to "
            f"scale by: {advice}"
        )
    with np.errstate(over="ignore", invalid="ignore"):
        centre = _sum(values) / len(values) if bias else 0.0
        distance = values - centre
        mean_square = _sum(distance * distance) / len(values)
    if not sys.float_info.min <= mean_square < math.inf:  # nan fails as well
        raise DataError(
            f"{source}: column {quoted(name)} runs from {low!r} to {high!r}, whose squares do not "
            f"fit 64 bits: change its unit, or {advice}"
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


def _check_shape(name: str, values: Array, rows: int) -> None:
    """Refuse what is not a matrix of so many rows."""
    if values.ndim != 2 or len(values) != rows:
        raise DataError(f"{name} has the shape {values.shape} instead of ({rows}, targets)")
