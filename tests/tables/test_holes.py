"""Holes in a table, and columns that are left out."""

import pytest

import warmer
from tests.tables.mixed import MEAN, MIXED, table_of


class TestHoles:
    """Cells where nothing is known."""

    def test_refused(self, message):
        """The first is named, all are counted, and the arguments that help are named."""
        assert message(lambda: warmer.prepare(MIXED, "y", ["size"])) == (
            "t.csv:3: column 'size': the cell is empty, and so it is in 2 of 6 rows; "
            "missing='drop' leaves such rows out, missing='mean' fills them, "
            "without=['size'] leaves it out"
        )
        assert message(
            lambda: warmer.prepare(MIXED, "y", ["town"], categories="one-hot")
        ).startswith(
            "t.csv:4: column 'town': the cell is empty; missing='drop' leaves such rows out"
        )

    def test_dropped(self):
        """Rows with a hole in a column that is used are left out, and counted by column."""
        made = warmer.prepare(
            MIXED, "y", without=["site", "id"], categories="one-hot", missing="drop"
        )

        assert made.targets[:, 0].tolist() == [1.0, 5.0, 6.0]
        assert made.notes[0] == (
            "3 of 6 rows have an empty cell and are left out (2 in 'size', 1 in 'town')"
        )
        assert warmer.prepare(MIXED, "y", ["id"], missing="drop").notes == ()
        assert made.recipe.whole(MIXED).tolist() == [True, False, False, False, True, True]

    def test_filled(self):
        """Numbers become the mean of the others, words the most frequent; a note counts them."""
        made = warmer.prepare(MIXED, "y", ["size", "town"], scale="none", **MEAN)
        mean = (1.5 + 4 + 2.25 + 9) / 4

        assert made.inputs[[1, 3], 0].tolist() == [mean, mean]
        assert made.inputs[2, 1:3].tolist() == [1.0, 0.0]  # Oslo, not Rome, which is as frequent
        assert made.notes == (
            f"column 'size': 2 of 6 cells are empty; filled with the mean, {mean!r}",
            "column 'town': 1 cell is empty; filled with 'Oslo', which is most frequent",
        )
        assert made.transform(table_of(size=[""], town=[""])).tolist() == [[mean, 1.0, 0.0, 1.0]]

    @pytest.mark.parametrize("word", ["NA", "n/a", "NaN", "null", "?", "None", "", " "])
    def test_words_for_a_hole(self, word):
        """Among numbers, the usual words for nothing are holes."""
        table = table_of(x=["1", word, "3"], y=["1", "2", "3"])

        assert warmer.prepare(table, "y", missing="drop").targets[:, 0].tolist() == [1.0, 3.0]

    @pytest.mark.parametrize("missing", ["drop", "mean"])
    def test_an_empty_column(self, missing):
        """A column that is empty in every row is left out, with a note."""
        made = warmer.prepare(
            table_of(x=["", "NA"], z=["1", "2"], y=["1", "2"]), "y", missing=missing
        )

        assert (made.features, made.recipe.left_out) == (("z",), ("x",))
        assert made.notes == ("column 'x' is empty in every row; it is left out",)

    @pytest.mark.parametrize("missing", ["refuse", "mean"])
    def test_targets_are_never_filled(self, missing, message):
        """A target without a value is refused."""
        table = table_of(x=["1", "2"], y=["1", ""])

        assert "t.csv:3: column 'y': the cell is empty; a target is never filled" in message(
            lambda: warmer.prepare(table, "y", missing=missing)
        )

    def test_none_left(self, message):
        """Where no row is whole, that is said."""
        table = table_of(x=["", "2"], y=["1", ""])

        assert message(lambda: warmer.prepare(table, "y", missing="drop")).startswith(
            "t.csv: no row is without an empty cell (1 in 'y', 1 in 'x'); without=['x'] "
            "leaves it out"
        )


class TestWithout:
    """Columns to leave out."""

    @pytest.mark.parametrize(
        ("more", "told"),
        [
            ({"without": "sizes"}, "there is no column 'sizes' (did you mean 'size'?)"),
            ({"without": "y"}, "column 'y' is a target and left out"),
            ({"without": "id", "features": ["id"]}, "column 'id' is a feature and left out"),
        ],
    )
    def test_faults(self, more, told, message):
        """A name that is no column, or that is asked for as well, is refused."""
        assert told in message(lambda: warmer.prepare(MIXED, "y", **more))

    def test_all(self):
        """All may be left out: the bias stays."""
        without = ["id", "size", "town", "site", "kind"]
        assert warmer.prepare(MIXED, "y", without=without).inputs.tolist() == [[1.0]] * 6
