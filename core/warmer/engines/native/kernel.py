"""The kernel: the loop over steps, as one LLVM function.

Its arguments come as one array of 64-bit words (see `kind`), pointers among them. It stops
where a step cannot be committed and says which and why; the engine then looks closer.
"""

from collections.abc import Sequence
from functools import partial

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
from warmer.engines.native.passes import Passes
from warmer.engines.native.plan import block_stride, layout_for
from warmer.engines.native.recording import Recorder
from warmer.engines.native.step import StepWriter
from warmer.engines.native.team import Team
from warmer.formulas.expression import Node
from warmer.tracing.network_formula import Formula


def write_kernel(formula: Formula, kind: Kind, parameters: list[tuple[str, str]]) -> str:
    """Write the function `steps` as LLVM's text."""
    return _Kernel(formula, kind, parameters).text()


def module_of(emitter: Emitter, pointers: Sequence[str], numbers: Sequence[str]) -> str:
    """Write a module: the function that was emitted, and `steps`, which unpacks its arguments.

    Parameters:
        pointers, numbers: the names of its arguments, in the order of the words that `steps` gets.
    """
    names = [f"ptr {_alias(name)}%{name}" for name in pointers]
    names += [f"i64 %{name}" for name in numbers]
    kernel = emitter.function(f"internal void @kernel({', '.join(names)}) alwaysinline #0")
    unpack, given = [], []
    for index, name in enumerate([*pointers, *numbers]):
        type_ = "ptr" if index < len(pointers) else "i64"
        unpack.append(f"  %p{index} = getelementptr i64, ptr %arguments, i64 {index}")
        unpack.append(f"  %{name} = load {type_}, ptr %p{index}")
        given.append(f"{type_} %{name}")
    call = f"  call void @kernel({', '.join(given)})\n  ret void"
    entry = "\n".join([*unpack, call])
    return "\n".join(
        [
            *sorted(emitter.declarations),
            kernel,
            f"define void @steps(ptr %arguments) #0 {{\n{entry}\n}}",
            'attributes #0 = { "min-legal-vector-width"="512" }',
            '!0 = !{!"branch_weights", i32 1000000, i32 1}',
        ]
    )


def _alias(argument: str) -> str:
    """`noalias`, where nobody else writes to what a pointer points to."""
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
        return module_of(self.emitter, ARGUMENTS, NUMBERS)

    def _steps(self) -> None:
        """Write the loop over steps."""
        emitter, kind = self.emitter, self.kind
        home = self._home()
        # Numbers of one target live in registers; those of several stay where they are.
        held = home if self.in_memory else self._copied(home)
        step = emitter.variable("i64", "%step")  # steps taken
        team = Team(emitter, block_stride(self.formula, kind.weights)) if kind.blocks else None
        passes = Passes(emitter, self.layout, kind, team)
        recorder = Recorder(emitter, self.layout, kind)
        errors = Errors(emitter, kind.targets, step)

        emitter.jump("head")
        emitter.place("head")
        taken = emitter.let(f"load i64, ptr {step}")
        more = emitter.let(f"icmp slt i64 {taken}, %last")
        emitter.branch(more, "begin", "all")
        emitter.place("begin")
        number = emitter.let(f"add i64 {taken}, 1")
        self.step.when = partial(self._when, passes, number, taken)
        passes.step_begins()
        recorder.step_begins(number)

        def one(target: str, held: list[Cells]) -> None:
            errors.add(target, self.step.write(passes.batch(target), held, recorder))

        if self.many:
            with emitter.loop("0", str(kind.targets), "target") as target:
                one(target, [self._of_target(cells, target) for cells in held])
        else:
            one("0", held)

        emitter.do(f"store i64 {number}, ptr {step}")
        passes.step_taken()
        recorder.step_taken()
        errors.step_taken(number)
        if kind.tolerance:
            self._converge(passes, number)
        else:
            emitter.jump("head")

        self._answer(step)
        errors.finish()
        if not self.in_memory:
            for cells, source in zip(home, held, strict=True):
                cells.copy_from(source)
        emitter.do("ret void")

    def _home(self) -> list[Cells]:
        """Where the weights lie, and each field of their memory."""
        count = self.kind.weights * self.kind.targets
        pointers = ["%weights"] + [
            self.emitter.address("%memory", field * count)
            for field in range(len(self.formula.learn.memory))
        ]
        return [Cells(self.emitter, self.layout, pointer) for pointer in pointers]

    def _copied(self, home: list[Cells]) -> list[Cells]:
        """The same numbers in local variables."""
        held = [Cells(self.emitter, self.layout, None) for _ in home]
        for cells, source in zip(held, home, strict=True):
            cells.copy_from(source)
        return held

    def _answer(self, step: str) -> None:
        """Write down why no more steps are taken, how many were, and how far weights moved."""
        emitter = self.emitter
        for name, status in (
            ("all", DONE), ("converged", CONVERGED), ("bad", ERROR), ("fault", FAULT),
        ):  # fmt: skip
            emitter.place(name)
            emitter.do(f"store i64 {status}, ptr %answer")
            emitter.jump("exit")
        emitter.place("exit")
        slot = emitter.let("getelementptr i64, ptr %answer, i64 1")
        emitter.do(f"store i64 {emitter.let(f'load i64, ptr {step}')}, ptr {slot}")
        emitter.store("double", emitter.load("double", self.step.moved), "%moved")

    def _when(self, passes: Passes, number: str, taken: str, name: str) -> Value:
        """The number of the step, how many the run will take, or the passes before this step."""
        emitter = self.emitter
        if name == "passes":
            count = emitter.let(f"udiv i64 {taken}, {passes.steps()}")
        else:
            count = {"step": number, "steps": "%total"}[name]
        return Value(emitter.let(f"sitofp i64 {count} to double"))

    def _of_target(self, cells: Cells, target: str) -> Cells:
        assert cells.pointer is not None
        offset = self.emitter.let(f"mul i64 {target}, {self.kind.weights}")
        return Cells(self.emitter, self.layout, self.emitter.address(cells.pointer, offset))

    def _converge(self, passes: Passes, number: str) -> None:
        """At the end of a pass: converged if nothing moved far, else start measuring anew."""
        emitter = self.emitter
        emitter.branch(passes.over, "passed", "head")
        emitter.place("passed")
        most = emitter.load("double", self.step.moved)
        tolerance = emitter.load("double", emitter.address("%moved", 1))
        still = emitter.let(f"fcmp ole double {most}, {tolerance}")
        whole = emitter.let(f"icmp sge i64 {number}, {passes.steps()}")
        emitter.branch(emitter.let(f"and i1 {still}, {whole}"), "converged", "anew")
        emitter.place("anew")
        emitter.store("double", "0.0", self.step.moved)
        emitter.jump("head")
