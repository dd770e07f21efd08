"""Mutation testing: does a test fail for each small fault that is put into the code?

    python tests/mutation/run.py --sample 300 --seed 1  some faults, by chance; all without --sample
    python tests/mutation/run.py --list                 what is known so far; nothing is tried
    python tests/mutation/run.py --again tests/x.py     those that survived, on all tests of a file

Tests are collected once, in a copy of the tree, and which of them run which lines is found out. For
each fault the process forks, functions get their faulty code, and the tests that run its line are
run: those of its own room first, then the fastest. A fault in what an import runs needs a new
process. What comes out is kept in `.mutation/`, so that a run that was broken off goes on; a fault
is tried again when its file has changed. Needs Python 3.12 on Linux.
"""

import argparse
import ast
import hashlib
import importlib
import itertools
import json
import os
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from faults import faults
from trying import MOST, QUIET, apart, tried

HOME = Path(__file__).parents[2]
CODE = [
    "core/warmer/tables/*.py", "core/warmer/models/*.py", "core/warmer/storing/*.py",
    "core/warmer/training/checkpoints.py", "core/warmer/training/resuming.py",
]  # fmt: skip
TESTS = ["tests/tables", "tests/models", "tests/storing", "tests/training", "tests/cli"]
TOOL = 1  # sys.monitoring.COVERAGE_ID


def lines_run(items: list[Any], kept: Path) -> dict[str, Any]:
    """Seconds and lines of each test that passes."""
    here, now, found = f"{Path.cwd()}/", set(), {}

    def seen(code: Any, line: int) -> Any:
        if code.co_filename.startswith(here):
            now.add(f"{code.co_filename.removeprefix(here)}:{line}")
        return sys.monitoring.DISABLE  # until the next test

    def work() -> int:
        event = sys.monitoring.events.LINE
        sys.monitoring.use_tool_id(TOOL, "mutation")
        sys.monitoring.register_callback(TOOL, event, seen)
        sys.monitoring.set_events(TOOL, event)
        for item, following in itertools.zip_longest(items, items[1:]):
            now.clear()
            began, failed = time.perf_counter(), item.session.testsfailed
            sys.monitoring.restart_events()
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            if item.session.testsfailed == failed:
                found[item.nodeid] = [time.perf_counter() - began, sorted(now)]
        kept.write_text(json.dumps(found), encoding="utf-8")
        return 0

    if not kept.exists():
        print("finding out which tests run which lines", flush=True)
        apart(work, 3600)
    return json.loads(kept.read_text(encoding="utf-8"))


def tests_of(name: str, lines: range | None, known: dict[str, Any]) -> list[str]:
    """The tests that run one of these lines, None for any of the file, as far as there is time."""
    if lines is not None:
        places = {f"{name}:{line}" for line in lines}
        found = [test for test, (_, ran) in known.items() if not places.isdisjoint(ran)]
    else:
        start = f"{name}:"
        found = [t for t, (_, ran) in known.items() if any(p.startswith(start) for p in ran)]
    own = f"tests/{name.split('/')[2]}/"
    found.sort(key=lambda test: (not test.startswith(own), known[test][0]))
    sums = itertools.accumulate(known[test][0] for test in found)
    return [test for test, total in zip(found, sums, strict=True) if total < MOST] or found[:1]


class Trying:
    """For pytest: in the place of its loop over the tests, one over the faults."""

    def __init__(self, kept: Path, asked: dict[str, Any], again: bool):
        self.kept, self.asked, self.again = kept, asked, again

    def pytest_runtestloop(self, session: Any) -> bool:
        items = {item.nodeid: item for item in session.items}
        for name in {name for name, *_ in self.asked.values()}:
            importlib.import_module(name.removeprefix("core/")[:-3].replace("/", "."))
        known = {} if self.again else lines_run(session.items, self.kept / "lines.json")

        def some(name: str, lines: range | None) -> list[str]:
            return [*items] if self.again else tests_of(name, lines, known)

        outcomes = outcomes_in(self.kept)
        for key, (name, number, _) in self.asked.items():
            if outcomes.get(key, "killed") != "killed" if self.again else key not in outcomes:
                outcomes[key] = tried(name, number, items, some)
                (self.kept / "outcomes.json").write_text(json.dumps(outcomes, indent=0))
        return True


def outcomes_in(kept: Path) -> dict[str, str]:
    """What came out so far."""
    file = kept / "outcomes.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def every_fault() -> dict[str, tuple[str, int, str]]:
    """The file, the number and the words of each fault, by a key that changes with the file."""
    found = {}
    for path in sorted(path for each in CODE for path in HOME.glob(each)):
        name, tree = str(path.relative_to(HOME)), ast.parse(path.read_text(encoding="utf-8"))
        mark = hashlib.sha256(ast.unparse(tree).encode()).hexdigest()[:8]
        for number, each in enumerate(faults(tree)):
            found[f"{name} {mark} {number}"] = (name, number, f"{name}:{each.line}: {each.what}")
    return found


def main() -> None:
    """Try the faults that are asked for, and say which no test sees."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, help="how many faults, by chance; all by default")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--list", action="store_true", help="what is known so far")
    parser.add_argument("--again", nargs="+", help="try those that survived on these tests")
    asked = parser.parse_args()
    kept, every = HOME / ".mutation", every_fault()
    kept.mkdir(exist_ok=True)
    keys = random.Random(asked.seed).sample(sorted(every), min(asked.sample or 10**9, len(every)))
    with tempfile.TemporaryDirectory() as folder:
        if not asked.list:
            copy = Path(folder).resolve() / "copy"
            shutil.copytree(HOME, copy, ignore=shutil.ignore_patterns(".*", "__pycache__"))
            os.chdir(copy)
            sys.path[:0] = paths = [str(copy / "core"), str(copy / "plugins")]
            os.environ |= {"PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"}
            trying = Trying(kept, {key: every[key] for key in keys}, bool(asked.again))
            pytest.main([*QUIET, *(asked.again or TESTS)], plugins=[trying])
    outcomes = outcomes_in(kept)
    tries = [key for key in keys if key in outcomes]
    left = [key for key in tries if outcomes[key] != "killed"]
    print(*sorted(f"{every[key][2]}: {outcomes[key]}" for key in left), sep="\n")
    print(f"{len(tries) - len(left)} of {len(tries)} killed")


if __name__ == "__main__":
    main()
