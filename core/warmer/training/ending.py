"""How a run ends: asked after every chunk of steps."""

from collections.abc import Callable
from functools import partial

import numpy as np

from warmer.engines.calling import BeyondError
from warmer.exceptions import Stop, WarmerError, said
from warmer.plugins.network import Network
from warmer.runs.outcome import Outcome
from warmer.runs.task import Advance, Array, State, Task, farthest
from warmer.training.diagnosis import has_a_pull
from warmer.training.growth import growth, looks
from warmer.training.resting import vanished
from warmer.training.unfinished import unfinished
from warmer.training.validating import Validating


class Ending:
    """Judges one run; keeps the weights that it needs for that.

    Parameters:
        network, task: what is run.
        error: the error over all rows at some weights, one for each target.
        validating: looks at other rows on the way; None for none.
    """

    def __init__(
        self,
        network: Network,
        task: Task,
        error: Callable[[Array], Array],
        validating: Validating | None = None,
    ):
        self._network, self._task, self.error = network, task, error
        self._validating = validating
        self._looks = looks(task)
        self.kept: dict[int, Array] = {}  # weights by the step after which they were looked at
        self._lost: tuple[Array, str] | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the weights."""
        return self._task.weights.shape

    def left(self, state: State) -> int:
        """How many steps may be taken before the run must be judged again."""
        steps = self._task.steps
        if steps is None:
            return 1
        left = next((look for look in self._looks if look > state.step), steps) - state.step
        return min(left, self._validating.left(state.step)) if self._validating else left

    def outcome(self, advance: Advance) -> Outcome | None:
        """Say how a run ended with these steps, if it did."""
        task, state = self._task, advance.state
        step = state.step
        if step in self._looks:
            self.kept[step] = state.weights
        if advance.stop:
            return stopped(advance.stop, step)
        if advance.trouble:
            reason = f"{advance.trouble}; the weights are those at the start of that step"
            return Outcome("diverged", reason, step)
        if advance.converged and not self.lost(state.weights):
            reason = f"no weight moved more than {task.tolerance!r} in a whole pass over the rows"
            return Outcome("converged", reason, step)
        if self._validating and step % self._validating.every == 0:
            self._validating.look(state)
            given_up = self._validating.given_up()
            if given_up:
                return Outcome("stopped", given_up, step)
        if step == task.steps:
            grown = self._grown(state)
            if grown:
                return Outcome("diverged", grown, step)
            return used_up(task)
        return None

    def lost(self, weights: Array) -> str | None:
        """Why a run that stands still at some weights has not converged there, if that is so.

        Weights within the tolerance of lost ones are lost as well.
        """
        if self._lost and farthest(weights, self._lost[0]) <= (self._task.tolerance or 0.0):
            return self._lost[1]
        why = vanished(self._network, self._task, weights, self.error)
        self._lost = (weights, why) if why else None
        return why

    def unfinished(self, state: State) -> str | None:
        """Say that a run used up its steps while the error still falls, if that is so."""
        if self._validating and not self._validating.falls:  # more steps would not help there
            return None
        try:
            kept = [*self.kept.values()]
            return unfinished(self._network, self._task, state, kept, self.error)
        except (WarmerError, BeyondError, Stop):  # plugins refuse what no step looked at
            return None
        except np.linalg.LinAlgError:  # no eigenvalues were found: a run is not lost for that
            return None

    def _grown(self, state: State) -> str | None:
        try:
            kept, pulled = [*self.kept.values()], partial(has_a_pull, self._network)
            return growth(state, self._task, kept, self.error, pulled)
        except WarmerError:  # at these weights, plugins refuse rows that no step looked at
            return None


def used_up(task: Task) -> Outcome:
    """The outcome of a run that took all its steps."""
    own = task.own_steps
    assert own is not None
    taken = f"all {own} steps were taken" if own > 1 else "the one step was taken"
    return Outcome("budget", taken, own + task.first)


def stopped(stop: Stop, step: int) -> Outcome:
    """The outcome of a run that a plugin ended."""
    return Outcome("stopped", said(stop) or Stop.reason, step)
