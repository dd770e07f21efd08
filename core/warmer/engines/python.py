"""The literal engine: calls the hooks float by float. It defines every result."""

import math
from array import array
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from warmer.engines.calling import BeyondError, call
from warmer.engines.weight_deltas import Batch, Floats, WeightDeltas
from warmer.exceptions import HookError
from warmer.history import Record
from warmer.network import UNASKED, Network, comparison, learned, number
from warmer.sums import sum_of_rows
from warmer.task import Advance, Array, Orders, State, Task, farthest


class Assessed(NamedTuple):
    """What predict and compare say of one row; `log_odds` where the comparison asks for them."""

    prediction: float
    log_odds: float | None
    error: float
    delta: float


def assess_row(network: Network, weights: Floats, inputs: Floats, target: float) -> Assessed:
    """Predict and compare one row, as their plugins do."""
    hook, where, log_odds = network.hook, network.where, None
    row = {"weights": weights, "inputs": inputs}
    prediction = number(call(network, where["predict"], hook.predict, **row), where["predict"])
    if network.odds:
        odds = call(network, where["log_odds"], hook.log_odds, **row, prediction=prediction)
        log_odds = number(odds, where["log_odds"])
    known = {"prediction": prediction, "log_odds": log_odds, "target": target}
    answer = call(network, where["compare"], hook.compare, **known)
    return Assessed(prediction, log_odds, *comparison(answer, where["compare"]))


class PythonEngine:
    """Takes steps by calling predict, compare and learn as they are written."""

    name = "python"
    numbers_at_first = 2_000

    def __init__(self, network: Network, task: Task):
        self._network = network
        self._hook = network.hook
        self._task = task
        self._orders = Orders(task.batches)
        self._weight_deltas = WeightDeltas(network, task.inputs.shape[1])
        self.has_weight_deltas = self._weight_deltas.gradient is not None
        if network.asks_for_weight_deltas:
            self._weight_deltas.require()

    def advance(self, state: State, steps: int, record: Record) -> Advance:
        """Take a number of steps, or fewer where the run converges or leaves the floats."""
        for step in range(state.step + 1, state.step + steps + 1):
            start, stop = self._task.batches.span(step)
            order = self._orders.of(step)
            rows = slice(start, stop) if order is None else order[start:stop]
            try:
                state = self._step(state, step, rows, record)
            except BeyondError as beyond:
                return Advance(state, trouble=f"{beyond} at step {step}")
            if self._task.tolerance is not None and stop == self._task.batches.rows:
                if state.moved <= self._task.tolerance and step >= self._task.batches.per_pass:
                    return Advance(state, converged=True)
                state = state.measured_anew()
        return Advance(state)

    def error(self, weights: Array) -> Array:
        """The error over all rows, one for each target; inf where it is beyond the floats."""
        rows = slice(0, self._task.batches.rows)
        errors = []
        for target, column in enumerate(weights.T.tolist()):
            try:
                errors.append(self._assess(tuple(column), self._batch(rows, target))[0])
            except BeyondError:
                errors.append(math.inf)
        return np.array(errors)

    def _batch(self, rows: Any, target: int) -> Batch:
        return Batch(self._task.inputs[rows], self._task.targets[rows, target])

    def _step(self, state: State, step: int, rows: Any, record: Record) -> State:
        new_weights = np.empty_like(state.weights)
        new_memory = np.empty_like(state.memory)
        error_sums = state.error_sums.copy()
        last_errors = np.stack([state.last_errors[1], state.last_errors[1]])
        place = record.place(step)
        for target in range(state.weights.shape[1]):
            weights = tuple(state.weights[:, target].tolist())
            batch = self._batch(rows, target)
            error, prediction, deltas = self._assess(weights, batch)
            weight_deltas = None
            if self._network.asks_for_weight_deltas:
                weight_deltas = self._weight_deltas.mean(weights, batch, deltas)
            if place is not None:
                record.weights[place, :, target] = weights
                record.error[place, target] = error
                if record.weight_deltas is not None:
                    record.weight_deltas[place, :, target] = (
                        weight_deltas or self._weight_deltas.for_history(weights, batch, deltas)
                    )
                if record.prediction is not None and record.delta is not None:
                    record.prediction[place, target] = prediction
                    record.delta[place, target] = deltas[0]
            evidence = {**UNASKED, "step": float(step), "error": error}
            learn = self._learn_all if self._network.plural else self._learn_each
            new, memories = learn(evidence, target, weights, weight_deltas, state, batch, deltas)
            if not all(map(math.isfinite, new)):
                raise BeyondError(f"a weight would become {next(w for w in new if w - w)}")
            if not np.isfinite(memories).all():
                raise BeyondError("what a weight remembers is not finite")
            new_weights[:, target] = new
            new_memory[:, :, target] = memories
            window = self._task.window(step), target
            error_sums[window] = float(error_sums[window]) + error  # inf without a warning
            last_errors[1, target] = error
        moved = state.moved
        if self._task.tolerance is not None:
            moved = max(moved, farthest(state.weights, new_weights))
        return State(step, new_weights, new_memory, error_sums, last_errors, moved)

    def _assess(self, weights: Floats, batch: Batch) -> "tuple[float, float, array[float]]":
        """Predict and compare every row: the mean error, the last prediction, the deltas."""
        errors, deltas = array("d"), array("d")
        for inputs, target in batch.rows():
            row = assess_row(self._network, weights, inputs, target)
            errors.append(row.error)
            deltas.append(row.delta)
        mean = sum_of_rows(errors) / len(errors)
        if not math.isfinite(mean):
            raise BeyondError(f"the error is {mean}")
        return mean, row.prediction, deltas

    def _learn_each(
        self,
        evidence: dict[str, Any],
        target: int,
        weights: Floats,
        weight_deltas: list[float] | None,
        state: State,
        batch: Batch,
        _deltas: "array[float]",
    ) -> tuple[list[float], Any]:
        """Ask learn once for every weight, all from the state at the start of the step."""
        where = self._network.where["learn"]
        memory = self._network.memory
        new, memories = [], []
        for index, weight in enumerate(weights):
            if memory:
                evidence["memory"] = type(memory)(*state.memory[:, index, target].tolist())
            evidence["weight"] = weight
            evidence["weight_delta"] = None if weight_deltas is None else weight_deltas[index]
            evidence["error_at"] = self._error_at(weights, index, batch)
            answer = call(self._network, where, self._hook.learn, **evidence)
            moved, remembered = learned(answer, memory, where)
            new.append(moved)
            memories.append(remembered)
        return new, np.array(memories).T.reshape(len(memory), len(weights))

    def _error_at(self, weights: Floats, index: int, batch: Batch) -> Callable[[float], float]:
        def error_at(candidate: float) -> float:
            where = f"error_at, asked by {self._network.rule.name},"
            tried = (*weights[:index], number(candidate, where), *weights[index + 1 :])
            return self._assess(tried, batch)[0]

        return error_at

    def _learn_all(
        self,
        evidence: dict[str, Any],
        target: int,
        weights: Floats,
        weight_deltas: list[float] | None,
        state: State,
        batch: Batch,
        deltas: "array[float]",
    ) -> tuple[list[float], Any]:
        """Ask learn once for all weights of a target."""
        where = self._network.where["learn"]
        memory = self._network.memory
        if memory:
            evidence["memory"] = type(memory)(*state.memory[:, :, target].copy())
        asked = "rng" in self._network.evidence
        evidence |= {
            "weights": np.array(weights),
            "weight_deltas": None if weight_deltas is None else np.array(weight_deltas),
            "inputs": batch.inputs.copy(),
            "deltas": np.array(deltas),
            "rng": self._task.generator(state.step + 1) if asked else None,
        }
        answer = call(self._network, where, self._hook.learn, **evidence)
        shape = (len(weights),)
        try:
            new = np.asarray(answer.weight, dtype=np.float64)
            memories = np.array([*answer.memory], dtype=np.float64).reshape(len(memory), *shape)
            if new.shape != shape:
                raise ValueError
        except (AttributeError, TypeError, ValueError):
            raise HookError(
                f"{where} answered {answer!r}, not {len(weights)} weights"
                + (" and their memory" if memory else "")
            ) from None
        return new.tolist(), memories
