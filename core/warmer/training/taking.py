"""Taking the steps of a run that is checked and begun, for `train` and for `resume`."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import attrs
import numpy as np

from warmer.contract.parameters import Bounds, check_number
from warmer.engines.choice import choose_engine
from warmer.engines.protocol import Engine
from warmer.engines.streaming import streamed
from warmer.exceptions import DataError
from warmer.models.model import model_of, version
from warmer.plugins.naming import Chosen
from warmer.plugins.network import Network
from warmer.plugins.recalling import written_down
from warmer.runs.far import Far
from warmer.runs.history import record_for
from warmer.runs.outcome import Outcome
from warmer.runs.results import Run
from warmer.runs.task import Array, State, Task
from warmer.training.checkpoints import Checkpoint, Keeper, Loaded, hash_of
from warmer.training.ending import Ending
from warmer.training.findings import findings
from warmer.training.loop import run
from warmer.training.observers import Watchers
from warmer.training.validating import Validating, validating_of


@attrs.frozen(eq=False)
class Stopping:
    """The rows that a run stops by, and how: as for `train`."""

    valid: Any = None
    patience: int = 20
    every: int = 50


def checked_history(history: Any) -> Any:
    """Check how much of a run is to be recorded."""
    if history is None or (isinstance(history, str) and history == "auto"):
        return history
    return check_number("history", history, int, Bounds(at_least=1))


def checked_threads(threads: Any) -> int | None:
    """Check a number of threads."""
    return None if threads is None else check_number("threads", threads, int, Bounds(at_least=1))


def checked_checkpoint(where: Any) -> Checkpoint | None:
    """Where checkpoints go; the name of a file will do."""
    return where if where is None or isinstance(where, Checkpoint) else Checkpoint(where)


def take(
    network: Network,
    task: Task,
    begun: State,
    watching: Sequence[Chosen],
    history: Any,
    engine: Any,
    threads: int | None,
    stopping: Stopping,
    where: Checkpoint | None,
    loaded: Loaded | None = None,
) -> Run:
    """Take the steps of a task from a state on, until something ends the run.

    Parameters:
        begun: the state to begin with.
        where: the checkpoints; None for none.
        loaded: the one that the state comes from.
    """
    choice = choose_engine(engine, network, task, threads)
    watchers = Watchers([(chosen.name, chosen.plugin) for chosen in watching], task)
    plugins = [chosen.plugin for chosen in watching]
    taking = streamed(choice.engine, task, [*plugins, *watchers.recent])
    record = record_for(task, history, taking.has_weight_deltas, begun.step - task.first)
    validating = validating_of(
        stopping.valid, stopping.patience, stopping.every, network, task, choice.engine.name, begun
    )
    ending = Ending(network, task, taking.error, validating)
    if loaded:
        _restore(loaded, task, ending, validating)
    keeper = None
    if where:
        changing, whole = partial(_changing, ending, validating), not (loaded and loaded.warning)
        keeper = Keeper(where, *_constant(network, task, validating, where), changing, whole)
        if loaded is None:
            keeper.put(begun)
    go = partial(run, task, begun, taking, record, watchers, ending)
    if loaded and loaded.ended:
        state, outcome = begun, loaded.ended
        watchers.tell("run_started", task=task)
        watchers.tell("run_ended", outcome=outcome)
    elif keeper:
        state, outcome = _kept(keeper, begun, go, validating)
    else:
        state, outcome = go()
    recorded = record.history(begun.step, state.step) if record.stride else None
    state = validating.kept(state) if validating else state
    find: Callable[[], Any] = partial(findings, network, task, state, outcome, recorded, ending)
    if isinstance(task.inputs, Far):  # a cluster may be gone by the time that somebody asks
        find = partial(tuple, find())
    return Run(
        state=state,
        fields=network.fields,
        single=task.single,
        outcome=outcome,
        history=recorded,
        description=task.description,
        engine=taking.name, engine_reason=choice.reason,
        reports=(
            *watchers.reports, *filter(None, [choice.advice, loaded.warning if loaded else None]),
            *(keeper.reports if keeper else ()),
        ),
        evaluate=partial(_error, task, taking), find=find, draw=_draw,
        modelled=partial(model_of, written_down(network), *task.inputs.shape),
        names=task.names,
        validation=validating.found(task.single) if validating else None,
    )  # fmt: skip


def _kept(
    keeper: Keeper,
    begun: State,
    go: Callable[..., tuple[State, Outcome]],
    validating: Validating | None,
) -> tuple[State, Outcome]:
    """Take the steps, and write checkpoints on the way and in the end."""
    with keeper.to_the_end(begun) as keep:
        state, outcome = go(keep)
    given_up = validating is not None and validating.given_up() is not None
    keeper.write(state, outcome, outcome.status != "stopped" or given_up)
    return state, outcome


def data_of(task: Task, validating: Validating | None) -> str:
    """Recognise the data of a run by their hash."""
    valid = validating.data if validating else ()
    return hash_of([task.inputs, task.targets, *valid])


def _constant(
    network: Network, task: Task, validating: Validating | None, where: Checkpoint
) -> tuple[dict[str, Any], dict[str, Array]]:
    """What does not change while a run goes on: for the header, and numbers."""
    header = {
        "kind": "checkpoint",
        "warmer": version(),
        "plugins": written_down(network),
        "memory": [*network.fields],
        "single": task.single,
        "task": {
            "first": task.first,
            "steps": task.steps,
            "batch_size": task.batches.size,
            "tolerance": task.tolerance,
            "seed": task.seed,
            "patience": validating.patience if validating else None,
            "every": validating.every if validating else None,
        },
        "data": data_of(task, validating),
        "command": where.command,
    }
    start = {"start_weights": task.weights}
    if task.start is not None:
        start["start_memory"] = task.start.memory
    return header, start


def _changing(ending: Ending, validating: Validating | None) -> dict[str, Array]:
    """What a run has to go on with, beside its state."""
    kept = ending.kept
    looks = {
        "kept_steps": np.array([*kept], float),
        "kept_weights": np.array([*kept.values()]).reshape(len(kept), *ending.shape),
    }
    return looks | (validating.numbers() if validating else {})


def _restore(loaded: Loaded, task: Task, ending: Ending, validating: Validating | None) -> None:
    """Go on with what the run had kept; raises DataError where the data are others."""
    if data_of(task, validating) != loaded.header["data"]:
        raise DataError(f"{loaded.path}: these are not the data that the run was learning from")
    numbers = loaded.arrays
    steps = map(int, numbers["kept_steps"].tolist())
    ending.kept.update(zip(steps, numbers["kept_weights"], strict=True))
    if validating:
        validating.restore(numbers)


def _error(task: Task, engine: Engine, weights: Array) -> Any:
    """The error over all rows at some weights."""
    error = engine.error(weights)
    return float(error[0]) if task.single else error


def _draw(runs: Sequence[tuple[str, Run]], of: Any = None, cheap: bool = False) -> Any:
    """Draw runs; pictures are imported by who looks at one."""
    from warmer.pictures.picture import picture_of

    return picture_of(runs, of, cheap=cheap)
