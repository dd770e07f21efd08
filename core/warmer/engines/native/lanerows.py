"""The rows of a step for many runs at once: predict, compare and weight_delta, lane by lane."""

from collections.abc import Callable, Sequence

from warmer.engines.native.arithmetic import Arithmetic
from warmer.engines.native.emitter import Emitter, Value, boolean, double, literal
from warmer.engines.native.rows import Batch, ordered, write_block_of
from warmer.formulas.derivative import Gradient
from warmer.formulas.expression import Node
from warmer.formulas.sums import LANES, SMALLEST_BLOCK
from warmer.tracing.network_formula import Formula

WIDTH = LANES  # runs that one call of a kernel takes: as many as the widest vectors hold

NOTHING = literal(-0.0, WIDTH)  # changes no sum


class LaneRows:
    """Writes what is done with the rows of a batch; weights are vectors, one for each weight.

    Parameters:
        parameter: the value of a parameter's symbol.
    """

    def __init__(self, emitter: Emitter, formula: Formula, parameter: Callable[[Node], Value]):
        self._emitter, self._formula, self._parameter = emitter, formula, parameter

    def assess(
        self, batch: Batch, weights: Sequence[Value], fault: str, gradient: Gradient | None
    ) -> tuple[Value, list[Value]]:
        """The mean error over a batch and, with a gradient, the weight_delta of each weight.

        Parameters:
            fault: a variable that is set in the lanes where Python itself would raise.
        """
        emitter = self._emitter
        count = 1 + (len(weights) if gradient is not None else 0)
        blocks, totals = ([emitter.variable(double(WIDTH)) for _ in range(count)] for _ in "bt")
        self._set(totals, NOTHING)
        rows = emitter.let(f"sub i64 {batch.stop}, {batch.start}")
        size = write_block_of(emitter, rows, str(SMALLEST_BLOCK))
        above = emitter.let(f"add i64 {rows}, {emitter.let(f'sub i64 {size}, 1')}")
        with emitter.loop("0", emitter.let(f"udiv i64 {above}, {size}"), "block") as index:
            offset = emitter.let(f"mul i64 {index}, {size}")
            start = emitter.let(f"add i64 {batch.start}, {offset}")
            end = emitter.let(f"add i64 {start}, {size}")
            shorter = emitter.let(f"icmp slt i64 {batch.stop}, {end}")
            stop = emitter.let(f"select i1 {shorter}, i64 {batch.stop}, i64 {end}")
            self._set(blocks, NOTHING)
            with emitter.loop(start, stop, "row") as position:
                found = self._row(batch, position, weights, fault, gradient)
                for block, value in zip(blocks, found, strict=True):
                    emitter.add(block, value)
            for total, block in zip(totals, blocks, strict=True):
                emitter.add(total, Value(emitter.load(double(WIDTH), block), WIDTH))
        assert batch.rows is not None
        among = emitter.splat(batch.rows, WIDTH)
        error, *deltas = (self._mean(total, among) for total in totals)
        return error, deltas

    def dot(self, left: Sequence[Value], right: Sequence[Value]) -> Value:
        """A sum of products in the documented order, lane by lane."""
        products = [self._two("fmul", a, b) for a, b in zip(left, right, strict=True)]
        if len(products) <= LANES:
            return self._sum(products)
        sums = [self._sum(products[part::LANES]) for part in range(LANES)]
        while len(sums) > 1:
            half = len(sums) // 2
            sums = [self._two("fadd", sums[i], sums[i + half]) for i in range(half)]
        return sums[0]

    def _row(
        self,
        batch: Batch,
        position: str,
        weights: Sequence[Value],
        fault: str,
        gradient: Gradient | None,
    ) -> list[Value]:
        """The error of one row, and its weight_delta of each weight."""
        emitter, formula = self._emitter, self._formula
        row = ordered(emitter, batch.order, position) if batch.order else position
        start = emitter.let(f"mul i64 {row}, {formula.inputs}")
        vectors = {"weights": list(weights), "inputs": self._inputs("%inputs", start)}
        known = {("", "target"): self._number("%targets", row)}

        def leaf(node: Node) -> Value:
            if node.operation == "dot":
                left, right = (vectors[name][start:stop] for name, start, stop in node.value)
                return self.dot(left, right)
            if node.operation == "element":
                name, index = node.value
                own: Value = vectors[name][index]
                return own
            return known.get(node.value) or self._parameter(node)

        predicting = Arithmetic(emitter, leaf, WIDTH)
        known["", "prediction"] = predicting.number(formula.predict.value)
        if formula.predict.log_odds is not None:
            known["", "log_odds"] = predicting.number(formula.predict.log_odds)
        comparing = Arithmetic(emitter, leaf, WIDTH)
        error = comparing.number(formula.compare.error)
        known["", "delta"] = comparing.number(formula.compare.delta)
        faults = [(predicting, formula.predict.fault), (comparing, formula.compare.fault)]
        deltas = []
        if gradient is not None:
            again = {**vectors, "inputs": self._inputs("%again", start)}
            deltas = self._weight_deltas(gradient, predicting, again)
            faults.append((predicting, gradient.fault))
        for arithmetic, node in faults:
            if node.operation != "constant" or node.value:
                condition, truth = arithmetic.condition(node), boolean(WIDTH)
                flags = emitter.let(f"load {truth}, ptr {fault}")
                flags = emitter.let(f"or {truth} {flags}, {condition}")
                emitter.do(f"store {truth} {flags}, ptr {fault}")
        return [error, *deltas]

    def _weight_deltas(
        self, gradient: Gradient, predicting: Arithmetic, vectors: dict[str, list[Value]]
    ) -> list[Value]:
        """The weight_delta of one row for each weight: the parts of the gradient, in order."""
        factors = [predicting.number(term.factor) for term in gradient.terms]
        single = {index: predicting.number(node) for index, node in gradient.elements.items()}
        found = []
        for index in range(len(vectors["weights"])):
            parts = []
            for term, factor in zip(gradient.terms, factors, strict=True):
                if term.start <= index < term.stop:
                    name, start, _ = term.other
                    other = vectors[name][start + index - term.start]
                    parts.append(self._two("fmul", factor, other))
            parts += [single[index]] if index in single else []
            found.append(self._sum(parts) if parts else literal(0.0, WIDTH))
        return found

    def _inputs(self, pointer: str, start: str) -> list[Value]:
        """The inputs of a row.

        They are read for each use, from a pointer of its own: a multiplication that reads its
        number by itself costs no more than one of registers, and reading one into all lanes of a
        register costs as much as an addition.
        """
        first = self._emitter.address(pointer, start)
        return [self._number(first, index) for index in range(self._formula.inputs)]

    def _number(self, pointer: str, index: str | int) -> Value:
        """One number of the table, in every lane."""
        emitter = self._emitter
        number = Value(emitter.load("double", emitter.address(pointer, index)))
        return emitter.splat(number, WIDTH)

    def _mean(self, total: str, among: Value) -> Value:
        value = Value(self._emitter.load(double(WIDTH), total), WIDTH)
        return self._two("fdiv", value, among)

    def _set(self, variables: Sequence[str], value: Value) -> None:
        for variable in variables:
            self._emitter.store(value.type, str(value), variable)

    def _sum(self, values: Sequence[Value]) -> Value:
        total, *others = values
        for value in others:
            total = self._two("fadd", total, value)
        return total

    def _two(self, operation: str, left: Value, right: Value) -> Value:
        return self._emitter.number(f"{operation} {left.type} {left}, {right}", WIDTH)
