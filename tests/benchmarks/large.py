"""A table in files against the same in memory, and what a checkpoint costs on the real disk.

Each in a process of its own, in turn, the median of some rounds; the weights are compared.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

COLUMNS = 11
_WORK = """
import json, re, sys, time
import warmer
from warmer.engines.native.engine import try_compiler
import pyarrow.csv, pyarrow.parquet
try_compiler()
warmer.prepare, warmer.train
began, took = time.perf_counter(), {}
def lap(name):
    global began
    now = time.perf_counter()
    took[name], began = now - began, now
table = warmer.read_table(sys.argv[1], memory=sys.argv[2]); lap("read")
prepared = warmer.prepare(table, table.columns[-1]); lap("scaled")
print_ = []
for name, batch, steps in (("online", 1, table.rows), ("batches of 100", 100, table.rows // 100),
                           ("all rows, 20 steps", "full", 20)):
    run = warmer.train(prepared.inputs, prepared.targets, "alpha-scaled", alpha=1e-3,
                       batch_size=batch, steps=steps, history=None)
    lap(name)
    print_.append(run.weights.tolist())
print(json.dumps([took, print_]))
"""
_CHECKPOINTS = """
import statistics, sys, time
import numpy as np
import warmer
from warmer.training import checkpoints
took, write = [], checkpoints.write
def timed(*arguments, **more):
    began = time.perf_counter()
    write(*arguments, **more)
    took.append(time.perf_counter() - began)
checkpoints.write = timed
chance = np.random.default_rng(0)
weights = int(sys.argv[2])
inputs = chance.normal(size=(100, weights))
where = warmer.Checkpoint(sys.argv[1], every=0)
warmer.train(inputs, inputs[:, 0], "alpha-scaled", alpha=1e-9, steps=10**9 // weights // 100,
             history=None, checkpoint=where)
print(statistics.median(took), len(took))
"""


def write(folder: Path, rows: int) -> list[Path]:
    """The same table as CSV, NPY and Parquet."""
    import pyarrow
    import pyarrow.csv
    import pyarrow.parquet

    numbers = np.random.default_rng(0).normal(size=(rows, COLUMNS))
    table = pyarrow.table({f"x{index}": numbers[:, index] for index in range(COLUMNS)})
    np.save(folder / "t.npy", numbers)
    pyarrow.csv.write_csv(table, folder / "t.csv")
    pyarrow.parquet.write_table(table, folder / "t.parquet", row_group_size=100_000)
    return [folder / f"t.{ending}" for ending in ("npy", "csv", "parquet")]


def measure(rows: int = 1_000_000, rounds: int = 3) -> Iterator[str]:
    """Yield the lines of a report."""
    yield f"A table of {rows:,} x {COLUMNS} in files: seconds, and times as long as in memory"
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        for path in write(Path(folder), rows):
            found: dict[str, list[dict[str, float]]] = {"1 MB": [], "1 TB": []}
            weights = []
            for _ in range(rounds):
                for memory, laps in found.items():
                    command = [sys.executable, "-c", _WORK, path, memory]
                    took, learned = json.loads(subprocess.check_output(command, text=True))
                    laps.append(took)
                    weights.append(learned)
            assert all(each == weights[0] for each in weights)
            medians = {
                memory: {name: statistics.median(lap[name] for lap in laps) for name in laps[0]}
                for memory, laps in found.items()
            }
            for name, files in medians["1 MB"].items():
                times = files / medians["1 TB"][name]
                yield f"  {path.name:10} {name:20} {files:6.2f} s {times:5.2f}"


def checkpoints() -> Iterator[str]:
    """Yield the lines of a report: the cost of a checkpoint, and its share of a minute."""
    yield "A checkpoint on the disk: seconds, and its share of the default interval"
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        for weights in (10, 100_000, 1_000_000):
            command = [sys.executable, "-c", _CHECKPOINTS, f"{folder}/c", str(weights)]
            median, count = map(float, subprocess.check_output(command, text=True).split())
            share = f"{median:8.4f} s {median / 60:8.3%}"
            yield f"  {weights:9,} weights {share}  ({count:.0f} written)"
