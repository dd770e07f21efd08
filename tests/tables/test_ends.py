"""At the ends of what is taken: the last that is, and the first that is not."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow
import pytest
from pyarrow import parquet

import warmer
from warmer.tables import delimited
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
    """Without columns and lines there are no rows."""
    assert warmer.Table("t", (), (), None).rows == 0
