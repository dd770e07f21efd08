"""The memory that a table may take: how it is stated, and that no more is taken."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import warmer
from warmer.tables.allowed import bytes_of


@pytest.mark.parametrize(
    ("given", "size"),
    [(1, 1), (8_000_000, 8_000_000), ("8MB", 8_000_000), ("1.5 gb", 1_500_000_000), ("7", 7),
     ("2 TB", 2 * 10**12), (" 3 kB ", 3000)],
)  # fmt: skip
def test_sizes(given: Any, size: int) -> None:
    """A size is a number of bytes, or has a unit."""
    assert bytes_of(given) == size


@pytest.mark.parametrize(
    "given", [0, -1, 1.5, True, "", "GB", "1 XB", "-1MB", "nan", "1e9", "1_000", "0", "1,5GB", b"1"]
)
def test_no_sizes(given: Any) -> None:
    """What is no size is refused."""
    with pytest.raises(warmer.ParameterError, match="^memory must be a number of bytes, or with"):
        warmer.read_table("t.csv", memory=given)


PEAK = """
import re, sys, threading, time
import pyarrow.csv, pyarrow.parquet
import numpy as np
import warmer
from warmer.engines.native.engine import try_compiler
try_compiler()
def anonymous():
    with open("/proc/self/status") as status:
        return int(re.search(r"RssAnon:\\s+(\\d+)", status.read())[1]) * 1024
peak, memory = 0, int(sys.argv[2])
def watch():
    global peak
    while True:
        peak = max(peak, anonymous())
        time.sleep(0.005)
warmer.prepare, warmer.train
before = anonymous()
threading.Thread(target=watch, daemon=True).start()
table = warmer.read_table(sys.argv[1], memory=memory)
prepared = warmer.prepare(table, table.columns[-1])
for batch, steps in ((1, table.rows), (100, table.rows // 100), ("full", 3)):
    run = warmer.train(prepared.inputs, prepared.targets, "alpha-scaled", alpha=1e-3,
                       batch_size=batch, steps=steps)
    assert run.outcome.status == "budget" and run.engine == "native"
assert memory * 4 < prepared.inputs.nbytes
print(peak - before)
"""


def large(name: str, rows: int, folder: Path) -> Path:
    """A table of so many rows and eleven columns, written in a moment."""
    numbers = np.random.default_rng(0).normal(size=(1000, 11))
    path = folder / name
    if name.endswith(".npy"):
        file = np.lib.format.open_memmap(path, "w+", float, (rows, 11))
        for start in range(0, rows, 1000):
            file[start : start + 1000] = numbers
        file.flush()
    elif name.endswith(".csv"):
        lines = "".join(",".join(map(repr, row)) + "\n" for row in numbers.tolist()).encode()
        with open(path, "wb") as file:
            file.write(b",".join(b"x%d" % index for index in range(11)) + b"\n")
            for _ in range(rows // 1000):
                file.write(lines)
    else:
        import pyarrow
        from pyarrow import parquet

        table = pyarrow.table({f"x{index}": numbers[:, index] for index in range(11)})
        with parquet.ParquetWriter(path, table.schema, use_dictionary=False) as writer:
            for _ in range(rows // 1000):
                writer.write_table(table)
    return path


SIZES = [
    pytest.param(
        name, rows, rows * 50 // 3,
        marks=[] if (name, rows) == ("t.csv", 480_000) else [pytest.mark.nightly],
    )
    for name in ("t.npy", "t.csv", "t.parquet")
    for rows in (480_000, 12_000_000)
]  # fmt: skip


@pytest.mark.parametrize(("name", "rows", "memory"), SIZES)
def test_memory(name: str, rows: int, memory: int, tmp_path: Path) -> None:
    """Reading, scaling and learning take the stated memory, and 60 MB beside it at most.

    Online, in batches and over all rows; what the system can take back is not counted.
    """
    path = large(name, rows, tmp_path)
    command = [sys.executable, "-c", PEAK, path, str(memory)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)

    assert not ended.returncode, ended.stderr
    assert int(ended.stdout) < memory + 60e6
