"""One step worked out for one target: its formulas, and what Python itself computes."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from warmer.engines.calling import BeyondError
from warmer.engines.python import Assessed, assess_row
from warmer.exceptions import HookError, UsageError, WarmerError
from warmer.explaining.explanation import ExplainedLine, ExplainedPart, Names
from warmer.explaining.sheet import (
    EVIDENCE,
    Part,
    Slope,
    memory_names,
    parts_of,
    slope_of,
    slope_part,
    symbol_names,
)
from warmer.formulas.evaluation import evaluate, leaf_of
from warmer.formulas.expression import UntraceableError
from warmer.formulas.filled import work_out
from warmer.formulas.sums import sum_of_rows
from warmer.formulas.text import PRODUCT, TextWriter
from warmer.plugins.network import Network
from warmer.runs.task import State, Task

Known = Mapping[tuple[str, str], Any]


class WorkedStep:
    """A step that is being explained, from the state before it."""

    def __init__(
        self, network: Network, task: Task, state: State, target: int, shown: int, names: Names
    ):
        self._network, self.task, self._state = network, task, state
        self.target, self._shown, self.number = target, shown, state.step + 1
        self.names = names
        self._weights = tuple(state.weights[:, target].tolist())
        start, stop = task.batches.span(self.number)
        order = task.batches.order(self.number)
        self.batch = list(range(start, stop)) if order is None else order[start:stop].tolist()
        self._symbols = symbol_names(network)
        self._values = network.parameters
        self._parts = parts_of(network, len(self._weights))
        self._used = {*EVIDENCE, *self._symbols.values()}
        for hook in ("predict", "compare", "learn"):
            self._used.update(line.name for line in self._parts[hook].lines)

    def rows(self) -> list[ExplainedPart]:
        """Explain predict and compare for the first rows, and the mean over all of them."""
        parts: list[ExplainedPart] = []
        for row in self.batch[: self._shown]:
            inputs, goal = self._row(row)
            found = self._assess(self._weights, row)
            vectors = self._weights, inputs
            parts.append(self._part("predict", _predicted(found), {}, row=row, vectors=vectors))
            known = _known(**_predicted(found), target=goal)
            compared = {"delta": found.delta, "error": found.error}
            parts.append(self._part("compare", compared, known, row=row))
        if len(self.batch) > 1:
            mean = ExplainedLine(
                "error", self._error(self._weights), f"mean of error over {self._all}"
            )
            title = f"compare ({self._by('compare')}), all {self._all}"
            left = len(self.batch) - self._shown
            note = f"{_more(left, 'row is', 'rows are')} not shown" if left > 0 else None
            parts.append(ExplainedPart("compare", title, (mean,), note=note))
        return parts

    def learning(
        self, error: float, weight_deltas: list[float] | None, after: State
    ) -> list[ExplainedPart]:
        """Explain learn for the first weights."""
        slope = self._slope()
        fields = self._network.fields
        names = memory_names(self._network)
        parts = []
        count = len(self._weights)
        for index in range(min(count, self._shown)):
            memory = self._state.memory[:, index, self.target].tolist()
            known: dict[tuple[str, str], Any] = {
                ("", "weight"): self._weights[index],
                ("", "error"): error,
                ("", "step"): float(self.number),
                ("", "error_at"): self._error_at(index),
                **{("memory", field): x for field, x in zip(fields, memory, strict=True)},
            }
            lines: tuple[ExplainedLine, ...] = ()
            if weight_deltas is not None and "slope" in self._parts:
                known["", "weight_delta"] = weight_deltas[index]
                lines = self._slope_lines(slope, index, weight_deltas[index])
            remembered = after.memory[:, index, self.target].tolist()
            results = dict(zip(names, remembered, strict=True))
            results["weight"] = float(after.weights[index, self.target])
            part = self._part("learn", results, known, weight=index)
            if not any(line.formula for line in part.lines):
                lines = (ExplainedLine("weight before", self._weights[index]), *lines)
            left = count - self._shown
            note = part.note
            if index == self._shown - 1 and left > 0:
                note = f"{note}; " if note else ""
                moved = _more(left, "weight moves", "weights move")
                note += f"{moved} by the same formula, not shown here"
            parts.append(attrs.evolve(part, lines=(*lines, *part.lines), note=note))
        return parts

    @property
    def _all(self) -> str:
        return f"{len(self.batch)} rows"

    def _by(self, hook: str) -> str:
        return self._network.where[hook].partition(" of ")[2]

    def _row(self, row: int) -> tuple[tuple[float, ...], float]:
        return tuple(self.task.inputs[row].tolist()), float(self.task.targets[row, self.target])

    def _assess(self, weights: tuple[float, ...], row: int) -> Assessed:
        """Predict and compare one row, as the python engine does."""
        try:
            return assess_row(self._network, weights, *self._row(row))
        except (BeyondError, HookError) as error:
            raise UsageError(f"step {self.number} cannot be explained: {error}") from error

    def _error(self, weights: tuple[float, ...]) -> float:
        errors = [self._assess(weights, row).error for row in self.batch]
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
        found = self._assess(self._weights, row)
        known = _known(**_predicted(found), delta=found.delta)
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
            numbered = f"{weight + 1} of {len(self._weights)}"
            title += f", weight {self.names.weights[weight] if self.names.weights else numbered}"
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


def _predicted(row: Assessed) -> dict[str, float]:
    """The results of predict, by their names."""
    odds = {} if row.log_odds is None else {"log_odds": row.log_odds}
    return {"prediction": row.prediction, **odds}


def _known(**values: float) -> Known:
    return {("", name): value for name, value in values.items()}


def _more(count: int, one: str, several: str) -> str:
    return f"{count} more {one if count == 1 else several}"


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool) else float(value)


def _formulas(part: Part, symbols: Mapping[tuple[str, str], str]) -> Iterable[str]:
    writer = TextWriter(part.named, symbols)
    *shared, last = part.lines
    parts = (f"{line.name} = {writer.define(line)}" for line in shared)
    return [*parts, writer.write(last.node, PRODUCT)]
