"""Idle plugins: what 200 packages that nobody names add to the start of a command."""

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

IDLE = 200
KINDS = ("rules", "predictors", "comparisons", "modifiers", "observers")
README = "What this package is for, and how it is used.\n" * 100
COMMANDS = ("--help", "rules", "knob alpha-scaled --steps 1")


def lines(rounds: int) -> Iterator[list[str]]:
    """One table: CPU milliseconds of a command with and without them, taken in turns."""
    with tempfile.TemporaryDirectory() as folder:
        places = {"without": Path(folder) / "without", "with": Path(folder) / "with"}
        for name, place in places.items():
            place.mkdir()
            for number in range(IDLE if name == "with" else 0):
                _install(place, number)
        text = [f"{IDLE} idle plugins      without       with    more (median of CPU times)"]
        for command in COMMANDS:
            spent: dict[str, list[float]] = {name: [] for name in places}
            for _ in range(rounds):
                for name, place in places.items():
                    spent[name].append(_milliseconds(command.split(), place))
            more = [b - a for a, b in zip(spent["without"], spent["with"], strict=True)]
            figures = *map(median, spent.values()), median(more)
            text.append(f"  {command:28}" + "".join(f"{each:8.0f} ms" for each in figures))
    yield text


def _install(place: Path, number: int) -> None:
    """Make a package look installed; to import it would end the command."""
    info = place / f"idle_{number}-1.0.dist-info"
    info.mkdir()
    about = f"Metadata-Version: 2.1\nName: idle-{number}\nVersion: 1.0\nRequires-Dist: warmer\n"
    (info / "METADATA").write_text(f"{about}\n{README}", encoding="utf-8")
    point = f"[warmer.{KINDS[number % len(KINDS)]}]\nidle-{number} = idle_{number}:Idle\n"
    (info / "entry_points.txt").write_text(point, encoding="utf-8")
    (place / f"idle_{number}.py").write_text("raise SystemExit(3)\n", encoding="utf-8")


def _milliseconds(command: list[str], place: Path) -> float:
    """The CPU time of a command, which other work on the machine changes less than its end."""
    before = _spent()
    subprocess.run(
        [sys.executable, "-m", "warmer", *command], check=True, capture_output=True,
        env={**os.environ, "PYTHONPATH": os.fspath(place)},
    )  # fmt: skip
    return (_spent() - before) * 1e3


def _spent() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime
