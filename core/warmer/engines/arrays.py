"""The arrays engine: formulas evaluated over NumPy arrays, in the documented order of sums."""

import math
from typing import Any, NamedTuple

import numpy as np

from warmer.engines.by_blocks import Assessor, mean_of_blocks
from warmer.engines.over_arrays import Over, ordered_dot
from warmer.engines.python import PythonEngine
from warmer.formulas.expression import Node
from warmer.formulas.sums import block_of
from warmer.plugins.network import Network
from warmer.runs.history import Record
from warmer.runs.task import Advance, Array, Orders, State, Task, error_trouble, farthest
from warmer.tracing.network_formula import Formula


class Batch(NamedTuple):
    """What predict and compare come to over the rows of one step and one target.

    Parameters:
        rows: which they are, a slice or numbers.
        error: their mean.
        weight_deltas: their means; None where nobody asks.
        fault: whether Python would raise at a row, and so must look.
        prediction, delta: of a single row.
    """

    weights: Array
    rows: Any
    target: int
    error: float
    weight_deltas: Array | None
    fault: bool
    prediction: float | None = None
    delta: float | None = None


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
        self._assessor = Assessor(formula, self._values, task.inputs, task.targets)

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
            batch = self._batch(weights, rows, target, wanted)
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

    def _learn(self, step: int, memory: Array, batch: Batch) -> tuple[Array, bool]:
        """The new weights and memories of one target, and whether Python must look."""
        fields = dict(zip(self._formula.memory, memory, strict=True))
        fault = False

        def leaf(node: Node) -> Any:
            nonlocal fault
            if node.operation == "error_at":
                candidates = np.broadcast_to(value(node.arguments[0]), batch.weights.shape)
                errors, bad = self._errors_at(candidates, batch)
                fault |= bad or not np.isfinite(errors).all()
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

    def _errors_at(self, candidates: Array, batch: Batch) -> tuple[Array, bool]:
        """The error with each weight at its candidate; whether Python must look."""
        errors, fault = np.empty(len(candidates)), False
        for index, candidate in enumerate(candidates):
            tried = batch.weights.copy()
            tried[index] = candidate
            errors[index], bad = self._error(tried, batch.rows, batch.target)
            fault |= bad
        return errors, fault

    def _when(self, step: int) -> dict[str, float]:
        """What a step is told of its place in the run."""
        passes = (step - 1) // self._task.batches.per_pass
        return {
            "step": float(step), "steps": float(self._task.steps or 0), "passes": float(passes)
        }  # fmt: skip

    def _batch(self, weights: Array, rows: Any, target: int, wanted: bool) -> Batch:
        count = rows.stop - rows.start if isinstance(rows, slice) else len(rows)
        found = self._assessor.blocks(weights, rows, target, wanted, block_of(count))
        sums = found.weight_deltas
        return Batch(
            weights, rows, target, float(mean_of_blocks(found.errors, count)),
            None if sums is None else mean_of_blocks(sums, count), found.fault,
            found.prediction, found.delta,
        )  # fmt: skip

    def _error(self, weights: Array, rows: Any, target: int) -> tuple[float, bool]:
        batch = self._batch(weights, rows, target, wanted=False)
        return batch.error, batch.fault
