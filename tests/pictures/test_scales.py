"""Numbers beside an axis."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from warmer.pictures.scales import fitting, linear

numbers = st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=8)


@given(numbers)
def test_any_numbers(values):
    """A scale holds every finite number, has numbers beside it that differ, and stays finite."""
    for scale in (linear(values), linear(values, base=True), fitting([*map(abs, values)])):
        finite = [abs(v) if scale.log else v for v in values if math.isfinite(v)]
        if not any(map(math.isfinite, values)):
            finite = []
        assert all(map(math.isfinite, scale.limits))
        assert scale.low < scale.high
        if scale.log:
            finite = [v for v in finite if v > 0]
            shares = scale.share(finite)
            assert np.all((shares >= -0.01) & (shares <= 1.01))
        ticks = scale.ticks(6)
        assert len(ticks) <= 7
        assert len({text for _, text in ticks}) == len(ticks)


@given(numbers)
def test_linear_holds_all(values):
    """Every finite number lies within a linear scale."""
    scale = linear(values)
    shares = scale.share([value for value in values if math.isfinite(value)])
    assert np.all((shares >= 0) & (shares <= 1))


def test_numbers_as_people_write_them():
    """Round numbers, no digits that say nothing, powers of ten where numbers are long."""

    def told(*values):
        return [text for _, text in linear(values, pad=0).ticks(6)]

    assert told(0, 1) == ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]
    assert told(0, 30000) == ["0", "10,000", "20,000", "30,000"]
    assert told(-1, 1)[0] == "\N{MINUS SIGN}1.0"
    assert told(0, 3e8) == ["0", *(f"{n}\N{MULTIPLICATION SIGN}10⁸" for n in (1, 2, 3))]
    assert [text for _, text in fitting([1e-9, 1]).ticks(4)] == ["10⁻⁹", "10⁻⁶", "10⁻³", "1"]
    assert [text for _, text in fitting([0.01, 100]).ticks(6)] == ["0.01", "0.1", "1", "10", "100"]
