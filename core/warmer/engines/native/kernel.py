"""The kernel: the loop over steps, as one LLVM function.

Its arguments come as one array of 64-bit words (see `kind`), pointers among them. It stops
where a step cannot be committed and says which and why; the engine then looks closer.
"""

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
from warmer.engines.native.errors import Errors
from warmer.engines.native.kind import ARGUMENTS, CONVERGED, DONE, ERROR, FAULT, NUMBERS, Kind
from warmer.engines.native.layout import Cells, Chunk, Layout
from warmer.engines.native.plan import layout_for, sticky
from warmer.engines.native.probes import Probe, in_lanes, phases, write_probes
from warmer.engines.native.recording import Recorder
from warmer.engines.native.rows import Batch, Row, Sum, for_each_row
from warmer.symbolic.expression import Node
from warmer.symbolic.rule import Formula

TOGETHER = 4  # rows of a batch that are worked on at once, where there are registers for it


def write_kernel(formula: Formula, kind: Kind, parameters: list[tuple[str, str]]) -> str:
    """Write the function `steps` as LLVM's text."""
    return _Kernel(formula, kind, parameters).text()


class _Kernel:
    """Writes one kernel; holds what its parts share."""

    def __init__(self, formula: Formula, kind: Kind, parameters: list[tuple[str, str]]):
        self.formula = formula
        self.kind = kind
        self.emitter = emitter = Emitter()
        self.layout = layout_for(formula, kind)
        self.many = kind.targets > 1
        self.plain = is_plain(formula)
        probed = bool(phases(formula)) and not in_lanes(formula)
        self.arrays = not self.plain or probed or not self.layout.unrolled
        self.in_memory = self.many or self.arrays
        self._parameters = {
            key: Value(emitter.load("double", emitter.address("%parameters", index)))
            for index, key in enumerate(parameters)
        }
        self.derived = kind.asked or kind.weight_deltas
        self.gradient = formula.predict.gradient if self.derived else None
        self._scratch = 0

    def parameter(self, node: Node) -> Value:
        return self._parameters[node.value]

    def text(self) -> str:
        """Write the kernel and the function that unpacks its arguments."""
        self._steps()
        names = [f"ptr noalias %{name}" for name in ARGUMENTS] + [f"i64 %{n}" for n in NUMBERS]
        kernel = self.emitter.function(f"internal void @kernel({', '.join(names)}) alwaysinline #0")
        unpack = []
        for index, name in enumerate([*ARGUMENTS, *NUMBERS]):
            type_ = "ptr" if index < len(ARGUMENTS) else "i64"
            unpack.append(f"  %p{index} = getelementptr i64, ptr %arguments, i64 {index}")
            unpack.append(f"  %{name} = load {type_}, ptr %p{index}")
        given = ", ".join(
            [f"ptr %{name}" for name in ARGUMENTS] + [f"i64 %{name}" for name in NUMBERS]
        )
        call = f"  call void @kernel({given})\n  ret void"
        entry = "\n".join([*unpack, call])
        return "\n".join(
            [
                *sorted(self.emitter.declarations),
                kernel,
                f"define void @steps(ptr %arguments) #0 {{\n{entry}\n}}",
                'attributes #0 = { "min-legal-vector-width"="512" }',
                '!0 = !{!"branch_weights", i32 1000000, i32 1}',
            ]
        )

    def _cells(self, in_memory: bool) -> Cells:
        """Numbers for all weights that live within a step."""
        pointer = None
        if in_memory:
            pointer = self.emitter.address("%scratch", self._scratch)
            self._scratch += self.kind.weights
        return Cells(self.emitter, self.layout, pointer)

    def _sum(self) -> Sum:
        looped = not self.layout.unrolled
        block, total = (self._cells(looped).pointer if looped else None for _ in range(2))
        return Sum(self.emitter, self.layout, block, total)

    def _of_row(self, row: Assessed) -> Callable[[Chunk], Value]:
        """The weight_delta of one row, by chunks."""
        if self.plain or self.gradient is None:
            return lambda chunk: weight_deltas(self.emitter, chunk, self.gradient, row)
        put_weight_deltas(self.emitter, self.layout, self.gradient, row, self.row_deltas)
        return self.row_deltas.load

    def _steps(self) -> None:
        emitter, kind = self.emitter, self.kind
        count = kind.weights * kind.targets
        fields = len(self.formula.learn.memory)
        # Numbers of one target live in registers; those of several stay where they are.
        home = [Cells(emitter, self.layout, "%weights")] + [
            Cells(emitter, self.layout, emitter.address("%memory", field * count))
            for field in range(fields)
        ]
        held = home
        if not self.in_memory:
            held = [Cells(emitter, self.layout, None) for _ in home]
            for cells, source in zip(held, home, strict=True):
                cells.copy_from(source)
        summed = self.derived and not kind.online
        self.sums = self._sum() if summed else None
        self.row_deltas = self._cells(not self.plain)
        self.probes = [
            [Probe(emitter, self.layout, node, self._probe_pointers()) for node in group]
            for group in phases(self.formula)
        ]
        self.error = Sum(emitter, Layout(1), None, None)
        self.moved = Value(emitter.variable("double", emitter.load("double", "%moved")))

        step = emitter.variable("i64", "%step")  # steps taken
        first = emitter.let(f"urem i64 %step, {self._per_pass()}")
        position = emitter.variable("i64", emitter.let(f"mul i64 {first}, %size"))
        self.recorder = Recorder(emitter, self.layout, kind)
        errors = Errors(emitter, kind.targets, step)

        emitter.jump("head")
        emitter.place("head")
        taken = emitter.let(f"load i64, ptr {step}")
        more = emitter.let(f"icmp slt i64 {taken}, %last")
        emitter.branch(more, "begin", "all")
        emitter.place("begin")
        number = emitter.let(f"add i64 {taken}, 1")
        start = emitter.let(f"load i64, ptr {position}")
        end = emitter.let(f"add i64 {start}, %size")
        over = emitter.let(f"icmp sge i64 {end}, %rows")
        stop = emitter.let(f"select i1 {over}, i64 %rows, i64 {end}")
        rows = None
        if not kind.online:
            rows = Value(
                emitter.let(f"sitofp i64 {emitter.let(f'sub i64 {stop}, {start}')} to double")
            )
        self.step_number = Value(emitter.let(f"sitofp i64 {number} to double"))
        self.recorder.step_begins(number)

        def one(target: str) -> None:
            batch = Batch(
                "%inputs", "%targets", "%order" if kind.shuffled else None, start, stop, rows,
                target, kind.weights, kind.targets,
            )  # fmt: skip
            held_here = [self._of_target(cells, target) for cells in held] if self.many else held
            errors.add(target, self._one_target(batch, held_here))

        if self.many:
            with emitter.loop("0", str(kind.targets), "target") as target:
                one(target)
        else:
            one("0")

        emitter.do(f"store i64 {number}, ptr {step}")
        wrapped = emitter.let(f"select i1 {over}, i64 0, i64 {end}")
        emitter.do(f"store i64 {wrapped}, ptr {position}")
        self.recorder.step_taken()
        errors.step_taken(number)
        if kind.tolerance:
            self._converge(over, number)
        else:
            emitter.jump("head")

        for name, status in (
            ("all", DONE),
            ("converged", CONVERGED),
            ("bad", ERROR),
            ("fault", FAULT),
        ):
            emitter.place(name)
            emitter.do(f"store i64 {status}, ptr %answer")
            emitter.jump("exit")
        emitter.place("exit")
        slot = emitter.let("getelementptr i64, ptr %answer, i64 1")
        emitter.do(f"store i64 {emitter.let(f'load i64, ptr {step}')}, ptr {slot}")
        emitter.store("double", emitter.load("double", self.moved.name), "%moved")
        errors.finish()
        if not self.in_memory:
            for cells, target_cells in zip(held, home, strict=True):
                target_cells.copy_from(cells)
        emitter.do("ret void")

    def _probe_pointers(self) -> list[str | None]:
        return [self._cells(True).pointer if self.arrays else None for _ in range(3)]

    def _per_pass(self) -> str:
        emitter = self.emitter
        above = emitter.let(f"add i64 %rows, {emitter.let('sub i64 %size, 1')}")
        return emitter.let(f"udiv i64 {above}, %size")

    def _of_target(self, cells: Cells, target: str) -> Cells:
        assert cells.pointer is not None
        offset = self.emitter.let(f"mul i64 {target}, {self.kind.weights}")
        return Cells(self.emitter, self.layout, self.emitter.address(cells.pointer, offset))

    def _one_target(self, batch: Batch, held: list[Cells]) -> Value:
        """Predict, compare and learn for one target; answers the batch's error."""
        emitter, weights = self.emitter, held[0]
        sums = [self.error] + ([self.sums] if self.sums else [])
        scalar = Layout(1).chunks()[0]
        fault = emitter.variable("i1")
        emitter.do(f"store i1 false, ptr {fault}")
        latest: list[Assessed] = []
        of_rows: list[Callable[[Chunk], Value]] = []

        def body(rows: list[Row]) -> None:
            latest[:] = assess(
                emitter, self.layout, self.formula, self.gradient, weights, rows, self.parameter
            )
            for row in latest:
                self.error.add(scalar, row.error)
                emitter.raise_flag(fault, row.fault)
            of_rows[:] = map(self._of_row, latest)
            if self.sums:
                for chunk in self.layout.each(emitter):
                    for of_row in of_rows:
                        self.sums.add(chunk, of_row(chunk))

        def deltas(chunk: Chunk) -> Value:
            return self.sums.mean(chunk, batch) if self.sums else of_rows[-1](chunk)

        free = self.plain and (self.layout.full < 4 or not self.layout.unrolled)
        for_each_row(emitter, self.layout, batch, sums, body, TOGETHER if free else 1)
        mean = self.error.mean(scalar, batch)
        last = emitter.address("%answer", 2)
        good, bad = emitter.label("good"), emitter.label("notfinite")
        emitter.branch(is_nonfinite(emitter, mean), bad, good)
        emitter.place(bad)
        emitter.store("double", str(mean), last)
        failed = emitter.let(f"load i1, ptr {fault}")
        emitter.branch(failed, "fault", "bad")
        emitter.place(good)
        self.recorder.write(batch, weights, mean, latest[-1], deltas)
        for group in self.probes:
            for chunk in self.layout.each(emitter):
                leaf = self._leaf(chunk, held, mean, deltas)
                arithmetic = Arithmetic(emitter, leaf, chunk.width)
                for probe in group:
                    candidate = arithmetic.number(probe.node.arguments[0])
                    probe.candidates.store(chunk, candidate)
            write_probes(
                emitter, self.layout, self.formula, weights, batch, group, self.parameter, fault
            )
        self._learn(held, mean, deltas, fault)
        good = emitter.label("committed")
        emitter.branch(emitter.let(f"load i1, ptr {fault}"), "fault", good)
        emitter.place(good)
        return mean

    def _leaf(
        self, chunk: Chunk, held: list[Cells], error: Value, deltas: Callable[[Chunk], Value]
    ) -> Callable[[Node], Value]:
        """What learn's symbols stand for, for a chunk of weights."""

        def leaf(node: Node) -> Value:
            if node.operation == "error_at":
                probe = next(p for group in self.probes for p in group if p.node is node)
                return probe.errors.total.load(chunk)
            owner, name = node.value
            if owner == "memory":
                return held[1 + self.formula.memory.index(name)].load(chunk)
            if owner:
                return self.parameter(node)
            if name == "weight_delta":
                return deltas(chunk)
            return {"weight": held[0].load(chunk), "error": error, "step": self.step_number}[name]

        return leaf

    def _learn(
        self, held: list[Cells], error: Value, deltas: Callable[[Chunk], Value], fault: str
    ) -> None:
        emitter, learn = self.emitter, self.formula.learn
        checked = not sticky(self.formula)
        known = self._alike(error)
        for chunk in self.layout.each(emitter):
            old = held[0].load(chunk)
            leaf = self._leaf(chunk, held, error, deltas)
            arithmetic = Arithmetic(emitter, leaf, chunk.width, known)
            new = [arithmetic.number(node) for node in (learn.weight, *learn.memory)]
            emitter.raise_flag(fault, arithmetic.fault(learn.fault))
            for cells, value in zip(held, new, strict=True):
                cells.store(chunk, value)
                if checked:
                    emitter.raise_flag(fault, is_nonfinite(emitter, value))
            if self.kind.tolerance:
                self._move(old, new[0])

    def _alike(self, error: Value) -> dict[int, Value]:
        """Write what is the same for all weights once a step, instead of for each of them."""
        learn = self.formula.learn

        def leaf(node: Node) -> Value:
            owner, name = node.value
            return (
                self.parameter(node) if owner else {"error": error, "step": self.step_number}[name]
            )

        arithmetic = Arithmetic(self.emitter, leaf)
        nodes = alike(learn.weight, *learn.memory)
        return {id(node): arithmetic.number(node) for node in nodes}

    def _move(self, old: Value, new: Value) -> None:
        emitter = self.emitter
        difference = emitter.number(f"fsub {new.type} {new}, {old}", new.width)
        distance = emitter.call("llvm.fabs", [difference])
        for lane in range(new.width):
            far, most = emitter.lane(distance, lane), emitter.load("double", self.moved.name)
            farther = emitter.let(f"fcmp ogt double {far}, {most}")
            emitter.store(
                "double",
                emitter.let(f"select i1 {farther}, double {far}, double {most}"),
                self.moved.name,
            )

    def _converge(self, over: str, number: str) -> None:
        """At the end of a pass: converged if nothing moved far, else start measuring anew."""
        emitter = self.emitter
        emitter.branch(over, "passed", "head")
        emitter.place("passed")
        most = emitter.load("double", self.moved.name)
        tolerance = emitter.load("double", emitter.address("%moved", 1))
        still = emitter.let(f"fcmp ole double {most}, {tolerance}")
        whole = emitter.let(f"icmp sge i64 {number}, {self._per_pass()}")
        emitter.branch(emitter.let(f"and i1 {still}, {whole}"), "converged", "anew")
        emitter.place("anew")
        emitter.store("double", "0.0", self.moved.name)
        emitter.jump("head")
