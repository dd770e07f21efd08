"""Exact sums."""

import hypothesis
import hypothesis.strategies as st
import numpy as np

from warmer.tables.scaling import exact_parts, exact_sum

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
