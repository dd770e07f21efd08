"""Run the benchmarks: `python tests/benchmarks/run.py`.

Every workload runs in this one process, warmer and its peers in turn, several rounds. Weights
are compared before anything is timed. The report goes to standard output and to a file.
"""

import argparse
import platform
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import cold
import growth
import idle
import large
import literal
import machines
import many
import optimizing
import partial_fit
import reading
import workloads
from figure import svg
from timing import measure, table

from warmer.engines.native.threads import cores


def machine() -> list[str]:
    """What the figures were measured on, and with which versions."""
    names = (
        "warmer",
        "llvmlite",
        "numpy",
        "pandas",
        "pyarrow",
        "scikit-learn",
        "torch",
        "jax",
        "optax",
        "dask",
        "dask-glm",
    )
    found = []
    for name in names:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            found.append(f"{name} (not installed)")
    return [
        f"{platform.machine()}, {cores()} cores, {platform.system()}, "
        f"Python {platform.python_version()}",
        ", ".join(found),
        "",
    ]


def grown(figure: Path | None) -> Iterator[list[str]]:
    """Measure how time grows; draw it where a file is named."""
    series = []
    for each in growth.measure():
        series.append(each)
        yield each.lines()
    if figure:
        figure.write_text(svg(series), encoding="utf-8")


def main() -> None:
    """Measure what is asked for and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "only",
        nargs="*",
        help="w1 w2 w3 w4 w5 third_party modifier two_layers many literal cold idle partial_fit "
        "growth optimizing reading large machines (all)",
    )
    parser.add_argument("--rounds", type=int, default=5, help="timed rounds (default 5)")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of W2 to W4")
    parser.add_argument("--output", type=Path, default=Path("benchmarks.txt"), help="report file")
    parser.add_argument("--figure", type=Path, help="draw how time grows into this file (SVG)")
    asked = parser.parse_args()
    suites = {
        "w1": workloads.w1,
        "w2": lambda: workloads.w2(asked.rows),
        "w3": lambda: workloads.w3(asked.rows),
        "w4": lambda: workloads.w4(asked.rows),
        "w5": lambda: workloads.w5(10_000),
        "third_party": lambda: workloads.third_party(200_000),
        "modifier": lambda: workloads.modifier(200_000),
        "two_layers": lambda: workloads.two_layers(2_000),
        "many": many.many,
        "literal": literal.literal,
    }
    tables = {
        "cold": lambda: cold.lines(asked.rounds),
        "idle": lambda: idle.lines(asked.rounds),
        "partial_fit": lambda: [partial_fit.lines(asked.rounds)],
        "growth": lambda: grown(asked.figure),
        "optimizing": lambda: optimizing.lines(asked.rounds),
        "reading": lambda: reading.measure(asked.rows, asked.rounds),
        "large": lambda: ([*each] for each in (large.measure(asked.rows), large.checkpoints())),
        "machines": lambda: machines.lines(100 * asked.rows, asked.rounds),
    }
    wanted = asked.only or [*suites, *tables]
    unknown = set(wanted) - set(suites) - set(tables)
    if unknown:
        parser.error(f"no workload is called {', '.join(sorted(unknown))}")
    report = machine()
    print("\n".join(report))
    for name in wanted:
        parts = tables[name]() if name in tables else (
            table(measure(w, asked.rounds)) for w in suites[name]()
        )  # fmt: skip
        for lines in parts:
            print("\n".join([*lines, ""]), flush=True)
            report += [*lines, ""]
    asked.output.write_text("\n".join(report), encoding="utf-8")
    print(f"written to {asked.output}", file=sys.stderr)


if __name__ == "__main__":
    main()
