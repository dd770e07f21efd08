"""Words in a table: categories of an input, and classes of a target."""

import pytest

import warmer
from tests.tables.mixed import MIXED, table_of
from warmer.exceptions import DataError


class TestCategories:
    """Text as an input for each level."""

    @pytest.mark.parametrize("bias", [True, False])
    def test_one_hot(self, bias):
        """Levels are sorted; with a bias the first has no input."""
        made = warmer.prepare(
            MIXED, "y", ["kind"], bias, "none", categories="one-hot"
        )  # fmt: skip
        expected = [[0.0, 1.0], [1.0, 0.0]] if bias else [[1.0, 0.0], [0.0, 1.0]]

        assert made.features == (("kind=b",) if bias else ("kind=a", "kind=b"))
        assert made.inputs[:2].tolist()[0][-1 if bias else 0] == 1.0
        assert [row[: 2 - bias] for row in made.inputs[:2].tolist()] == (
            [[0.0], [1.0]] if bias else expected
        )

    def test_text_is_refused(self, message):
        """Without being asked for, text is refused, naming the cell and the arguments that help."""
        names = tuple(f"n{row}" for row in range(30))
        table = table_of(name=names, kind=["a", "b"] * 15, y=["1"] * 30)

        assert message(lambda: warmer.prepare(table, "y", ["kind"])) == (
            "t.csv:2: column 'kind': 'a' is not a number; categories='one-hot' takes the words of "
            "'kind' as categories"
        )
        assert message(lambda: warmer.prepare(table, "y")) == (
            "t.csv:2: column 'name': 'n0' is not a number; categories='one-hot' takes the words of "
            "'kind' as categories, without=['name'] leaves it out"
        )
        assert message(lambda: warmer.prepare(table, "y", categories="one-hot")) == (
            "t.csv: column 'name' has 30 different words in 30 rows, such as 'n0': too many to "
            "learn from; without=['name'] leaves it out"
        )
        assert warmer.prepare(table, "y", categories="one-hot", without="name").features == (
            "kind=b",
        )

    def test_never_seen(self, message):
        """A category that was never seen is named with its place; zero gives it no input."""
        made = warmer.prepare(MIXED, "y", ["kind", "site"], categories="one-hot")
        other = table_of(kind=["b", "c", "d"], site=["1", "1", "1"])

        assert message(lambda: made.transform(other)) == (
            "t.csv:3: column 'kind': 'c' was never seen in training; there was 'a', 'b'"
        )
        assert made.recipe.unseen(other) == [
            "t.csv:3: column 'kind': 'c'",
            "t.csv:4: column 'kind': 'd'",
        ]
        zero = made.transform(other, unseen="zero")
        a = made.transform(table_of(kind=["a"], site=["1"]))
        assert zero[1].tolist() == zero[2].tolist() == a[0].tolist()

    @pytest.mark.parametrize("odd", ["1,5", "NA", "-", "12 cm"])
    def test_odd_words(self, odd):
        """A word that looks like a number, or a hole among numbers, is taken with a note."""
        table = table_of(x=["a", odd, "a"], y=["1", "2", "3"])
        (note,) = warmer.prepare(table, "y", categories="one-hot").notes

        assert note.startswith(f"t.csv:3: column 'x': {odd!r} is taken as a word like the others")

    def test_one_name(self, message):
        """A level may not be called as a column is."""
        table = warmer.Table(
            "t.csv", ("x", "x=b", "y"), (("a", "b"), ("1", "2"), ("1", "2")), (2, 3)
        )
        assert message(lambda: warmer.prepare(table, "y", categories="one-hot")) == (
            "t.csv: a column and a level are both called 'x=b'"
        )


class TestClasses:
    """Targets of text."""

    def test_two(self):
        """Two become 0 and 1, and it is said which."""
        made = warmer.prepare(MIXED, "kind", ["id"])

        assert made.target_names == ("kind",)
        assert made.targets[:, 0].tolist() == [0.0, 1.0, 0.0, 1.0, 1.0, 0.0]
        assert made.notes == ("target 'kind': 0 is 'a', 1 is 'b'",)

    def test_more(self):
        """Of more, each is a target of its own."""
        table = table_of(x=["1", "2", "3"], y=["red", "blue", "green"])
        made = warmer.prepare(table, "y")

        assert made.target_names == ("y=blue", "y=green", "y=red")
        assert made.targets.tolist() == [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (["1", "abc"], "t.csv:3: column 'y': 'abc' is not a number"),
            (["abc", "abc"], "t.csv:2: column 'y': 'abc' is not a number"),
            (["1,5", "2,5"], "t.csv:2: column 'y': '1,5' is not a number; categories="
             "'one-hot' takes the 2 different cells as classes"),
            (["nan", "abc"], "t.csv:2: column 'y': 'nan' is not a finite number; categories="
             "'one-hot' takes the 2 different cells as classes"),
        ],
    )  # fmt: skip
    def test_no_misspelt_number_is_a_class(self, words, told, message):
        """Unasked, a class is a word that begins with a letter, and there are two at least."""
        table = table_of(x=["1", "2"], y=words)

        assert message(lambda: warmer.prepare(table, "y")) == told

    def test_asked_for(self, message):
        """With categories asked for, any two words are classes."""
        table = table_of(x=["1", "2"], y=["<=50K", ">50K"])

        assert warmer.prepare(table, "y", categories="one-hot").targets.tolist() == [[0.0], [1.0]]
        with pytest.raises(DataError, match="there are no classes to tell apart"):
            warmer.prepare(table_of(x=["1"], y=["a"]), "y", categories="one-hot")

    def test_never_seen(self, message):
        """A class that was never seen is named with its place."""
        made = warmer.prepare(MIXED, "kind", ["id"])

        assert message(lambda: made.recipe.goals(table_of(kind=["a", "z"]))) == (
            "t.csv:3: column 'kind': the class 'z' was never seen in training"
        )
