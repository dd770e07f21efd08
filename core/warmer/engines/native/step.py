"""One step of one target: predict and compare its rows, record, probe, and learn."""

from collections.abc import Callable

from warmer.engines.native.arithmetic import Arithmetic, alike
from warmer.engines.native.assessing import (
    Assessed,
    assess,
    is_nonfinite,
    is_plain,
    put_weight_deltas,
    weight_deltas,
)
from warmer.engines.native.emitter import Emitter, Value
from warmer.engines.native.kind import Kind
from warmer.engines.native.layout import Cells, Chunk, Layout, dots
from warmer.engines.native.plan import sticky
from warmer.engines.native.probes import Probe, in_lanes, phases, write_probes
from warmer.engines.native.recording import Recorder
from warmer.engines.native.rows import Batch, Row, Sum, for_each_row
from warmer.formulas.expression import Node, in_order
from warmer.tracing.network_formula import Formula

TOGETHER = 4  # rows of a batch that are worked on at once, where there are registers for it

Deltas = Callable[[Chunk], Value]


class StepWriter:
    """Writes the step of one target; its variables are made once.

    Parameters:
        parameter: the value of a parameter's symbol.

    Attributes:
        in_arrays: whether weights and memory must lie in memory to be worked with.
        when: answers `step`, `steps` and `passes`; set by the loop over steps.
        moved: the farthest that a weight has moved.
    """

    def __init__(
        self,
        emitter: Emitter,
        layout: Layout,
        formula: Formula,
        kind: Kind,
        parameter: Callable[[Node], Value],
    ):
        self._emitter, self._layout = emitter, layout
        self._formula, self._kind, self._parameter = formula, kind, parameter
        self._plain = is_plain(formula)
        probed = bool(phases(formula)) and not in_lanes(formula)
        self.in_arrays = not self._plain or probed or not layout.unrolled
        derived = kind.asked or kind.weight_deltas
        self._gradient = formula.predict.gradient if derived else None
        self._scratch = 0
        self._sums = self._sum() if derived and not kind.online else None
        self._row_deltas = self._cells(not self._plain)
        self._probes = [
            [Probe(emitter, layout, node, self._probe_pointers()) for node in group]
            for group in phases(formula)
        ]
        self._error = Sum(emitter, Layout(1), None, None)
        self.moved = emitter.variable("double", emitter.load("double", "%moved"))
        self.when: Callable[[str], Value] = lambda _: Value("0.0")
        self._norms: dict[int, Value] = {}
        learn = formula.learn
        nodes = in_order(learn.weight, *learn.memory, learn.fault)
        self._norm_nodes = [node for node in nodes if node.operation == "norm"]
        self._squared = self._cells(self.in_arrays) if self._norm_nodes else None

    def write(self, batch: Batch, held: list[Cells], recorder: Recorder) -> Value:
        """Predict, compare and learn; answers the batch's error.

        Parameters:
            held: the weights, and each field of their memory.
        """
        emitter, weights = self._emitter, held[0]
        sums = [self._error] + ([self._sums] if self._sums else [])
        scalar = Layout(1).chunks()[0]
        latest: list[Assessed] = []
        of_rows: list[Deltas] = []

        def body(rows: list[Row]) -> None:
            latest[:] = assess(
                emitter, self._layout, self._formula, self._gradient, weights, rows, self._parameter
            )
            for row in latest:
                self._error.add(scalar, row.error)
                emitter.raise_flag(batch.fault, row.fault)
            of_rows[:] = map(self._of_row, latest)
            if self._sums:
                for chunk in self._layout.each(emitter):
                    for of_row in of_rows:
                        self._sums.add(chunk, of_row(chunk))

        def deltas(chunk: Chunk) -> Value:
            return self._sums.mean(chunk, batch) if self._sums else of_rows[-1](chunk)

        free = self._plain and (self._layout.full < 4 or not self._layout.unrolled)
        for_each_row(emitter, batch, sums, body, TOGETHER if free else 1)
        mean = self._error.mean(scalar, batch)
        last = emitter.address("%answer", 2)
        good, bad = emitter.label("good"), emitter.label("notfinite")
        emitter.branch(is_nonfinite(emitter, mean), bad, good)
        emitter.place(bad)
        emitter.store("double", str(mean), last)
        failed = emitter.let(f"load i1, ptr {batch.fault}")
        emitter.branch(failed, "fault", "bad")
        emitter.place(good)
        recorder.write(batch, weights, mean, latest[-1], deltas)
        self._write_norms(held, mean, deltas, batch.fault)
        for group in self._probes:
            for chunk in self._layout.each(emitter):
                leaf = self._leaf(chunk, held, mean, deltas)
                arithmetic = Arithmetic(emitter, leaf, chunk.width)
                for probe in group:
                    candidate = arithmetic.number(probe.node.arguments[0])
                    probe.candidates.store(chunk, candidate)
            write_probes(emitter, self._formula, weights, batch, group, self._parameter)
        self._learn(held, mean, deltas, batch.fault)
        good = emitter.label("committed")
        emitter.branch(emitter.let(f"load i1, ptr {batch.fault}"), "fault", good)
        emitter.place(good)
        return mean

    def _leaf(
        self, chunk: Chunk, held: list[Cells], error: Value, deltas: Deltas
    ) -> Callable[[Node], Value]:
        """What learn's symbols stand for, for a chunk of weights."""

        def leaf(node: Node) -> Value:
            if node.operation == "error_at":
                probe = next(p for group in self._probes for p in group if p.node is node)
                return probe.errors.total.load(chunk)
            if node.operation == "norm":
                return self._norms[id(node)]
            owner, name = node.value
            if owner == "memory":
                return held[1 + self._formula.memory.index(name)].load(chunk)
            if owner:
                return self._parameter(node)
            if name == "weight_delta":
                return deltas(chunk)
            return held[0].load(chunk) if name == "weight" else self._scalar(name, error)

        return leaf

    def _scalar(self, name: str, error: Value) -> Value:
        """Evidence that is the same for every weight."""
        return error if name == "error" else self.when(name)

    def _write_norms(self, held: list[Cells], error: Value, deltas: Deltas, fault: str) -> None:
        """Write each root of a sum of squares over the weights, which later ones may stand on."""
        emitter, squared = self._emitter, self._squared
        for node in self._norm_nodes:
            assert squared is not None
            for chunk in self._layout.each(emitter):
                leaf = self._leaf(chunk, held, error, deltas)
                value = Arithmetic(emitter, leaf, chunk.width).number(node.arguments[0])
                squared.store(chunk, value)
            (total,) = dots(emitter, self._layout, [(squared, squared)])
            norm = emitter.call("llvm.sqrt", [total])
            emitter.raise_flag(fault, is_nonfinite(emitter, norm))
            self._norms[id(node)] = norm

    def _learn(self, held: list[Cells], error: Value, deltas: Deltas, fault: str) -> None:
        emitter, learn = self._emitter, self._formula.learn
        checked = not sticky(self._formula)
        known = self._alike(error)
        for chunk in self._layout.each(emitter):
            old = held[0].load(chunk)
            leaf = self._leaf(chunk, held, error, deltas)
            arithmetic = Arithmetic(emitter, leaf, chunk.width, known)
            new = [arithmetic.number(node) for node in (learn.weight, *learn.memory)]
            emitter.raise_flag(fault, arithmetic.fault(learn.fault))
            for cells, value in zip(held, new, strict=True):
                cells.store(chunk, value)
                if checked:
                    emitter.raise_flag(fault, is_nonfinite(emitter, value))
            if self._kind.tolerance:
                self._move(old, new[0])

    def _alike(self, error: Value) -> dict[int, Value]:
        """Write what is the same for all weights once a step, instead of for each of them."""
        learn = self._formula.learn

        def leaf(node: Node) -> Value:
            if node.operation == "norm":
                return self._norms[id(node)]
            owner, name = node.value
            return self._parameter(node) if owner else self._scalar(name, error)

        arithmetic = Arithmetic(self._emitter, leaf)
        nodes = alike(learn.weight, *learn.memory)
        return {id(node): arithmetic.number(node) for node in nodes}

    def _move(self, old: Value, new: Value) -> None:
        emitter = self._emitter
        difference = emitter.number(f"fsub {new.type} {new}, {old}", new.width)
        distance = emitter.call("llvm.fabs", [difference])
        for lane in range(new.width):
            far, most = emitter.lane(distance, lane), emitter.load("double", self.moved)
            farther = emitter.let(f"fcmp ogt double {far}, {most}")
            emitter.store(
                "double",
                emitter.let(f"select i1 {farther}, double {far}, double {most}"),
                self.moved,
            )

    def _cells(self, in_memory: bool) -> Cells:
        """One number for each weight, for use within a step."""
        pointer = None
        if in_memory:
            pointer = self._emitter.address("%scratch", self._scratch)
            self._scratch += self._kind.weights
        return Cells(self._emitter, self._layout, pointer)

    def _sum(self) -> Sum:
        looped = not self._layout.unrolled
        block, total = (self._cells(looped).pointer if looped else None for _ in range(2))
        return Sum(self._emitter, self._layout, block, total)

    def _of_row(self, row: Assessed) -> Deltas:
        """The weight_delta of one row, by chunks."""
        if self._plain or self._gradient is None:
            return lambda chunk: weight_deltas(self._emitter, chunk, self._gradient, row)
        put_weight_deltas(self._emitter, self._layout, self._gradient, row, self._row_deltas)
        return self._row_deltas.load

    def _probe_pointers(self) -> list[str | None]:
        return [self._cells(True).pointer if self.in_arrays else None for _ in range(3)]
