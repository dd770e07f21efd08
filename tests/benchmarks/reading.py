"""Reading a table of numbers from CSV, against pandas: in turn, the median of several rounds.

With pyarrow and without it, numbers of all digits and of four decimals. Peak memory is that of a
process of its own, less what it had before it read.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from warmer.tables import columnar
from warmer.tables.reading import read_table

COLUMNS = 11
DIGITS = {"all digits": "%.17g", "4 decimals": "%.4f"}
_PEAK = """
import sys
import warmer
from warmer.tables import columnar
if sys.argv[2] == "numpy":
    columnar._arrow = lambda: None
else:
    import pyarrow.csv
def peak():  # of Linux; that of getrusage is inherited
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
warmer.read_table
before = peak()
table = warmer.read_table(sys.argv[1])
print((peak() - before) / sum(column.nbytes for column in table.cells))
"""


def write(path: Path, rows: int, digits: str) -> None:
    """Write a table of normal numbers."""
    numbers = np.random.default_rng(0).normal(size=(rows, COLUMNS))
    header = ",".join([*(f"x{index}" for index in range(1, COLUMNS)), "y"])
    np.savetxt(path, numbers, digits, ",", header=header, comments="")


def seconds(call: Callable[[], Any]) -> float:
    """Return how long a call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def with_numpy(path: Path) -> Any:
    """Read as where pyarrow is not installed."""
    found, columnar._arrow = columnar._arrow, lambda: None
    try:
        return read_table(path)
    finally:
        columnar._arrow = found


def measure(rows: int, rounds: int) -> Iterator[list[str]]:
    """Yield the lines of a report for each kind of numbers."""
    import pandas

    with tempfile.TemporaryDirectory() as folder:
        for kind, digits in DIGITS.items():
            path = Path(folder) / "table.csv"
            write(path, rows, digits)
            ways: dict[str, Callable[[], Any]] = {
                "pandas": lambda path=path: pandas.read_csv(path),
                "warmer": lambda path=path: read_table(path),
                "warmer without pyarrow": lambda path=path: with_numpy(path),
            }
            table, expected = read_table(path), np.loadtxt(path, delimiter=",", skiprows=1)
            other = with_numpy(path)
            for index, name in enumerate(table.columns):
                bits = np.ascontiguousarray(expected[:, index]).tobytes()
                assert bits == table.numbers(name).tobytes() == other.numbers(name).tobytes()
            times: dict[str, list[float]] = {name: [] for name in ways}
            for _ in range(rounds):
                for name, call in ways.items():
                    times[name].append(seconds(call))
            middle = {name: statistics.median(found) for name, found in times.items()}
            lines = [f"reading {rows} x {COLUMNS} numbers, {kind}"]
            for name, found in middle.items():
                lines.append(f"  {name:24} {found:6.2f} s  {found / middle['pandas']:5.2f}")
            for way in ("pyarrow", "numpy"):
                peak = subprocess.run(
                    [sys.executable, "-c", _PEAK, path, way], capture_output=True, check=True
                )
                lines.append(f"  peak memory, {way}: {float(peak.stdout):.2f} times the table")
            yield lines


if __name__ == "__main__":
    for part in measure(*map(int, sys.argv[1:] or ["1000000", "5"])):
        print(*part, "", sep="\n")
