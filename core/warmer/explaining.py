"""How a step is explained: it is taken by the python engine, and its formulas are worked out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import attrs

from warmer.api import task_of
from warmer.choose import assemble
from warmer.engines.choose import choose_engine
from warmer.engines.python import PythonEngine
from warmer.exceptions import UsageError, WarmerError
from warmer.explanation import ExplainedLine, ExplainedPart, Explanation
from warmer.history import Record
from warmer.loop import start_state
from warmer.network import Network, comparison, number
from warmer.parameters import Bounds, check_number
from warmer.registry import Registry
from warmer.sums import sum_of_rows
from warmer.symbolic.evaluate import evaluate, leaf_of
from warmer.symbolic.expression import UntraceableError
from warmer.symbolic.numbers import work_out
from warmer.symbolic.rule import parameter_values
from warmer.symbolic.sheet import (
    EVIDENCE,
    Part,
    Slope,
    memory_names,
    parts_of,
    slope_of,
    slope_part,
    symbol_names,
)
from warmer.symbolic.text import PRODUCT, TextWriter
from warmer.task import State, Task

Known = Mapping[tuple[str, str], Any]


def explain_run(
    inputs: Any,
    targets: Any,
    rule: Any,
    parameters: Mapping[str, Any],
    *,
    step: int,
    weights: Any,
    batch_size: int | None,
    predict: Any,
    compare: Any,
    modifiers: Sequence[Any],
    seed: int | None,
    target: int,
    shown: int,
    registry: Registry | None,
) -> Explanation:
    """Do what `warmer.explain` says."""
    network = assemble(rule, parameters, predict, compare, modifiers, registry or Registry())
    task, _ = task_of(network, inputs, targets, weights, None, batch_size, None, seed)
    return explain_step(network, task, step, target, shown)


def explain_step(
    network: Network, task: Task, step: int = 1, target: int = 0, shown: int = 3
) -> Explanation:
    """Explain one step of a task; as `warmer.explain`."""
    step = check_number("step", step, int, Bounds(at_least=1))
    shown = check_number("shown", shown, int, Bounds(at_least=1))
    most = task.targets.shape[1] - 1
    target = check_number("target", target, int, Bounds(at_least=0, at_most=most))
    task = attrs.evolve(task, steps=step)
    engine, state = _before(network, task, step)
    record = Record.of(
        1, task.weights.shape, 1, base=state.step, slopes=engine.has_slope, rows=task.batches.size
    )
    advance = engine.advance(state, 1, record)
    taken = advance.state if advance.state.step == step else None
    told = _Step(network, task, state, target, shown)
    parts = told.rows()
    if taken is not None:
        slopes = None
        if record.weight_deltas is not None:
            slopes = record.weight_deltas[0, :, target].tolist()
        parts += told.learning(float(record.error[0, target]), slopes, taken)
    return Explanation(
        step, len(told.batch), task.weights.shape[0], tuple(parts), task.description,
        None if taken is not None else f"the step was not taken: {advance.trouble}",
    )  # fmt: skip


def _before(network: Network, task: Task, step: int) -> tuple[PythonEngine, State]:
    """Take the steps before one; answers the engine that is to take it, and the state."""
    state = start_state(task, network.memory)
    if step == 1:
        return PythonEngine(network, task), state
    engine = choose_engine("auto", network, task).engine
    nothing = Record.of(0, task.weights.shape, 0, slopes=engine.has_slope, rows=task.batches.size)
    advance = engine.advance(state, step - 1, nothing)
    if advance.state.step < step - 1:
        raise UsageError(f"there is no step {step}: {advance.trouble}")
    literal = engine if isinstance(engine, PythonEngine) else PythonEngine(network, task)
    return literal, advance.state


class _Step:
    """A step that is being explained, from the state before it."""

    def __init__(self, network: Network, task: Task, state: State, target: int, shown: int):
        self._network, self._task, self._state = network, task, state
        self._target, self._shown, self._number = target, shown, state.step + 1
        self._weights = tuple(state.weights[:, target].tolist())
        start, stop = task.batches.span(self._number)
        order = task.batches.order(self._number)
        self.batch = list(range(start, stop)) if order is None else order[start:stop].tolist()
        self._symbols = symbol_names(network)
        self._values = parameter_values(network)
        self._parts = parts_of(network, len(self._weights))
        self._used = {*EVIDENCE, *self._symbols.values()}
        for hook in ("predict", "compare", "learn"):
            self._used.update(line.name for line in self._parts[hook].lines)

    def rows(self) -> list[ExplainedPart]:
        """Explain predict and compare for the first rows, and the mean over all of them."""
        parts: list[ExplainedPart] = []
        for row in self.batch[: self._shown]:
            inputs, goal = self._row(row)
            prediction, error, delta = self._assess(self._weights, row)
            parts.append(
                self._part(
                    "predict",
                    {"prediction": prediction},
                    {},
                    row=row,
                    vectors=(self._weights, inputs),
                )
            )
            known = {("", "prediction"): prediction, ("", "target"): goal}
            parts.append(self._part("compare", {"delta": delta, "error": error}, known, row=row))
        if len(self.batch) > 1:
            mean = ExplainedLine(
                "error", self._error(self._weights), f"mean of error over {self._all}"
            )
            title = f"compare ({self._by('compare')}), all {self._all}"
            left = len(self.batch) - self._shown
            note = f"{left} more rows are not shown" if left > 0 else None
            parts.append(ExplainedPart("compare", title, (mean,), note=note))
        return parts

    def learning(
        self, error: float, slopes: list[float] | None, after: State
    ) -> list[ExplainedPart]:
        """Explain learn for the first weights."""
        slope = self._slope()
        fields = getattr(self._network.memory, "_fields", ())
        names = memory_names(self._network)
        parts = []
        count = len(self._weights)
        for index in range(min(count, self._shown)):
            memory = self._state.memory[:, index, self._target].tolist()
            known: dict[tuple[str, str], Any] = {
                ("", "weight"): self._weights[index],
                ("", "error"): error,
                ("", "step"): float(self._number),
                ("", "error_at"): self._error_at(index),
                **{("memory", field): x for field, x in zip(fields, memory, strict=True)},
            }
            lines: tuple[ExplainedLine, ...] = ()
            if slopes is not None and "slope" in self._parts:
                known["", "weight_delta"] = slopes[index]
                lines = self._slope_lines(slope, index, slopes[index])
            remembered = after.memory[:, index, self._target].tolist()
            results = dict(zip(names, remembered, strict=True))
            results["weight"] = float(after.weights[index, self._target])
            part = self._part("learn", results, known, weight=index)
            if not any(line.formula for line in part.lines):
                lines = (ExplainedLine("weight before", self._weights[index]), *lines)
            left = count - self._shown
            note = part.note
            if index == self._shown - 1 and left > 0:
                note = f"{note}; " if note else ""
                note += f"{left} more weights move by the same formula and are not shown"
            parts.append(attrs.evolve(part, lines=(*lines, *part.lines), note=note))
        return parts

    @property
    def _all(self) -> str:
        return f"{len(self.batch)} rows"

    def _by(self, hook: str) -> str:
        return self._network.where[hook].partition(" of ")[2]

    def _row(self, row: int) -> tuple[tuple[float, ...], float]:
        return tuple(self._task.inputs[row].tolist()), float(self._task.targets[row, self._target])

    def _assess(self, weights: Sequence[float], row: int) -> tuple[float, float, float]:
        """Predict and compare one row, as the python engine does: prediction, error, delta."""
        inputs, goal = self._row(row)
        hook, where = self._network.hook, self._network.where
        try:
            prediction = number(hook.predict(weights=weights, inputs=inputs), where["predict"])
            answer = comparison(hook.compare(prediction=prediction, target=goal), where["compare"])
        except ArithmeticError as error:
            raise UsageError(f"step {self._number} cannot be explained: {error}") from error
        return prediction, answer.error, answer.delta

    def _error(self, weights: Sequence[float]) -> float:
        errors = [self._assess(weights, row)[1] for row in self.batch]
        return sum_of_rows(errors) / len(errors)

    def _error_at(self, index: int) -> Callable[[float], float]:
        before, after = self._weights[:index], self._weights[index + 1 :]
        return lambda candidate: self._error((*before, candidate, *after))

    def _slope(self) -> Slope | None:
        try:
            return slope_of(self._network, len(self._weights))
        except UntraceableError:
            return None

    def _slope_lines(
        self, slope: Slope | None, index: int, value: float
    ) -> tuple[ExplainedLine, ...]:
        """How the weight_delta of one weight comes about: in full where the batch is one row."""
        bare = ExplainedLine("weight_delta", value)
        if slope is None:
            return (bare,)
        part = slope_part(slope, index, set(self._used))
        if len(self.batch) > 1:
            *shared, formula = _formulas(part, self._symbols)
            mean = f"mean of {formula} over {self._all}"
            if shared:
                mean += ", where " + ", ".join(shared)
            return (attrs.evolve(bare, formula=mean),)
        row = self.batch[0]
        prediction, _, delta = self._assess(self._weights, row)
        known = {("", "prediction"): prediction, ("", "delta"): delta}
        vectors = self._weights, self._row(row)[0]
        lines = self._lines(part, {"weight_delta": value}, known, vectors)
        return lines or (bare,)

    def _part(
        self,
        hook: str,
        results: Mapping[str, float],
        known: Known,
        *,
        row: int | None = None,
        weight: int | None = None,
        vectors: Any = None,
    ) -> ExplainedPart:
        """Explain one hook by its formula where there is one, else by its results alone."""
        part = self._parts[hook]
        title = f"{hook} ({self._by(hook)})"
        if row is not None and len(self.batch) > 1:
            title += f", row {row + 1}"
        if weight is not None and len(self._weights) > 1:
            title += f", weight {weight + 1} of {len(self._weights)}"
        lines, note = self._lines(part, results, known, vectors), None
        if not lines:
            lines = tuple(ExplainedLine(name, value) for name, value in results.items())
            note = f"no formula: {part.reason}" if part.reason else (
                "here Python computes something else than the formula says"
            )  # fmt: skip
        return ExplainedPart(hook, title, lines, row, weight, note)

    def _lines(
        self, part: Part, results: Mapping[str, float], known: Known, vectors: Any
    ) -> tuple[ExplainedLine, ...]:
        """Work out the lines of a part; none where it has no formula or an exceptional value."""
        values: dict[int, Any] = {}
        leaf = leaf_of(*vectors) if vectors else None
        try:
            for name, node in part.lines:
                if name in results:
                    evaluate(node, {**self._values, **known}, leaf, values)
                    if repr(float(values[id(node)])) != repr(results[name]):
                        return ()
        except (ArithmeticError, ValueError, WarmerError):
            return ()
        return tuple(
            ExplainedLine(name, _plain(results.get(name, value)), formula, numbers, because)
            for name, formula, numbers, value, because in work_out(
                part.lines, part.named, self._symbols, values, vectors
            )
        )


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool) else float(value)


def _formulas(part: Part, symbols: Mapping[tuple[str, str], str]) -> Iterable[str]:
    writer = TextWriter(part.named, symbols)
    *shared, last = part.lines
    parts = (f"{line.name} = {writer.define(line)}" for line in shared)
    return [*parts, writer.write(last.node, PRODUCT)]
