"""From what a rule sees back to the data's own units, and there again."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmer.tables.preparation import SCALES, Prepared, prepare
from warmer.tables.reading import read_table
from warmer.tables.table import Array, Table

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def table_of(**columns: Sequence[float]) -> Table:
    """Return a table with these columns."""
    cells = tuple(tuple(map(repr, values)) for values in columns.values())
    return Table("t.csv", tuple(columns), cells, tuple(range(2, 2 + len(cells[0]))))


THREE = table_of(a=[1.0, 2.0, 6.0], b=[-4.0, 0.0, 3.0], y=[10.0, 20.0, 30.0])


FORMS = pytest.mark.parametrize(
    ("bias", "scale"), [(bias, scale) for bias in (True, False) for scale in SCALES]
)


NUMBERS = st.floats(-1e6, 1e6).map(lambda value: round(value, 6))


@st.composite
def models(draw: st.DrawFn) -> tuple[Prepared, Array, Array, Array | None]:
    """Draw a prepared table, its features, and a linear network in the data's own units."""
    features, targets, rows = (draw(st.integers(1, 4)) for _ in range(3))
    columns = {
        f"x{index}": draw(
            st.lists(NUMBERS, min_size=rows, max_size=rows).map(lambda v: [*v, min(v) + 1.0, 1.0])
        )
        for index in range(features)
    }
    goals = {f"y{index}": [0.0] * (rows + 2) for index in range(targets)}
    bias = draw(st.booleans())
    table = table_of(**columns, **goals)
    prepared = prepare(table, list(goals), bias=bias, scale=draw(st.sampled_from(SCALES)))
    coefficients = np.array(
        [[draw(NUMBERS) for _ in range(targets)] for _ in range(features)], dtype=np.float64
    )
    intercept = np.array([draw(NUMBERS) for _ in range(targets)]) if bias else None
    return prepared, np.array(list(columns.values())).T, coefficients, intercept


class TestUnits:
    """From the data's units to the rule's and back."""

    @given(models())
    def test_there_and_back(self, model: tuple[Prepared, Array, Array, Array | None]) -> None:
        """From data units to weights and back is the same network."""
        prepared, _, coefficients, intercept = model
        back = prepared.to_data_units(prepared.from_data_units(coefficients, intercept))
        largest = 1 + np.abs(coefficients * prepared.centre[:, np.newaxis]).sum()

        np.testing.assert_allclose(back.coefficients, coefficients, rtol=1e-15)
        if intercept is None or back.intercept is None:
            assert intercept is back.intercept
        else:
            np.testing.assert_allclose(back.intercept, intercept, rtol=1e-14, atol=1e-14 * largest)

    @given(models())
    def test_one_prediction(self, model: tuple[Prepared, Array, Array, Array | None]) -> None:
        """A network predicts the same in the rule's units as in the data's own."""
        prepared, features, coefficients, intercept = model
        weights = prepared.from_data_units(coefficients, intercept)
        expected = features @ coefficients + (0.0 if intercept is None else intercept)
        largest = 1 + (np.abs(features).max(axis=0) @ np.abs(coefficients)).max()

        np.testing.assert_allclose(
            prepared.inputs @ weights, expected, rtol=1e-12, atol=1e-12 * largest
        )

    def test_norris(self) -> None:
        """The certified line of Norris, taken to weights and back, keeps NIST's digits."""
        prepared = prepare(read_table(EXAMPLES / "norris.csv"), ["y"])
        best, *_ = np.linalg.lstsq(prepared.inputs, prepared.targets, rcond=None)
        line = prepared.to_data_units(best)

        assert line.intercept is not None
        assert line.coefficients[0, 0] == pytest.approx(1.00211681802045, rel=1e-12)
        assert line.intercept[0] == pytest.approx(-0.262323073774029, rel=1e-10)

    @pytest.mark.parametrize("bias", [True, False])
    def test_no_intercept_counts_as_zero(self, bias: bool) -> None:
        """An intercept that is not given is zero."""
        prepared = prepare(THREE, ["y"], bias=bias)
        coefficients = np.array([[1.0], [2.0]])
        weights = prepared.from_data_units(coefficients, None)
        line = prepared.to_data_units(weights)

        np.testing.assert_allclose(line.coefficients, coefficients, rtol=1e-15)
        assert (line.intercept is not None) == bias
        assert line.intercept is None or abs(line.intercept[0]) < 1e-14

    @pytest.mark.parametrize("bias", [True, False])
    def test_weights_beyond_all_bounds(self, bias: bool) -> None:
        """Weights of a run that diverged are shown without a warning, even if as inf or nan."""
        table = table_of(a=[1e-3, 2e-3], b=[1e-3, 2e-3], y=[0.0, 0.0])
        prepared = prepare(table, ["y"], bias=bias)
        weights = [[1e308, 1e308], [1e308, -1e308], [0.0, 0.0]]
        line = prepared.to_data_units(np.array(weights[: 2 + bias]))

        assert line.coefficients.tolist() == [[math.inf, math.inf], [math.inf, -math.inf]]
        assert line.intercept is None or not np.isfinite(line.intercept).any()

    @pytest.mark.parametrize(
        ("call", "expected"),
        [
            (
                lambda p: p.to_data_units(np.zeros((3, 1))),
                "weights has the shape (3, 1) instead of (2, targets)",
            ),
            (
                lambda p: p.to_data_units(np.zeros(2)),
                "weights has the shape (2,) instead of (2, targets)",
            ),
            (
                lambda p: p.from_data_units(np.zeros((1, 2)), None),
                "coefficients has the shape (1, 2) instead of (2, targets)",
            ),
            (
                lambda p: p.from_data_units(np.zeros((2, 1)), np.zeros(1)),
                "there is an intercept, but no bias to hold it",
            ),
            (
                lambda _: prepare(THREE, ["y"]).from_data_units(np.zeros((2, 1)), np.zeros(3)),
                "intercept has the shape (3,) instead of (1,)",
            ),
        ],
    )
    def test_shapes(self, call: Callable[[Prepared], object], expected: str, message) -> None:
        """Weights of another shape are refused, never broadcast."""
        prepared = prepare(THREE, ["y"], bias=False)

        assert expected == message(lambda: call(prepared))
