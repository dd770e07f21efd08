"""Models and checkpoints that are not what they should be: each is told in a line."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import warmer
from warmer.models.predicted import answers
from warmer.models.states import state_of
from warmer.storing import atomic, container
from warmer.storing.schema import Listed, Maybe, Named, check_header
from warmer.tables.recipe import Recipe

ROWS = warmer.Table("t.csv", ("x", "y"), (("1", "2", "4"), ("1", "3", "8")), (2, 3, 4))


def trained(**how: Any) -> tuple[warmer.Run, warmer.Prepared]:
    prepared = warmer.prepare(ROWS, "y", **how)
    run = warmer.train(prepared.inputs, prepared.targets[:, 0], "alpha-scaled", steps=5)
    return run, prepared


def changed(path: Path, edit: Any) -> None:
    """Change the header of a file, and sign it anew."""
    whole = path.read_bytes()
    size = int.from_bytes(whole[8:16], "little")
    header = json.loads(whole[16 : 16 + size])
    edit(header)
    text = json.dumps(header).encode()
    body = b"WARMER1\n" + len(text).to_bytes(8, "little") + text + whole[16 + size : -32]
    path.write_bytes(body + hashlib.sha256(body).digest())


def test_a_model_says_what_it_is() -> None:
    """Its rule, its predictor, its steps and its weights."""
    run, prepared = trained()
    assert repr(run.model(prepared)) == (
        f"Model(rule='alpha-scaled', predictor='linear', steps=5, weights={run.weights.tolist()})"
    )


def test_what_a_model_cannot_predict(tmp_path: Path) -> None:
    """A table, where it has learned from arrays; rows of another width; other weights."""
    run, _ = trained()
    with pytest.raises(warmer.UsageError, match="has learned from arrays, not from a table"):
        run.model().predict(ROWS)
    with pytest.raises(warmer.DataError, match="rows have 3 inputs, and the model has 2"):
        run.model().predict([[1.0, 2.0, 3.0]])
    with pytest.raises(warmer.UsageError, match="prepared must be what warmer.prepare answers"):
        run.model(3)
    other = warmer.prepare(ROWS, "y", bias=False)
    with pytest.raises(warmer.UsageError, match="prepared has 1 inputs and 1 targets, and the run"):
        run.model(other)
    both = warmer.prepare(ROWS, ["x", "y"], [])
    one = warmer.train(both.inputs, both.targets[:, 0], "alpha-scaled", steps=1)
    with pytest.raises(warmer.UsageError, match="has 1 inputs and 2 targets, and the run"):
        one.model(both)
    path = tmp_path / "m.warmer"
    warmer.save(run, path)
    changed(path, lambda header: header.update(inputs=7))
    with pytest.raises(warmer.DataError, match="has 2 weights, and linear has 7 for 7 inputs"):
        warmer.load(path).predict([[0.0] * 7])


@pytest.mark.parametrize(
    "edit",
    [
        lambda h: h["memory"].append("velocity"),
        lambda h: h["table"].update(bias=False),
        lambda h: h["table"]["targets"].append({"name": "z", "classes": None}),
        lambda h: h["arrays"].pop(),
        lambda h: h["arrays"][-1].__setitem__(1, [1, 1]),
    ],
)
def test_numbers_that_do_not_fit(edit: Any, tmp_path: Path) -> None:
    """A model whose parts contradict each other is refused when it is loaded."""
    run, prepared = trained()
    path = tmp_path / "m.warmer"
    warmer.save(run.model(prepared), path)
    assert warmer.load(path).predict(ROWS).shape == (3,)
    changed(path, edit)
    with pytest.raises(warmer.DataError, match=f"^{path}: "):
        warmer.load(path)


def test_one_target_with_an_axis_of_its_own(tmp_path: Path) -> None:
    """And without one: the model keeps which, and predicts so."""
    run, prepared = trained()
    path = tmp_path / "m.warmer"
    warmer.save(run.model(prepared), path)
    changed(path, lambda header: header.update(single=False))
    assert warmer.load(path).predict(ROWS).tolist() == [
        [value] for value in run.model(prepared).predict(ROWS).tolist()
    ]


def test_rows_that_all_have_holes() -> None:
    """Where such rows were dropped, none has a prediction."""
    run, prepared = trained(missing="drop")
    holes = warmer.Table("h.csv", ("x",), (("", ""),), (2, 3))
    assert answers(run.model(prepared), holes) == ({"y": [None, None]}, 2)
    some = warmer.Table("h.csv", ("x",), (("", "1"),), (2, 3))
    found, left = answers(run.model(prepared), some)
    assert found["y"][0] is None
    assert found["y"][1] == run.model(prepared).predict(ROWS)[0]
    assert left == 1


RECIPES: dict[str, Any] = {
    "columns": lambda r: r.update(columns={}),
    "column": lambda r: r["columns"].append(3),
    "levels": lambda r: r["columns"][0].update(levels=[], fill=None, centre=[], spread=[]),
    "unsorted": lambda r: r["columns"][0].update(levels=["b", "a"]),
    "empty": lambda r: r["columns"][0].update(levels=["", "a"]),
    "name": lambda r: r["columns"][0].update(name=""),
    "fill": lambda r: r["columns"][0].update(fill="a"),
    "fill of words": lambda r: r["columns"][0].update(
        levels=["a", "b"], fill="z", centre=[0.0], spread=[1.0]
    ),
    "not finite": lambda r: r["columns"][0].update(fill=float("inf")),
    "spread": lambda r: r["columns"][0].update(spread=[0.0]),
    "centre": lambda r: r["columns"][0].update(centre=[float("nan")]),
    "width": lambda r: r["columns"][0].update(centre=[0.0, 1.0]),
    "twice": lambda r: r["columns"].append(r["columns"][0]),
    "targets": lambda r: r.update(targets=[]),
    "classes": lambda r: r["targets"][0].update(classes=["a"]),
    "bias": lambda r: r.update(bias=1),
    "missing": lambda r: r.update(missing="zero"),
    "left_out": lambda r: r.update(left_out=[3]),
    "unknown": lambda r: r.update(code="x"),
}


@pytest.mark.parametrize("name", RECIPES)
def test_recipes_are_read_strictly(name: str) -> None:
    """What was done to a table comes back as it was, or is refused."""
    plain = warmer.prepare(ROWS, "y", missing="mean").recipe.to_dict()
    assert Recipe.from_dict(json.loads(json.dumps(plain))).to_dict() == plain
    RECIPES[name](plain)
    with pytest.raises(warmer.DataError, match="^recipe: "):
        Recipe.from_dict(plain)


@pytest.mark.parametrize("name", RECIPES)
def test_files_with_such_recipes(name: str, tmp_path: Path) -> None:
    """So is a file that holds one, in a line that names it."""
    run, prepared = trained(missing="mean")
    path = tmp_path / "m.warmer"
    warmer.save(run.model(prepared), path)
    changed(path, lambda header: RECIPES[name](header["table"]))
    with pytest.raises(warmer.DataError, match=f"^{path}: "):
        warmer.load(path)


@pytest.mark.parametrize(
    ("wanted", "good", "bad"),
    [
        (int, [1], [1.0, True, None, "1"]),
        ((int, float, None), [1, 1.0, None], [True, "1", []]),
        (Listed(int), [[], [1]], [1, {}, ["1"], [1, None]]),
        (Maybe(int), [None, 1], ["1"]),
        (Named(int), [{}, {"a": 1}], [[], {"a": "1"}, None]),
        ({"a": int}, [{"a": 1}], [{}, {"a": 1, "b": 1}, {"b": 1}, {"a": None}, [], None]),
    ],
)
def test_schemas(wanted: Any, good: list[Any], bad: list[Any]) -> None:
    """A header has every key that it must have, no other, and values of the right types."""
    for value in good:
        check_header("f", value, wanted)
    for value in bad:
        with pytest.raises(warmer.DataError, match="^f: the header"):
            check_header("f", value, wanted)


def test_ends_of_the_container(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The longest header is written and read, a longer one neither; other bytes are refused."""
    whole = b"".join(container.encode({"a": "x" * 100}, {}))
    size = int.from_bytes(whole[8:16], "little")
    for longest in (size, size - 1):
        monkeypatch.setattr(container, "LONGEST", longest)
        if longest == size:
            assert container.decode("f", whole)[0] == {"format": 1, "a": "x" * 100}
            assert b"".join(container.encode({"a": "x" * 100}, {})) == whole
            continue
        with pytest.raises(warmer.DataError, match="f: the header is too long"):
            container.decode("f", whole)
        with pytest.raises(ValueError, match="is the most"):
            container.encode({"a": "x" * 100}, {})
        run, _ = trained()
        with pytest.raises(warmer.WarmerError, match="is the most"):
            warmer.save(run, tmp_path / "m.warmer")
    for data in (b"", b"WARMER2\n" + whole[8:], whole[1:]):
        with pytest.raises(warmer.DataError, match="is no model or checkpoint of warmer"):
            container.decode("f", data)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("shape", [(), (0,), (2,), (1, 2), (1, 1, 2), (1, 2, 1, 2)])
def test_arrays_of_any_shape(shape: tuple[int, ...]) -> None:
    """Up to four dimensions, to the bit and from any layout."""
    array = np.asfortranarray(np.arange(float(np.prod(shape))).reshape(shape)).astype(">f8")
    _, found = container.decode("f", b"".join(container.encode({}, {"a": array})))
    assert found["a"].shape == array.shape
    assert found["a"].tolist() == array.tolist()


def test_where_folders_cannot_be_opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Elsewhere than on POSIX a file is written all the same."""
    monkeypatch.setattr(atomic, "FOLDERS", False)
    monkeypatch.chdir(tmp_path)
    atomic.write("f", [b"a"])
    assert Path("f").read_bytes() == b"a"


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_modes(mode: int, tmp_path: Path) -> None:
    """The mode of a file that is replaced is kept; the mask is for new ones."""
    path = tmp_path / "f"
    atomic.write(os.fspath(path), [b"a"])
    mask = os.umask(0)
    os.umask(mask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~mask
    path.chmod(mode)
    atomic.write(os.fspath(path), [b"b" * 3, memoryview(b"c")])
    assert path.stat().st_mode & 0o777 == mode
    assert path.read_bytes() == b"bbbc"


STATE = {
    "weights": np.zeros((2, 1)), "memory": np.zeros((0, 2, 1)), "error_sums": np.zeros((8, 1)),
    "last_errors": np.zeros((2, 1)), "moved": np.array([0.5]),
}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"weights": np.zeros((2, 2))}, {"weights": np.array([[np.nan], [0.0]])},
        {"weights": np.zeros((0, 1)), "memory": np.zeros((0, 0, 1))}, {"weights": np.zeros(2)},
        {"memory": np.zeros((1, 2, 2))}, {"memory": np.full((1, 2, 1), np.inf)},
        {"memory": np.array(0.0)}, {"error_sums": np.zeros((7, 1))}, {"moved": np.zeros(2)},
        {"last_errors": np.zeros((1, 1))}, {"moved": np.array(0.0)},
        {name: np.zeros((*STATE[name].shape[:-1], 0)) for name in STATE},
    ],
)  # fmt: skip
def test_states(change: dict[str, Any]) -> None:
    """A state is what its numbers are, where they fit each other; else it is refused."""
    state = state_of("f", 0, STATE)
    assert (state.step, state.moved, state.weights.shape) == (0, 0.5, (2, 1))
    assert state_of("f", 3, {**STATE, "memory": np.ones((1, 2, 1))}).memory.sum() == 2
    with pytest.raises(warmer.DataError, match="f: its numbers do not fit together"):
        state_of("f", 0, {**STATE, **change})
    for name in STATE:
        with pytest.raises(warmer.DataError, match="f: its numbers do not fit together"):
            state_of("f", 0, {key: STATE[key] for key in STATE if key != name})
    with pytest.raises(warmer.DataError, match="f: its numbers do not fit together"):
        state_of("f", -1, STATE)


def test_nothing_is_left_open(tmp_path: Path) -> None:
    """Neither a file that is written nor one that cannot be leaves a descriptor open."""

    def parts() -> Any:
        yield b"a"
        raise OSError("full")

    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        atomic.write(os.fspath(tmp_path / "whole"), [b"a"])
        with pytest.raises(OSError, match="full"):
            atomic.write(os.fspath(tmp_path / "f"), parts())
    assert len(os.listdir("/proc/self/fd")) == before
    assert os.listdir(tmp_path) == ["whole"]
