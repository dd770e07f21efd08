"""At the ends of what is taken: the last that is, and the first that is not."""

import csv
import io
import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow
import pytest
from pyarrow import parquet

import warmer
from warmer.tables import allowed, columnar, decimals, delimited
from warmer.tables.preparation import drop_holes
from warmer.tables.reading import read_table

Write = Callable[[str | bytes], str]


def test_a_line_without_end(write: Write, monkeypatch: pytest.MonkeyPatch, message) -> None:
    """A line that is too long is refused before it fills the memory; the limit itself is not."""
    monkeypatch.setattr(delimited, "BLOCK", 64)
    monkeypatch.setattr(delimited, "LONGEST", 1000)
    row = ",".join(["1"] * 500)
    header = ",".join(f"x{n}" for n in range(100))
    write(f"{header}\n{','.join(['1'] * 100)}\n")
    assert read_table("t.csv").rows == 1
    monkeypatch.setattr(delimited, "LONGEST", 300)
    assert message(lambda: read_table("t.csv")) == "t.csv:1: the line is longer than 300 characters"
    write("x\n1\n" + row + "\n")
    assert message(lambda: read_table("t.csv")) == "t.csv:3: the line is longer than 300 characters"


def test_a_name_beyond_the_limit(write: Write, message) -> None:
    """A header with a cell that is too long for the csv module is refused in a line."""
    limit = csv.field_size_limit()
    write("x" * (limit + 1) + ",y\n1,2\n")
    assert message(lambda: read_table("t.csv")).startswith("t.csv:1: a cell is longer than")


@pytest.mark.parametrize("whole", [2**53 - 1, 2**53, 2**53 + 1, -(2**53) - 1])
@pytest.mark.parametrize("kind", ["int64", "uint64", "string"])
def test_large_numbers_of_parquet(whole: int, kind: str, tmp_path: Path) -> None:
    """Whole numbers that float64 does not tell apart stay as they are written."""
    if kind == "uint64" and whole < 0:
        whole = -whole
    value = str(whole) if kind == "string" else whole
    parquet.write_table(
        pyarrow.table({"x": pyarrow.array([value, None], getattr(pyarrow, kind)())}),
        tmp_path / "t.parquet",
    )
    table = read_table(tmp_path / "t.parquet")
    assert table.texts("x") == (str(whole), "")
    assert table.empty("x").tolist() == [False, True]


def test_the_smallest_spread() -> None:
    """The least mean square that a float holds with all its digits is a spread; less is none."""
    least = 2.0**-511
    for values, taken in (([-least, least], True), ([-least, least / 2], False)):
        table = warmer.Table("t", ("x", "y"), (np.array(values), np.ones(2)), None)
        if taken:
            assert warmer.prepare(table, "y", bias=False).spread.tolist() == [least]
        else:
            with pytest.raises(warmer.DataError, match="do not fit 64 bits"):
                warmer.prepare(table, "y", bias=False)


def test_a_table_of_nothing() -> None:
    """Without columns and lines there are no rows; a table shows its source and its columns."""
    assert warmer.Table("t", (), (), None).rows == 0
    table = warmer.Table("t", ("x",), (("1", "2"),), None)
    assert repr(table.take([0])) == repr(table) == "Table(source='t', columns=('x',))"


def test_cells_of_json(tmp_path: Path) -> None:
    """`null` is an empty cell, truth values are 1 and 0, and texts stay texts."""
    lines = [{"a": None, "b": True, "c": "x"}, {"c": "", "b": False, "a": 2}]
    path = tmp_path / "t.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    table = read_table(path)
    assert [table.texts(name) for name in "abc"] == [("", "2"), ("1", "0"), ("x", "")]


def test_cells_of_parquet(tmp_path: Path) -> None:
    """Truth values are 1 and 0, and a column of nulls is empty."""
    path = tmp_path / "t.parquet"
    nulls = pyarrow.array([None, None], pyarrow.null())
    parquet.write_table(pyarrow.table({"a": [True, None], "b": nulls, "c": [1, 2]}), path)
    table = read_table(path)
    assert [table.texts(name) for name in "abc"] == [("1", ""), ("", ""), ("1", "2")]
    assert table.numbers("c").tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        (pyarrow.duration("s"), [1, 2]), (pyarrow.binary(), [b"1", b"2"]),
        (pyarrow.large_binary(), [b"1", b"2"]), (pyarrow.binary(1), [b"1", b"2"]),
        (pyarrow.list_(pyarrow.int8()), [[1], [2]]),
    ],
    ids=lambda value: str(value).split("(")[0],
)  # fmt: skip
def test_no_cells_of_parquet(kind: pyarrow.DataType, cells: list[object], tmp_path: Path) -> None:
    """What is neither numbers nor texts is refused, even where its text looks like a number."""
    path = tmp_path / "t.parquet"
    parquet.write_table(pyarrow.table({"a": pyarrow.array(cells, kind)}), path)
    with pytest.raises(warmer.DataError, match="column 'a': holds .*neither numbers nor texts"):
        read_table(path)


def test_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, message) -> None:
    """A Parquet file says what is missing; large files of text are read all the same."""
    parquet.write_table(pyarrow.table({"a": [1.0]}), tmp_path / "t.parquet")
    numbers = np.arange(300_000.0)
    (tmp_path / "t.csv").write_text("x\n" + "\n".join(map(str, numbers)), encoding="utf-8")
    for name in ("pyarrow", "pyarrow.csv", "pyarrow.parquet"):
        monkeypatch.setitem(sys.modules, name, None)
    assert "a Parquet file is read by pyarrow" in message(
        lambda: read_table(tmp_path / "t.parquet")
    )
    assert (read_table(tmp_path / "t.csv").numbers("x") == numbers).all()


def zipped(data: bytes, claimed: int) -> bytes:
    """A file of one array, whose directory says that it has so many bytes."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", data)
    whole = bytearray(kept.getvalue())
    place = whole.rindex(b"PK\x01\x02") + 24
    whole[place : place + 4] = claimed.to_bytes(4, "little")
    return bytes(whole)


@pytest.mark.parametrize("lost", [0, 8, -8])
@pytest.mark.parametrize("more", [0, 8, -8, 1 << 30, "all"])
def test_lying_sizes(lost: int, more: int | str, tmp_path: Path) -> None:
    """An array in an archive is read where all sizes are right, and refused in a line else."""
    kept = io.BytesIO()
    np.save(kept, np.arange(3.0))
    data = kept.getvalue()
    data = data[: len(data) - lost] if lost >= 0 else data + bytes(-lost)
    claimed = 0 if more == "all" else len(data) + int(more)
    path = tmp_path / "t.npz"
    path.write_bytes(zipped(data, claimed))
    if not lost and not more:
        assert read_table(path).numbers("x").tolist() == [0.0, 1.0, 2.0]
        return
    with pytest.raises(warmer.DataError) as told:
        read_table(path)
    assert str(told.value).startswith(f"{path}: ")


@pytest.mark.parametrize("extended", [decimals._EXTENDED, False])
def test_decimals_of_any_processor(extended: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers of many digits have the bits of `float()`, with 80 bits at hand or without."""
    monkeypatch.setattr(decimals, "_EXTENDED", extended)
    rng = np.random.default_rng(0)
    written = [repr(value) for value in rng.normal(size=2000).tolist()]
    written += [f"{digits}.{digits}" for digits in rng.integers(10**8, size=2000)]
    written += ["0", "-0", "-.5", "5.", "123456789", "0." + "1" * 19, "0." + "1" * 20, "1e3"]
    block = ("\n".join(written) + "\n").encode()
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n"))
    found = decimals.decimals(block, ends)
    assert found is not None
    assert found.tobytes() == np.array([*map(float, written)]).tobytes()


@pytest.mark.parametrize("arrow", [True, False])
def test_long_lines_are_left_to_the_strict_way(
    arrow: bool, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a line is longer than any should be, the fast way answers nothing."""
    monkeypatch.setattr(columnar, "SMALL", 10)
    monkeypatch.setattr(columnar, "BLOCK", 16)
    monkeypatch.setattr(columnar, "NUMPY_BLOCK", 16)
    if not arrow:
        monkeypatch.setattr(columnar, "_arrow", lambda: None)
    write("x,y\n" + "1" * 60 + ",2\n3,4\n")
    for longest in (1 << 26, 40):
        monkeypatch.setattr(columnar, "LONG", longest)
        assert read_table("t.csv").numbers("y").tolist() == [2.0, 4.0]


def test_numbers_with_blanks() -> None:
    """Blanks and tabs around a number do not matter, those of other scripts do."""
    table = warmer.Table("t", ("x", "y"), (("1\t", " 2"), ("1\u3000", "2")), (2, 3))
    assert table.numbers("x").tolist() == [1.0, 2.0]
    with pytest.raises(warmer.DataError, match=r"'1\\u3000' is not a number"):
        table.numbers("y")


def test_whole_numbers_that_are_one_float(write: Write) -> None:
    """From 2**53 on, whole numbers stay as they are written, in small files as well."""
    words = ("9007199254740991", "9007199254740992", "9007199254740993")
    write("x,y\n" + "".join(f"{word},1\n" for word in (*words, words[2])))
    table = read_table("t.csv")
    assert table.texts("x")[:3] == words
    (note,) = warmer.prepare(table, "y").notes  # it is said once
    assert f"{words[1]} and {words[2]} are one number in 64 bits" in note


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("x,y\n1,2\n", ""), ("x;y\n1;2\n", "separated by semicolons"), ("x\n1\n", ""),
        ("x\ty\n1\t2\n", "separated by tabs"),
    ],
)  # fmt: skip
def test_the_separator_is_told(text: str, form: str, write: Write) -> None:
    """Where it is no comma, and there is one."""
    assert read_table(write(text)).form == form


def test_a_closed_standard_input(monkeypatch: pytest.MonkeyPatch, message) -> None:
    """A program that has closed its input is told so."""
    closed = io.TextIOWrapper(io.BytesIO())
    closed.close()
    monkeypatch.setattr(sys, "stdin", closed)
    assert message(lambda: read_table("-")) == "<stdin>: there is no standard input"


def test_no_memory(write: Write, monkeypatch: pytest.MonkeyPatch, message) -> None:
    """A table that does not fit is a fault of the table; how much fits is asked of the system."""

    def none(*_: object) -> None:
        raise MemoryError

    path = write("x\n1\n")
    monkeypatch.setattr(delimited, "layout_of", none)
    assert message(lambda: read_table(path)) == "t.csv: the table does not fit into memory"

    class Large:
        __array__ = none

    with pytest.raises(MemoryError):
        warmer.train(Large(), [1.0], "raw-gradient")
    assert allowed.half_of_memory() >= 1 << 28
    monkeypatch.setattr("os.sysconf", lambda _: -1 if _ == "none" else int("no"))
    assert allowed.half_of_memory() == 1 << 32


@pytest.mark.parametrize("rows", [[-1], [2], [0, 5]])
def test_rows_that_are_not_there(rows: list[int]) -> None:
    """They are refused, and the last one is not."""
    table = warmer.Table("t", ("x",), (("1", "2"),), None)
    assert table.take([1]).texts("x") == ("2",)
    with pytest.raises(warmer.ParameterError, match="rows must be from 0 to 1, got"):
        table.take(rows)


def test_nothing_to_learn_from() -> None:
    """Without a bias, features that are all empty leave nothing."""
    table = warmer.Table("t", ("x", "y"), (np.full(2, np.nan), np.ones(2)), None)
    with pytest.raises(warmer.DataError, match="no feature columns and no bias"):
        warmer.prepare(table, "y", bias=False, missing="mean")
    assert drop_holes(table, "y", "x").rows == 2


def test_a_recipe_and_cells_of_another_kind() -> None:
    """Words where numbers were are refused, of features and of targets."""
    recipe = warmer.prepare(warmer.Table("t", ("x", "y"), (("1", "2"),) * 2, None), "y").recipe
    other = warmer.Table("o", ("x", "y"), (("1", "a"),) * 2, None)
    with pytest.raises(warmer.DataError, match="row 2: column 'x': 'a' is not a number; it was a"):
        recipe.transform(other)
    with pytest.raises(warmer.DataError, match="row 2: column 'y': 'a' is not a number"):
        recipe.goals(other)
    holed = warmer.Table("h", ("x", "y"), (("1", "2"), ("1", "")), None)
    with pytest.raises(
        warmer.DataError, match="row 2: column 'y': the cell is empty; a target can"
    ):
        recipe.goals(holed)


def test_columns_of_one_value() -> None:
    """They are named, each with its value where it is the only one."""
    table = warmer.Table(
        "t", ("a", "b", "c", "y"), (("1", "1"), ("2", "2"), *[("1", "2")] * 2), None
    )
    (note,) = warmer.prepare(table, "y").notes
    assert note.startswith("columns 'a', 'b' have one value in every row")
    (note,) = warmer.prepare(table, "y", without="b").notes
    assert note.startswith("column 'a' is 1.0 in every row")


def test_semicolons_above_commas(write: Write, message) -> None:
    """A header of one sign above rows of another is no table of either."""
    assert message(lambda: read_table(write("x;y\n1,2\n"))) == (
        "t.csv:2: the row has 2 cells, the header has 1"
    )
    assert message(lambda: read_table(write("x;y\n1;2;3\n"))) == (
        "t.csv:2: the row has 3 cells, the header has 2"
    )
