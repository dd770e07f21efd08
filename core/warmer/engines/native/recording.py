"""Recording: which steps are written into the record, and where."""

from collections.abc import Callable

from warmer.engines.native.assessing import Assessed
from warmer.engines.native.emitter import Emitter, Value
from warmer.engines.native.kind import Kind
from warmer.engines.native.layout import Cells, Chunk, Layout
from warmer.engines.native.rows import Batch


class Recorder:
    """Writes the recording of a kernel's steps; nothing where none are recorded."""

    def __init__(self, emitter: Emitter, layout: Layout, kind: Kind):
        self._emitter = emitter
        self._layout = layout
        self._kind = kind
        self._wanted = "false"
        if not kind.recorded:
            return
        self._place = emitter.variable("i64")
        self._next = emitter.variable("i64")
        since = emitter.let("sub i64 %step, %base")
        above = emitter.let(f"add i64 {since}, {emitter.let('sub i64 %stride, 1')}")
        index = emitter.let(f"sdiv i64 {above}, %stride")
        emitter.do(f"store i64 {index}, ptr {self._place}")
        number = emitter.let(f"add i64 {emitter.let(f'mul i64 {index}, %stride')}, 1")
        emitter.do(f"store i64 {emitter.let(f'add i64 {number}, %base')}, ptr {self._next}")

    def step_begins(self, number: str) -> None:
        """Find out whether this step is to be recorded."""
        if self._kind.recorded:
            following = self._emitter.let(f"load i64, ptr {self._next}")
            self._wanted = self._emitter.let(f"icmp eq i64 {following}, {number}")
            if self._kind.blocks:  # only thread 0 records
                first = self._emitter.let("icmp eq i64 %thread, 0")
                self._wanted = self._emitter.let(f"and i1 {first}, {self._wanted}")

    def step_taken(self) -> None:
        """Go on to the next place, if this step took one."""
        if not self._kind.recorded:
            return
        emitter = self._emitter
        for variable, advance in ((self._place, "1"), (self._next, "%stride")):
            old = emitter.let(f"load i64, ptr {variable}")
            new = emitter.let(f"add i64 {old}, {advance}")
            value = emitter.let(f"select i1 {self._wanted}, i64 {new}, i64 {old}")
            emitter.do(f"store i64 {value}, ptr {variable}")

    def write(
        self,
        batch: Batch,
        weights: Cells,
        error: Value,
        assessed: Assessed,
        weight_deltas: Callable[[Chunk], Value],
    ) -> None:
        """Write one target of the step into the record, if the step is wanted.

        Parameters:
            assessed: the batch's last row.
        """
        emitter, kind = self._emitter, self._kind
        if not kind.recorded:
            return
        yes, go_on = map(emitter.label, ("record", "recorded"))
        emitter.branch(self._wanted, yes, go_on)
        emitter.place(yes)
        place = emitter.let(f"load i64, ptr {self._place}")
        index = emitter.let(f"mul i64 {place}, {kind.targets}")
        index = emitter.let(f"add i64 {index}, {batch.target}")
        emitter.store("double", str(error), emitter.address("%record_error", index))
        if kind.online:
            for name in ("prediction", "delta"):
                where = emitter.address(f"%record_{name}", index)
                emitter.store("double", str(getattr(assessed, name)), where)
        offset = emitter.let(f"mul i64 {index}, {kind.weights}")
        to = Cells(emitter, self._layout, emitter.address("%record_weights", offset))
        to_weight_deltas = Cells(
            emitter, self._layout, emitter.address("%record_weight_deltas", offset)
        )
        for chunk in self._layout.each(emitter):
            to.store(chunk, weights.load(chunk))
            if kind.weight_deltas:
                to_weight_deltas.store(chunk, weight_deltas(chunk))
        emitter.jump(go_on)
        emitter.place(go_on)
