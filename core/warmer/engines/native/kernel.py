"""The kernel: the loop over steps, as one LLVM function.

Its arguments come as one array of 64-bit words (see ARGUMENTS), pointers among them. It stops
where a step cannot be committed and says which and why; the engine then looks closer.
"""

from collections.abc import Callable

import attrs

from warmer.engines.native.arithmetic import Arithmetic, alike, keeps
from warmer.engines.native.emitter import Emitter, Value
from warmer.engines.native.layout import Cells, Chunk, Layout
from warmer.engines.native.probes import Probe, phases, write_probes
from warmer.engines.native.rows import (
    Assessed,
    Batch,
    Sum,
    add_weight_deltas,
    assess,
    each_row,
    is_nonfinite,
)
from warmer.formula.expression import Node, in_order
from warmer.formula.rule import Formula
from warmer.task import WINDOWS

ARGUMENTS = (
    "inputs targets order parameters weights memory error_sums last_errors moved answer "
    "record_weights record_error record_slopes record_prediction record_delta scratch"
).split()
"""Pointers, in this order; after them come NUMBERS."""

NUMBERS = "rows size step last total stride base".split()

DONE, CONVERGED, ERROR, FAULT = range(4)
"""What the kernel answers: all steps taken; converged; the error is not finite; or it needs
Python to say what is wrong with the step."""


@attrs.frozen
class Kind:
    """What a kernel is compiled for, beside the formula.

    Parameters:
        weights, targets: how many.
        online: whether every batch is one row.
        shuffled: whether rows come in an order of their own.
        tolerance: whether the run may converge.
        recorded: whether steps are recorded; `slopes`: with their weight_deltas.
    """

    weights: int
    targets: int
    online: bool
    shuffled: bool
    tolerance: bool
    recorded: bool
    slopes: bool


def uses(formula: Formula, name: str) -> bool:
    """Say whether learn uses some evidence."""
    learn = formula.learn
    nodes = in_order(learn.weight, *learn.memory, learn.fault)
    return any(node.operation == "symbol" and node.value == ("", name) for node in nodes)


def sticky(formula: Formula) -> bool:
    """Say whether a weight or memory that left the floats is sure never to come back."""
    graph, learn = formula.learn.weight.graph, formula.learn
    remembered = [graph.symbol(field, "memory") for field in formula.memory]
    return keeps(learn.weight, graph.symbol("weight")) and all(
        map(keeps, learn.memory, remembered)
    )


def scratch_size(formula: Formula, weights: int) -> int:
    """How many numbers of scratch memory a kernel may need."""
    probes = sum(map(len, phases(formula)))
    return weights * (2 + 3 * probes)


def write_kernel(formula: Formula, kind: Kind, parameters: list[tuple[str, str]]) -> str:
    """Write the function `steps` as LLVM's text."""
    return _Kernel(formula, kind, parameters).text()


class _Kernel:
    """Writes one kernel; holds what its parts share."""

    def __init__(self, formula: Formula, kind: Kind, parameters: list[tuple[str, str]]):
        self.formula = formula
        self.kind = kind
        self.emitter = emitter = Emitter()
        self.layout = Layout(kind.weights)
        self.many = kind.targets > 1
        self.in_memory = self.many or not self.layout.unrolled
        self._parameters = {
            key: Value(emitter.load("double", emitter.address("%parameters", index)))
            for index, key in enumerate(parameters)
        }
        self.slopes_needed = uses(formula, "weight_delta") or kind.slopes
        self.gradient = formula.predict.gradient() if self.slopes_needed else None
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
        pointers = []
        for _ in range(2):
            pointers.append(self._cells(looped).pointer if looped else None)
        return Sum(self.emitter, self.layout, *pointers)

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
        self.slopes = self._sum() if self.slopes_needed else None
        self.probes = [
            [Probe(emitter, self.layout, node, self._probe_pointers()) for node in group]
            for group in phases(self.formula)
        ]
        self.error = Sum(emitter, Layout(1), None, None)
        self.moved = Value(emitter.variable("double", emitter.load("double", "%moved")))

        step = emitter.variable("i64", "%step")  # steps taken
        first = emitter.let("urem i64 %step, " + self._per_pass())
        position = emitter.variable("i64", emitter.let(f"mul i64 {first}, %size"))
        window = emitter.variable("i64", "0")
        window_last = emitter.variable("i64", str(2**63 - 1))
        errors = emitter.variable("double")  # this window's, of a single target
        latest = [emitter.variable("double") for _ in range(2)]
        place = emitter.variable("i64")
        recorded_next = emitter.variable("i64")
        if kind.recorded:
            self._first_place(place, recorded_next)
        self._open_window(window, window_last, step, errors)
        if not self.many:
            for index, variable in enumerate(latest):
                value = emitter.load("double", emitter.address("%last_errors", index))
                emitter.store("double", value, variable)

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
            rows = Value(emitter.let(f"sitofp i64 {emitter.let(f'sub i64 {stop}, {start}')} to double"))
        self.step_number = Value(emitter.let(f"sitofp i64 {number} to double"))
        records = None
        if kind.recorded:
            wanted = emitter.let(f"load i64, ptr {recorded_next}")
            records = emitter.let(f"icmp eq i64 {wanted}, {number}")

        def one(target: str) -> None:
            batch = Batch(
                "%inputs", "%targets", "%order" if kind.shuffled else None, start, stop, rows,
                target, kind.weights, kind.targets,
            )  # fmt: skip
            held_here = [self._of_target(cells, target) for cells in held] if self.many else held
            error = self._one_target(batch, held_here, records, place)
            if self.many:
                self._add_error(window, target, error)
            else:
                emitter.add(errors, error)
                emitter.store("double", emitter.load("double", latest[1]), latest[0])
                emitter.store("double", str(error), latest[1])

        if self.many:
            with emitter.loop("0", str(kind.targets), "target") as target:
                one(target)
        else:
            one("0")

        emitter.do(f"store i64 {number}, ptr {step}")
        wrapped = emitter.let(f"select i1 {over}, i64 0, i64 {end}")
        emitter.do(f"store i64 {wrapped}, ptr {position}")
        if kind.recorded:
            self._next_place(records, place, recorded_next)
        at_end = emitter.let(f"icmp eq i64 {number}, {emitter.let(f'load i64, ptr {window_last}')}")
        emitter.branch(at_end, "window", "same")
        emitter.place("window")
        self._close_window(window, errors)
        self._open_window(window, window_last, step, errors)
        emitter.jump("same")
        emitter.place("same")
        if kind.tolerance:
            self._converge(over, number)
        else:
            emitter.jump("head")

        for name, status in (("all", DONE), ("converged", CONVERGED), ("bad", ERROR), ("fault", FAULT)):
            emitter.place(name)
            emitter.do(f"store i64 {status}, ptr %answer")
            emitter.jump("exit")
        emitter.place("exit")
        slot = emitter.let("getelementptr i64, ptr %answer, i64 1")
        emitter.do(f"store i64 {emitter.let(f'load i64, ptr {step}')}, ptr {slot}")
        emitter.store("double", emitter.load("double", self.moved.name), "%moved")
        self._close_window(window, errors)
        if not self.many:
            for index, variable in enumerate(latest):
                value = emitter.load("double", variable)
                emitter.store("double", value, emitter.address("%last_errors", index))
        if not self.in_memory:
            for cells, target_cells in zip(held, home, strict=True):
                target_cells.copy_from(cells)
        emitter.do("ret void")

    def _probe_pointers(self) -> list[str | None]:
        looped = not self.layout.unrolled
        return [self._cells(True).pointer if looped else None for _ in range(3)]

    def _per_pass(self) -> str:
        emitter = self.emitter
        above = emitter.let(f"add i64 %rows, {emitter.let('sub i64 %size, 1')}")
        return emitter.let(f"udiv i64 {above}, %size")

    def _of_target(self, cells: Cells, target: str) -> Cells:
        assert cells.pointer is not None
        offset = self.emitter.let(f"mul i64 {target}, {self.kind.weights}")
        return Cells(self.emitter, self.layout, self.emitter.address(cells.pointer, offset))

    def _one_target(
        self, batch: Batch, held: list[Cells], records: str | None, place: str
    ) -> Value:
        """Predict, compare and learn for one target; answers the batch's error."""
        emitter, weights = self.emitter, held[0]
        sums = [self.error] + ([self.slopes] if self.slopes else [])
        scalar = Layout(1).chunks()[0]
        fault = emitter.variable("i1")
        emitter.do(f"store i1 false, ptr {fault}")
        with each_row(emitter, self.layout, batch, sums) as row:
            assessed = assess(
                emitter, self.layout, self.formula, self.gradient, weights, row, self.parameter
            )
            self.error.add(scalar, assessed.error)
            if self.slopes:
                add_weight_deltas(emitter, self.layout, assessed, self.slopes)
            self._flag(fault, assessed.fault)
        mean = self.error.mean(scalar, batch)
        last = emitter.address("%answer", 2)
        good, bad = emitter.label("good"), emitter.label("notfinite")
        emitter.branch(is_nonfinite(emitter, mean), bad, good)
        emitter.place(bad)
        emitter.store("double", str(mean), last)
        failed = emitter.let(f"load i1, ptr {fault}")
        emitter.branch(failed, "fault", "bad")
        emitter.place(good)
        if records is not None:
            self._record(batch, weights, mean, assessed, records, place)
        for group in self.probes:
            for chunk in self.layout.each(emitter):
                arithmetic = Arithmetic(emitter, self._leaf(chunk, held, mean, batch), chunk.width)
                for probe in group:
                    candidate = arithmetic.number(probe.node.arguments[0])
                    probe.candidates.store(chunk, candidate)
            write_probes(
                emitter, self.layout, self.formula, weights, batch, group, self.parameter, fault
            )
        self._learn(batch, held, mean, fault)
        good = emitter.label("committed")
        emitter.branch(emitter.let(f"load i1, ptr {fault}"), "fault", good)
        emitter.place(good)
        return mean

    def _leaf(
        self, chunk: Chunk, held: list[Cells], error: Value, batch: Batch
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
                assert self.slopes is not None
                return self.slopes.mean(chunk, batch)
            return {"weight": held[0].load(chunk), "error": error, "step": self.step_number}[name]

        return leaf

    def _learn(self, batch: Batch, held: list[Cells], error: Value, fault: str) -> None:
        emitter, learn = self.emitter, self.formula.learn
        checked = not sticky(self.formula)
        known = self._alike(error)
        for chunk in self.layout.each(emitter):
            old = held[0].load(chunk)
            leaf = self._leaf(chunk, held, error, batch)
            arithmetic = Arithmetic(emitter, leaf, chunk.width, known)
            new = [arithmetic.number(node) for node in (learn.weight, *learn.memory)]
            self._flag(fault, arithmetic.fault(learn.fault))
            for cells, value in zip(held, new, strict=True):
                cells.store(chunk, value)
                if checked:
                    self._flag(fault, is_nonfinite(emitter, value))
            if self.kind.tolerance:
                self._move(old, new[0])

    def _alike(self, error: Value) -> dict[int, Value]:
        """Write what is the same for all weights once a step, instead of for each of them."""
        learn = self.formula.learn

        def leaf(node: Node) -> Value:
            owner, name = node.value
            return self.parameter(node) if owner else {"error": error, "step": self.step_number}[name]

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

    def _flag(self, variable: str, condition: str) -> None:
        if condition != "false":
            old = self.emitter.let(f"load i1, ptr {variable}")
            self.emitter.do(f"store i1 {self.emitter.let(f'or i1 {old}, {condition}')}, ptr {variable}")

    def _first_place(self, place: str, recorded_next: str) -> None:
        """The first step from here on that is recorded, and where."""
        emitter = self.emitter
        since = emitter.let("sub i64 %step, %base")
        above = emitter.let(f"add i64 {since}, {emitter.let('sub i64 %stride, 1')}")
        index = emitter.let(f"sdiv i64 {above}, %stride")
        emitter.do(f"store i64 {index}, ptr {place}")
        number = emitter.let(f"add i64 {emitter.let(f'mul i64 {index}, %stride')}, 1")
        emitter.do(f"store i64 {emitter.let(f'add i64 {number}, %base')}, ptr {recorded_next}")

    def _next_place(self, records: str | None, place: str, recorded_next: str) -> None:
        emitter = self.emitter
        for variable, advance in ((place, "1"), (recorded_next, "%stride")):
            old = emitter.let(f"load i64, ptr {variable}")
            new = emitter.let(f"add i64 {old}, {advance}")
            value = emitter.let(f"select i1 {records}, i64 {new}, i64 {old}")
            emitter.do(f"store i64 {value}, ptr {variable}")

    def _record(
        self,
        batch: Batch,
        weights: Cells,
        error: Value,
        assessed: Assessed,
        records: str,
        place: str,
    ) -> None:
        """Write the step into the record, if it is one of those wanted."""
        emitter, kind = self.emitter, self.kind
        yes, go_on = emitter.label("record"), emitter.label("recorded")
        emitter.branch(records, yes, go_on)
        emitter.place(yes)
        index = emitter.let(f"mul i64 {emitter.let(f'load i64, ptr {place}')}, {kind.targets}")
        index = emitter.let(f"add i64 {index}, {batch.target}")
        emitter.store("double", str(error), emitter.address("%record_error", index))
        if kind.online:
            for name in ("prediction", "delta"):
                where = emitter.address(f"%record_{name}", index)
                emitter.store("double", str(getattr(assessed, name)), where)
        offset = emitter.let(f"mul i64 {index}, {kind.weights}")
        to = Cells(emitter, self.layout, emitter.address("%record_weights", offset))
        slopes = Cells(emitter, self.layout, emitter.address("%record_slopes", offset))
        for chunk in self.layout.each(emitter):
            to.store(chunk, weights.load(chunk))
            if kind.slopes and self.slopes:
                slopes.store(chunk, self.slopes.mean(chunk, batch))
        emitter.jump(go_on)
        emitter.place(go_on)

    def _open_window(self, window: str, last: str, step: str, errors: str) -> None:
        """Find the eighth of the run that the next step belongs to, and where it ends."""
        emitter = self.emitter
        endless, known, go_on = map(emitter.label, ("endless", "known", "opened"))
        emitter.branch(emitter.let("icmp eq i64 %total, 0"), endless, known)
        emitter.place(known)
        eight = emitter.let(f"mul i64 {emitter.let(f'load i64, ptr {step}')}, {WINDOWS}")
        index = emitter.let(f"udiv i64 {eight}, %total")
        emitter.do(f"store i64 {index}, ptr {window}")
        end = emitter.let(f"mul i64 {emitter.let(f'add i64 {index}, 1')}, %total")
        end = emitter.let(f"udiv i64 {emitter.let(f'add i64 {end}, {WINDOWS - 1}')}, {WINDOWS}")
        emitter.do(f"store i64 {end}, ptr {last}")
        emitter.jump(endless)
        emitter.place(endless)
        if not self.many:
            inside = emitter.let(f"icmp slt i64 {emitter.let(f'load i64, ptr {window}')}, {WINDOWS}")
            read = emitter.label("read")
            emitter.branch(inside, read, go_on)
            emitter.place(read)
            index = emitter.let(f"load i64, ptr {window}")
            value = emitter.load("double", emitter.address("%error_sums", index))
            emitter.store("double", value, errors)
        emitter.jump(go_on)
        emitter.place(go_on)

    def _close_window(self, window: str, errors: str) -> None:
        """Put the window's sum of errors back (after the last window there is none)."""
        if self.many:
            return
        emitter = self.emitter
        index = emitter.let(f"load i64, ptr {window}")
        write, go_on = emitter.label("write"), emitter.label("written")
        emitter.branch(emitter.let(f"icmp slt i64 {index}, {WINDOWS}"), write, go_on)
        emitter.place(write)
        value = emitter.load("double", errors)
        emitter.store("double", value, emitter.address("%error_sums", index))
        emitter.jump(go_on)
        emitter.place(go_on)

    def _add_error(self, window: str, target: str, error: Value) -> None:
        emitter, targets = self.emitter, self.kind.targets
        row = emitter.let(f"mul i64 {emitter.let(f'load i64, ptr {window}')}, {targets}")
        emitter.add(emitter.address("%error_sums", emitter.let(f"add i64 {row}, {target}")), error)
        latest = emitter.address("%last_errors", emitter.let(f"add i64 {target}, {targets}"))
        previous = emitter.address("%last_errors", target)
        emitter.store("double", emitter.load("double", latest), previous)
        emitter.store("double", str(error), latest)

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
