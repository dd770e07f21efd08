"""Recipes: what was learned of a table, kept as plain data, and done again to another."""

import itertools
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import warmer
from tests.tables.mixed import MEAN, MIXED
from warmer.exceptions import DataError

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
