"""From a table to what a rule sees."""

from collections.abc import Sequence
from pathlib import Path

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmer.exceptions import ParameterError
from warmer.tables.preparation import SCALES, prepare
from warmer.tables.reading import read_table
from warmer.tables.table import Table

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def table_of(**columns: Sequence[float]) -> Table:
    """Return a table with these columns."""
    cells = tuple(tuple(map(repr, values)) for values in columns.values())
    return Table("t.csv", tuple(columns), cells, tuple(range(2, 2 + len(cells[0]))))


THREE = table_of(a=[1.0, 2.0, 6.0], b=[-4.0, 0.0, 3.0], y=[10.0, 20.0, 30.0])

FORMS = pytest.mark.parametrize(
    ("bias", "scale"), [(bias, scale) for bias in (True, False) for scale in SCALES]
)


class TestPrepare:
    """What a rule is given."""

    @FORMS
    def test_shapes(self, bias: bool, scale: str) -> None:
        """There is an input for each feature, and with bias a last one that is always 1."""
        prepared = prepare(THREE, ["y"], bias=bias, scale=scale)

        assert (3, 2 + bias) == prepared.inputs.shape
        assert prepared.inputs.flags.c_contiguous
        assert np.float64 == prepared.inputs.dtype
        assert not bias or prepared.inputs[:, -1].tolist() == [1.0, 1.0, 1.0]
        assert (prepared.features, prepared.target_names) == (("a", "b"), ("y",))

    @FORMS
    def test_targets_are_never_scaled(self, bias: bool, scale: str) -> None:
        """Targets stay as they are, in the order in which they were named."""
        prepared = prepare(THREE, ["y", "a"], bias=bias, scale=scale)

        assert prepared.targets.tolist() == [[10.0, 1.0], [20.0, 2.0], [30.0, 6.0]]

    def test_features_in_the_order_asked_for(self) -> None:
        """Features named are those used, in that order; other columns may be text."""
        table = Table("t", ("n", "a", "b", "y"), (("?",), ("1",), ("2",), ("3",)), (2,))
        prepared = prepare(table, ["y"], ["b", "a"], scale="none")

        assert prepared.features == ("b", "a")
        assert prepared.inputs.tolist() == [[2.0, 1.0, 1.0]]

    def test_standard_with_bias(self) -> None:
        """With a bias, a scaled feature has mean 0 and population standard deviation 1."""
        prepared = prepare(table_of(x=[1.0, 1.0, 5.0, 5.0], y=[0.0] * 4), ["y"])

        assert (prepared.centre.tolist(), prepared.spread.tolist()) == ([3.0], [2.0])
        assert prepared.inputs[:, 0].tolist() == [-1.0, -1.0, 1.0, 1.0]

    def test_standard_without_bias(self) -> None:
        """Without a bias, a scaled feature has root mean square 1 and is not centred."""
        prepared = prepare(table_of(x=[1.0, 7.0], y=[0.0, 0.0]), ["y"], bias=False)

        assert (prepared.centre.tolist(), prepared.spread.tolist()) == ([0.0], [5.0])
        assert prepared.inputs[:, 0].tolist() == [0.2, 1.4]

    @pytest.mark.parametrize(
        ("cells", "told"),
        [
            (("9007199254740993", "9007199254740992"), True),
            ((" 1e16", "10000000000000001"), True),
            (("9007199254740993", "9007199254740993.0", "9007199254740999"), False),
            (("1.00000000000000001", "1"), False),  # rounding, as everywhere
        ],
    )
    def test_long_numbers(self, cells: tuple[str, ...], told: bool) -> None:
        """Different numbers above 2^53 that become equal are noted, with their column."""
        table = Table("t", ("id", "y"), (cells, cells), tuple(range(len(cells))))
        notes = prepare(table, ["y"], [], scale="none").notes

        assert len(notes) == told
        assert all(
            note.startswith(f"column 'y': {cells[0].strip()} and {cells[1]} are one number")
            for note in notes
        )

    def test_names_in_other_normal_forms(self) -> None:
        """Targets and features are found in every normal form of Unicode."""
        table = Table("t", ("Gr\u00f6\u00dfe", "y"), (("1", "2"), ("2", "3")), (2, 3))

        assert prepare(table, ["y"], ["Gro\u0308\u00dfe"]).features == table.columns[:1]
        assert prepare(table, ["Gro\u0308\u00dfe"]).target_names == table.columns[:1]

    def test_none(self) -> None:
        """Unscaled features are as they were, to the bit."""
        prepared = prepare(THREE, ["y"], bias=False, scale="none")

        assert prepared.inputs.tolist() == [[1.0, -4.0], [2.0, 0.0], [6.0, 3.0]]

    @given(st.permutations(range(36)))
    def test_the_order_of_rows_changes_no_bit(self, order: list[int]) -> None:
        """Centre and spread come from exact sums: no order of the rows changes a bit."""
        table = read_table(EXAMPLES / "norris.csv")
        cells = tuple(tuple(table.texts(n)[row] for row in order) for n in table.columns)
        one, other = (prepare(t, ["y"]) for t in (table, attrs.evolve(table, cells=cells)))

        assert one.centre.tolist() == other.centre.tolist()
        assert one.spread.tolist() == other.spread.tolist()

    @pytest.mark.parametrize("bias", [True, False])
    def test_bias_alone(self, bias: bool, message) -> None:
        """Asking for no features is fine with a bias; without one there is nothing to learn."""
        if bias:
            assert prepare(THREE, ["y"], []).inputs.tolist() == [[1.0]] * 3
        else:
            assert (
                message(lambda: prepare(THREE, ["y"], [], bias=False))
                == "t.csv: no feature columns and no bias: nothing to learn from"
            )


class TestFaults:
    """What is refused, and in which words."""

    @pytest.mark.parametrize(
        ("targets", "features", "expected"),
        [
            ([], None, "t.csv: no target column was named"),
            (["y", "y"], None, "t.csv: target 'y' is named twice"),
            (["y"], ["a", "b", "a"], "t.csv: feature 'a' is named twice"),
            (["y"], ["a", "y"], "t.csv: column 'y' is both target and feature"),
            (["y", "a", "b"], None, "t.csv: no feature columns: every column is a target"),
            (["z"], ["a"], "t.csv: there is no column 'z'; there is 'a', 'b', 'y'"),
            (["y"], ["z"], "t.csv: there is no column 'z'; there is 'a', 'b', 'y'"),
        ],
    )
    def test_choice_of_columns(
        self, targets: list[str], features: list[str] | None, expected: str, message
    ) -> None:
        """A choice of columns that makes no sense is refused, naming the column."""
        assert expected == message(lambda: prepare(THREE, targets, features))

    @pytest.mark.parametrize("missing", ["refuse", "drop", "mean"])
    def test_cells_of_something_else(self, missing: str, message) -> None:
        """A table that somebody made of something else than text is refused with the place."""
        table = Table("t.csv", ("x", "y"), (("1", None), ("1", "2")), (2, 3))

        assert (
            message(lambda: prepare(table, "y", missing=missing))
            == "t.csv:3: column 'x': None is not text"
        )

    def test_unknown_scale(self, message) -> None:
        """An unknown scale is answered with the nearest one and all of them."""
        assert (
            message(lambda: prepare(THREE, ["y"], scale="standart"), ParameterError)
            == "scale is 'standart' (did you mean 'standard'?), not one of standard, none"
        )

    @pytest.mark.parametrize(("value", "rows"), [(0.1, 10), (0.0, 3), (5.0, 1)])
    def test_no_spread(self, value: float, rows: int) -> None:
        """A feature with no spread is left out, and a note names it; unscaled ones stay."""
        table = table_of(x=[value] * rows, y=[0.0] * rows)
        prepared = prepare(table, ["y"])

        assert prepared.notes == (
            f"column 'x' is {value} in every row, which says nothing about the target; it is left "
            "out",
        )
        assert (prepared.features, prepared.recipe.left_out) == ((), ("x",))
        assert prepared.inputs.tolist() == [[1.0]] * rows
        unscaled = prepare(table, ["y"], scale="none")
        assert (value, ()) == (unscaled.inputs[0, 0], unscaled.notes)

    def test_zeros_without_bias(self) -> None:
        """Without a bias nothing is left out: a column of zeros is one for the rule as well."""
        prepared = prepare(table_of(x=[0.0] * 3, y=[0.0] * 3), ["y"], bias=False)

        assert prepared.inputs.tolist() == [[0.0]] * 3
        assert (prepared.spread.tolist(), prepared.notes) == ([1.0], ())

    def test_many_without_spread(self) -> None:
        """However many features have no spread, one note of one short line names them."""
        columns = {f"x{index}": [float(index)] * 3 for index in range(1000)}
        notes = prepare(table_of(**columns, y=[1.0, 2.0, 3.0]), "y").notes

        assert notes == (
            "columns 'x0', 'x1', 'x2', 'x3', 'x4', 'x5', 'x6', 'x7' and 992 more have one value in "
            "every row, which says nothing about the target; they are left out",
        )

    def test_a_constant_without_bias(self) -> None:
        """Without a bias, a constant feature that is not zero stands in for one: it becomes 1."""
        prepared = prepare(table_of(x=[-4.0] * 3, y=[0.0] * 3), ["y"], bias=False)

        assert prepared.inputs.tolist() == [[-1.0]] * 3

    @pytest.mark.parametrize("bias", [True, False])
    @pytest.mark.parametrize(
        "values",
        [[1e308, 1.1e308], [-1.7e308, 1.7e308], [1e200, 3e200], [1e-200, 3e-200], [1e-160, 3e-160]],
    )
    def test_squares_that_do_not_fit(self, values: list[float], bias: bool, message) -> None:
        """A feature whose squares overflow or vanish is refused: no input is ever inf or nan."""
        table = table_of(x=values, y=[0.0, 0.0])

        assert (
            f"t.csv: column 'x' runs from {values[0]!r} to {values[1]!r}, whose squares do not fit "
            "64 bits; change its unit; without=['x'] leaves it out, scale='none' leaves all "
            "columns as they are"
        ) == message(lambda: prepare(table, ["y"], bias=bias))
