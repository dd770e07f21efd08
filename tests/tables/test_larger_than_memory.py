"""Tables that are larger than the memory they may take: the same bits, and where they lie."""

import gzip
import io
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import warmer
from warmer.tables import columnar, holes, recipe, spool
from warmer.tables.reading import read


@pytest.fixture(autouse=True)
def _few_rows_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small tables are large: blocks of seven rows, and nothing is too small for a file."""
    for module in (spool, holes, recipe):
        monkeypatch.setattr(module, "SPAN", 7)
    monkeypatch.setattr(spool, "SMALL", 0)
    monkeypatch.setattr(columnar, "SMALL", 16)


NUMBERS = np.random.default_rng(0).normal(size=(30, 3))
WORDS = ["Rome", " Oslo", "", "Bonn"]


def csv(rows: int = 30, quote: str = "") -> bytes:
    """A table with words, holes, and numbers that are the same in 64 bits."""
    lines = ["x,town,z,y\n"]
    for row in range(rows):
        x, z, y = map(repr, NUMBERS[row].tolist())
        z = "NA" if row % 5 == 3 else z
        x = "9007199254740993" if row == 20 else x
        lines.append(f"{quote}{x}{quote},{WORDS[row % 4]},{z},{y}\n")
    return "".join(lines).encode()


def saved(array: Any) -> bytes:
    """An array as NumPy saves it."""
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def archive(**arrays: Any) -> bytes:
    """Arrays as NumPy saves them together."""
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def arrow(**columns: Any) -> bytes:
    """A Parquet file of small row groups."""
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    file = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), file, row_group_size=11)
    return file.getvalue()


FIELDS = np.zeros(30, [("x", "<i8"), ("y", ">f4")])
FIELDS["x"] = np.arange(30) ** 9  # beyond 2^53 in the end
FIELDS["y"] = NUMBERS[:, 0]
FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "words.csv": (csv, "y"),
    "quoted.csv": (lambda: csv(quote='"'), "y"),
    "packed.csv.gz": (lambda: gzip.compress(csv()), "y"),
    "numbers.csv": (
        lambda: b"a,y\n" + b"".join(b"%r,%r\n" % tuple(row) for row in NUMBERS[:, :2].tolist()),
        "y",
    ),
    "lines.jsonl": (lambda: b'{"x": 1, "y": 2.5}\n{"x": null, "y": "3"}\n' * 15, "y"),
    "rows.npy": (lambda: saved(NUMBERS), "x1"),
    "columns.npy": (lambda: saved(np.asfortranarray(NUMBERS)), "x1"),
    "others.npy": (lambda: saved(NUMBERS.astype(">f4")), "x1"),
    "fields.npy": (lambda: saved(FIELDS), "y"),
    "arrays.npz": (lambda: archive(a=NUMBERS, y=NUMBERS[:, 0]), "y"),
    "table.parquet": (
        lambda: arrow(
            late=[*range(20), *range(2**60, 2**60 + 10)], y=NUMBERS[:, 0],
            town=[None if word == "" else word for word in (WORDS * 8)[:30]],
        ),
        "y",
    ),
}  # fmt: skip


def both(name: str, content: bytes, folder: Path) -> tuple[warmer.Table, warmer.Table]:
    """A file as a table in memory, and as one on the disk."""
    (folder / name).write_bytes(content)
    in_memory, on_disk = (warmer.read_table(folder / name, memory=m) for m in ("1 TB", 1))
    assert in_memory.spool is None
    assert on_disk.spool is not None
    return in_memory, on_disk


@pytest.mark.parametrize("alone", [False, True], ids=["pyarrow", "numpy"])
@pytest.mark.parametrize("name", FILES)
def test_the_same_bits(
    name: str, alone: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read, learned and made of a table does not depend on the memory it may take."""
    if alone:
        monkeypatch.setattr(columnar, "_arrow", lambda: None)
    content, target = FILES[name]
    tables = both(name, content(), tmp_path)
    first, second = tables

    assert [*map(first.texts, first.columns)] == [*map(second.texts, second.columns)]
    assert [first.place(row, target) for row in range(first.rows)] == [
        second.place(row, target) for row in range(first.rows)
    ]
    for missing in ("mean", "drop"):
        made = [
            warmer.prepare(table, target, categories="one-hot", missing=missing)
            for table in tables
        ]  # fmt: skip
        parts = [warmer.split(len(each.inputs), 0.3, seed=1).train for each in made]
        halves = [
            warmer.prepare(
                table.take(rows), target, categories="one-hot", missing=missing
            ).inputs.tobytes()
            for table, rows in zip(tables, parts, strict=True)
        ]

        assert made[0].inputs.tobytes() == made[1].inputs.tobytes()
        assert made[0].targets.tobytes() == made[1].targets.tobytes()
        assert made[0].recipe == made[1].recipe
        assert made[0].notes == made[1].notes
        if missing == "mean":
            assert made[1].transform(second).tobytes() == made[0].inputs.tobytes()
        assert halves[0] == halves[1]


CELLS = st.sampled_from(
    ["1", "2.5", "-3e5", "", "NA", "nan", "a", " b", "inf", "1e400", "9007199254740993", "x y", "?"]
)


@settings(max_examples=60)
@given(
    rows=st.lists(st.tuples(CELLS, CELLS, st.integers(0, 9)), min_size=1, max_size=30),
    missing=st.sampled_from(["refuse", "mean", "drop"]),
    categories=st.sampled_from([None, "one-hot"]),
    memory=st.integers(1, 5000),
)
def test_the_same_words(
    rows: Any, missing: str, categories: str | None, memory: int, tmp_path_factory: Any
) -> None:
    """Whatever is refused or noted is refused or noted in the same words, with any memory."""
    lines = [f"{a},{b},{c}\n" for a, b, c in rows]
    path = tmp_path_factory.mktemp("t") / "t.csv"
    path.write_text("a,b,y\n" + "".join(lines), encoding="utf-8")
    said: list[Any] = []
    for most in (10**12, memory):
        try:
            table = warmer.read_table(path, memory=most)
            made = warmer.prepare(table, "y", missing=missing, categories=categories)
            said.append((made.inputs.tobytes(), made.recipe, made.notes))
        except warmer.DataError as error:
            said.append(str(error))

    assert said[0] == said[1]


def test_holes_are_counted_in_all_rows(tmp_path: Path) -> None:
    """What is said of a later table's holes counts them in all of its rows."""
    table = warmer.read_table(io.BytesIO(csv()))
    made = warmer.prepare(table, "y", categories="one-hot", missing="drop", without="town")
    with pytest.raises(warmer.DataError, match="and so it is in 6 of 30 rows"):
        made.recipe.transform(table)


@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_stay_in_their_file(order: Any, tmp_path: Path) -> None:
    """An NPY file of float64 is mapped: no copy is made, and nothing can be written to it."""
    np.save(tmp_path / "t.npy", np.asarray(NUMBERS, order=order))
    table = warmer.read_table(tmp_path / "t.npy", memory=1)
    columns = [table.cells_of(name) for name in table.columns]

    assert all(isinstance(column, np.ndarray) and not column.flags.owndata for column in columns)
    assert not columns[0].flags.writeable
    assert not table.numbers("x1").flags.writeable


def test_maps_are_not_copied(tmp_path: Path) -> None:
    """`train` takes a map of a file as it is."""
    np.save(tmp_path / "t.npy", NUMBERS)
    inputs = np.load(tmp_path / "t.npy", mmap_mode="r")
    seen = []

    class Watch:
        @warmer.hookimpl
        def run_started(self, task: Any) -> None:
            seen.append(task.inputs)

    warmer.train(inputs, NUMBERS[:, 0], "alpha-scaled", steps=2, observers=[Watch()])

    assert np.shares_memory(seen[0], inputs)


def test_files_have_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files lie in the folder of TMPDIR, where nobody sees them."""
    monkeypatch.setattr(spool.tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    _, table = both("t.csv", csv(), tmp_path)

    assert table.rows == 30
    assert os.listdir(tmp_path / "tmp") == []


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_full_disk(when: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk without room is told of, with its folder, the size and what to do."""

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    if when == "before":
        usage = shutil.disk_usage(tmp_path)
        monkeypatch.setattr(spool.shutil, "disk_usage", lambda _: usage._replace(free=1000))
        why = "1 kB are free there"
    else:
        monkeypatch.setattr(spool.os, "posix_fallocate", full)
        why = "No space left on device"
    (tmp_path / "t.csv").write_bytes(csv())
    with pytest.raises(warmer.DataError) as caught:
        warmer.read_table(tmp_path / "t.csv", memory=1)

    said = str(caught.value)
    assert said.startswith(f"{tmp_path}/t.csv: is larger than the memory that it may take, and ")
    assert f" kB on the disk, in {spool.folder()}: {why}; name another folder with TMPDIR" in said
    assert said.endswith("MB' keeps it in memory")


@pytest.mark.parametrize("name", [name for name in FILES if not name.endswith("z")])
def test_how_far(name: str, tmp_path: Path) -> None:
    """Who waits is told how many bytes are read, up to all of them."""
    content = FILES[name][0]()
    (tmp_path / name).write_bytes(content)
    told: list[tuple[int, int]] = []
    read(tmp_path / name, told=lambda done, total: told.append((done, total)))

    assert {total for _, total in told} == {len(content)}
    assert max(done for done, _ in told) == len(content)
