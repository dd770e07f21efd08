"""Every bad and odd file is judged: a table, the same in any spelling, or one line with why."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from warmer.exceptions import DataError
from warmer.tables.reading import read_table
from warmer.tables.table import Table

sys.path.insert(0, os.path.dirname(__file__))
from catalogue import File, X, Y, catalogue

FILES = catalogue()


def numbers(table: Table) -> dict[str, np.ndarray]:
    return {name: table.numbers(name) for name in table.columns}


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are written into a folder of their own."""
    monkeypatch.chdir(tmp_path)


def test_there_are_many() -> None:
    """The catalogue has what it promises, each file once."""
    assert len({(file.name, file.data) for file in FILES if file.fault}) >= 230
    assert len({(file.name, file.data) for file in FILES if not file.fault}) >= 60


@pytest.mark.parametrize("kind", sorted({file.name for file in FILES}))
def test_judged(kind: str) -> None:
    """A bad file is refused in one line with its place; a good one is the table, bit for bit."""
    wrong = []
    for file in FILES:
        if file.name == kind:
            Path(file.name).write_bytes(file.data)
            said = judged(file)
            if said:
                wrong.append((said, file))
    assert not wrong
    assert os.listdir() == [kind]


def judged(file: File) -> str:
    """Judge a file; answers what is wrong with the judgement."""
    try:
        table = read_table(file.name)
        found = numbers(table) if file.fault else numbers_of_xy(table)
    except DataError as error:
        said = str(error)
        if not file.fault or not said.startswith(file.name) or not said.isprintable():
            return said
        pattern = "|".join(re.escape(p).replace(r"\*", ".*") for p in file.fault.split("|"))
        return "" if re.search(pattern, said) else said
    if file.fault:
        return f"accepted: {found}"
    same = [np.array(v).tobytes() for v in (X, Y)] == [v.tobytes() for v in found.values()]
    return "" if same else f"other numbers: {found}"


def numbers_of_xy(table: Table) -> dict[str, np.ndarray]:
    """The two columns of the table, however they are called."""
    names = [name for name in table.columns if name != "note"]
    return {name: table.numbers(name) for name in names}


# One file of each format, from which damaged ones are made.
WHOLE = {
    name: next(file for file in FILES if file.name == name and not file.fault).data
    for name in ("t.csv", "t.tsv", "t.txt", "t.jsonl", "t.csv.gz", "t.npy", "t.npz", "t.parquet")
}
MUTATED = int(os.environ.get("MUTATED", "500"))  # files of each format; more by this variable
AT_ONCE = 25


def mutated(data: bytes, rng: np.random.Generator) -> bytes:
    """Damage a file in one to three places: a bit, some bytes, a piece lost, doubled or put in."""
    for _ in range(rng.integers(1, 4)):
        start, end = sorted(rng.integers(0, len(data) + 1, 2).tolist())
        end = min(end, start + int(rng.choice([1, 4, 50])))
        piece = data[start:end]
        kind = rng.integers(6)
        if kind == 0 and piece:
            piece = bytes([piece[0] ^ 1 << int(rng.integers(8))]) + piece[1:]
        data = [
            data[:start] + piece + data[end:],
            data[:start] + rng.bytes(len(piece)) + data[end:],
            data[:start] + data[end:],
            data[:end] + piece + data[end:],
            data[:start] + rng.bytes(3) + data[start:],
            data[: start or 1],
        ][kind]
    return data


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(first, marks=[pytest.mark.nightly] if first else [])
        for first in range(0, MUTATED, AT_ONCE)
    ],
)
@pytest.mark.parametrize("name", WHOLE)
def test_mutated(name: str, first: int) -> None:
    """A damaged file is a table with rows, or refused in one line that names it."""
    for seed in range(first, first + AT_ONCE):
        data = mutated(WHOLE[name], np.random.default_rng([seed, len(name), ord(name[2])]))
        Path(name).write_bytes(data)
        try:
            table = read_table(name)
        except DataError as error:
            fault = str(error)
        else:
            fault = ""
        if fault:
            assert fault.startswith(name), (seed, data)
            assert fault.isprintable(), (seed, data)
            continue
        assert table.rows > 0
        for column in table.columns:
            if table.is_numeric(column) and not table.empty(column).any():
                assert np.isfinite(table.numbers(column)).all()


WATCHED = """
import sys, os
from catalogue import File, catalogue
import warmer

happened = []
watched = ("pickle.", "exec", "os.system", "os.exec", "os.spawn", "subprocess.", "marshal.")
files = catalogue()
for watching in (False, True):  # what is loaded on demand is loaded before
    for file in files:
        with open(file.name, "wb") as written:
            written.write(file.data)
        try:
            table = warmer.read_table(file.name)
            [table.numbers(name) for name in table.columns]
        except warmer.DataError:
            pass
    if not watching:
        sys.addaudithook(lambda event, args: event.startswith(watched) and happened.append(event))
assert not happened, happened
assert not os.path.exists("unpacked")
assert {"pickle.Unpickler", "shelve", "joblib"}.isdisjoint(sys.modules)
"""


def test_no_code_runs() -> None:
    """No file of the catalogue, pickles among them, makes Python unpack, run or start anything."""
    environment = {**os.environ, "PYTHONPATH": os.path.dirname(__file__)}
    subprocess.run([sys.executable, "-c", WATCHED], env=environment, check=True, timeout=120)
