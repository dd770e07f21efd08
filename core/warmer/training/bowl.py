"""The bowl: the error of a linear network with squared error, around the least it can reach.

Along each eigenvector of X'X / rows the error rises by `curvature * distance^2`, whatever the
other directions do. A rule that moves a weight by `rate * weight_delta` multiplies each distance by
`1 - rate * curvature` in a step over all rows, and what the direction adds to the error, its
height, by the square of that. So the steps that a run still has to take are counted, not taken.
"""

import math

import attrs
import numpy as np

from warmer.runs.task import Array

EPSILON = float(np.finfo(float).eps)
MOST_TURNS = 500  # of Newton; mostly there are few, and one for each scale of curvatures


@attrs.frozen(eq=False)
class Bowl:
    """The directions of the weights, and the least error.

    Parameters:
        root: shape (weights + targets, weights + targets), a few rows whose products with each
            other are those of the inputs and targets side by side.
        rows: how many there were.
        curvatures: shape (directions,), the eigenvalues of X'X / rows that are above their
            rounding, the largest first.
        axes: shape (directions, weights), the eigenvectors times the root of the curvature.
        best: shape (directions, targets), the best weights along these axes.
        least: shape (targets,), the least error.
    """

    root: Array
    rows: int
    curvatures: Array
    axes: Array
    best: Array
    least: Array

    def heights(self, weights: Array) -> Array:
        """What each direction adds to the least error at some weights, (directions, targets)."""
        return np.asarray((self.axes @ weights - self.best) ** 2)

    def scaled(self) -> "tuple[Bowl, Array]":
        """The bowl of inputs that are divided by their root mean squares, and these."""
        weights = self.axes.shape[1]
        sizes = np.sqrt(np.sum(self.root[:, :weights] ** 2, axis=0) / self.rows)
        sizes = np.where(sizes > 0, sizes, 1.0)
        divisors = np.concatenate([sizes, np.ones(self.root.shape[1] - weights)])
        return _bowl(self.root / divisors, self.rows, weights), sizes


def bowl_of(inputs: Array, targets: Array) -> Bowl | None:
    """Find the bowl of a table, in one pass over its rows; None where it is beyond the floats.

    The products of the columns are taken once. They are divided by the columns' sizes before their
    root is, so that columns of unequal scale keep their digits.

    Parameters:
        inputs, targets: shapes (rows, weights) and (rows, targets).
    """
    rows, weights = inputs.shape
    with np.errstate(over="ignore", invalid="ignore"):
        across = inputs.T @ targets
        square = np.block([[inputs.T @ inputs, across], [across.T, targets.T @ targets]])
        if not np.isfinite(square.sum()):
            return None
    sizes = np.sqrt(np.diag(square))
    sizes = np.where(sizes > 0, sizes, 1.0)
    values, vectors = np.linalg.eigh(square / sizes / sizes[:, None])
    values = np.where(values > EPSILON * max(rows, len(values)), values, 0.0)
    return _bowl(np.sqrt(values)[:, None] * vectors.T * sizes, rows, weights)


def _bowl(root: Array, rows: int, weights: int) -> Bowl:
    left, sizes, right = np.linalg.svd(root[:, :weights], full_matrices=False)
    count = int(np.sum(sizes > sizes[0] * EPSILON * max(rows, weights)))
    left, axes = left[:, :count], (sizes[:, None] * right)[:count] / math.sqrt(rows)
    targets = root[:, weights:]
    along = left.T @ targets
    squares = np.sum(targets * targets, axis=0)
    missed = np.sum((targets - left @ along) ** 2, axis=0)
    least = np.where(missed > EPSILON * max(rows, len(root)) * squares, missed, 0.0) / rows
    curvatures = sizes[:count] ** 2 / rows
    return Bowl(root, rows, curvatures, axes, along / math.sqrt(rows), least)


def steps_to(goal: float, heights: Array, curvatures: Array, rate: float) -> float:
    """How many steps bring the sum of the heights to a goal above 0; inf where none do.

    The logarithm of the sum is convex over the steps, so Newton's way down it never goes too far.

    >>> one = np.ones(1)
    >>> steps_to(0.2, one, one, rate=0.5), steps_to(2.0, one, one, rate=0.5)
    (2.0, 0.0)
    """
    if heights.sum() <= goal:
        return 0.0
    with np.errstate(divide="ignore"):
        moves = rate * curvatures
        falls = 2 * np.where(moves < 1, np.log1p(-np.minimum(moves, 1)), np.log(np.abs(moves - 1)))
    if goal <= 0 or np.any((falls >= 0) & (heights > 0)):
        return math.inf
    lasting = (heights > 0) & np.isfinite(falls)
    if not lasting.any():  # one step ends them all
        return 1.0
    logs, falls = np.log(heights[lasting]) - math.log(goal), falls[lasting]
    steps = 0.0
    for _ in range(MOST_TURNS):
        above = logs + steps * falls
        top = float(np.max(above))
        shares = np.exp(above - top)
        excess = top + math.log(shares.sum())
        if excess <= 1e-9:
            break
        steps -= excess * float(shares.sum() / (shares @ falls))
    return max(1.0, float(math.ceil(steps * (1 - 1e-9))))
