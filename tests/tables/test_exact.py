"""Exact sums."""

import math

import hypothesis
import hypothesis.strategies as st
import numpy as np
import pytest

from warmer.tables.exact import FEW, condensed, exact_parts, exact_sum
from warmer.tables.spool import SPAN

NUMBERS = st.lists(st.floats(-1e300, 1e300), max_size=30)


@hypothesis.given(NUMBERS, NUMBERS)
def test_exact_parts_add_up(some: list[float], others: list[float]) -> None:
    """The exact sum of the parts of two arrays is that of their numbers, to the bit."""
    parts = [*exact_parts(np.array(some)), *exact_parts(np.array(others))]

    assert exact_sum(np.array(parts)) == exact_sum(np.array([*some, *others]))


def test_parts_beyond_the_floats() -> None:
    """A sum that does not fit is nan, in parts as well."""
    parts = exact_parts(np.array([1e308, 1e308]))

    assert np.isnan(parts).all()
    assert np.isnan(exact_sum(np.array([*parts, 1.0])))


def numbers(kind: str, size: int) -> np.ndarray:
    """Numbers whose sum is hard to get right."""
    rng = np.random.default_rng(size)
    values = rng.standard_normal(size)
    if kind == "wide":
        values *= 10.0 ** rng.integers(-300, 290, size)
    elif kind == "cancelling":
        values[1::2] = -values[: size // 2 * 2 : 2]
        values[0] += 1e-40
        rng.shuffle(values)
    elif kind == "tiny":
        values = rng.integers(-9, 9, size) * 5e-324
    elif kind == "huge":
        values *= 1e304
    elif kind == "decimal":
        values = np.full(size, 0.1)
    return values


@pytest.mark.parametrize("kind", ["normal", "wide", "cancelling", "tiny", "huge", "decimal"])
@pytest.mark.parametrize("size", [FEW, FEW + 1, 4095, SPAN + 300])
def test_rounded_once(kind: str, size: int) -> None:
    """The sum of many numbers is the one of `math.fsum`, from far fewer numbers."""
    values = numbers(kind, size)

    assert exact_sum(values) == math.fsum(values.tolist())
    assert kind == "huge" or size == FEW or len(condensed(values[:SPAN])) < 64


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_not_finite(bad: float) -> None:
    """They come out as `math.fsum` has them; a sum of both infinities is nan."""
    values = np.ones(FEW + 9)
    values[5] = bad

    assert repr(exact_sum(values)) == repr(math.fsum(values.tolist()))
    values[7] = -bad
    assert math.isnan(exact_sum(values))
