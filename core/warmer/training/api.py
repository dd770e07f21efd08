"""The ways in for programs: `train` for a whole run, `steps` for one step at a time."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from warmer.engines.choice import Name
from warmer.engines.python import PythonEngine
from warmer.plugins.choosing import assemble, choose_all
from warmer.plugins.registry import Registry, registry_of
from warmer.runs.history import History, Record
from warmer.runs.outcome import Outcome
from warmer.runs.results import Run, Step, Steps
from warmer.runs.task import Array, BatchSize, Task
from warmer.tables.inputs import as_inputs
from warmer.training.checkpoints import only_run, refuse_unfinished
from warmer.training.diagnosis import advice_before
from warmer.training.ending import Ending
from warmer.training.loop import read_only, start_state
from warmer.training.taking import (
    Stopping,
    checked_checkpoint,
    checked_history,
    checked_threads,
    take,
)
from warmer.training.tasks import batches_of, number_of_steps, task_of
from warmer.training.unfinished import too_slow


def train(
    inputs: Any,
    targets: Any,
    rule: Any,
    *,
    steps: int = 1000,
    batch_size: BatchSize = "full",
    weights: Any = None,
    start: Any = None,
    predict: Any = None,
    compare: Any = None,
    modifiers: Sequence[Any] = (),
    observers: Sequence[Any] = (),
    checkpoint: Any = None,
    tolerance: float | None = None,
    seed: int | None = None,
    valid: Any = None,
    patience: int = 20,
    every: int = 50,
    history: int | Literal["auto"] | None = "auto",
    engine: Name = "auto",
    threads: int | None = None,
    registry: Registry | None = None,
    **parameters: Any,
) -> Run:
    """Let a rule learn from data: predict, compare and learn, a number of steps long.

    Parameters, the data:
        inputs: shape (rows, inputs), or (rows,) for one input. Used as they are: scaling and a
            column of ones are yours to add (or see `warmer.prepare`). There is a weight for each
            input, unless the predictor says otherwise (`weight_count`). Arrays and frames of Dask
            stay on their cluster, and so may the targets.
        targets: shape (rows,), or (rows, targets) for several networks side by side.

    Parameters, the network:
        rule: a name, `distribution/name`, `path/to/file.py:Class`, a class or an object; or all
            of the network, as `warmer.network` answers it.
        predict, compare: a predictor and a comparison, named like the rule; by default
            `linear` and `squared-error`, or the rule's own.
        modifiers: named like the rule, the first one closest to it.
        registry: where names are looked up; by default all that is installed.
        **parameters: the rule's own.

    Parameters, the run:
        steps: how many steps to take, at least 1.
        batch_size: rows in each step; "full" (or None) for all of them.
        weights: where to start: one number for all, an array of the weights' shape, or "random":
            standard normal numbers over the root of the inputs, the same for every target, from
            `numpy.random.default_rng([seed, 2**64 - 1])`. None for 0.
        start: a run (or a model, or a session) to go on with, in the place of `weights`: its
            weights, what they remember, the number of its last step, and so its place in the pass
            and the order of the rows. Numbers of steps are counted on, and `steps` says how many
            more to take: 20 steps and 20 more have the bits of 40. (But for plugins that ask how
            many steps there will be: the first 20 were told 20. `warmer.resume` goes on with what
            was asked for.)
        tolerance: end the run when, in a whole pass over the rows, no step moved any weight by
            more than this. None: take all steps.
        seed: shuffle the rows anew for every pass, and start the generators of plural rules and
            of random weights.
        valid: a pair of inputs and targets that nothing is learned from. The run keeps the
            weights where the error over them was least, of each target its own, and is `stopped`
            once it has not fallen for `patience` looks in a row.
        every: how many steps lie between two looks.

    Parameters, what is kept of it, and how it is computed:
        history: record every n-th step; None for none; "auto" for every step as long as
            16 MB hold them, and evenly spaced steps beyond.
        observers: told of the run as it goes on.
        checkpoint: a file, or a `warmer.Checkpoint`, where the run is kept every minute, at its end
            and where it is broken off; `warmer.resume` goes on from there.
        engine: `python` (the hooks, literally), `arrays` (their formula on NumPy arrays),
            `native` (their formula compiled, with the extra `fast`), or `auto`, the cheapest
            for the size of the work. All give the same bits. Rows on a cluster take `auto`.
        threads: how many may share the rows of a batch, in `native`; None for one on each core,
            up to 16. The bits are the same.

    Returns:
        The run. A run that diverged is a run as well: look at `run.outcome`.

    Raises:
        UsageError: something asked for cannot be (ParameterError, UnknownNameError, DataError).
        PluginError: a plugin cannot be imported, breaks the contract, or fails.

    >>> import warmer
    >>> run = warmer.train([2.0], [0.8], "alpha-scaled", alpha=0.1, weights=0.5, steps=20)
    >>> run.outcome.status, run.history.error[:2].tolist()
    ('budget', [0.03999999999999998, 0.0144])
    """
    steps = number_of_steps("steps", steps)
    history, threads = checked_history(history), checked_threads(threads)
    where = checked_checkpoint(checkpoint)
    registry = registry_of(registry)
    network = assemble(rule, parameters, predict, compare, modifiers, registry)
    watching = choose_all(observers, "observer", registry)
    task = task_of(network, inputs, targets, weights, steps, batch_size, tolerance, seed, start)
    begun = start_state(task, network.start)
    with only_run(where):
        if where:
            refuse_unfinished(where)
        return take(
            network, task, begun, watching, history, engine, threads,
            Stopping(valid, patience, every), where,
        )  # fmt: skip


def steps(
    inputs: Any,
    targets: Any,
    rule: Any,
    *,
    steps: int | None = None,
    batch_size: BatchSize = "full",
    weights: Any = None,
    start: Any = None,
    predict: Any = None,
    compare: Any = None,
    modifiers: Sequence[Any] = (),
    tolerance: float | None = None,
    seed: int | None = None,
    registry: Registry | None = None,
    **parameters: Any,
) -> Steps:
    """Let a rule learn from data one step at a time; break when you like.

    Parameters: as for `train`; `steps=None` goes on for ever.

    Raises: as `train` does, the faults of what was asked for at once.

    >>> import warmer
    >>> for step in warmer.steps([0.5], [0.8], "raw-gradient", weights=0.5):
    ...     if step.error < 0.1:
    ...         break
    >>> step.step, float(step.error)
    (3, 0.095712890625)
    """
    if steps is not None:
        steps = number_of_steps("steps", steps)
    network = assemble(rule, parameters, predict, compare, modifiers, registry_of(registry))
    task = task_of(network, inputs, targets, weights, steps, batch_size, tolerance, seed, start)
    engine = PythonEngine(network, task)

    def iterate() -> "Iterator[Step | Outcome]":
        state = start_state(task, network.start)
        ending = Ending(network, task, engine.error)
        while True:
            record = Record.of(task, 1, 1, engine.has_weight_deltas, state.step)
            advance = engine.advance(state, 1, record)
            if advance.state.step > state.step:
                recorded = record.history(state.step, advance.state.step)
                yield _step(task, recorded, advance.state.weights)
            state = advance.state
            outcome = ending.outcome(advance)
            if outcome:
                yield outcome
                return

    return Steps(iterate())


def diagnose(
    inputs: Any,
    rule: Any,
    *,
    steps: int = 1000,
    batch_size: BatchSize = "full",
    seed: int | None = None,
    predict: Any = None,
    compare: Any = None,
    modifiers: Sequence[Any] = (),
    registry: Registry | None = None,
    **parameters: Any,
) -> str | None:
    """Say, before a run, why it cannot work and what to try; None where nothing speaks against it.

    It cannot work where steps lead away from the best weights, or where they are so small that, in
    so many steps, even the direction that falls fastest keeps a tenth of what it adds to the error.

    Parameters: as for `train`.

    >>> import warmer
    >>> warmer.diagnose([2.0], "alpha-scaled", alpha=0.1) is None
    True
    >>> advice = warmer.diagnose([2.0], "alpha-scaled", alpha=1)
    >>> advice.partition("; ")[2]
    'it is stable below alpha 0.5 = 2 / input^2: try alpha 0.25'
    >>> warmer.diagnose([2.0], "alpha-scaled", alpha=0.0001).partition(": ")[2]
    'try alpha 0.25'
    """
    steps = number_of_steps("steps", steps)
    network = assemble(rule, parameters, predict, compare, modifiers, registry_of(registry))
    rows = as_inputs(inputs)
    batches = batches_of(len(rows), batch_size, seed)
    return advice_before(network, rows, batches) or too_slow(network, rows, batches, steps)


def _step(task: Task, recorded: History, new_weights: Array) -> Step:
    def number(column: Array | None) -> Any:
        if column is None:
            return None
        return float(column[0]) if task.single else column[0]

    return Step(
        step=int(recorded.step[0]),
        weights=recorded.weights[0],
        error=number(recorded.error),
        weight_deltas=None if recorded.weight_deltas is None else recorded.weight_deltas[0],
        prediction=number(recorded.prediction),
        delta=number(recorded.delta),
        new_weights=read_only(new_weights[:, 0] if task.single else new_weights),
    )
