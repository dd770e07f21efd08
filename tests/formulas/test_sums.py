"""Sums: one documented order, to the bit."""

import math
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import warmer
from warmer.formulas.sums import block_of, sum_in_order, sum_of_features, sum_of_rows

FLOATS = st.floats(-1e100, 1e100)


def features_by_hand(products: list[float]) -> float:
    """The order as the documents say it, written anew with NumPy's elementwise addition."""
    values = np.array(products)
    if len(values) <= 8:
        total = values[:1].copy()
        for value in values[1:]:
            total += value
        return float(total[0])
    lanes = values[:8].copy()
    for start in range(8, len(values), 8):
        row = values[start : start + 8]
        lanes[: len(row)] += row
    for half in (4, 2, 1):
        lanes = lanes[:half] + lanes[half : 2 * half]
    return float(lanes[0])


def rows_by_hand(values: list[float]) -> float:
    """Blocks in order, then over the blocks in order; a running sum is in order."""
    block = 64
    while block * block < len(values):
        block *= 2
    blocks = [np.cumsum(values[at : at + block])[-1] for at in range(0, len(values), block)]
    return float(np.cumsum(blocks)[-1])


@given(st.lists(st.tuples(FLOATS, FLOATS), min_size=1, max_size=60))
def test_dot(pairs: list[tuple[float, float]]) -> None:
    """`dot` adds the products in the documented order, whatever they are."""
    weights, inputs = zip(*pairs, strict=True)

    assert features_by_hand([w * x for w, x in pairs]).hex() == warmer.dot(weights, inputs).hex()


@pytest.mark.parametrize("count", [1, 2, 7, 8, 9, 15, 16, 17, 64, 65, 100, 300, 5000])
def test_dot_of_every_length(count: int) -> None:
    """The order holds at every length, in particular round multiples of eight."""
    products = np.random.default_rng(count).standard_cauchy(count).tolist()

    assert features_by_hand(products) == sum_of_features(products)


@pytest.mark.parametrize("count", [1, 2, 63, 64, 65, 128, 129, 4096, 4097, 16384, 16385, 70_000])
def test_rows(count: int) -> None:
    """Rows are added in order within blocks, and then the blocks."""
    values = np.random.default_rng(count).standard_cauchy(count).tolist()

    assert rows_by_hand(values) == sum_of_rows(values)


@given(st.lists(FLOATS, min_size=1, max_size=50))
def test_few_rows(values: list[float]) -> None:
    """Within a block rows are added left to right."""
    assert rows_by_hand(values).hex() == sum_of_rows(values).hex()


def test_blocks_can_be_summed_apart() -> None:
    """Sums of whole blocks, added in order, are the sum of all rows."""
    values = np.random.default_rng(0).standard_cauchy(10_017).tolist()
    block = block_of(len(values))
    parts = [sum_in_order(values[at : at + block]) for at in range(0, len(values), block)]

    assert sum_of_rows(values) == sum_in_order(parts)


@pytest.mark.parametrize("count", [1, 2, 8, 9, 17])
def test_negative_zero(count: int) -> None:
    """A sum of negative zeros is negative zero: no hidden 0.0 is added."""
    assert math.copysign(1.0, warmer.dot([-0.0] * count, [1.0] * count)) == -1.0
    assert math.copysign(1.0, sum_of_rows([-0.0] * count)) == -1.0


def test_the_order_matters_and_is_kept() -> None:
    """Rounding is not corrected (as sum() does since Python 3.12) and lanes are not a plain sum."""
    small, large = sys.float_info.epsilon / 2, 1.0

    assert sum_of_rows([large, *[small] * 8]) == large
    assert sum_of_features([large, *[small] * 7]) == large
    assert sum_of_features([large, *[small] * 8]) > large


@pytest.mark.parametrize(("weights", "inputs"), [([1.0], [1.0, 2.0]), ([], [])])
def test_nothing_to_add(weights: list[float], inputs: list[float]) -> None:
    """Different lengths, or none, are refused."""
    with pytest.raises(ValueError, match="dot of "):
        warmer.dot(weights, inputs)
