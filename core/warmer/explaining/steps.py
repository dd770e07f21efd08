"""How a step is explained: it is taken by the python engine, and its formulas are worked out."""

from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from warmer.contract.parameters import Bounds, check_number
from warmer.engines.choice import choose_engine
from warmer.engines.python import PythonEngine
from warmer.exceptions import UsageError, said
from warmer.explaining.explanation import Explanation, Names
from warmer.explaining.worked import WorkedStep
from warmer.plugins.choosing import assemble
from warmer.plugins.network import Network
from warmer.plugins.registry import registry_of
from warmer.runs.history import Record
from warmer.runs.task import Advance, BatchSize, State, Task
from warmer.training.loop import start_state
from warmer.training.tasks import number_of_steps, task_of


def explain(
    inputs: Any,
    targets: Any,
    rule: Any,
    *,
    step: int = 1,
    steps: int | None = None,
    weights: Any = 0.0,
    batch_size: BatchSize = "full",
    predict: Any = None,
    compare: Any = None,
    modifiers: Sequence[Any] = (),
    seed: int | None = None,
    target: int = 0,
    shown: int = 3,
    registry: Any = None,
    **parameters: Any,
) -> Explanation:
    """Explain one step of a run: predict, compare and learn, line by line.

    Parameters:
        inputs, targets: the data, as for `warmer.train`.

        rule, **parameters: the rule and its own parameters.
        predict, compare, modifiers, registry: the network around it, as for `warmer.train`.

        weights, batch_size, seed: the run, as for `warmer.train`.
        step: the number of the step, from 1; the steps before it are taken first.
        steps: how many the run takes, for plugins that ask; None without end.

        target: which target to explain, from 0, where there are several.
        shown: how many rows and how many weights to show; the rest is said in a word.

    Raises:
        UsageError: something asked for cannot be, or the run ends before that step.
        PluginError: a plugin cannot be imported, breaks the contract, or fails.

    >>> import warmer
    >>> print(warmer.explain([2.0], [0.8], "alpha-scaled", alpha=0.1, weights=0.5))
    step 1
    <BLANKLINE>
    predict (linear)
      prediction = dot(weights, inputs) = 0.5 * 2.0 = 1.0
    <BLANKLINE>
    compare (squared-error)
      delta = prediction - target = 1.0 - 0.8 = 0.19999999999999996
      error = delta * delta
            = 0.19999999999999996 * 0.19999999999999996
            = 0.03999999999999998
    <BLANKLINE>
    learn (alpha-scaled)
      weight_delta = delta * input = 0.19999999999999996 * 2.0 = 0.3999999999999999
      weight = weight - alpha * weight_delta = 0.5 - 0.1 * 0.3999999999999999 = 0.46
    """
    target = check_number("target", target, int, Bounds(at_least=0))
    network = assemble(rule, parameters, predict, compare, modifiers, registry_of(registry))
    if steps is not None:
        steps = number_of_steps("steps", steps)
    task = task_of(network, inputs, targets, weights, steps, batch_size, None, seed)
    within = Bounds(at_least=0, at_most=task.targets.shape[1] - 1)
    target = check_number("target", target, int, within)
    step = number_of_steps("step", step)
    if steps is not None and step > steps:
        raise UsageError(f"there is no step {step}: the run takes {steps}")
    shown = check_number("shown", shown, int, Bounds(at_least=1))
    return explain_task(network, task, step, [target], shown)[0]


def explain_task(
    network: Network,
    task: Task,
    step: int,
    targets: Iterable[int],
    shown: int = 3,
    names: Names | None = None,
) -> tuple[Explanation, ...]:
    """Explain a step of a task as `warmer.explain` does, for some of its targets."""
    engine, state = _before(network, task, step)
    record = Record.of(task, 1, 1, engine.has_weight_deltas, state.step)
    advance = engine.advance(state, 1, record)
    return tuple(
        _explained(WorkedStep(network, task, state, each, shown, names or Names()), record, advance)
        for each in targets
    )


def _explained(told: WorkedStep, record: Record, advance: Advance) -> Explanation:
    """Explain a step for one target, from what the engine recorded of it."""
    task, names, target = told.task, told.names, told.target
    note = None if advance.state.step == told.number else f"the step was not taken: {_why(advance)}"
    try:
        parts = told.rows()
    except UsageError:
        if note is None:
            raise
        parts = []  # what cannot be computed is what the note says
    if note is None:
        weight_deltas = None
        if record.weight_deltas is not None:
            weight_deltas = record.weight_deltas[0, :, target].tolist()
        parts += told.learning(float(record.error[0, target]), weight_deltas, advance.state)
    weights, targets = task.weights.shape
    called = names.targets[target] if names.targets else f"{target + 1} of {targets}"
    return Explanation(
        told.number, len(told.batch), weights, tuple(parts), task.description, note,
        called if targets > 1 else None, names.about,
    )  # fmt: skip


def _why(advance: Advance) -> str:
    """Why an engine went no further."""
    return advance.trouble or said(advance.stop)


def _before(network: Network, task: Task, step: int) -> tuple[PythonEngine, State]:
    """Take the steps before one; answers the engine that is to take it, and the state."""
    state = start_state(task, network.start)
    if step <= state.step:
        raise UsageError(f"there is no step {step}: this run begins with step {state.step + 1}")
    if step == state.step + 1:
        return PythonEngine(network, task), state
    enough = choose_engine("auto", network, attrs.evolve(task, steps=step)).engine.name
    engine = choose_engine(enough, network, task).engine
    nothing = Record.of(task, 0, 0, engine.has_weight_deltas)
    advance = engine.advance(state, step - 1 - state.step, nothing)
    if advance.state.step < step - 1:
        raise UsageError(f"there is no step {step}: {_why(advance)}")
    return PythonEngine(network, task), advance.state
