"""The kernel: the loop over steps, as one LLVM function.

Its arguments come as one array of 64-bit words (see `kind`), pointers among them. It stops
where a step cannot be committed and says which and why; the engine then looks closer.
"""

from warmer.engines.native.emitter import Emitter, Value
from warmer.engines.native.errors import Errors
from warmer.engines.native.kind import (
    ARGUMENTS,
    CONVERGED,
    DONE,
    ERROR,
    FAULT,
    NUMBERS,
    SHARED,
    Kind,
)
from warmer.engines.native.layout import Cells
from warmer.engines.native.plan import block_stride, layout_for
from warmer.engines.native.recording import Recorder
from warmer.engines.native.rows import Batch
from warmer.engines.native.step import StepWriter
from warmer.engines.native.team import Team
from warmer.formulas.expression import Node
from warmer.tracing.network_formula import Formula


def write_kernel(formula: Formula, kind: Kind, parameters: list[tuple[str, str]]) -> str:
    """Write the function `steps` as LLVM's text."""
    return _Kernel(formula, kind, parameters).text()


def _alias(argument: str) -> str:
    """The promise to LLVM that nobody else writes there, where that is so."""
    return "" if argument in SHARED else "noalias "


class _Kernel:
    """Writes one kernel; holds what its parts share."""

    def __init__(self, formula: Formula, kind: Kind, parameters: list[tuple[str, str]]):
        self.formula = formula
        self.kind = kind
        self.emitter = emitter = Emitter()
        self.layout = layout_for(formula, kind)
        self.many = kind.targets > 1
        self._parameters = {
            key: Value(emitter.load("double", emitter.address("%parameters", index)))
            for index, key in enumerate(parameters)
        }
        self.step = StepWriter(emitter, self.layout, formula, kind, self._parameter)
        self.in_memory = self.many or self.step.in_arrays

    def _parameter(self, node: Node) -> Value:
        return self._parameters[node.value]

    def text(self) -> str:
        """Write the kernel and the function that unpacks its arguments."""
        self._steps()
        names = [f"ptr {_alias(name)}%{name}" for name in ARGUMENTS]
        names += [f"i64 %{name}" for name in NUMBERS]
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
        step = emitter.variable("i64", "%step")  # steps taken
        first = emitter.let(f"urem i64 %step, {self._per_pass()}")
        position = emitter.variable("i64", emitter.let(f"mul i64 {first}, %size"))
        orders = emitter.variable("ptr", "%order") if kind.shuffled else None
        team = Team(emitter, block_stride(self.formula, kind.weights)) if kind.blocks else None
        recorder = Recorder(emitter, self.layout, kind)
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
        order = emitter.let(f"load ptr, ptr {orders}") if orders else None
        rows = None
        if not kind.online:
            rows = Value(
                emitter.let(f"sitofp i64 {emitter.let(f'sub i64 {stop}, {start}')} to double")
            )
        self.step.number = Value(emitter.let(f"sitofp i64 {number} to double"))
        recorder.step_begins(number)

        def one(target: str) -> None:
            batch = Batch(
                "%inputs", "%targets", order, start, stop, rows,
                target, kind.inputs, kind.targets, team,
            )  # fmt: skip
            held_here = [self._of_target(cells, target) for cells in held] if self.many else held
            errors.add(target, self.step.write(batch, held_here, recorder))

        if self.many:
            with emitter.loop("0", str(kind.targets), "target") as target:
                one(target)
        else:
            one("0")

        emitter.do(f"store i64 {number}, ptr {step}")
        wrapped = emitter.let(f"select i1 {over}, i64 0, i64 {end}")
        emitter.do(f"store i64 {wrapped}, ptr {position}")
        if orders:  # the next pass has its own, right behind
            passed = emitter.let(f"select i1 {over}, i64 %rows, i64 0")
            following = emitter.let(f"getelementptr i64, ptr {order}, i64 {passed}")
            emitter.do(f"store ptr {following}, ptr {orders}")
        recorder.step_taken()
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
        emitter.store("double", emitter.load("double", self.step.moved), "%moved")
        errors.finish()
        if not self.in_memory:
            for cells, target_cells in zip(held, home, strict=True):
                target_cells.copy_from(cells)
        emitter.do("ret void")

    def _per_pass(self) -> str:
        emitter = self.emitter
        above = emitter.let(f"add i64 %rows, {emitter.let('sub i64 %size, 1')}")
        return emitter.let(f"udiv i64 {above}, %size")

    def _of_target(self, cells: Cells, target: str) -> Cells:
        assert cells.pointer is not None
        offset = self.emitter.let(f"mul i64 {target}, {self.kind.weights}")
        return Cells(self.emitter, self.layout, self.emitter.address(cells.pointer, offset))

    def _converge(self, over: str, number: str) -> None:
        """At the end of a pass: converged if nothing moved far, else start measuring anew."""
        emitter = self.emitter
        emitter.branch(over, "passed", "head")
        emitter.place("passed")
        most = emitter.load("double", self.step.moved)
        tolerance = emitter.load("double", emitter.address("%moved", 1))
        still = emitter.let(f"fcmp ole double {most}, {tolerance}")
        whole = emitter.let(f"icmp sge i64 {number}, {self._per_pass()}")
        emitter.branch(emitter.let(f"and i1 {still}, {whole}"), "converged", "anew")
        emitter.place("anew")
        emitter.store("double", "0.0", self.step.moved)
        emitter.jump("head")
