"""The ways in for programs: `train` for a whole run, `steps` for one step at a time."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Literal

from warmer.contract.parameters import Bounds, check_number
from warmer.engines.choice import Name, choose_engine
from warmer.engines.protocol import Engine
from warmer.engines.python import PythonEngine
from warmer.engines.streaming import streamed
from warmer.plugins.choosing import assemble, choose_all
from warmer.plugins.registry import Registry, registry_of
from warmer.runs.history import History, Record, record_for
from warmer.runs.outcome import Outcome
from warmer.runs.results import Run, Step, Steps
from warmer.runs.task import Array, BatchSize, Task
from warmer.tables.inputs import as_inputs
from warmer.training.diagnosis import advice_before
from warmer.training.ending import Ending
from warmer.training.findings import findings
from warmer.training.loop import read_only, run, start_state
from warmer.training.observers import Watchers
from warmer.training.tasks import batches_of, number_of_steps, task_of
from warmer.training.unfinished import too_slow


def train(
    inputs: Any,
    targets: Any,
    rule: Any,
    *,
    steps: int = 1000,
    batch_size: BatchSize = "full",
    weights: Any = 0.0,
    predict: Any = None,
    compare: Any = None,
    modifiers: Sequence[Any] = (),
    observers: Sequence[Any] = (),
    tolerance: float | None = None,
    seed: int | None = None,
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
            input, unless the predictor says otherwise (`weight_count`).
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
            `numpy.random.default_rng([seed, 2**64 - 1])`.
        tolerance: end the run when, in a whole pass over the rows, no step moved any weight by
            more than this. None: take all steps.
        seed: shuffle the rows anew for every pass, and start the generators of plural rules and
            of random weights.

    Parameters, what is kept of it, and how it is computed:
        history: record every n-th step; None for none; "auto" for every step as long as
            16 MB hold them, and evenly spaced steps beyond.
        observers: told of the run as it goes on.
        engine: `python` (the hooks, literally), `arrays` (their formula on NumPy arrays),
            `native` (their formula compiled, with the extra `fast`), or `auto`, the cheapest
            for the size of the work. All give the same bits.
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
    if not (history is None or (isinstance(history, str) and history == "auto")):
        history = check_number("history", history, int, Bounds(at_least=1))
    if threads is not None:
        threads = check_number("threads", threads, int, Bounds(at_least=1))
    registry = registry_of(registry)
    network = assemble(rule, parameters, predict, compare, modifiers, registry)
    watching = choose_all(observers, "observer", registry)
    task = task_of(network, inputs, targets, weights, steps, batch_size, tolerance, seed)
    choice = choose_engine(engine, network, task, threads)
    watchers = Watchers([(chosen.name, chosen.plugin) for chosen in watching], task)
    plugins = [chosen.plugin for chosen in watching]
    taking = streamed(choice.engine, task, [*plugins, *watchers.recent])
    record = record_for(task, history, taking.has_weight_deltas)
    ending = Ending(network, task, taking.error)
    state, outcome = run(task, start_state(task, network.start), taking, record, watchers, ending)
    recorded = record.history(0, state.step) if record.stride else None
    return Run(
        weights=_shaped(task, state.weights),
        outcome=outcome,
        history=recorded,
        memory={
            field: _shaped(task, values)
            for field, values in zip(network.fields, state.memory, strict=True)
        },
        description=task.description,
        engine=taking.name,
        engine_reason=choice.reason,
        findings=findings(network, task, state, outcome, recorded, ending),
        reports=(*watchers.reports, *filter(None, [choice.advice])),
        evaluate=partial(_error, task, taking),
        draw=_draw,
    )


def steps(
    inputs: Any,
    targets: Any,
    rule: Any,
    *,
    steps: int | None = None,
    batch_size: BatchSize = "full",
    weights: Any = 0.0,
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
    task = task_of(network, inputs, targets, weights, steps, batch_size, tolerance, seed)
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
        new_weights=read_only(_shaped(task, new_weights)),
    )


def _shaped(task: Task, values: Array) -> Array:
    """Weights, or what they remember, with an axis of targets where the targets have one."""
    return values[..., 0] if task.single else values


def _error(task: Task, engine: Engine, weights: Array) -> Any:
    """The error over all rows at some weights."""
    error = engine.error(weights)
    return float(error[0]) if task.single else error


def _draw(runs: Sequence[tuple[str, Run]], of: Any = None, cheap: bool = False) -> Any:
    """Draw runs; pictures are imported by who looks at one."""
    from warmer.pictures.picture import picture_of

    return picture_of(runs, of, cheap=cheap)
