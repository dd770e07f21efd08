"""Frames in, names out: pandas, polars and pyarrow give the same table, the same bits and words."""

import datetime
import subprocess
import sys
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet
import pytest

import warmer
from warmer.tables.frames import as_table

MAKERS = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}
NUMBERS = np.random.default_rng(8)
COLUMNS = {
    "age": NUMBERS.standard_normal(20),
    "rooms": NUMBERS.integers(1, 9, 20).astype(np.int32),
    "new": NUMBERS.integers(0, 2, 20).astype(bool),
    "short": NUMBERS.standard_normal(20).astype(np.float32),
}
GOAL = sum(values.astype(float) for values in COLUMNS.values())
MATRIX = np.column_stack([values.astype(float) for values in COLUMNS.values()])

library = pytest.mark.parametrize("library", MAKERS)


def series(library: str, values: Any) -> Any:
    """A column of its own."""
    return MAKERS[library]({"goal": values})["goal"]


@library
def test_one_hash(library: str) -> None:
    """The same numbers through a frame and through NumPy learn the same weights, bit for bit."""
    frame, options = MAKERS[library](COLUMNS), {"rule": "alpha-scaled", "alpha": 0.02, "steps": 50}
    run = warmer.train(frame, series(library, GOAL), **options)
    plain = warmer.train(MATRIX, GOAL, **options)
    assert run.weights.tobytes() == plain.weights.tobytes()
    several = warmer.train(frame, MAKERS[library]({"a": GOAL, "b": -GOAL}), **options)
    both = warmer.train(MATRIX, np.column_stack([GOAL, -GOAL]), **options)
    assert several.weights.tobytes() == both.weights.tobytes()
    assert [*several.coefficients] == ["a", "b"]

    table = warmer.prepare(MAKERS[library]({**COLUMNS, "goal": GOAL}), "goal")
    names = (*COLUMNS, "goal")
    cells = tuple(column.astype(float) for column in (*COLUMNS.values(), GOAL))
    expected = warmer.prepare(warmer.Table("table", names, cells, None), "goal")
    assert table.inputs.tobytes() == expected.inputs.tobytes()
    assert table.transform(frame).tobytes() == expected.inputs.tobytes()


@library
def test_names_out(library: str) -> None:
    """Names of columns are those of weights, of histories, and of what a model looks for."""
    frame = MAKERS[library](COLUMNS)
    run = warmer.train(frame, series(library, GOAL), "alpha-scaled", alpha=0.02, steps=5)
    assert run.coefficients == dict(zip(COLUMNS, run.weights.tolist(), strict=True))
    history = run.history.to_dict()
    assert [*history][:3] == ["step", "error", "weight age"]
    assert history["weight rooms"].tobytes() == run.history.weights[:, 1].tobytes()
    drawn = run.history.frame(library)
    assert type(drawn) is type(frame)
    again = as_table(drawn)
    assert {name: again.numbers(name).tolist() for name in again.columns} == {
        name: column.tolist() for name, column in history.items()
    }
    turned = MAKERS[library]({"more": GOAL, **dict(reversed(COLUMNS.items()))})
    expected = run.model().predict(MATRIX)
    assert run.model().predict(turned).tobytes() == expected.tobytes()
    with pytest.raises(warmer.DataError, match="rows: there is no column 'rooms'"):
        run.model().predict(MAKERS[library]({"age": GOAL}))


def test_other_columns_than_before() -> None:
    """Rows to stop by, and rows to go on with, need the columns of the run in their order."""
    frame, turned = (pd.DataFrame(dict(order(COLUMNS.items()))) for order in (list, reversed))
    options = {"rule": "alpha-scaled", "alpha": 0.02, "steps": 5}
    run = warmer.train(frame, GOAL, **options, valid=(MATRIX, GOAL))
    said = "has the columns 'short', 'new', 'rooms', 'age', and the run 'age', 'rooms', 'new'"
    with pytest.raises(warmer.DataError, match=f"^valid {said}"):
        warmer.train(frame, GOAL, **options, valid=(turned, GOAL))
    for start in (run, run.model()):
        with pytest.raises(warmer.DataError, match=f"^inputs {said}"):
            warmer.train(turned, GOAL, **options, start=start)
        assert warmer.train(frame, GOAL, **options, start=start).names == run.names


def test_names_are_saved(tmp_path: Any) -> None:
    """A model in a file finds columns by name as well; one that was written before has none."""
    run = warmer.train(pl.DataFrame(COLUMNS), GOAL, "alpha-scaled", alpha=0.02, steps=5)
    warmer.save(run, tmp_path / "m.warmer")
    model = warmer.load(tmp_path / "m.warmer")
    assert model.columns == tuple(COLUMNS)
    turned = pd.DataFrame(dict(reversed(COLUMNS.items())))
    assert model.predict(turned).tobytes() == run.model().predict(MATRIX).tobytes()


@pytest.mark.parametrize("names", [[1, 2, 3, 4], [("a", 1), ("a", 2), ("b", 1), ("b", 2)]])
def test_names_that_are_no_texts(names: Any) -> None:
    """Names that pandas has beside texts are found in any order as well, as `prepare` has them."""
    frame = pd.DataFrame(MATRIX)
    frame.columns = pd.Index(names)
    run = warmer.train(frame, GOAL, "alpha-scaled", alpha=0.02, steps=5)
    assert tuple(run.coefficients) == as_table(frame).columns == tuple(map(str, names))
    turned = frame[frame.columns[::-1]]
    assert run.model().predict(turned).tobytes() == run.model().predict(frame).tobytes()


def test_names_of_prepared_tables() -> None:
    """What weights come to in the data's own units has the names of columns and targets."""
    frame = pl.DataFrame({"x": [1.0, 5.0], "y": [3.0, 9.0]})
    prepared = warmer.prepare(frame, "y")
    run = warmer.train(prepared.inputs, prepared.targets, "alpha-scaled", alpha=0.5, steps=200)
    line = prepared.to_data_units(run.weights).to_dict()
    assert line["y"]["coefficients"]["x"] == pytest.approx(1.5)
    assert line["y"]["intercept"] == pytest.approx(1.5)


CELLS: dict[str, list[Any]] = {
    "numbers with a hole": [1.5, None, 3.0],
    "whole numbers with a hole": [1, None, 3],
    "long numbers": [2**53 + 1, 2, None],
    "truth values with a hole": [True, None, False],
    "words with a hole": ["a", None, "c"],
    "numbers as texts": ["1", "2.5", "007"],
    "decimals": [Decimal("0.1"), Decimal("1.25"), None],
    "days": [datetime.date(2024, 2, 29), None, datetime.date(2025, 1, 1)],
    "nothing": [None, None, None],
}


@library
@pytest.mark.parametrize("case", CELLS)
def test_a_frame_is_read_as_its_file_is(library: str, case: str, tmp_path: Any) -> None:
    """The table of a frame is that of the Parquet file of the same cells."""
    pyarrow.parquet.write_table(pa.table({"x": CELLS[case]}), tmp_path / "t.parquet")
    expected = warmer.read_table(tmp_path / "t.parquet")
    found = as_table(MAKERS[library]({"x": CELLS[case]}))
    assert found.empty("x").tolist() == expected.empty("x").tolist()
    assert found.is_numeric("x") == expected.is_numeric("x")
    wanted = [row for row, hole in enumerate(expected.empty("x")) if not hole]
    if expected.is_numeric("x"):
        one, other = (t.take(wanted).numbers("x") for t in (found, expected))
        assert one.tobytes() == other.tobytes()
    else:
        assert found.texts("x") == expected.texts("x")


def test_categories() -> None:
    """Categories are the words that they stand for, in each library."""
    words = ["a", "b", None, "a"]
    for column in (
        pd.DataFrame({"x": pd.Series(words, dtype="category")}),
        pl.DataFrame({"x": pl.Series(words, dtype=pl.Categorical)}),
        pa.table({"x": pa.array(words).dictionary_encode()}),
    ):
        assert as_table(column).texts("x") == ("a", "b", "", "a")
    ranges = pd.DataFrame({"x": pd.cut(pd.Series([1.0, 4.0]), [0, 2, 4])})
    assert as_table(ranges).texts("x") == ("(0, 2]", "(2, 4]")


FAULTS = {
    "word": ([1.0, "Berlin"], "'Berlin' is not a number"),
    "hole": ([1.0, None], "the cell is empty; fill it, or leave that row out"),
    "infinite": ([1.0, float("inf")], "'inf' is not a finite number"),
}


@library
@pytest.mark.parametrize("fault", FAULTS)
def test_errors_name_row_and_column(library: str, fault: str) -> None:
    """Whatever the library, an error names the row and the column as those of files do."""
    cells, said = FAULTS[fault]
    if fault == "word":
        cells = ["1", "Berlin"]
    frame = MAKERS[library]({"city": cells})
    with pytest.raises(warmer.DataError) as caught:
        warmer.train(frame, [1.0, 2.0], "alpha-scaled")
    assert str(caught.value) == f"inputs: row 2: column 'city': {said}"
    with pytest.raises(warmer.DataError, match="^table: row 2: column 'city': "):
        warmer.prepare(MAKERS[library]({"city": cells, "y": [1.0, 2.0]}), "y")


def test_frames_that_cannot_be() -> None:
    """Lists in cells, two columns of one name, no rows, what is not computed yet: in a sentence."""
    for frame, said in (
        (pl.DataFrame({"x": [[1.0], [2.0]]}), "row 1: column 'x': .* is neither a number nor a"),
        (pd.DataFrame([[1.0, 2.0]], columns=["x", "x"]), "columns 1 and 2 are both 'x'"),
        (pa.Table.from_arrays([pa.array([1.0])] * 2, names=["x", "x"]), "columns 1 and 2 are both"),
        (pl.DataFrame({"x": []}), "has 0 rows and 1 columns"),
        (pl.DataFrame({"x": [1.0]}).lazy(), "is not computed yet; give what its collect"),
    ):
        with pytest.raises(warmer.DataError, match=f"^inputs: {said}"):
            warmer.train(frame, [1.0], "alpha-scaled")


class Exports:
    """An array that only exports its memory."""

    def __init__(self, values: np.ndarray):
        self._values = values

    def __dlpack__(self, **options: Any) -> Any:
        return self._values.__dlpack__(**options)

    def __dlpack_device__(self) -> Any:
        return self._values.__dlpack_device__()


def test_whatever_is_an_array() -> None:
    """What exports its memory (DLPack) is an array; frames without names of texts have none."""
    plain = warmer.train(MATRIX, GOAL, "alpha-scaled", alpha=0.02, steps=5)
    run = warmer.train(Exports(MATRIX), Exports(GOAL), "alpha-scaled", alpha=0.02, steps=5)
    assert run.weights.tobytes() == plain.weights.tobytes()
    frame = pd.DataFrame(MATRIX)
    run = warmer.train(frame, pa.array(GOAL), "alpha-scaled", alpha=0.02, steps=5)
    assert run.weights.tobytes() == plain.weights.tobytes()
    assert [*run.coefficients] == ["x1", "x2", "x3", "x4"]


def test_nothing_is_imported_unless_used() -> None:
    """Training on an array imports no library of frames, nor what reads them."""
    code = (
        "import sys, warmer\n"
        "warmer.train([[1.0, 2.0]], [1.0], 'alpha-scaled', steps=2).coefficients\n"
        "frames = 'narwhals', 'pandas', 'polars', 'pyarrow', 'sklearn'\n"
        "print([name for name in frames if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_without_narwhals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it a frame is the array that it makes of itself, and tables say what to install."""
    monkeypatch.setitem(sys.modules, "narwhals.stable.v2", None)
    monkeypatch.setitem(sys.modules, "narwhals.stable", None)
    run = warmer.train(pd.DataFrame(COLUMNS), GOAL, "alpha-scaled", alpha=0.02, steps=5)
    assert [*run.coefficients] == [*COLUMNS]
    with pytest.raises(warmer.DataError, match=r"read by narwhals: pip install 'warmer\[frames\]'"):
        warmer.prepare(pd.DataFrame(COLUMNS), "age")
    assert run.history.frame("polars").shape == (5, 10)
