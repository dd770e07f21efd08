"""The literal engine: calls the hooks float by float. It defines every result."""

import math
from array import array
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from warmer.contract.answers import comparison, number
from warmer.engines.calling import BeyondError, call
from warmer.engines.floats import Rows
from warmer.engines.learning import Learner, Seen
from warmer.engines.weight_deltas import WeightDeltas
from warmer.exceptions import HookError, Stop
from warmer.formulas.sums import Floats, sum_of_rows
from warmer.plugins.network import Network
from warmer.runs.history import Record
from warmer.runs.task import Advance, Array, Orders, State, Task


class Assessed(NamedTuple):
    """What predict and compare say of one row; `log_odds` where the comparison asks for them."""

    prediction: float
    log_odds: float | None
    error: float
    delta: float


def assess_row(network: Network, weights: Floats, inputs: Floats, target: float) -> Assessed:
    """Predict and compare one row, as their plugins do."""
    ask, where, at, log_odds = network.ask, network.where, network.at, None
    row: dict[str, Any] = {"weights": weights, "inputs": inputs}
    said = where["predict"]
    prediction = number(call(network, said, ask["predict"], row), said, at["predict"])
    if network.odds:
        row["prediction"], said = prediction, where["log_odds"]
        log_odds = number(call(network, said, ask["log_odds"], row), said, at["log_odds"])
    row = {"prediction": prediction, "log_odds": log_odds, "target": target}
    said = where["compare"]
    error, delta = comparison(call(network, said, ask["compare"], row), said, at["compare"])
    return Assessed(prediction, log_odds, error, delta)


class Taken(NamedTuple):
    """What a step makes of one target: its error before, its weights and memory after."""

    error: float
    weights: Floats
    memory: Array


class Walk:
    """The numbers of a run between two steps, as floats; weights and memory by target."""

    def __init__(self, state: State):
        self.step, self.moved = state.step, state.moved
        self.weights: list[Floats] = [tuple(column) for column in state.weights.T.tolist()]
        self.memory = list(np.moveaxis(state.memory, 2, 0))
        self._error_sums = state.error_sums.tolist()
        self._last_errors = state.last_errors.tolist()

    def take(self, window: int, taken: list[Taken], measured: bool) -> None:
        """Go on by one step of every target."""
        if measured:
            self.moved = max(self.moved, *map(_farthest, self.weights, (t.weights for t in taken)))
        self.step += 1
        self.weights = [target.weights for target in taken]
        self.memory = [target.memory for target in taken]
        errors = [target.error for target in taken]
        sums = self._error_sums[window]
        sums[:] = [total + error for total, error in zip(sums, errors, strict=True)]
        self._last_errors = [self._last_errors[1], errors]

    def state(self) -> State:
        """The same as arrays."""
        return State(
            self.step,
            np.array(self.weights).T.copy(),
            np.stack(self.memory, axis=2),
            np.array(self._error_sums),
            np.array(self._last_errors),
            self.moved,
        )


class PythonEngine:
    """Takes steps by calling predict, compare and learn as they are written.

    Attributes:
        predicted: how many rows it has predicted so far, those that rules probe among them.
    """

    name = "python"
    steps_at_first = 1

    def __init__(self, network: Network, task: Task):
        self._network = network
        self._learner = Learner(network, task.steps, task.batches.per_pass)
        self._task = task
        self.predicted = 0
        self._orders = Orders(task.batches)
        self._everything = Rows(task.inputs), list(map(Rows, task.targets.T))
        self._weight_deltas = WeightDeltas(network, task.inputs.shape[1])
        self.has_weight_deltas = self._weight_deltas.gradient is not None
        if network.asks_for_weight_deltas:
            self._weight_deltas.require()

    def advance(self, state: State, steps: int, record: Record) -> Advance:
        """Take a number of steps, or fewer where the run converges or leaves the floats."""
        task, walk = self._task, Walk(state)
        tolerance = task.tolerance
        for step in range(state.step + 1, state.step + steps + 1):
            rows, targets = self._batch(step)
            try:
                taken = self.take(step, walk, rows, targets, record)
            except BeyondError as beyond:
                return Advance(walk.state(), trouble=f"{beyond} at step {step}")
            except Stop as stop:
                return Advance(walk.state(), stop=stop)
            except HookError as error:
                raise HookError(f"{error} at step {step}") from error.__cause__
            walk.take(task.window(step), taken, tolerance is not None)
            if tolerance is not None and step % task.batches.per_pass == 0:
                if walk.moved <= tolerance:
                    return Advance(walk.state(), converged=True)
                walk.moved = 0.0
        return Advance(walk.state())

    def take(
        self, step: int, walk: Walk, rows: Rows, targets: list[Rows], record: Record
    ) -> list[Taken]:
        """What a step on some rows makes of every target; the walk stays where it is."""
        return [
            self._step(step, target, walk, rows, goals, record)
            for target, goals in enumerate(targets)
        ]

    def error(self, weights: Array) -> Array:
        """The error over all rows, one for each target; inf where it is beyond the floats.

        It is nan where a plugin asks to end the run instead of answering.
        """
        (rows, targets), errors = self._everything, []
        for column, goals in zip(weights.T.tolist(), targets, strict=True):
            try:
                errors.append(self._assess(tuple(column), rows, goals)[0])
            except BeyondError:
                errors.append(math.inf)
            except Stop:
                errors.append(math.nan)
        return np.array(errors)

    def _batch(self, step: int) -> tuple[Rows, list[Rows]]:
        """The rows of a step, and their targets by network."""
        if self._task.batches.size == self._task.batches.rows:
            return self._everything
        start, stop = self._task.batches.span(step)
        order = self._orders.of(step)
        rows = slice(start, stop) if order is None else order[start:stop]
        return Rows(self._task.inputs[rows]), list(map(Rows, self._task.targets[rows].T))

    def _step(
        self, step: int, target: int, walk: Walk, rows: Rows, goals: Rows, record: Record
    ) -> Taken:
        """Predict, compare and learn for one target."""
        weights, memory = walk.weights[target], walk.memory[target]
        error, prediction, deltas = self._assess(weights, rows, goals)
        slopes = None
        if self._network.asks_for_weight_deltas:
            slopes = self._weight_deltas.mean(weights, rows, deltas)
        place = record.place(step)
        if place is not None:
            known = slopes
            if record.weight_deltas is not None and slopes is None:
                known = self._weight_deltas.for_history(weights, rows, deltas)
            record.put(place, target, weights, error, known, prediction, deltas[0])

        def error_at(candidates: Floats) -> float:
            return self._assess(candidates, rows, goals)[0]

        seen = Seen(step, error, error_at, partial(self._arrays, step, rows, deltas))
        return Taken(error, *self._learner.learn(weights, slopes, memory, seen))

    def _arrays(self, step: int, rows: Rows, deltas: "array[float]") -> dict[str, Any]:
        """The evidence in arrays of a step; None for what is not asked for."""
        asked = self._network.evidence
        made: dict[str, Callable[[], Any]] = {
            "inputs": lambda: rows.values.copy(),
            "deltas": lambda: np.array(deltas),
            "rng": lambda: self._task.generator(step),
        }
        return {name: make() if name in asked else None for name, make in made.items()}

    def _assess(
        self, weights: Floats, rows: Rows, goals: Rows
    ) -> "tuple[float, float, array[float]]":
        """Predict and compare every row: the mean error, the last prediction, the deltas."""
        errors, deltas = array("d"), array("d")
        for inputs, goal in zip(rows, goals, strict=True):
            row = assess_row(self._network, weights, inputs, goal)
            errors.append(row.error)
            deltas.append(row.delta)
        self.predicted += len(errors)
        mean = sum_of_rows(errors) / len(errors)
        if not math.isfinite(mean):
            raise BeyondError(f"the error is {mean}")
        return mean, row.prediction, deltas


def _farthest(before: Floats, after: Floats) -> float:
    """The farthest that a weight moved in a step; inf where that is beyond the floats."""
    return max(abs(new - old) for old, new in zip(before, after, strict=True))
