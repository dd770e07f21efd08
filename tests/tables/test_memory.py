"""Reading takes memory in proportion to the table: at most three times as much at its peak."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

PEAK = """
import sys
import warmer
from warmer.tables import columnar
if sys.argv[2] == "numpy":
    columnar._arrow = lambda: None
else:
    import pyarrow.csv
def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
warmer.read_table
before = peak()
table = warmer.read_table(sys.argv[1])
assert table.rows == int(sys.argv[3])
print((peak() - before) / sum(column.nbytes for column in table.cells))
"""


@pytest.mark.parametrize(
    ("way", "quotes", "rows"),
    [
        ("pyarrow", False, 300_000),
        ("numpy", False, 100_000),
        pytest.param("pyarrow", False, 1_000_000, marks=pytest.mark.nightly),
        pytest.param("numpy", False, 1_000_000, marks=pytest.mark.nightly),
        pytest.param("strict", True, 1_000_000, marks=pytest.mark.nightly),
    ],
)
def test_peak(way: str, quotes: bool, rows: int, tmp_path: Path) -> None:
    """Numbers of all digits, whose file is larger than the table, however they are read."""
    numbers = np.random.default_rng(0).normal(size=(1000, 11))
    lines = "".join(",".join(map(repr, row)) + "\n" for row in numbers.tolist())
    with open(tmp_path / "t.csv", "w", encoding="utf-8") as file:
        file.write(",".join(f"x{index}" for index in range(11)) + "\n")
        first, _, rest = lines.partition(",")
        file.write(f'"{first}",{rest}' if quotes else lines)
        for _ in range(rows // 1000 - 1):
            file.write(lines)
    command = [sys.executable, "-c", PEAK, tmp_path / "t.csv", way, str(rows)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)

    assert float(ended.stdout) <= 3
