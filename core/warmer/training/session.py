"""Sessions: a rule that learns from a stream, some rows at a time, and predicts between them."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from numbers import Real
from typing import Any

import attrs
import numpy as np

from warmer.contract.arguments import shown
from warmer.contract.parameters import Bounds, check_number
from warmer.engines.calling import BeyondError
from warmer.engines.choice import CALLED, COMPILING
from warmer.engines.floats import Rows
from warmer.engines.predicting import prediction, predictions
from warmer.engines.python import Walk
from warmer.engines.stepping import Ready
from warmer.exceptions import DataError, HookError, ParameterError, UsageError
from warmer.plugins.choosing import assemble
from warmer.plugins.network import Network
from warmer.plugins.registry import Registry, registry_of
from warmer.runs.names import Names
from warmer.runs.task import Array, Batches, State, Task
from warmer.tables.inputs import as_inputs, as_numbers, as_targets
from warmer.training.loop import start_state
from warmer.training.tasks import state_to_start, task_of

ONE = Real, Decimal, np.bool_
FEW = 64  # rows that are predicted one by one; for more, the formula is read


class Session:
    """A network that learns from a stream: each call of `learn` is one step.

    The same rows given n times have the bits of n steps of `train` over all of them. A stream has
    no end, so evidence `steps` is 0, and every call counts as a pass.

    Parameters:
        rule: a name, `distribution/name`, `path/to/file.py:Class`, a class or an object, or a
            whole `warmer.network`.
        weights: how many there are, all 0 at the start; or an array to start from, (weights,), or
            (weights, targets) for several networks side by side.
        start: a run or a model to go on with, in the place of `weights`.
        predict, compare, modifiers, registry, **parameters: as for `train`.
        seed: starts the generators of plural rules.
        state: what another session has answered as its `state`, to go on with it, likewise.

    `single` says whether there is one network, without an axis of its own.

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
        start: Any = None,
        predict: Any = None,
        compare: Any = None,
        modifiers: Sequence[Any] = (),
        seed: int | None = None,
        state: Mapping[str, Any] | None = None,
        registry: Registry | None = None,
        **parameters: Any,
    ):
        if sum(each is not None for each in (weights, start, state)) != 1:
            raise ParameterError(
                "say weights, how many there are or where they start, or a state, or a start"
            )
        self._network = assemble(
            rule, parameters, predict, compare, modifiers, registry_of(registry)
        )
        if seed is not None:
            check_number("seed", seed, int, Bounds(at_least=0, at_most=1e300))
        self._seed = seed
        begun, self.single = _begun(self._network, weights, start, state)
        self._shape = begun.weights.shape
        self._walk: Walk | None = Walk(begun)  # of the engine `python`
        self._state: State = begun  # of the others
        self._seconds = 0.0  # that Python has taken, about
        self._ready: Ready | None = None

    def learn(self, rows: Any, targets: Any) -> Any:
        """Take one step on some rows, all at once.

        Parameters:
            rows: shape (rows, inputs), or (rows,) for one input; or one row, beside one target.
            targets: shape (rows,), or a number; of several networks (rows, targets).

        Returns:
            The error of these rows at the weights before the step; of several networks (targets,).

        Raises:
            DataError: the rows do not fit, or the step leaves the floats; the session is as it was.
            PluginError: a plugin fails; the session is as it was.
            Stop: a plugin asks to end; the session is as it was.
        """
        if isinstance(targets, ONE) or (isinstance(targets, np.ndarray) and targets.ndim == 0):
            rows, targets = [np.atleast_1d(rows)], [targets]
        inputs = as_inputs(rows)
        goals, _ = as_targets(targets, len(inputs))
        if goals.shape[1] != self._shape[1]:
            wanted = "one" if self._shape[1] == 1 else self._shape[1]
            raise DataError(f"targets must be {wanted} for each row, got {goals.shape[1]}")
        errors = self._step(self._made_for(inputs.shape[1]), inputs, goals)
        return errors[0] if self.single else np.array(errors)

    def _step(self, ready: Ready, inputs: Array, goals: Array) -> Sequence[float]:
        """Take a step on rows that are checked; answers the error of each target before it."""
        seconds = ready.seconds(len(inputs))
        self._seconds += seconds
        if seconds > CALLED and self._seconds > COMPILING and ready.make:
            return self._by_engine(ready.make, ready, inputs, goals)
        self._walk = self._walk or Walk(self._state)
        walk, step = self._walk, self._walk.step + 1
        try:
            columns = [*map(Rows, goals.T)]
            taken = ready.engine.take(step, walk, Rows(inputs), columns, ready.nothing)
        except BeyondError as beyond:
            raise DataError(f"{beyond} at step {step}; the weights are as before it") from None
        except HookError as error:
            raise HookError(f"{error} at step {step}") from error.__cause__
        walk.take(0, taken, measured=False)
        return [each.error for each in taken]

    def _by_engine(
        self, make: Callable[[Task], Any], ready: Ready, inputs: Array, goals: Array
    ) -> Sequence[float]:
        """The same by another engine than Python."""
        batches = Batches(len(inputs), len(inputs))
        task = attrs.evolve(ready.task, inputs=inputs, targets=goals, batches=batches)
        advance = make(task).advance(self.last(), 1, ready.nothing)
        if advance.stop:
            raise advance.stop
        if advance.trouble:
            raise DataError(f"{advance.trouble}; the weights are as before it")
        self._state, self._walk = advance.state, None
        errors: list[float] = advance.state.last_errors[1].tolist()
        return errors

    def predict(self, rows: Any) -> Any:
        """Predict rows: shape (rows, inputs), or (rows,) for one input.

        Returns:
            Shape (rows,), or (rows, targets) of several networks.
        """
        inputs = as_inputs(rows)
        self._made_for(inputs.shape[1])
        weights = self.last().weights
        if len(inputs) > FEW:
            return self._shaped(predictions(self._network, inputs, weights))
        columns = [*map(tuple, weights.T.tolist())]
        answers = [[prediction(self._network, r, c) for c in columns] for r in inputs.tolist()]
        return self._shaped(np.array(answers))

    @property
    def weights(self) -> Array:
        """The weights, a copy: (weights,), or (weights, targets) of several networks."""
        return self._shaped(self.last().weights.copy())

    @property
    def memory(self) -> dict[str, Array]:
        """What each weight remembers, by field, shaped like the weights."""
        fields = self._shaped(self.last().memory.copy())
        return dict(zip(self._network.fields, fields, strict=True))

    @property
    def state(self) -> dict[str, Any]:
        """All that the session has come to, as plain data: `step`, `weights`, and `memory`."""
        return {
            "step": self.last().step,
            "weights": self.weights.tolist(),
            "memory": {name: values.tolist() for name, values in self.memory.items()},
        }

    def last(self) -> State:
        """The state as the values of a run, for `train(start=...)`."""
        return self._state if self._walk is None else self._walk.state()

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_state": self.last(), "_walk": Walk(self.last()), "_ready": None}

    def _shaped(self, values: Array) -> Array:
        return values[..., 0] if self.single else values

    def _made_for(self, inputs: int) -> Ready:
        """What takes the steps on rows of so many inputs, made with the first of them."""
        if self._ready is None:
            needed = self._network.weight_count(inputs)
            if needed != self._shape[0]:
                raise DataError(
                    f"rows have {inputs} inputs, for which {needed} weights are needed, and the "
                    f"session has {self._shape[0]}"
                )
            goals = np.zeros((1, self._shape[1]))
            task = task_of(
                self._network, np.zeros((1, inputs)), goals, 0.0, None, None, None, self._seed
            )
            self._ready = Ready(self._network, task)
        if inputs != self._ready.task.inputs.shape[1]:
            had = self._ready.task.inputs.shape[1]
            raise DataError(f"rows have {inputs} inputs, and the session has {had}")
        return self._ready


def _begun(
    network: Network, weights: Any, start: Any, state: Mapping[str, Any] | None
) -> tuple[State, bool]:
    """The state to begin with, and whether there is one network, without an axis of its own."""
    if state is not None:
        return _given(network, state)
    if start is not None:
        begun = state_to_start(start, network)
        return begun, getattr(start, "single", begun.weights.shape[1] == 1)
    if isinstance(weights, (int, np.integer)) and not isinstance(weights, bool):
        count = check_number("weights", weights, int, Bounds(at_least=1))
        try:
            values = np.zeros(count)
        except (MemoryError, ValueError, OverflowError) as error:
            raise UsageError(f"{shown(weights)} weights need more memory than there is") from error
    else:
        values = _finite("weights", weights)
    single, matrix = values.ndim == 1, values.reshape(len(values), -1)
    inputs, goals = np.zeros((1, len(matrix))), np.zeros((1, matrix.shape[1]))
    names = Names((), (), (len(matrix), *matrix.shape), network.counted)
    batches = Batches(1, 1)
    task = Task(inputs, goals, matrix, batches, None, None, None, single, {}, names)
    return start_state(task, network.start), single


def _given(network: Network, state: Any) -> tuple[State, bool]:
    """The state that another session has answered, checked; and whether it is of one network."""
    if not isinstance(state, Mapping) or set(state) != {"step", "weights", "memory"}:
        raise ParameterError(f"state must have step, weights and memory, got {shown(state)}")
    step = check_number("state, step,", state["step"], int, Bounds(at_least=0))
    weights, memory = _finite("state, weights,", state["weights"]), state["memory"]
    if not isinstance(memory, Mapping) or [*memory] != [*network.fields]:
        raise UsageError(
            f"state remembers {shown([*memory] if isinstance(memory, Mapping) else memory)}, and "
            f"the rule {', '.join(network.fields) or 'nothing'}"
        )
    begun, single = _begun(network, weights, None, None)
    parts = [_finite(f"state, memory, {name},", each) for name, each in memory.items()]
    if any(part.shape != weights.shape for part in parts):
        raise DataError("state: what is remembered is not as long as the weights")
    remembered = np.array(parts).reshape(len(parts), *begun.weights.shape)
    return attrs.evolve(begun, step=step, memory=remembered), single


def _finite(name: str, values: Any) -> Array:
    array = as_numbers(name, values)
    if array.ndim not in (1, 2) or not array.size or not np.isfinite(array).all():
        raise DataError(
            f"{name} must be finite numbers in one dimension, or in two of several targets, "
            f"got {shown(values)}"
        )
    return array
