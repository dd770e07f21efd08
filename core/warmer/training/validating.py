"""Stopping by rows that nothing is learned from: looked at every so many steps, never by time."""

from collections.abc import Callable, Mapping
from typing import Any

import attrs
import numpy as np

from warmer.contract.arguments import shown
from warmer.contract.parameters import Bounds, check_number
from warmer.engines.choice import choose_engine
from warmer.exceptions import PLUGIN_ERRORS, DataError, ParameterError, WarmerError
from warmer.plugins.network import Network
from warmer.runs.far import Far
from warmer.runs.results import Validation
from warmer.runs.task import Array, Batches, State, Task
from warmer.tables.frames import check_columns, names_of
from warmer.tables.inputs import as_inputs, as_targets


class Validating:
    """Looks at the error over other rows, and keeps for each target the weights where it was least.

    A target that has waited long enough keeps what it has, whatever comes; so each target ends up
    with the weights that it would have alone.

    Parameters:
        error: the error over these rows at some weights, one for each target.
        start: the state before the first step, which is the first to be looked at.
        patience: how many looks to wait for less error.
        every: how many steps lie between two looks.
        data: these rows and their targets.
    """

    def __init__(
        self,
        error: Callable[[Array], Array],
        start: State,
        patience: int,
        every: int,
        data: tuple[Array, Array],
    ):
        self._error, self.patience, self.every, self.data = error, patience, every, data
        self._steps = [start.step]
        self._errors = [error(start.weights)]  # plugins may refuse the rows: before the first step
        self._best = np.zeros(start.weights.shape[1], np.int64)  # looks
        self._weights, self._memory = start.weights.copy(), start.memory.copy()

    def left(self, step: int) -> int:
        """How many steps may be taken before the next look."""
        return self.every - step % self.every

    def look(self, state: State) -> None:
        """Look at the error at a state, and keep its weights where there is less."""
        if state.step == self._steps[-1]:
            return
        waiting = self._waiting
        try:
            errors = self._error(state.weights)
        except WarmerError:  # far out, plugins refuse what they took before
            errors = np.full(len(self._best), np.inf)
        self._steps.append(state.step)
        self._errors.append(errors)
        better = waiting & (errors < self._least)
        self._best[better] = len(self._steps) - 1
        self._weights[:, better] = state.weights[:, better]
        self._memory[:, :, better] = state.memory[:, :, better]

    def given_up(self) -> str | None:
        """Why there is no use in more steps; None while there may be."""
        if self._waiting.any():
            return None
        steps = self.patience * self.every
        return f"no less validation error for {steps} step" + ("s" if steps > 1 else "")

    @property
    def falls(self) -> bool:
        """Whether the last look was the best, for one target at least."""
        return bool((self._best == len(self._steps) - 1).any())

    def kept(self, state: State) -> State:
        """The last state, looked at as well, with the weights that were kept."""
        self.look(state)
        return attrs.evolve(state, weights=self._weights, memory=self._memory)

    def found(self, single: bool) -> Validation:
        """What was seen.

        Parameters:
            single: whether there is one target without an axis of its own.
        """
        steps, errors = np.array(self._steps)[self._best], np.array(self._errors)
        if single:
            return Validation(int(steps[0]), float(self._least[0]), self._steps, errors[:, 0])
        return Validation(steps, self._least, self._steps, errors)

    @property
    def _least(self) -> Array:
        return np.array([self._errors[look][t] for t, look in enumerate(self._best)])

    @property
    def _waiting(self) -> Any:
        """Which targets have not waited long enough."""
        return len(self._steps) - 1 - self._best < self.patience

    def numbers(self) -> dict[str, Array]:
        """What was seen and kept so far, by name, for `restore`."""
        return {
            "valid_steps": np.array(self._steps, float),
            "valid_errors": np.array(self._errors),
            "valid_best": self._best.astype(float),
            "valid_weights": self._weights,
            "valid_memory": self._memory,
        }

    def restore(self, numbers: Mapping[str, Array]) -> None:
        """Go on from what was seen and kept earlier."""
        self._steps = list(map(int, numbers["valid_steps"].tolist()))
        self._errors = [*numbers["valid_errors"]]
        self._best = numbers["valid_best"].astype(np.int64)
        self._weights, self._memory = (
            numbers["valid_weights"].copy(),
            numbers["valid_memory"].copy(),
        )


def validating_of(
    valid: Any, patience: Any, every: Any, network: Network, task: Task, engine: str, start: State
) -> Validating | None:
    """What looks at the rows of `valid`, by the engine that takes the steps; None without them.

    Raises:
        UsageError: `valid`, `patience` or `every` cannot be.
    """
    patience, every = (
        check_number(name, value, int, Bounds(at_least=1))
        for name, value in (("patience", patience), ("every", every))
    )
    if valid is None:
        return None
    rows, goals = rows_beside("valid", valid, task)
    everything = Batches(len(rows), len(rows))
    other = attrs.evolve(task, inputs=rows, targets=goals, batches=everything)
    name = "auto" if isinstance(task.inputs, Far) else engine  # these rows are here
    error = choose_engine(name, network, other).engine.error
    return Validating(error, start, patience, every, (rows, goals))


def rows_beside(name: str, given: Any, task: Task) -> tuple[Array, Array]:
    """Check rows that nothing is learned from: a pair of inputs and targets, as a run has them.

    Parameters:
        name: of the argument, for messages.

    Raises:
        UsageError: it is no pair, or has other columns (ParameterError, DataError).
    """
    try:
        inputs, targets = given
    except KeyboardInterrupt:
        raise
    except PLUGIN_ERRORS:  # somebody's __iter__ may raise anything
        raise ParameterError(
            f"{name} must be a pair of inputs and targets, got {shown(given)}"
        ) from None
    try:
        rows = as_inputs(inputs)
        goals, _ = as_targets(targets, len(rows))
    except DataError as fault:
        raise DataError(f"{name}: {fault}") from fault
    if (rows.shape[1], goals.shape[1]) != (task.inputs.shape[1], task.targets.shape[1]):
        raise DataError(
            f"{name} has {rows.shape[1]} inputs and {goals.shape[1]} targets, and the run has "
            f"{task.inputs.shape[1]} and {task.targets.shape[1]}"
        )
    check_columns(name, names_of(inputs, rows.shape[1]), task.names.columns)
    return rows, goals
