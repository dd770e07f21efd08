"""The errors of the steps: summed over each eighth of the run, and the last two of them.

Of a single target they live in local variables, of several in memory.
"""

from warmer.engines.native.emitter import Emitter, Value
from warmer.runs.task import WINDOWS


class Errors:
    """Writes what a kernel does with the error of each step."""

    def __init__(self, emitter: Emitter, targets: int, step: str):
        self._emitter = emitter
        self._targets = targets
        self._step = step  # the variable that counts the steps taken
        self._window = emitter.variable("i64", "0")
        self._window_last = emitter.variable("i64", str(2**63 - 1))
        self._sum = emitter.variable("double")
        self._latest = [emitter.variable("double") for _ in range(2)]
        self._open()
        if targets == 1:
            for index, variable in enumerate(self._latest):
                value = emitter.load("double", emitter.address("%last_errors", index))
                emitter.store("double", value, variable)

    def add(self, target: str, error: Value) -> None:
        """Take note of one target's error in this step."""
        emitter, targets = self._emitter, self._targets
        if targets == 1:
            emitter.add(self._sum, error)
            emitter.store("double", emitter.load("double", self._latest[1]), self._latest[0])
            emitter.store("double", str(error), self._latest[1])
            return
        row = emitter.let(f"mul i64 {emitter.let(f'load i64, ptr {self._window}')}, {targets}")
        emitter.add(emitter.address("%error_sums", emitter.let(f"add i64 {row}, {target}")), error)
        latest = emitter.address("%last_errors", emitter.let(f"add i64 {target}, {targets}"))
        previous = emitter.address("%last_errors", target)
        emitter.store("double", emitter.load("double", latest), previous)
        emitter.store("double", str(error), latest)

    def step_taken(self, number: str) -> None:
        """After each step: go on to the next eighth where this one ends."""
        emitter = self._emitter
        ends, go_on = map(emitter.label, ("windowend", "windowgoes"))
        last = emitter.let(f"load i64, ptr {self._window_last}")
        emitter.branch(emitter.let(f"icmp eq i64 {number}, {last}"), ends, go_on)
        emitter.place(ends)
        self._close()
        self._open()
        emitter.jump(go_on)
        emitter.place(go_on)

    def finish(self) -> None:
        """Put back what was held in local variables."""
        emitter = self._emitter
        self._close()
        if self._targets == 1:
            for index, variable in enumerate(self._latest):
                value = emitter.load("double", variable)
                emitter.store("double", value, emitter.address("%last_errors", index))

    def _open(self) -> None:
        """Find the eighth of the run that the next step belongs to, and where it ends."""
        emitter = self._emitter
        known, opened = map(emitter.label, ("known", "opened"))
        emitter.branch(emitter.let("icmp eq i64 %total, 0"), opened, known)
        emitter.place(known)
        own = emitter.let("sub i64 %total, %first")
        taken = emitter.let(f"sub i64 {emitter.let(f'load i64, ptr {self._step}')}, %first")
        eight = emitter.let(f"mul i64 {taken}, {WINDOWS}")
        index = emitter.let(f"udiv i64 {eight}, {own}")
        emitter.do(f"store i64 {index}, ptr {self._window}")
        end = emitter.let(f"mul i64 {emitter.let(f'add i64 {index}, 1')}, {own}")
        end = emitter.let(f"udiv i64 {emitter.let(f'add i64 {end}, {WINDOWS - 1}')}, {WINDOWS}")
        end = emitter.let(f"add i64 {end}, %first")
        emitter.do(f"store i64 {end}, ptr {self._window_last}")
        emitter.jump(opened)
        emitter.place(opened)
        self._each_way("read", "%error_sums", self._sum)

    def _close(self) -> None:
        self._each_way("write", "%error_sums", self._sum)

    def _each_way(self, way: str, home: str, variable: str) -> None:
        """Copy the window's sum from or to its home (after the last window there is none)."""
        if self._targets > 1:
            return
        emitter = self._emitter
        index = emitter.let(f"load i64, ptr {self._window}")
        copy, go_on = map(emitter.label, (way, "copied"))
        emitter.branch(emitter.let(f"icmp slt i64 {index}, {WINDOWS}"), copy, go_on)
        emitter.place(copy)
        place = emitter.address(home, index)
        source, destination = (place, variable) if way == "read" else (variable, place)
        emitter.store("double", emitter.load("double", source), destination)
        emitter.jump(go_on)
        emitter.place(go_on)
