"""Sessions: a rule that learns from a stream, some rows at a time, and predicts between them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from numbers import Real
from typing import Any

import attrs
import numpy as np

from warmer.contract.arguments import shown
from warmer.contract.parameters import Bounds, check_number
from warmer.engines.calling import BeyondError
from warmer.engines.floats import Rows
from warmer.engines.predicting import prediction, predictions
from warmer.engines.python import PythonEngine, Walk
from warmer.exceptions import DataError, HookError, ParameterError, UsageError
from warmer.plugins.choosing import assemble
from warmer.plugins.network import Network
from warmer.plugins.registry import Registry, registry_of
from warmer.runs.history import Record
from warmer.runs.names import Names
from warmer.runs.task import Array, Batches, State, Task
from warmer.tables.inputs import as_inputs, as_numbers, as_targets
from warmer.training.loop import start_state
from warmer.training.tasks import task_of

ONE = Real, Decimal, np.bool_
FEW = 64  # rows that are predicted one by one; for more, the formula is read


class Session:
    """A network that learns from a stream: each call of `learn` is one step.

    The same rows given n times have the bits of n steps of `train` over all of them. A stream has
    no end, so evidence `steps` is 0, and every call counts as a pass.

    Parameters:
        rule: a name, `distribution/name`, `path/to/file.py:Class`, a class or an object, or a
            whole `warmer.network`.
        weights: how many there are, all 0 at the start; or an array to start from.
        predict, compare, modifiers, registry, **parameters: as for `train`.
        seed: starts the generators of plural rules.
        state: what another session has answered as its `state`, to go on with it, in the place of
            `weights`.

    Raises:
        UsageError: something asked for cannot be.
        PluginError: a plugin cannot be imported, or does not keep the contract.

    >>> import warmer
    >>> session = warmer.Session("alpha-scaled", alpha=0.1, weights=1)
    >>> for _ in range(100):
    ...     error = session.learn([2.0], [0.8])
    >>> session.predict([2.0]).round(6).tolist(), session.state["step"]
    ([0.8], 100)
    """

    def __init__(
        self,
        rule: Any,
        *,
        weights: Any = None,
        predict: Any = None,
        compare: Any = None,
        modifiers: Sequence[Any] = (),
        seed: int | None = None,
        state: Mapping[str, Any] | None = None,
        registry: Registry | None = None,
        **parameters: Any,
    ):
        if (weights is None) == (state is None):
            raise ParameterError("say weights, how many there are or where they start, or a state")
        self._network = assemble(
            rule, parameters, predict, compare, modifiers, registry_of(registry)
        )
        if seed is not None:
            check_number("seed", seed, int, Bounds(at_least=0, at_most=1e300))
        self._seed = seed
        self._walk = Walk(_begun(self._network, weights, state))
        self._engine: PythonEngine | None = None
        self._nothing: Record | None = None

    def learn(self, rows: Any, targets: Any) -> float:
        """Take one step on some rows, all at once.

        Parameters:
            rows: shape (rows, inputs), or (rows,) for one input; or one row, beside one target.
            targets: shape (rows,), or a number.

        Returns:
            The error of these rows at the weights before the step.

        Raises:
            DataError: the rows do not fit, or the step leaves the floats; the session is as it was.
            PluginError: a plugin fails; the session is as it was.
            Stop: a plugin asks to end; the session is as it was.
        """
        if isinstance(targets, ONE) or (isinstance(targets, np.ndarray) and targets.ndim == 0):
            rows, targets = [np.atleast_1d(rows)], [targets]
        inputs = as_inputs(rows)
        goals, _ = as_targets(targets, len(inputs))
        if goals.shape[1] != 1:
            raise DataError(f"targets must be one for each row, got {goals.shape[1]}")
        engine, nothing = self._ready(inputs.shape[1])
        walk = self._walk
        step = walk.step + 1
        try:
            taken = engine.take(step, walk, Rows(inputs), [Rows(goals[:, 0])], nothing)
        except BeyondError as beyond:
            raise DataError(f"{beyond} at step {step}; the weights are as before it") from None
        except HookError as error:
            raise HookError(f"{error} at step {step}") from error.__cause__
        walk.take(0, taken, measured=False)
        return taken[0].error

    def predict(self, rows: Any) -> Any:
        """Predict rows: shape (rows, inputs), or (rows,) for one input.

        Returns:
            Shape (rows,).
        """
        inputs = as_inputs(rows)
        self._ready(inputs.shape[1])
        weights = self._walk.weights[0]
        if len(inputs) > FEW:
            return predictions(self._network, inputs, np.array(weights)[:, np.newaxis])[:, 0]
        return np.array([prediction(self._network, row, weights) for row in inputs.tolist()])

    @property
    def weights(self) -> Array:
        """The weights, a copy."""
        return np.array(self._walk.weights[0])

    @property
    def state(self) -> dict[str, Any]:
        """All that the session has come to, as plain data: `step`, `weights`, and `memory`."""
        memory = self._walk.memory[0].tolist()
        return {
            "step": self._walk.step,
            "weights": list(self._walk.weights[0]),
            "memory": dict(zip(self._network.fields, memory, strict=True)),
        }

    def _ready(self, inputs: int) -> tuple[PythonEngine, Record]:
        """The engine for so many inputs, made with the first rows."""
        if self._engine is None or self._nothing is None:
            count = len(self._walk.weights[0])
            if self._network.weight_count(inputs) != count:
                raise DataError(
                    f"rows have {inputs} inputs, for which {self._network.weight_count(inputs)} "
                    f"weights are needed, and the session has {count}"
                )
            task = task_of(
                self._network, np.zeros((1, inputs)), [0.0], 0.0, None, None, None, self._seed
            )
            self._engine, self._inputs = PythonEngine(self._network, task), inputs
            self._nothing = Record.of(task, 0, 0, weight_deltas=False)
        if inputs != self._inputs:
            raise DataError(f"rows have {inputs} inputs, and the session has {self._inputs}")
        return self._engine, self._nothing


def _begun(network: Network, weights: Any, state: Mapping[str, Any] | None) -> State:
    """The state to begin with."""
    if state is not None:
        return _given(network, state)
    if isinstance(weights, (int, np.integer)) and not isinstance(weights, bool):
        count = check_number("weights", weights, int, Bounds(at_least=1))
        try:
            column = np.zeros(count)
        except (MemoryError, ValueError, OverflowError) as error:
            raise UsageError(f"{shown(weights)} weights need more memory than there is") from error
    else:
        column = _column("weights", weights)
    inputs, goals = np.zeros((1, len(column))), np.zeros((1, 1))
    start, batches = column[:, np.newaxis], Batches(1, 1)
    names = Names((), (), (len(column), len(column), 1), network.counted)
    task = Task(inputs, goals, start, batches, None, None, None, True, {}, names)
    return start_state(task, network.start)


def _given(network: Network, state: Any) -> State:
    """The state that another session has answered, checked."""
    if not isinstance(state, Mapping) or set(state) != {"step", "weights", "memory"}:
        raise ParameterError(f"state must have step, weights and memory, got {shown(state)}")
    step = check_number("state, step,", state["step"], int, Bounds(at_least=0))
    weights, memory = _column("state, weights,", state["weights"]), state["memory"]
    if not isinstance(memory, Mapping) or [*memory] != [*network.fields]:
        raise UsageError(
            f"state remembers {shown([*memory] if isinstance(memory, Mapping) else memory)}, and "
            f"the rule {', '.join(network.fields) or 'nothing'}"
        )
    begun = _begun(network, weights, None)
    columns = [_column(f"state, memory, {name},", each) for name, each in memory.items()]
    if any(len(column) != len(weights) for column in columns):
        raise DataError("state: what is remembered is not as long as the weights")
    remembered = np.array(columns).reshape(len(columns), len(weights), 1)
    return attrs.evolve(begun, step=step, memory=remembered)


def _column(name: str, values: Any) -> Array:
    column = as_numbers(name, values)
    if column.ndim != 1 or not column.size or not np.isfinite(column).all():
        raise DataError(f"{name} must be finite numbers in one dimension, got {shown(values)}")
    return column
