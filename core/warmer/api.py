"""The ways in for programs: `train` for a whole run, `steps` for one step at a time."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from warmer.arguments import shown
from warmer.arrays import as_inputs, as_targets, as_weights
from warmer.choose import assemble, choose_all
from warmer.diagnosis import findings, stability
from warmer.engines.choose import Name, choose_engine
from warmer.engines.python import PythonEngine
from warmer.exceptions import UsageError
from warmer.fitting import misfit_in
from warmer.history import History, Record, stride_for
from warmer.loop import Watchers, ended, read_only, run, start_state
from warmer.network import Network
from warmer.outcome import Outcome
from warmer.parameters import Bounds, check_number
from warmer.reach import out_of_reach
from warmer.registry import SHIPPED, Registry, registry_of
from warmer.results import Run, Step, Steps
from warmer.streaming import EveryStep, Streaming
from warmer.task import Array, Batches, Task


def train(
    inputs: Any,
    targets: Any,
    rule: Any,
    *,
    steps: int = 1000,
    batch_size: int | None = None,
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

    Parameters:
        inputs: shape (rows, weights), or (rows,) for one weight. Used as they are: scaling and a
            column of ones are yours to add (or see `warmer.prepare`).
        targets: shape (rows,), or (rows, targets) for several networks side by side.
        rule: a name, `distribution/name`, `path/to/file.py:Class`, a class or an object.
        steps: how many steps to take, at least 1.
        batch_size: rows in each step; None for all of them.
        weights: where to start: one number for all, or an array of the weights' shape.
        predict, compare: a predictor and a comparison, named like the rule; by default
            `linear` and `squared-error`, or the rule's own.
        modifiers: wrappers around hooks, the first one closest to the rule.
        observers: told of the run as it goes on.
        tolerance: end the run when, in a whole pass over the rows, no step moved any weight by
            more than this. None: take all steps.
        seed: shuffle the rows anew for every pass, and start the generator of plural rules.
        history: record every n-th step; None for none; "auto" for every step as long as
            16 MB hold them, and evenly spaced steps beyond.
        engine: `python` (the hooks, literally), `arrays` (their formula on NumPy arrays),
            `native` (their formula compiled, with the extra `fast`), or `auto`, the cheapest
            for the size of the work. All give the same bits.
        threads: how many may share the rows of a batch, in `native`; None for one on each core,
            up to 16. The bits are the same.
        registry: where names are looked up; by default all that is installed.
        **parameters: the rule's own.

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
    every = [each.plugin for each in watching if isinstance(each.plugin, EveryStep)]
    taking = Streaming(choice.engine, task, every) if every else choice.engine
    stride = stride_for(history, steps, *task.weights.shape)
    room = -(-steps // stride) if stride else 0
    try:
        record = Record.of(task, room, stride, taking.has_weight_deltas)
    except (MemoryError, ValueError):
        raise UsageError(f"a history of {room} steps needs more memory than there is") from None
    watchers = Watchers([(chosen.name, chosen.plugin) for chosen in watching])
    state, outcome = run(task, start_state(task, network.memory), taking, record, watchers)
    recorded = record.history(0, state.step) if stride else None
    notes = [] if recorded is None else findings(recorded)
    if outcome.status == "diverged":
        stable = stability(network, task.inputs)
        notes = [] if stable is None else [stable.advice(network.rule.name)]
    unfit = None if network.comparison.distribution == SHIPPED else misfit_in(network)
    beyond = out_of_reach(network, task.targets)

    def squeeze(values: Array) -> Any:
        return values[..., 0] if task.single else values

    def evaluate() -> Any:
        error = taking.error(state.weights)
        return float(error[0]) if task.single else error

    return Run(
        weights=squeeze(state.weights),
        outcome=outcome,
        history=recorded,
        memory=dict(zip(_fields(network), map(squeeze, state.memory), strict=True)),
        description=task.description,
        engine=taking.name,
        engine_reason=choice.reason,
        findings=(*notes, *filter(None, [unfit, beyond])),
        reports=(*watchers.reports, *filter(None, [choice.advice])),
        evaluate=evaluate,
    )


def steps(
    inputs: Any,
    targets: Any,
    rule: Any,
    *,
    steps: int | None = None,
    batch_size: int | None = None,
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
        state = start_state(task, network.memory)
        while True:
            record = Record.of(task, 1, 1, engine.has_weight_deltas, state.step)
            advance = engine.advance(state, 1, record)
            if advance.state.step > state.step:
                recorded = record.history(state.step, advance.state.step)
                yield _step(recorded, advance.state.weights, task.single)
            state = advance.state
            outcome = ended(advance, task)
            if outcome:
                yield outcome
                return

    return Steps(iterate())


def diagnose(
    inputs: Any,
    rule: Any,
    *,
    predict: Any = None,
    compare: Any = None,
    modifiers: Sequence[Any] = (),
    registry: Registry | None = None,
    **parameters: Any,
) -> str | None:
    """Say, before a run, why it cannot work and what to try; None where nothing speaks against it.

    Parameters: as for `train`.

    >>> import warmer
    >>> warmer.diagnose([2.0], "alpha-scaled", alpha=0.1) is None
    True
    >>> advice = warmer.diagnose([2.0], "alpha-scaled", alpha=1)
    >>> advice.partition("; ")[2]
    'it is stable below alpha 0.5 = 2 / input^2: try alpha 0.25'
    """
    network = assemble(rule, parameters, predict, compare, modifiers, registry_of(registry))
    stable = stability(network, as_inputs(inputs))
    return None if stable is None or stable.stable else stable.advice(network.rule.name)


def task_of(
    network: Network,
    inputs: Any,
    targets: Any,
    weights: Any,
    steps: int | None,
    batch_size: int | None,
    tolerance: float | None,
    seed: int | None,
) -> Task:
    """Check what a run was asked for, and put it into a task.

    Parameters: as for `train`, the network assembled.

    Returns:
        The task, its arrays read-only.

    Raises:
        UsageError: something asked for cannot be (ParameterError, DataError).
    """
    if tolerance is not None:
        tolerance = check_number("tolerance", tolerance, float, Bounds(at_least=0))
    if seed is not None:
        seed = check_number("seed", seed, int, Bounds(at_least=0))
        check_number("seed", seed, int, Bounds(at_most=1e300))  # NumPy takes no thousands of digits
    if batch_size is not None:
        batch_size = check_number("batch_size", batch_size, int, Bounds(at_least=1))
    rows = as_inputs(inputs)
    columns, single = as_targets(targets, len(rows))
    if batch_size is not None and batch_size > len(rows):
        got = shown(batch_size)
        raise UsageError(f"batch_size must be at most the {len(rows)} rows, got {got}")
    start = as_weights(weights, (rows.shape[1], columns.shape[1]), single)
    batches = Batches(len(rows), batch_size or len(rows), seed)
    description = network.description()
    arrays = read_only(rows), read_only(columns), read_only(start)  # observers are told the task
    return Task(*arrays, batches, steps, tolerance, seed, single, description)


def number_of_steps(name: str, value: Any) -> int:
    """Check a number of steps.

    Raises:
        ParameterError: it is no whole number, or none that a float is exact for.
    """
    some = check_number(name, value, int, Bounds(at_least=1))
    return int(check_number(name, some, int, Bounds(at_most=10**15)))


def _step(recorded: History, new_weights: Array, single: bool) -> Step:
    def number(column: Array | None) -> Any:
        if column is None:
            return None
        return float(column[0]) if single else column[0]

    return Step(
        step=int(recorded.step[0]),
        weights=recorded.weights[0],
        error=number(recorded.error),
        weight_deltas=None if recorded.weight_deltas is None else recorded.weight_deltas[0],
        prediction=number(recorded.prediction),
        delta=number(recorded.delta),
        new_weights=read_only(new_weights[..., 0] if single else new_weights),
    )


def _fields(network: Network) -> Sequence[str]:
    return getattr(network.memory, "_fields", ())
