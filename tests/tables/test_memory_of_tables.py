"""What is made of a table takes no more memory than the table may; parts keep their places."""

import gzip
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import warmer
from warmer.tables import spool

MEMORY = 1_200_000


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small tables are large: few cells at a time, and nothing is too small for a file."""
    monkeypatch.setattr(spool, "CELLS", 1 << 12)
    monkeypatch.setattr(spool, "SMALL", 0)


def test_many_categories(tmp_path: Path) -> None:
    """Inputs that take more than the memory of their table lie on the disk, with the same bits."""
    lines = [f"w{row % 100},{row % 7},{row % 3}\n" for row in range(4000)]
    (tmp_path / "t.csv").write_text("w,x,y\n" + "".join(lines), encoding="utf-8")
    made: list[Any] = []
    for memory in ("1 TB", MEMORY):
        tracemalloc.start()
        table = warmer.read_table(tmp_path / "t.csv", memory=memory)
        part = table.take(range(3500))
        prepared = warmer.prepare(part, "y", categories="one-hot")
        inputs = prepared.transform(table)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert table.spool is None
        made.append((prepared.inputs.tobytes(), prepared.recipe, inputs.tobytes(), peak))

    assert made[0][:3] == made[1][:3]
    assert made[1][3] < MEMORY + 1_500_000 < 4000 * 100 * 8 < made[0][3]


def test_categories_for_which_there_is_no_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the inputs fit nowhere, the column is named, and how it is left out."""
    lines = [f"w{row % 100},{row % 7},{row % 3}\n" for row in range(4000)]
    (tmp_path / "t.csv").write_text("w,x,y\n" + "".join(lines), encoding="utf-8")
    table = warmer.read_table(tmp_path / "t.csv", memory=MEMORY)
    usage = spool.shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(spool.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(warmer.DataError) as caught:
        warmer.prepare(table, "y", categories="one-hot")

    assert str(caught.value).endswith(
        "with TMPDIR; column 'w' has 100 different words; without=['w'] leaves it out"
    )


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz", "t.jsonl", "t.parquet"])
def test_long_texts(name: str, tmp_path: Path) -> None:
    """A file of more bytes than the table may take lies on the disk, though its cells are few."""
    texts = [f"{row} " + "words " * 200 for row in range(100)]
    rows = "".join(
        f'{{"x": {row}, "text": "{text}"}}\n' if "jsonl" in name else f"{row},{text}\n"
        for row, text in enumerate(texts)
    )
    content = rows if "jsonl" in name else "x,text\n" + rows
    path = tmp_path / name
    if name.endswith("parquet"):
        pyarrow = pytest.importorskip("pyarrow")
        from pyarrow import parquet

        parquet.write_table(pyarrow.table({"x": range(100), "text": texts}), path)
    else:
        data = content.encode()
        path.write_bytes(gzip.compress(data) if name.endswith("gz") else data)

    assert warmer.read_table(path, memory=100_000).spool is not None
    assert warmer.read_table(path, memory=10**8).spool is None


def test_many_arrays(tmp_path: Path) -> None:
    """Arrays that take too much memory together lie on the disk, though each alone would not."""
    np.savez(tmp_path / "t.npz", **{f"a{index}": np.arange(1000.0) for index in range(10)})

    assert warmer.read_table(tmp_path / "t.npz", memory=100_000).spool is not None
    assert warmer.read_table(tmp_path / "t.npz", memory=400_000).spool is None


def test_no_columns_are_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts have as many rows as were taken, and where no feature says anything, inputs of ones."""
    monkeypatch.setattr(spool, "SPAN", 7)
    np.save(tmp_path / "t.npy", np.column_stack([np.ones(30), np.arange(30.0)]))
    for memory in (1, 10**9):
        table = warmer.read_table(tmp_path / "t.npy", memory=memory)
        room = [np.full(30, 7.0) for _ in range(20)]  # whose memory the inputs may get
        prepared = warmer.prepare(table, "x2")
        del room

        assert prepared.transform(table).tolist() == [[1.0]] * 30
        assert sum(part.rows for _, part in table.blocks([])) == 30
        assert table.take([1, 2], []).rows == table.take([1, 2]).take([0, 1], []).rows == 2


def test_a_target_that_is_empty_throughout(tmp_path: Path) -> None:
    """Rows are not to be left out where none would be left."""
    (tmp_path / "t.csv").write_text("x,y\n1,\n2,\n", encoding="utf-8")
    with pytest.raises(warmer.DataError, match="in 2 of 2 rows; a target is never filled$"):
        warmer.prepare(warmer.read_table(tmp_path / "t.csv"), "y")


@pytest.mark.parametrize("memory", [1, 10**9])
@pytest.mark.parametrize("missing", ["drop", "mean"])
def test_places_after_rows_are_left_out(missing: str, memory: int, tmp_path: Path) -> None:
    """Rows without lines are counted as in their file, also where others were left out before."""
    rows = np.arange(18.0).reshape(6, 3)
    rows[1, 0], rows[4, 2] = np.nan, np.inf
    np.save(tmp_path / "t.npy", rows)
    table = warmer.read_table(tmp_path / "t.npy", memory=memory)

    for each in (table, table.take([0, 1, 2, 4, 5])):
        with pytest.raises(warmer.DataError, match=r"row 5: column 'x3': 'inf' is not"):
            warmer.prepare(each, "x2", missing=missing)
