"""Curvature: the largest eigenvalue of X'X / rows, over all rows or in the worst of the batches."""

import math

import numpy as np

from warmer.runs.task import Array, Batches

LARGEST_MATRIX = 256  # up to so many weights or rows, eigenvalues are computed and not iterated
MOST_BATCHES = 64  # batches whose eigenvalues are computed, those with the longest rows


@np.errstate(over="ignore", invalid="ignore")
def steepest(inputs: Array, batches: Batches) -> tuple[float, str]:
    """The largest curvature that a step may see, and the formula of the limit that it sets.

    Shuffled rows meet in any combination, so there the longest rows count, as many as the smallest
    batch has. A step is never steeper than the mean of |inputs|^2 over its rows.
    """
    rows, weights = inputs.shape
    square = "input^2" if weights == 1 else "|inputs|^2"
    if batches.size == rows:
        if weights > 1:
            return _largest_eigenvalue(inputs), "2 / largest eigenvalue of X'X / rows"
        return _largest_eigenvalue(inputs), "2 / " + (square if rows == 1 else f"mean({square})")
    lengths = np.einsum("ij,ij->i", inputs, inputs)
    smallest = rows % batches.size or batches.size
    if batches.size == 1:
        return float(lengths.max()), f"2 / largest {square}"
    if batches.shuffled:
        longest = float(np.mean(np.partition(lengths, -smallest)[-smallest:]))
        return longest, f"2 / mean of the {smallest} largest {square}"
    starts = np.arange(0, rows, batches.size)
    means = np.add.reduceat(lengths, starts) / np.diff([*starts, rows])
    if weights == 1:
        return float(means.max()), "2 / largest mean(input^2) of a batch"
    largest = 0.0
    for batch in np.argsort(-means)[:MOST_BATCHES]:
        if largest >= means[batch]:
            break
        start = batch * batches.size
        largest = max(largest, _largest_eigenvalue(inputs[start : start + batches.size]))
    return largest, "2 / largest eigenvalue of a batch's X'X / rows"


def _largest_eigenvalue(inputs: Array) -> float:
    """The largest eigenvalue of X'X / rows (for wide tables from below, by iteration)."""
    rows, weights = inputs.shape
    with np.errstate(over="ignore", invalid="ignore"):
        if weights == 1:  # without BLAS, whose threads cost more than many runs do
            return float(np.mean(inputs * inputs))
        if min(weights, rows) <= LARGEST_MATRIX:
            square = (inputs.T @ inputs if weights <= rows else inputs @ inputs.T) / rows
            return float(np.linalg.eigvalsh(square)[-1]) if np.isfinite(square).all() else math.inf
        vector = np.ones(weights) / math.sqrt(weights)
        value = 0.0
        for _ in range(20):
            vector = inputs.T @ (inputs @ vector) / rows
            value = float(np.linalg.norm(vector))
            if not 0 < value < math.inf:
                break
            vector /= value
        return value
