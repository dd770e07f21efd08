"""The run of a cell: steps within the budget, looked at on the way, tested in the end."""

import contextlib
import math
import time
from collections.abc import Iterator
from typing import Any

import attrs
import numpy as np

from warmer.comparing.budgets import (
    known_predictions,
    predictions_in,
    predictions_of_a_row,
    steps_within,
)
from warmer.comparing.cells import Finished, Job
from warmer.engines.choice import choose_engine
from warmer.exceptions import PluginError, UsageError, WarmerError, said
from warmer.plugins.network import Network
from warmer.runs.history import Record
from warmer.runs.outcome import Outcome
from warmer.runs.task import Advance, Batches, Task
from warmer.scoring.scores import Scores, scorer
from warmer.tables.preparation import Prepared
from warmer.training.ending import Ending
from warmer.training.loop import start_state
from warmer.training.tasks import task_of

LOOKS = 24  # on the way, about evenly spaced on a logarithmic scale
FIGURES = ("r2", "accuracy", "log_loss")
FASTER = 1.25  # from look to look, where the budget is one of time


def run_cell(job: Job) -> Finished:
    """Run a cell; in whatever process, with one thread, the result is the same.

    A plugin that fails, or refuses its rows, has failed in this cell and no other.

    Raises:
        UsageError: the budget allows no step, or what is asked for cannot be.
    """
    try:
        network = job.contender.network()
    except WarmerError as error:  # it was made before: a file has changed, or is gone
        return _failed(job, said(error))
    try:
        return _run(job, network, _task(job, network))
    except UsageError:
        raise
    except WarmerError as error:
        return _failed(job, said(error))


def check_budget(job: Job) -> None:
    """Refuse a cell that its budget, or what else is asked for, does not allow.

    Raises:
        UsageError: see `run_cell`.
    """
    with contextlib.suppress(PluginError):  # it will be told of in the cell
        _task(job, job.contender.network())


def _task(job: Job, network: Network) -> Task:
    """The task of the cell, its number of steps known where the budget is not one of time."""
    cut, seed = job.cut, job.cell.seed
    try:
        start = _start(job, network)
        task = task_of(network, cut.inputs, cut.targets, start, None, job.batch_size, None, seed)
        of_a_row = 1
        if job.budget.unit == "predictions":
            of_a_row = predictions_of_a_row(network, task)
        steps = steps_within(job.budget, task.batches, of_a_row)
    except UsageError as error:
        raise UsageError(f"{job.cell.rule} on {job.cell.data}: {error}") from error
    return attrs.evolve(task, steps=steps)


def _start(job: Job, network: Network) -> Any:
    """The weights that the rule starts from; a number is one in the data's own units."""
    cut, given = job.cut, job.weights
    if given == 0 or isinstance(given, str) or network.counted:
        return given
    prepared = Prepared(cut.inputs, cut.targets, cut.recipe)
    targets = cut.targets.shape[1]
    intercept = np.full(targets, given) if prepared.bias else None
    coefficients = np.full((len(prepared.features), targets), given)
    return prepared.from_data_units(coefficients, intercept)


def _run(job: Job, network: Network, task: Task) -> Finished:
    engine = engine_of(network, task)
    walk = _Walk(job, network, task, engine)
    outcome = walk.to_the_end()
    state, cut = walk.state, job.cut
    lost = outcome.status == "diverged"
    scoring = scorer(network, cut.recipe, np.vstack([cut.targets, cut.test_targets]))
    baseline = scoring.baseline(cut.targets, cut.test_targets)
    (target,) = baseline
    found: Scores | None = None
    train_error = math.inf
    if not lost:  # far out, there is nothing to score
        found = scoring.scores(state.weights, cut.test_inputs, cut.test_targets)[target]
        train_error = float(np.mean(engine.error(state.weights)))
    error = found.error if found else math.inf
    figures = {
        name: value for name in FIGURES
        if (value := getattr(found, name, None)) is not None
    }  # fmt: skip
    return Finished(
        job.cell, outcome.status, outcome.reason, walk.planned, state.step,
        walk.spent(state.step), walk.seconds,
        error if math.isfinite(error) else math.inf, train_error, baseline[target].error, figures,
        engine.name, tuple(walk.looks),
    )  # fmt: skip


class _Walk:
    """The steps of a cell, as `training.loop` takes them, with looks at the rows for the test."""

    def __init__(self, job: Job, network: Network, task: Task, engine: Any):
        self._task, self._engine, self._budget = task, engine, job.budget
        self._ending = Ending(network, task, engine.error)
        self._record = Record.of(task, 0, 0, engine.has_weight_deltas)
        self._of_a_row = known_predictions(network, task)
        self._predicted = self._at_once = 0  # all in all, and in the last step
        test = len(job.cut.test_inputs)
        other = attrs.evolve(
            task, inputs=job.cut.test_inputs, targets=job.cut.test_targets,
            batches=Batches(test, test), steps=1,
        )  # fmt: skip
        self._test = engine_of(network, other)
        self.state = start_state(task, network.start)
        self.seconds = 0.0
        self.looks: list[tuple[int, int, float, float]] = []

    def to_the_end(self) -> Outcome:
        """Take the steps, until the budget is spent or something ends the run."""
        self._look()
        outcome = None
        self._engine.advance(self.state, 1, self._record)  # what is compiled is not timed
        for until in self._stations():
            while outcome is None and self.state.step < until and not self._overspent():
                left = self._ending.left(self.state) if self._task.steps else until
                outcome = self._ending.outcome(self._advance(min(left, until - self.state.step)))
            if outcome and outcome.status == "diverged":
                return outcome
            self._look()
            if outcome:
                return outcome
            if self._overspent():
                break
        return Outcome("budget", f"{self._budget.words} were spent", self.state.step)

    @property
    def planned(self) -> int:
        """How many steps it was to take."""
        return self.state.step if self._overspent() else self._task.steps or self.state.step

    def spent(self, steps: int) -> int:
        """How many predictions so many steps are; without a formula, those of all steps so far."""
        if self._of_a_row is None:
            return self._predicted
        return predictions_in(steps, self._task.batches, self._of_a_row)

    def _advance(self, steps: int) -> Advance:
        """Take steps; one, where each may probe as it likes."""
        counted = self._of_a_row is None
        before, began = self._engine.predicted if counted else 0, time.perf_counter()
        advance: Advance = self._engine.advance(self.state, 1 if counted else steps, self._record)
        self.seconds += time.perf_counter() - began
        if counted:
            self._at_once = self._engine.predicted - before
            self._predicted += self._at_once
        self.state = advance.state
        return advance

    def _overspent(self) -> bool:
        """Whether another step like the last one is more than the predictions that are left."""
        spent = self._predicted + self._at_once
        return self._budget.unit == "predictions" and spent > self._budget.amount

    def _stations(self) -> Iterator[int]:
        """The steps to look at: known ones, or as far as the time has come."""
        steps = self._task.steps
        if steps is not None:
            yield from looks_at(steps)
            return
        while self.seconds < self._budget.amount:
            yield max(self.state.step + 1, self._reached())

    def _reached(self) -> int:
        """How many steps lie before the next look, where the time says how many there are."""
        if not self.seconds:
            return 1
        speed = self.state.step / self.seconds
        left = self._budget.amount - self.seconds
        return self.state.step + int(speed * min(left, self.seconds * (FASTER - 1)))

    def _look(self) -> None:
        try:
            error = float(np.mean(self._test.error(self.state.weights)))
        except WarmerError:  # far out, plugins refuse what they took before
            error = math.inf
        step = self.state.step
        self.looks.append((step, self.spent(step), self.seconds, error))


def looks_at(steps: int) -> list[int]:
    """After which of so many steps a run is looked at: the last one among them.

    >>> looks_at(10), len(looks_at(10**6))
    ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 25)
    """
    spread = np.geomspace(max(1, steps / 1000), steps, LOOKS + 1)
    return sorted({*map(int, np.ceil(spread).tolist()), steps})


def engine_of(network: Network, task: Task) -> Any:
    """The engine of a cell, with one thread: compiled where that is possible.

    A comparison runs one formula many times, so compiling it pays even where one run is small.
    """
    try:
        return choose_engine("native", network, task, 1).engine
    except UsageError:  # there is no formula, or no compiler
        return choose_engine("auto", network, task, 1).engine


def _failed(job: Job, reason: str) -> Finished:
    return Finished(
        job.cell, "failed", reason, 0, 0, 0, 0.0, math.inf, math.inf, math.nan, {}, "none", ()
    )


def died(job: Job) -> Finished:
    """What is said of a cell whose process ended twice without an answer."""
    return _failed(job, "the process that ran it ended without an answer, twice")
