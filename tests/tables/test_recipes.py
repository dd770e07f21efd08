"""Recipes: what was learned of a table, kept as plain data, and done again to another."""

import itertools
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import warmer
from warmer.exceptions import DataError


def table_of(**columns):
    cells = tuple(map(tuple, columns.values()))
    return warmer.Table("t.csv", tuple(columns), cells, range(2, 2 + len(cells[0])))


MIXED = table_of(
    id=["1", "2", "3", "4", "5", "6"],
    size=["1.5", "", "4", "NA", "2.25", "9"],
    town=["Rome", "Oslo", "", "Oslo", "Bonn", "Rome"],
    site=["7", "7", "7", "7", "7", "7"],
    kind=["a", "b", "a", "b", "b", "a"],
    y=["1", "2", "3", "4", "5", "6"],
)
MEAN = {"categories": "one-hot", "missing": "mean"}
FORMS = [
    {**MEAN, "bias": bias, "scale": scale, "targets": targets}
    for bias, scale, targets in itertools.product(
        (True, False), ("standard", "none"), (["y"], ["kind", "y"], ["town_"])
    )
]


def prepared(form):
    table = MIXED
    if form["targets"] == ["town_"]:  # a target of three classes
        cells = (*MIXED.cells, ("Rome", "Oslo", "Bonn", "Oslo", "Bonn", "Rome"))
        table = warmer.Table("t.csv", (*MIXED.columns, "town_"), cells, MIXED.lines)
    return table, warmer.prepare(table, **form)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_bits(form):
    """A recipe, kept as JSON or not, makes of its own table the bits that were trained on."""
    table, made = prepared(form)
    again = warmer.Recipe.from_dict(json.loads(json.dumps(made.recipe.to_dict())))

    assert again == made.recipe
    for recipe in (made.recipe, again):
        assert recipe.transform(table).tobytes() == made.inputs.tobytes()
        assert recipe.goals(table).tobytes() == made.targets.tobytes()
    assert len(made.features) + form["bias"] == made.inputs.shape[1]
    assert len(made.target_names) == made.targets.shape[1]


@given(st.lists(st.integers(0, 5), min_size=1), st.sampled_from(FORMS), st.permutations(range(6)))
def test_row_by_row(rows, form, order):
    """What becomes of a row does not depend on the rows and columns around it."""
    table, made = prepared(form)
    columns = [table.columns[place] for place in order]
    part = table.take(rows, columns)

    assert made.transform(part).tolist() == made.inputs[rows].tolist()


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


DATA = warmer.prepare(MIXED, ["kind", "y"], **MEAN).recipe.to_dict()


def listed(data):
    return data if isinstance(data, list) else ()


def places(data, at=()):
    """Every place in plain data."""
    yield at
    inside = data if isinstance(data, dict) else dict(enumerate(listed(data)))
    for key, value in inside.items():
        yield from places(value, (*at, key))


def changed(data, at, value):
    """Plain data with another value at a place."""
    if not at:
        return value
    new = dict(data) if isinstance(data, dict) else list(data)
    new[at[0]] = changed(data[at[0]], at[1:], value)
    return new


@pytest.mark.parametrize("at", [*places(DATA)][:-1])
def test_strict(at):
    """A recipe of other data is refused in one line, wherever they differ in kind."""
    found = DATA
    for key in at:
        found = found[key]
    wrong = [None, "odd", -1.5, float("nan"), [], {}, {"a": 1}, [["a"]], True, 10**400, 1e400]
    same = {type(found)} | ({int, float} if isinstance(found, float) else set())
    for value in wrong:
        if type(value) in same and not isinstance(value, (dict, list)) and value == value:
            continue  # of the right kind; what a number or a name may be stands elsewhere
        if value is None and (at[-1:] in (("fill",), ("levels",), ("classes",))):
            continue
        if value == [] and at in (("columns",), ("left_out",)):
            continue
        with pytest.raises(DataError, match=r"\Arecipe: .*\Z"):
            warmer.Recipe.from_dict(changed(DATA, at, value))


@pytest.mark.parametrize("key", [*DATA, "more"])
def test_keys(key):
    """Every key is needed, and no other is taken."""
    data = {name: value for name, value in DATA.items() if name != key}
    with pytest.raises(DataError, match="a recipe has columns, targets, bias"):
        warmer.Recipe.from_dict(data if key in DATA else {**data, key: 1})


def test_features_are_numbered_once():
    """Two columns of one name make no recipe."""
    data = {**DATA, "columns": [DATA["columns"][0]] * 2}
    with pytest.raises(DataError, match="names cannot be"):
        warmer.Recipe.from_dict(data)
    assert np.isfinite(warmer.Recipe.from_dict(DATA).transform(MIXED)).all()
