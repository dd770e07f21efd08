"""Cold starts: a whole process, and the first step that is compiled in one."""

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

TABLE = "x,y\n0.5,0.8\n"
FIRST_STEP = """
import time, numpy
import warmer
from warmer_rules.alpha_scaled import AlphaScaled
began = time.perf_counter()
warmer.train([0.5], [0.8], AlphaScaled(alpha=0.1), steps=1, engine="native", history=None)
print(time.perf_counter() - began)
"""


def lines(rounds: int) -> Iterator[list[str]]:
    """One table: CPU seconds of a whole run, and seconds until the first compiled step."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "one.csv"
        table.write_text(TABLE, encoding="utf-8")
        command = [
            sys.executable, "-m", "warmer", "train", "alpha-scaled", str(table), "--target", "y",
            "--no-bias", "--steps", "1000000", "--json",
        ]  # fmt: skip
        whole = [_cpu_seconds(command) for _ in range(rounds + 1)][1:]
        python = [_cpu_seconds([sys.executable, "-c", "import numpy"]) for _ in range(rounds)]
        first = [float(_run([sys.executable, "-c", FIRST_STEP])) for _ in range(rounds)]
    yield [
        "cold start",
        f"  warmer train, 1,000,000 steps of one weight {median(whole) * 1e3:10.0f} ms of CPU",
        f"  python -c 'import numpy'                    {median(python) * 1e3:10.0f} ms of CPU",
        f"  native: from the call of train to its end   {median(first) * 1e3:10.0f} ms, one step",
    ]


def _run(command: list[str]) -> str:
    """Run a process as a user would: modules that were compiled once are found compiled."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=plain)
    return done.stdout


def _cpu_seconds(command: list[str]) -> float:
    before = _spent()
    _run(command)
    return _spent() - before


def _spent() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime
