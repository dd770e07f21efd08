"""One fault, tried: functions get their faulty code in a process of its own, and tests are run."""

import ast
import gc
import itertools
import os
import signal
import subprocess
import sys
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

from faults import faulty

MOST = 15.0  # seconds of tests for one fault
QUIET = ["-q", "-s", "-x", "-p", "no:cacheprovider", "--no-header", "--no-summary"]
CANNOT = 98  # the exit code where a function does not take its code


def replaced(old: Any, new: Any) -> dict[Any, Any] | None:
    """The codes of functions that differ, old to new; None where what an import runs differs."""
    if old.co_flags & 1:  # of a function
        return {old: new} if old != new else {}

    def kinds(code: Any, wanted: bool) -> list[Any]:
        return [each for each in code.co_consts if isinstance(each, types.CodeType) == wanted]

    if (old.co_code, kinds(old, False)) != (new.co_code, kinds(new, False)):
        return None
    inner = [*map(replaced, kinds(old, True), kinds(new, True))]
    return None if None in inner else {code: to for each in inner for code, to in each.items()}


def apart(work: Callable[[], int], seconds: float) -> int | None:
    """Do some work in a process of its own; answers its exit code, None where it takes too long."""
    child = os.fork()
    if not child:
        code = 1
        try:
            os.setsid()
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
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def run_items(items: list[Any]) -> int:
    """Run tests that are collected, to the first that fails."""
    for item, following in itertools.zip_longest(items, items[1:]):
        item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        if item.session.testsfailed:
            return 1
    return 0


def tried(
    name: str,
    number: int,
    items: dict[str, Any],
    tests_of: Callable[[str, range | None], list[str]],
) -> str:
    """Put a fault in, run tests, take it out again.

    Parameters:
        name, number: of the file and the fault.
        items: the tests that are collected, by name.
        tests_of: which of them to run for some lines of the file, None for all lines.
    """
    path = Path(name).resolve()
    source = path.read_text(encoding="utf-8")
    fault, tree = faulty(source, number)
    old, new = (compile(each, str(path), "exec") for each in (ast.parse(source), tree))
    codes, code = replaced(old, new), CANNOT
    lines = None if codes is None else range(fault.line, fault.last + 1)
    tests = tests_of(name, lines)
    if not tests:
        return "no test runs it"

    def work() -> int:
        found = [each for each in gc.get_objects() if isinstance(each, types.FunctionType)]
        found = [each for each in found if each.__code__ in codes]
        try:
            for each in found:
                each.__code__ = codes[each.__code__]
        except ValueError:  # it has other free variables
            return CANNOT
        return run_items([items[test] for test in tests]) if found else CANNOT

    if codes is not None:
        code = apart(work, 20 + 4 * MOST)
    if code == CANNOT:
        path.write_text(ast.unparse(tree), encoding="utf-8")
        command = [sys.executable, "-B", "-m", "pytest", *QUIET, *tests]
        code = apart(lambda: subprocess.call(command), 40 + 4 * MOST)
        path.write_text(source, encoding="utf-8")
    return "survived" if code == 0 else "killed"
