"""From a table to what a rule sees, and back to the data's own units."""

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np

from warmer.contract.arguments import check_choice, check_flag, check_names, shown
from warmer.exceptions import DataError
from warmer.runs.task import brief
from warmer.tables.choosing_columns import choose_columns
from warmer.tables.exact import exact_sums
from warmer.tables.frames import as_table
from warmer.tables.header import normals
from warmer.tables.holes import MISSINGS
from warmer.tables.inputs import as_numbers
from warmer.tables.learning_columns import Wanted, learn_recipe, whole_rows
from warmer.tables.levels import CATEGORIES
from warmer.tables.recipe import Recipe
from warmer.tables.scaling import SCALES
from warmer.tables.table import Array, Table


@attrs.frozen(eq=False)
class Coefficients:
    """A linear network in the data's own units: `prediction = x @ coefficients + intercept`.

    Parameters:
        coefficients: (features, targets), in target units per feature unit.
        intercept: (targets,), in target units; `None` without a bias.
        features, targets: their names.
    """

    coefficients: Array = attrs.field(repr=brief)
    intercept: Array | None = attrs.field(repr=brief)
    features: tuple[str, ...] = attrs.field(default=(), repr=False)
    targets: tuple[str, ...] = attrs.field(default=(), repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The numbers by target: its `coefficients` by feature, and its `intercept` or None.

        >>> Coefficients(np.array([[2.0]]), np.array([1.0]), ("x",), ("y",)).to_dict()
        {'y': {'coefficients': {'x': 2.0}, 'intercept': 1.0}}
        """
        intercepts = [None] * len(self.targets) if self.intercept is None else self.intercept
        columns = self.coefficients.T.tolist()
        return {
            target: {
                "coefficients": dict(zip(self.features, column, strict=True)),
                "intercept": None if intercept is None else float(intercept),
            }
            for target, column, intercept in zip(self.targets, columns, intercepts, strict=True)
        }


@attrs.frozen(eq=False)
class Prepared:
    """What a rule sees of a table: `inputs = (x - centre) / spread`, then a column of ones.

    Parameters:
        inputs: (rows, weights), without units; there is a weight for each feature, and with
            `bias` one more, whose input is always 1.
        targets: (rows, targets), in their own units; of classes, 0 and 1.
        recipe: what was done to the table, to be done again to another.
        notes: what was noticed about the columns, a sentence each.
    """

    inputs: Array = attrs.field(repr=brief)
    targets: Array = attrs.field(repr=brief)
    recipe: Recipe = attrs.field(repr=False)
    notes: tuple[str, ...] = attrs.field(default=(), repr=shown)

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the features: of their columns, or `column=level`."""
        return self.recipe.features

    @property
    def target_names(self) -> tuple[str, ...]:
        """The names of the targets: of their columns, or `column=class`."""
        return self.recipe.target_names

    @property
    def bias(self) -> bool:
        """Whether the last column of `inputs` is the ones."""
        return self.recipe.bias

    @property
    def centre(self) -> Array:
        """(features,), in feature units; zeros where nothing is centred."""
        return self.recipe.centre

    @property
    def spread(self) -> Array:
        """(features,), in feature units; ones where nothing is scaled."""
        return self.recipe.spread

    def transform(self, table: Any, unseen: str = "refuse") -> Array:
        """Do the same to another table, as `Recipe.transform` does.

        >>> table = Table("data.csv", ("x", "y"), (("1", "5"), ("3", "9")), (2, 3))
        >>> prepared = prepare(table, "y")
        >>> bool((prepared.transform(table) == prepared.inputs).all())
        True
        """
        return self.recipe.transform(table, unseen)

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
        names = self.features, self.target_names
        if not self.bias:
            return Coefficients(coefficients, None, *names)
        intercept = exact_sums(np.vstack([terms, weights[-1:]]).T)
        return Coefficients(coefficients, intercept, *names)

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
        return np.vstack([weights, exact_sums(np.vstack([terms, intercept]).T)])


def prepare(
    table: Any,
    targets: str | Sequence[str],
    features: str | Sequence[str] | None = None,
    bias: bool = True,
    scale: str = "standard",
    *,
    categories: str | None = None,
    missing: str = "refuse",
    without: str | Sequence[str] = (),
) -> Prepared:
    """Choose columns of a table and scale the features; targets are never scaled.

        standard, with bias       (x - mean) / population standard deviation
        standard, without bias    x / root mean square (centring would need an intercept)
        none                      x

    With a bias, a feature with one value in every row says nothing beyond it: it is left out,
    with a note, unless nothing is scaled.

    A target of words is one of classes: two become 0 and 1 in the order of the alphabet; of more,
    each becomes a target of its own, 1 for its rows and 0 for the rest.

    Parameters:
        table: where the columns come from: a `warmer.Table`, or a frame of pandas, polars or
            pyarrow (extra `frames`).
        targets: the column to predict, or a list of them.
        features: the column to predict from, or a list; `None` means all but the targets.
        bias: whether to add a last input that is always 1.
        scale: `standard` or `none`.
        categories: `one-hot` takes columns of text: an input of 0 and 1 for each word (with a
            bias, for each but the first); `None` refuses them.
        missing: what to do about empty cells (of numbers, also `NA`, `nan`, `null` and `?`):
            `refuse` them, `drop` such rows, or fill features by their `mean` (text by the word
            that is most frequent).
        without: columns to leave out.

    Raises:
        ParameterError: an unknown word, or an argument of the wrong type.
        DataError: the columns do not exist, repeat, overlap, hold no numbers or cannot be scaled.

    >>> table = Table("data.csv", ("x", "y"), (("1", "3"), ("5", "9")), (2, 3))
    >>> prepare(table, "y").inputs
    array([[-1.,  1.],
           [ 1.,  1.]])
    """
    table = as_table(table)
    bias = check_flag("bias", bias)
    check_choice("scale", scale, SCALES)
    check_choice("missing", missing, MISSINGS)
    if categories is not None:
        check_choice("categories", categories, CATEGORIES)
    targets = normals(check_names("targets", targets, "column names"))
    if features is not None:
        features = normals(check_names("features", features, "column names"))
    without = normals(check_names("without", without, "column names"))
    names = choose_columns(table, targets, features, bias, without)
    if missing == "drop":
        table = whole_rows(table, targets, names)
    return Prepared(*learn_recipe(table, targets, names, Wanted(bias, scale, categories, missing)))


def drop_holes(
    table: Any,
    targets: str | Sequence[str],
    features: str | Sequence[str] | None = None,
    without: str | Sequence[str] = (),
) -> Table:
    """Leave out the rows that `prepare(..., missing="drop")` leaves out, with the same note.

    So a table can be split afterwards.

    Parameters: as for `prepare`.

    >>> table = Table("t.csv", ("x", "y"), (("1", "", "3"), ("5", "9", "13")), (2, 3, 4))
    >>> drop_holes(table, "y").rows
    2
    """
    targets = normals(check_names("targets", targets, "column names"))
    if features is not None:
        features = normals(check_names("features", features, "column names"))
    without = normals(check_names("without", without, "column names"))
    table = as_table(table)
    return whole_rows(table, targets, choose_columns(table, targets, features, True, without))


def _matrix(name: str, values: Any, rows: int) -> Array:
    """Check a matrix of so many rows; its numbers need not be finite."""
    matrix = as_numbers(name, values)
    if matrix.ndim != 2 or len(matrix) != rows:
        raise DataError(f"{name} has the shape {matrix.shape} instead of ({rows}, targets)")
    return matrix
