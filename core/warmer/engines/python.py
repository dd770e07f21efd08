"""The literal engine: calls the hooks float by float. It defines every result."""

import math
import traceback
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from warmer.exceptions import HookError
from warmer.history import Record
from warmer.network import UNASKED, Network, comparison, learned, number
from warmer.sums import dot, sum_in_order, sum_of_rows
from warmer.symbolic.derivative import Gradient
from warmer.symbolic.evaluate import evaluate
from warmer.symbolic.expression import Node, UntraceableError
from warmer.symbolic.readings import trace_prediction
from warmer.symbolic.rule import parameter_values
from warmer.task import Advance, Array, State, Task

Floats = tuple[float, ...]


class _Batch(NamedTuple):
    """The rows of one step: inputs as floats, and the targets of one network."""

    inputs: list[Floats]
    targets: list[float]


class _BeyondError(Exception):
    """The numbers of a step are not finite; the message says which."""


class PythonEngine:
    """Takes steps by calling predict, compare and learn as they are written."""

    name = "python"

    def __init__(self, network: Network, task: Task):
        self._network = network
        self._hook = network.hook
        self._task = task
        self._gradient, self._why_no_slope = _slope(network, task.inputs.shape[1])
        self._values = parameter_values(network)
        self._rngs = [np.random.default_rng(task.seed) for _ in range(task.targets.shape[1])]
        if network.asks_for_slope:
            self.require_slope()

    @property
    def has_slope(self) -> bool:
        """Whether the prediction has a derivative."""
        return self._gradient is not None

    def require_slope(self) -> None:
        """Raise a HookError unless the prediction has a derivative."""
        if self._gradient is None:
            raise HookError(
                f"{self._network.rule.name} asks for weight_delta, and predict of "
                f"{self._network.predictor.name} has no derivative: {self._why_no_slope}"
            )

    def advance(self, state: State, steps: int, record: Record) -> Advance:
        """Take a number of steps, or fewer where the run converges or leaves the floats."""
        order = None
        for step in range(state.step + 1, state.step + steps + 1):
            start, stop = self._task.batches.span(step)
            if self._task.batches.shuffled and (order is None or start == 0):
                order = self._task.batches.order(step)
            rows = slice(start, stop) if order is None else order[start:stop]
            try:
                state = self._step(state, step, rows, record)
            except _BeyondError as beyond:
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
            except _BeyondError:
                errors.append(math.inf)
        return np.array(errors)

    def _batch(self, rows: Any, target: int) -> _Batch:
        inputs, targets = self._task.inputs[rows], self._task.targets[rows, target]
        return _Batch(list(map(tuple, inputs.tolist())), targets.tolist())

    def _step(self, state: State, step: int, rows: Any, record: Record) -> State:
        new_weights = np.empty_like(state.weights)
        new_memory = np.empty_like(state.memory)
        error_sums = state.error_sums.copy()
        last_errors = np.stack([state.last_errors[1], state.last_errors[1]])
        place = record.place(step)
        for target in range(state.weights.shape[1]):
            weights = tuple(state.weights[:, target].tolist())
            batch = self._batch(rows, target)
            error, predictions, deltas = self._assess(weights, batch)
            slopes = None
            recorded = place is not None and record.weight_deltas is not None
            if self._network.asks_for_slope or recorded:
                slopes = self._weight_deltas(weights, batch, deltas)
            if place is not None:
                record.weights[place, :, target] = weights
                record.error[place, target] = error
                if record.weight_deltas is not None:
                    record.weight_deltas[place, :, target] = slopes
                if record.prediction is not None and record.delta is not None:
                    record.prediction[place, target] = predictions[0]
                    record.delta[place, target] = deltas[0]
            evidence = {**UNASKED, "step": step, "error": error}
            learn = self._learn_all if self._network.plural else self._learn_each
            new, memories = learn(evidence, target, weights, slopes, state, batch, deltas)
            if not all(map(math.isfinite, new)):
                raise _BeyondError(f"a weight would become {next(w for w in new if w - w)}")
            if not np.isfinite(memories).all():
                raise _BeyondError("what a weight remembers is not finite")
            new_weights[:, target] = new
            new_memory[:, :, target] = memories
            window = self._task.window(step), target
            error_sums[window] = float(error_sums[window]) + error  # inf without a warning
            last_errors[1, target] = error
        moved = state.moved
        if self._task.tolerance is not None:
            moved = max(moved, float(np.max(np.abs(new_weights - state.weights))))
        return State(step, new_weights, new_memory, error_sums, last_errors, moved)

    def _assess(self, weights: Floats, batch: _Batch) -> tuple[float, list[float], list[float]]:
        """Predict and compare every row: the mean error, the predictions and the deltas."""
        errors, predictions, deltas = [], [], []
        for inputs, target in zip(*batch, strict=True):
            where = self._network.where["predict"]
            prediction = self._call(where, self._hook.predict, weights=weights, inputs=inputs)
            prediction = number(prediction, where)
            where = self._network.where["compare"]
            answer = self._call(where, self._hook.compare, prediction=prediction, target=target)
            error, delta = comparison(answer, where)
            predictions.append(prediction)
            errors.append(error)
            deltas.append(delta)
        mean = sum_of_rows(errors) / len(errors)
        if not math.isfinite(mean):
            raise _BeyondError(f"the error is {mean}")
        return mean, predictions, deltas

    def _weight_deltas(self, weights: Floats, batch: _Batch, deltas: list[float]) -> list[float]:
        """Mean over the rows of delta * d prediction / d weight, for every weight."""
        assert self._gradient is not None
        rows = [
            self._row_deltas(weights, inputs, delta)
            for inputs, delta in zip(batch.inputs, deltas, strict=True)
        ]
        return [sum_of_rows(list(column)) / len(rows) for column in zip(*rows, strict=True)]

    def _row_deltas(self, weights: Floats, inputs: Floats, delta: float) -> list[float]:
        assert self._gradient is not None
        vectors = {"weights": weights, "inputs": inputs}
        known = {**self._values, ("", "delta"): delta}

        def leaf(node: Node) -> float:
            if node.operation == "element":
                name, index = node.value
                return float(vectors[name][index])
            left, right = (vectors[name][start:stop] for name, start, stop in node.value)
            return float(dot(left, right))

        parts: list[list[float]] = [[] for _ in weights]
        terms, elements, _ = self._gradient
        for term in terms:
            factor = self._slope_part(term.factor, known, leaf)
            name, start, _ = term.other
            for index in range(term.start, term.stop):
                parts[index].append(factor * vectors[name][start + index - term.start])
        for index, node in elements.items():
            parts[index].append(self._slope_part(node, known, leaf))
        return [sum_in_order(values) if values else 0.0 for values in parts]

    def _slope_part(self, node: Node, known: dict[Any, Any], leaf: Any) -> float:
        where = f"the derivative of {self._network.predictor.name}"
        return float(self._call(where, evaluate, node=node, known=known, leaf=leaf))

    def _learn_each(
        self,
        evidence: dict[str, Any],
        target: int,
        weights: Floats,
        slopes: list[float] | None,
        state: State,
        batch: _Batch,
        _deltas: list[float],
    ) -> tuple[list[float], Any]:
        """Ask learn once for every weight, all from the state at the start of the step."""
        where = self._network.where["learn"]
        memory = self._network.memory
        new, memories = [], []
        for index, weight in enumerate(weights):
            if memory:
                evidence["memory"] = type(memory)(*state.memory[:, index, target].tolist())
            evidence["weight"] = weight
            evidence["weight_delta"] = None if slopes is None else slopes[index]
            evidence["error_at"] = self._error_at(weights, index, batch)
            answer = self._call(where, self._hook.learn, **evidence)
            moved, remembered = learned(answer, memory, where)
            new.append(moved)
            memories.append(remembered)
        return new, np.array(memories).T.reshape(len(memory), len(weights))

    def _error_at(self, weights: Floats, index: int, batch: _Batch) -> Callable[[float], float]:
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
        slopes: list[float] | None,
        state: State,
        batch: _Batch,
        deltas: list[float],
    ) -> tuple[list[float], Any]:
        """Ask learn once for all weights of a target."""
        where = self._network.where["learn"]
        memory = self._network.memory
        if memory:
            evidence["memory"] = type(memory)(*state.memory[:, :, target].copy())
        evidence |= {
            "weights": np.array(weights),
            "weight_deltas": None if slopes is None else np.array(slopes),
            "inputs": np.array(batch.inputs),
            "deltas": np.array(deltas),
            "rng": self._rngs[target],
        }
        answer = self._call(where, self._hook.learn, **evidence)
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

    def _call(self, where: str, function: Callable[..., Any], **arguments: Any) -> Any:
        """Call somebody's code; whatever it raises names the hook, the line and the values."""
        try:
            return function(**arguments)
        except (HookError, _BeyondError):
            raise
        except OverflowError as error:
            raise _BeyondError(f"{where} leaves the floats ({error})") from error
        except Exception as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            shown = {
                name: value
                for name, value in arguments.items()
                if isinstance(value, (int, float)) and name in self._network.evidence
            }
            values = "".join(f", {name} {value!r}" for name, value in shown.items())
            raise HookError(
                f"{where} failed: {type(error).__name__}: {error} "
                f"({frame.filename}:{frame.lineno}{values})"
            ) from error


def _slope(network: Network, weights: int) -> tuple[Gradient | None, str]:
    try:
        prediction = trace_prediction(network, weights)
    except UntraceableError as error:
        return None, str(error)
    return prediction.gradient, prediction.why_no_gradient
