"""Passes: which rows each step of a kernel sees, batch after batch and pass after pass."""

from warmer.engines.native.emitter import Emitter, Value
from warmer.engines.native.kind import Kind
from warmer.engines.native.layout import Layout
from warmer.engines.native.rows import Batch
from warmer.engines.native.team import Team


class Passes:
    """Writes how a kernel goes on from batch to batch.

    Attributes:
        over: whether the batch is the last of its pass.
    """

    def __init__(self, emitter: Emitter, layout: Layout, kind: Kind, team: Team | None):
        self._emitter, self._layout, self._kind, self._team = emitter, layout, kind, team
        first = emitter.let(f"urem i64 %step, {self.steps()}")
        self._position = emitter.variable("i64", emitter.let(f"mul i64 {first}, %size"))
        self._orders = emitter.variable("ptr", "%order") if kind.shuffled else None
        self._start = self._stop = self._end = self.over = ""
        self._order: str | None = None
        self._rows: Value | None = None

    def steps(self) -> str:
        """How many steps one pass takes."""
        above = self._emitter.let(f"add i64 %rows, {self._emitter.let('sub i64 %size, 1')}")
        return self._emitter.let(f"udiv i64 {above}, %size")

    def step_begins(self) -> None:
        """Find out which rows the step sees."""
        emitter = self._emitter
        self._start = emitter.let(f"load i64, ptr {self._position}")
        self._end = emitter.let(f"add i64 {self._start}, %size")
        self.over = emitter.let(f"icmp sge i64 {self._end}, %rows")
        self._stop = emitter.let(f"select i1 {self.over}, i64 %rows, i64 {self._end}")
        if self._orders:
            self._order = emitter.let(f"load ptr, ptr {self._orders}")
        if not self._kind.online:
            rows = emitter.let(f"sub i64 {self._stop}, {self._start}")
            self._rows = Value(emitter.let(f"sitofp i64 {rows} to double"))

    def batch(self, target: str) -> Batch:
        """The rows of the step, for one target."""
        fault = self._emitter.variable("i1", "false")
        return Batch(
            self._layout, self._kind.targets, self._order, self._start, self._stop, self._rows,
            self._kind.inputs, self._team, target, fault,
        )  # fmt: skip

    def step_taken(self) -> None:
        """Go on to the next batch."""
        emitter = self._emitter
        wrapped = emitter.let(f"select i1 {self.over}, i64 0, i64 {self._end}")
        emitter.do(f"store i64 {wrapped}, ptr {self._position}")
        if self._orders:  # the next pass has its own, right behind
            passed = emitter.let(f"select i1 {self.over}, i64 %rows, i64 0")
            following = emitter.let(f"getelementptr i64, ptr {self._order}, i64 {passed}")
            emitter.do(f"store ptr {following}, ptr {self._orders}")
