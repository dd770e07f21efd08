"""The kernel of many runs at once: every lane of a vector is a run with parameters of its own.

The lanes share the rows and never meet: each has the weights, memory and sums that its run alone
would have, added in the same order, so it comes to the same bits. A lane whose step cannot be
committed stays at the start of that step, and the others go on.
"""

from collections.abc import Callable, Sequence
from functools import partial

from warmer.engines.native.arithmetic import Arithmetic, alike, nonfinite
from warmer.engines.native.emitter import Emitter, Value, boolean, double, literal
from warmer.engines.native.kernel import module_of
from warmer.engines.native.kind import ERROR, FAULT, Kind
from warmer.engines.native.lanerows import WIDTH, LaneRows
from warmer.engines.native.layout import Layout
from warmer.engines.native.passes import Passes
from warmer.engines.native.probes import phases
from warmer.engines.native.rows import Batch
from warmer.formulas.expression import Node, in_order
from warmer.runs.task import WINDOWS
from warmer.tracing.network_formula import Formula

POINTERS = (
    "inputs again targets order parameters weights memory error_sums last_errors answer".split()
)
NUMBERS = "rows size step last total".split()
GOING = -1.0  # in the place of the step that a lane stopped after


def write_lanes(
    formula: Formula, asked: bool, shuffled: bool, parameters: Sequence[tuple[str, str]]
) -> str:
    """Write the function `steps` for `WIDTH` runs at once as LLVM's text.

    Parameters:
        asked: whether somebody asks for weight_delta.
        shuffled: whether rows come in an order of their own.
        parameters: in the order of their numbers.
    """
    return _LaneKernel(formula, asked, shuffled, parameters).text()


class _LaneKernel:
    """Writes one kernel; everything is a vector of one number for each lane."""

    def __init__(
        self,
        formula: Formula,
        asked: bool,
        shuffled: bool,
        parameters: Sequence[tuple[str, str]],
    ):
        self._formula, self._emitter = formula, Emitter()
        self._gradient = formula.predict.gradient if asked else None
        self._kind = Kind(
            formula.weights, formula.inputs, targets=1, online=False, blocks=False,
            shuffled=shuffled, tolerance=False, asked=asked, recorded=False, weight_deltas=False,
        )  # fmt: skip
        self._parameters = {key: self._at("%parameters", i) for i, key in enumerate(parameters)}
        self._rows = LaneRows(self._emitter, formula, lambda node: self._parameters[node.value])
        self._when: dict[str, Value] = {}

    def text(self) -> str:
        """Write the kernel and the function that unpacks its arguments."""
        emitter, count = self._emitter, self._formula.weights
        fields = range(len(self._formula.memory))
        homes = [("%weights", range(count))]
        homes += [("%memory", range(field * count, (field + 1) * count)) for field in fields]
        held = [[self._kept(home, at) for at in places] for home, places in homes]
        going = self._vector(boolean(WIDTH))
        stopped = emitter.let(f"fcmp oeq {double(WIDTH)} {self._at('%answer', 0)}, {_all(GOING)}")
        emitter.do(f"store {boolean(WIDTH)} {stopped}, ptr {going}")
        step = emitter.variable("i64", "%step")
        passes = Passes(emitter, Layout(count), self._kind, None)
        emitter.jump("head")
        emitter.place("head")
        taken = emitter.let(f"load i64, ptr {step}")
        more = emitter.let(f"icmp slt i64 {taken}, %last")
        some = emitter.any(emitter.let(f"load {boolean(WIDTH)}, ptr {going}"), WIDTH)
        emitter.branch(emitter.let(f"and i1 {more}, {some}"), "begin", "end")
        emitter.place("begin")
        number = emitter.let(f"add i64 {taken}, 1")
        passes.step_begins()
        self._step(passes.batch("0"), held, going, self._evidence(passes, taken, number))
        emitter.do(f"store i64 {number}, ptr {step}")
        passes.step_taken()
        emitter.jump("head")
        emitter.place("end")
        for (home, places), variables in zip(homes, held, strict=True):
            for at, variable in zip(places, variables, strict=True):
                self._put(home, at, self._read(variable))
        emitter.do("ret void")
        return module_of(emitter, POINTERS, NUMBERS)

    def _step(
        self, batch: Batch, held: list[list[str]], going: str, when: dict[str, Value]
    ) -> None:
        """Write one step: every lane that can be committed takes it."""
        emitter, truth = self._emitter, boolean(WIDTH)
        before = [list(map(self._read, cells)) for cells in held]
        row_fault = self._vector(truth, "zeroinitializer")
        error, deltas = self._rows.assess(batch, before[0], row_fault, self._gradient)
        bad = nonfinite(emitter, error)
        fault = self._vector(truth, "zeroinitializer")
        after = self._learn(batch, before, fault, {**when, "error": error}, deltas)
        failed = self._load(row_fault)
        either = emitter.let(f"or {truth} {failed}, {self._load(fault)}")
        wrong = emitter.let(f"or {truth} {bad}, {either}")
        was = self._load(going)
        stops = emitter.let(f"and {truth} {was}, {wrong}")
        goes = emitter.let(f"xor {truth} {was}, {stops}")
        emitter.do(f"store {truth} {goes}, ptr {going}")
        for cells, old, new in zip(held, before, after, strict=True):
            for variable, left, right in zip(cells, old, new, strict=True):
                kept = self._choose(goes, right, left)
                emitter.store(kept.type, str(kept), variable)
        self._note_errors(goes, when["taken"], error)
        alone = emitter.let(f"select {truth} {failed}, {truth} zeroinitializer, {truth} {bad}")
        status = self._choose(alone, _all(ERROR), _all(FAULT))
        for place, value in enumerate((when["taken"], status, error)):
            self._put("%answer", place, self._choose(stops, value, self._at("%answer", place)))

    def _learn(
        self,
        batch: Batch,
        before: list[list[Value]],
        fault: str,
        alone: dict[str, Value],
        deltas: list[Value],
    ) -> list[list[Value]]:
        """The new weights, and each field of their memory.

        Parameters:
            fault: set in a lane where Python itself would raise, or a number is not finite.
            alone: evidence that is the same for every weight.
        """
        emitter, learn, weights = self._emitter, self._formula.learn, before[0]
        known: dict[tuple[int, int | None], Value] = {}  # norms and probes, by node and weight

        def leaf(place: int, node: Node) -> Value:
            if node.operation == "norm":
                return known[id(node), None]
            if node.operation == "error_at":
                return known[id(node), place]
            owner, name = node.value
            if owner == "memory":
                return before[1 + self._formula.memory.index(name)][place]
            if owner:
                return self._parameters[node.value]
            own = {"weight": weights, "weight_delta": deltas}
            return own[name][place] if name in own else alone[name]

        def each(node: Node) -> list[Value]:
            return [self._arithmetic(leaf, place).number(node) for place in range(len(weights))]

        for node in in_order(learn.weight, *learn.memory, learn.fault):
            if node.operation == "norm":
                values = each(node.arguments[0])
                norm = emitter.call("llvm.sqrt", [self._rows.dot(values, values)])
                self._raise(fault, nonfinite(emitter, norm))
                known[id(node), None] = norm
        for group in phases(self._formula):
            candidates = [each(node.arguments[0]) for node in group]
            for place in range(len(weights)):
                tries = [[*weights[:place], c[place], *weights[place + 1 :]] for c in candidates]
                for node, tried in zip(group, tries, strict=True):
                    known[id(node), place], _ = self._rows.assess(batch, tried, fault, None)
        shared = self._arithmetic(leaf, 0)
        alike_ = {id(node): shared.number(node) for node in alike(learn.weight, *learn.memory)}
        found = []
        for place in range(len(weights)):
            arithmetic = self._arithmetic(leaf, place, alike_)
            new = [arithmetic.number(node) for node in (learn.weight, *learn.memory)]
            self._raise(fault, arithmetic.condition(learn.fault))
            for value in new:
                self._raise(fault, nonfinite(emitter, value))
            found.append(new)
        return [list(values) for values in zip(*found, strict=True)]

    def _arithmetic(
        self, leaf: Callable[[int, Node], Value], place: int, known: dict[int, Value] | None = None
    ) -> Arithmetic:
        return Arithmetic(self._emitter, partial(leaf, place), WIDTH, known)

    def _evidence(self, passes: Passes, taken: str, number: str) -> dict[str, Value]:
        """Where in the run a step is; `taken` is how many were taken before."""
        emitter = self._emitter
        passed = emitter.let(f"udiv i64 {taken}, {passes.steps()}")
        counts = {"step": number, "steps": "%total", "passes": passed, "taken": taken}
        return {
            name: emitter.splat(Value(emitter.let(f"sitofp i64 {count} to double")), WIDTH)
            for name, count in counts.items()
        }

    def _note_errors(self, goes: str, taken: Value, error: Value) -> None:
        """Add the error of the step to its eighth of the run, and keep it as the last one."""
        emitter = self._emitter
        steps = emitter.let(f"fptosi double {emitter.lane(taken, 0)} to i64")
        window = emitter.let(f"udiv i64 {emitter.let(f'mul i64 {steps}, {WINDOWS}')}, %total")
        total = self._at("%error_sums", window)
        more = emitter.number(f"fadd {error.type} {total}, {error}", WIDTH)
        self._put("%error_sums", window, self._choose(goes, more, total))
        last = [self._at("%last_errors", place) for place in range(2)]
        for place, value in enumerate((last[1], error)):
            self._put("%last_errors", place, self._choose(goes, value, last[place]))

    def _raise(self, variable: str, condition: str) -> None:
        """Set the lanes where a condition holds."""
        truth = boolean(WIDTH)
        either = self._emitter.let(f"or {truth} {self._load(variable)}, {condition}")
        self._emitter.do(f"store {truth} {either}, ptr {variable}")

    def _choose(self, condition: str, if_true: Value, if_false: Value) -> Value:
        type_ = if_true.type
        return self._emitter.number(
            f"select {boolean(WIDTH)} {condition}, {type_} {if_true}, {type_} {if_false}", WIDTH
        )

    def _vector(self, type_: str, start: str | None = None) -> str:
        return self._emitter.variable(type_, start)

    def _kept(self, home: str, place: int) -> str:
        return self._vector(double(WIDTH), str(self._at(home, place)))

    def _read(self, variable: str) -> Value:
        return Value(self._emitter.load(double(WIDTH), variable), WIDTH)

    def _load(self, variable: str) -> str:
        return self._emitter.let(f"load {boolean(WIDTH)}, ptr {variable}")

    def _at(self, home: str, place: str | int) -> Value:
        return self._read(self._place(home, place))

    def _put(self, home: str, place: str | int, value: Value) -> None:
        self._emitter.store(value.type, str(value), self._place(home, place))

    def _place(self, home: str, place: str | int) -> str:
        if isinstance(place, str):
            return self._emitter.address(home, self._emitter.let(f"mul i64 {place}, {WIDTH}"))
        return self._emitter.address(home, place * WIDTH)


def _all(number: float) -> Value:
    return literal(float(number), WIDTH)
