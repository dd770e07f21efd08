"""Mutation testing: does a test fail for each small fault that is put into the code?

    python tests/mutation/run.py                        every fault in CODE; takes hours
    python tests/mutation/run.py --sample 300 --seed 1  some of them, by chance
    python tests/mutation/run.py --list                 what is known so far; nothing is run
    python tests/mutation/run.py --again tests/x.py     those that survived, on all tests of a file

It works on a copy of the tree. Which tests run which lines is found out once; a fault is shown to
these tests only, those of its own room first, then the fastest. What comes out is kept in
`.mutation/`, so that a run that was broken off goes on; a fault is tried again when its file has
changed. Remove the folder to begin anew. Needs Python 3.12 on Linux.
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
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from faults import faults, faulty

HOME = Path(__file__).parents[2]
CODE = [
    "core/warmer/tables/*.py", "core/warmer/models/*.py", "core/warmer/storing/*.py",
    "core/warmer/training/checkpoints.py", "core/warmer/training/resuming.py",
]  # fmt: skip
TESTS = ["tests/tables", "tests/models", "tests/storing", "tests/training", "tests/cli"]
MOST = 25.0  # seconds of tests for one fault
TOOL = 1  # sys.monitoring.COVERAGE_ID


class Lines:
    """For pytest: which lines of the copy each test runs, and how long it takes."""

    def __init__(self, copy: Path):
        self.root, self.now, self.found = f"{copy}/", set(), {}
        sys.monitoring.use_tool_id(TOOL, "mutation")
        sys.monitoring.register_callback(TOOL, sys.monitoring.events.LINE, self.seen)
        sys.monitoring.set_events(TOOL, sys.monitoring.events.LINE)

    def seen(self, code: Any, line: int) -> Any:
        if code.co_filename.startswith(f"{self.root}core/"):
            self.now.add(f"{code.co_filename.removeprefix(self.root)}:{line}")
        return sys.monitoring.DISABLE  # until the next test

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: Any) -> Any:
        self.now, began = set(), time.perf_counter()
        self.found[item.nodeid] = None
        sys.monitoring.restart_events()
        answer = yield
        if item.nodeid in self.found:
            self.found[item.nodeid] = [time.perf_counter() - began, sorted(self.now)]
        return answer

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:  # what fails anyway shows nothing
            self.found.pop(report.nodeid, None)


class Chosen:
    """For pytest: some tests, in order."""

    def __init__(self, tests: list[str]):
        self.places = {test: place for place, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        chosen = [item for item in items if item.nodeid in self.places]
        items[:] = sorted(chosen, key=lambda item: self.places[item.nodeid])


def apart(copy: Path, work: Callable[[], int], seconds: float) -> int | None:
    """Do some work in a process of its own; answers its exit code, None where it takes too long."""
    child = os.fork()
    if not child:
        code = 99
        try:
            os.setsid()
            os.chdir(copy)
            sys.path[:0] = paths = [str(copy / "core"), str(copy / "plugins")]
            os.environ |= {"PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"}
            sys.dont_write_bytecode = True
            null = os.open(os.devnull, os.O_RDWR)
            for stream in range(3):
                os.dup2(null, stream)
            code = int(work())
        finally:
            os._exit(code)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def run_tests(tests: list[str], *plugins: Any) -> int:
    """Run some tests in this process, to the first that fails."""
    return pytest.main(["-q", "-x", "-p", "no:cacheprovider", *tests], plugins=plugins)


def lines_run(copy: Path, names: list[str], kept: Path) -> dict[str, Any]:
    """Seconds and lines of each test; under "" what the import of the code runs."""

    def work() -> int:
        noting = Lines(copy)
        for name in names:
            importlib.import_module(
                name.removeprefix("core/").removesuffix(".py").replace("/", ".")
            )
        noting.found[""] = [0.0, sorted(noting.now)]
        pytest.main(["-q", "-p", "no:cacheprovider", *TESTS], plugins=[noting])
        kept.write_text(json.dumps(noting.found), encoding="utf-8")
        return 0

    if not kept.exists():
        print("finding out which tests run which lines", flush=True)
        apart(copy, work, 3600)
    return json.loads(kept.read_text(encoding="utf-8"))


def tests_of(name: str, lines: range, known: dict[str, Any]) -> list[str]:
    """The tests that run one of these lines; all of the file's where only its import does."""
    places = {f"{name}:{line}" for line in lines}
    found = [test for test, (_, ran) in known.items() if test and not places.isdisjoint(ran)]
    if not found and not places.isdisjoint(known[""][1]):
        start = f"{name}:"
        found = [t for t, (_, ran) in known.items() if t and any(p.startswith(start) for p in ran)]
    own = f"tests/{name.split('/')[2]}/"
    found.sort(key=lambda test: (not test.startswith(own), known[test][0]))
    sums = itertools.accumulate(known[test][0] for test in found)
    return [test for test, total in zip(found, sums, strict=True) if total < MOST] or found[:1]


def tried(copy: Path, name: str, number: int, tests: list[str], *plugins: Any) -> str:
    """Put a fault in, run the tests, take it out again."""
    source = (copy / name).read_text(encoding="utf-8")
    (copy / name).write_text(faulty(source, number), encoding="utf-8")
    code = apart(copy, lambda: run_tests(tests, *plugins), 20 + 4 * MOST)
    (copy / name).write_text(source, encoding="utf-8")
    return "survived" if code == 0 else "killed"


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
    kept = HOME / ".mutation"
    kept.mkdir(exist_ok=True)
    file, every = kept / "outcomes.json", every_fault()
    outcomes = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    keys = sorted(every)
    if asked.sample is not None:
        keys = random.Random(asked.seed).sample(keys, min(asked.sample, len(keys)))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder).resolve() / "copy"
        if not asked.list:
            shutil.copytree(HOME, copy, ignore=shutil.ignore_patterns(".*", "__pycache__"))
            names = sorted({name for name, *_ in every.values()})
            for name in names:  # the faulty ones are written so as well
                tree = ast.parse((copy / name).read_text(encoding="utf-8"))
                (copy / name).write_text(ast.unparse(tree), encoding="utf-8")
            known = {} if asked.again else lines_run(copy, names, kept / "lines.json")
        for key in [] if asked.list else keys:
            name, number, _ = every[key]
            if asked.again and outcomes.get(key, "killed") != "killed":
                outcomes[key] = tried(copy, name, number, asked.again)
            elif not asked.again and key not in outcomes:
                tree = ast.parse((copy / name).read_text(encoding="utf-8"))
                fault = next(itertools.islice(faults(tree), number, None))
                tests = tests_of(name, range(fault.line, fault.last + 1), known)
                files = sorted({test.partition("::")[0] for test in tests})
                outcomes[key] = "no test runs it"
                if tests:
                    outcomes[key] = tried(copy, name, number, files, Chosen(tests))
            file.write_text(json.dumps(outcomes, indent=0), encoding="utf-8")
    tries = [key for key in keys if key in outcomes]
    left = [key for key in tries if outcomes[key] != "killed"]
    for key in left:
        print(f"{every[key][2]}: {outcomes[key]}")
    print(f"{len(tries) - len(left)} of {len(tries)} killed")


if __name__ == "__main__":
    main()
