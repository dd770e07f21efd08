"""The arrays engine: formulas evaluated over NumPy arrays, in the documented order of sums."""

import math
from typing import Any

import numpy as np

from warmer.engines.over_arrays import Leaf, Over, ordered_dot
from warmer.engines.python import PythonEngine
from warmer.formulas.expression import Node
from warmer.formulas.sums import block_of
from warmer.plugins.network import Network
from warmer.runs.history import Record
from warmer.runs.task import Advance, Array, Orders, State, Task, error_trouble, farthest
from warmer.tracing.network_formula import Formula

AT_ONCE = 4096  # rows that expressions are evaluated over at once


class ArraysEngine:
    """Takes steps by evaluating the network's formula on blocks of rows at once."""

    name = "arrays"
    steps_at_first = 1

    def __init__(self, network: Network, task: Task, formula: Formula):
        self._network = network
        self._task = task
        self._orders = Orders(task.batches)
        self._formula = formula
        self._gradient = formula.predict.gradient
        self.has_weight_deltas = self._gradient is not None
        self._asked = network.asks_for_weight_deltas
        self._values = network.parameters

    def advance(self, state: State, steps: int, record: Record) -> Advance:
        """Take a number of steps, or fewer where the run converges or leaves the floats."""
        batches, tolerance = self._task.batches, self._task.tolerance
        for step in range(state.step + 1, state.step + steps + 1):
            start, stop = batches.span(step)
            order = self._orders.of(step)
            rows = slice(start, stop) if order is None else order[start:stop]
            with np.errstate(all="ignore"):
                after = self._step(state, step, rows, record)
            if isinstance(after, str):
                return Advance(state, trouble=after)
            if after is None:  # Python says what is wrong, or that nothing is
                advance = PythonEngine(self._network, self._task).advance(state, 1, record)
                if advance.ended:
                    return advance
                state = advance.state
                continue
            state = after
            if tolerance is not None and stop == batches.rows:
                if state.moved <= tolerance and step >= batches.per_pass:
                    return Advance(state, converged=True)
                state = state.measured_anew()
        return Advance(state)

    def error(self, weights: Array) -> Array:
        """The error over all rows, one for each target; inf where it is beyond the floats."""
        everything = slice(0, self._task.batches.rows)
        errors = []
        for target, column in enumerate(weights.T):
            with np.errstate(all="ignore"):
                error, fault = self._error(column, everything, target)
            if fault or not math.isfinite(error):
                return PythonEngine(self._network, self._task).error(weights)
            errors.append(error)
        return np.array(errors)

    def _step(self, state: State, step: int, rows: Any, record: Record) -> State | str | None:
        """The next state; a text where the error is not finite; None where Python must look."""
        new_weights = np.empty_like(state.weights)
        new_memory = np.empty_like(state.memory)
        error_sums = state.error_sums.copy()
        last_errors = np.stack([state.last_errors[1], state.last_errors[1]])
        place = record.place(step)
        for target in range(state.weights.shape[1]):
            weights = state.weights[:, target]
            wanted = self._asked or (place is not None and record.weight_deltas is not None)
            batch = _Batch(self, weights, rows, target, wanted)
            if not math.isfinite(batch.error):
                return None if batch.fault or target else error_trouble(batch.error, step)
            if place is not None:
                record.put(
                    place, target, weights, batch.error, batch.weight_deltas, batch.prediction,
                    batch.delta,
                )  # fmt: skip
            new, fault = self._learn(step, state.memory[:, :, target], batch)
            if fault or batch.fault or not np.isfinite(new).all():
                return None
            new_weights[:, target], new_memory[:, :, target] = new[0], new[1:]
            window = self._task.window(step), target
            error_sums[window] += batch.error
            last_errors[1, target] = batch.error
        moved = state.moved
        if self._task.tolerance is not None:
            moved = max(moved, farthest(state.weights, new_weights))
        return State(step, new_weights, new_memory, error_sums, last_errors, moved)

    def _learn(self, step: int, memory: Array, batch: "_Batch") -> tuple[Array, bool]:
        """The new weights and memories of one target, and whether Python must look."""
        fields = dict(zip(self._formula.memory, memory, strict=True))
        fault = False

        def leaf(node: Node) -> Any:
            nonlocal fault
            if node.operation == "error_at":
                candidates = np.broadcast_to(value(node.arguments[0]), batch.weights.shape)
                errors = np.empty(len(candidates))
                for index, candidate in enumerate(candidates):
                    tried = batch.weights.copy()
                    tried[index] = candidate
                    errors[index], bad = self._error(tried, batch.rows, batch.target)
                    fault |= bad or not math.isfinite(errors[index])
                return errors
            if node.operation == "norm":
                over = np.broadcast_to(value(node.arguments[0]), batch.weights.shape)
                norm = math.sqrt(ordered_dot(over, over))
                fault |= not math.isfinite(norm)
                return norm
            owner, name = node.value
            if owner == "memory":
                return fields[name]
            if owner:
                return self._values[node.value]
            if name == "weight_delta":
                return batch.weight_deltas
            return {"weight": batch.weights, "error": batch.error, **self._when(step)}[name]

        value = Over(leaf)
        learn = self._formula.learn
        new = [
            np.broadcast_to(value(node), batch.weights.shape)
            for node in (learn.weight, *learn.memory)
        ]
        raises = bool(np.any(value(learn.fault)))  # which may probe, and find another fault
        return np.array(new), fault or raises

    def _when(self, step: int) -> dict[str, float]:
        """What a step is told of its place in the run."""
        passes = (step - 1) // self._task.batches.per_pass
        return {
            "step": float(step), "steps": float(self._task.steps or 0), "passes": float(passes)
        }  # fmt: skip

    def _error(self, weights: Array, rows: Any, target: int) -> tuple[float, bool]:
        batch = _Batch(self, weights, rows, target, wanted=False)
        return batch.error, batch.fault

    def _rows(self, weights: Array, rows: Any, target: int) -> tuple[Leaf, Array]:
        """How to evaluate expressions of predict and compare over some rows."""
        inputs = self._task.inputs[rows]
        vectors = {"weights": weights, "inputs": inputs}
        known: dict[str, Any] = {"target": self._task.targets[rows, target]}

        def leaf(node: Node) -> Any:
            if node.operation == "dot":
                left, right = (vectors[name][..., start:stop] for name, start, stop in node.value)
                return ordered_dot(left, right)
            if node.operation == "element":
                name, index = node.value
                return vectors[name][..., index]
            owner, name = node.value
            return self._values[node.value] if owner else known[name]

        value = Over(leaf)
        known["prediction"] = value(self._formula.predict.value)
        if self._formula.predict.log_odds is not None:
            known["log_odds"] = value(self._formula.predict.log_odds)
        known["delta"] = value(self._formula.compare.delta)
        return value, inputs


class _Batch:
    """Predict and compare for the rows of one step and one target, block by block."""

    def __init__(self, engine: ArraysEngine, weights: Array, rows: Any, target: int, wanted: bool):
        self.weights, self.rows, self.target = weights, rows, target
        formula, gradient = engine._formula, engine._gradient
        indices = range(rows.start, rows.stop) if isinstance(rows, slice) else rows
        errors, sums = [], []
        self.fault = False
        self.prediction: float | None = None  # of a single row, like delta
        self.delta: float | None = None
        block = block_of(len(indices))
        some = max(block, AT_ONCE)  # whole blocks: both are powers of two
        for start in range(0, len(indices), some):
            stop = min(start + some, len(indices))
            span = (
                slice(rows.start + start, rows.start + stop)
                if isinstance(rows, slice)
                else rows[start:stop]
            )
            value, inputs = engine._rows(weights, span, target)
            count = stop - start
            errors += _by_blocks(np.broadcast_to(value(formula.compare.error), count), block)
            faults = [formula.predict.fault, formula.compare.fault]
            if wanted and gradient is not None:
                parts = np.zeros((count, len(weights)))
                started = np.zeros(len(weights), dtype=bool)
                for term in gradient.terms:
                    name, other, _ = term.other
                    vector = inputs if name == "inputs" else weights
                    factor = np.reshape(value(term.factor), (-1, 1))
                    share = factor * vector[..., other : other + term.stop - term.start]
                    here = slice(term.start, term.stop)
                    parts[:, here] = np.where(started[here], parts[:, here] + share, share)
                    started[here] = True
                for index, node in gradient.elements.items():
                    share = value(node)
                    parts[:, index] = parts[:, index] + share if started[index] else share
                sums += _by_blocks(parts, block)
                faults.append(gradient.fault)
            self.fault |= any(bool(np.any(value(fault))) for fault in faults)
            if len(indices) == 1:
                graph = formula.predict.value.graph
                self.prediction, self.delta = (
                    float(np.ravel(value(graph.symbol(name)))[0])
                    for name in ("prediction", "delta")
                )
        count = len(indices)
        self.error = float(_in_order(np.array(errors)) / count)
        self.weight_deltas = _in_order(np.array(sums)) / count if sums else None


def _by_blocks(values: Array, block: int) -> list[Any]:
    """The sum of every block along the first axis, whose last block may be shorter."""
    whole = len(values) // block * block
    blocks = values[:whole].reshape(-1, block, *values.shape[1:])
    sums = list(np.add.accumulate(blocks, axis=1)[:, -1].copy())
    return [*sums, _in_order(values[whole:])] if whole < len(values) else sums


def _in_order(values: Array) -> Any:
    """Add along the first axis, one after another (a plain sum would add in pairs)."""
    return np.add.accumulate(values, axis=0)[-1].copy()  # a view would keep all the rest
