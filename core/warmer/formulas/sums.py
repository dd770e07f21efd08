"""Sums in one documented order, so that every engine gives the same bits.

A sum over features goes left to right up to eight of them. Beyond that it runs in eight lanes:
lane l adds the products l, l + 8, l + 16, ... in order, and the lanes are added in pairs,
(l, l + 4), then (l, l + 2), then (0, 1). A sum over rows goes in order within blocks of rows,
and then over the blocks in order, so that blocks can be summed apart, by as many cores as there
are, and merged. A block has about the square root of the batch's rows, which keeps both sums short.
"""

from collections.abc import Sequence

from warmer.formulas.vector import Vector

Floats = tuple[float, ...]
LANES = 8
SMALLEST_BLOCK = 64


def block_of(rows: int) -> int:
    """How many rows a block has: the smallest power of two whose square is not below `rows`.

    It is 64 at least.

    >>> [block_of(rows) for rows in (1, 4096, 4097, 1_000_000)]
    [64, 64, 128, 1024]
    """
    return max(SMALLEST_BLOCK, 1 << ((rows - 1).bit_length() + 1) // 2)


def blocks_of(rows: int) -> int:
    """How many blocks some rows have."""
    return -(-rows // block_of(rows))


def dot(weights: Sequence[float], inputs: Sequence[float]) -> float:
    """Sum the products of weights and inputs, in warmer's documented order.

    Formula: `weights[0] * inputs[0] + weights[1] * inputs[1] + ...`

    Parameters:
        weights, inputs: equally long sequences of floats (or what warmer passes to `predict`).

    Raises:
        ValueError: they are not equally long, or empty.

    >>> dot((1.0, 2.0), (3.0, 4.0))
    11.0
    """
    if len(weights) != len(inputs):
        raise ValueError(f"dot of {len(weights)} weights and {len(inputs)} inputs")
    if not len(weights):
        raise ValueError("dot of nothing")
    if isinstance(weights, Vector) and isinstance(inputs, Vector):
        return weights.graph.dot(weights.span, inputs.span)
    return sum_of_features([w * x for w, x in zip(weights, inputs, strict=True)])


def sum_of_features(products: list[float]) -> float:
    """Add the products of one row: left to right up to eight, else in eight lanes."""
    if len(products) <= LANES:
        return sum_in_order(products)
    lanes = [sum_in_order(products[lane::LANES]) for lane in range(LANES)]
    while len(lanes) > 1:
        half = len(lanes) // 2
        lanes = [lanes[i] + lanes[i + half] for i in range(half)]
    return lanes[0]


def sum_of_rows(values: Sequence[float]) -> float:
    """Add one number per row: in order within blocks, then the blocks in order."""
    if len(values) <= SMALLEST_BLOCK:
        return sum_in_order(values)
    block = block_of(len(values))
    return sum_in_order(
        [sum_in_order(values[start : start + block]) for start in range(0, len(values), block)]
    )


def sum_in_order(values: Sequence[float]) -> float:
    """Add left to right, starting from the first (so that the sum of one -0.0 is -0.0).

    Not `sum()`, which corrects its rounding since Python 3.12.
    """
    total = values[0]
    for value in values[1:]:
        total += value
    return total
