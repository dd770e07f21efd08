"""Resuming: a run that was broken off goes on from its checkpoint, to the same end."""

from collections.abc import Sequence
from typing import Any, Literal

import attrs
import numpy as np

from warmer.contract.arguments import check_list
from warmer.engines.choice import Name
from warmer.exceptions import DataError, UsageError
from warmer.models.states import state_of
from warmer.plugins.choosing import choose_all
from warmer.plugins.network import Network
from warmer.plugins.recalling import recalled
from warmer.plugins.registry import Registry, registry_of
from warmer.runs.results import Run
from warmer.runs.task import WINDOWS, Array, State, Task
from warmer.training.checkpoints import Loaded, load_checkpoint, only_run
from warmer.training.taking import (
    Stopping,
    checked_checkpoint,
    checked_history,
    checked_threads,
    take,
)
from warmer.training.tasks import task_of


def resume(
    checkpoint: Any,
    inputs: Any,
    targets: Any,
    *,
    valid: Any = None,
    rule: Any = None,
    predict: Any = None,
    compare: Any = None,
    modifiers: Sequence[Any] = (),
    observers: Sequence[Any] = (),
    history: int | Literal["auto"] | None = "auto",
    engine: Name = "auto",
    threads: int | None = None,
    registry: Registry | None = None,
) -> Run:
    """Go on with a run that `train(..., checkpoint=...)` has kept, on any engine.

    It ends with the bits of the run that was never broken, and its checkpoints go on in the same
    file. Where the newest is damaged, the one before it is taken, and `run.reports` says so. A run
    that has ended already is answered as it ended.

    Parameters:
        checkpoint: the file, or a `warmer.Checkpoint`.
        inputs, targets, valid: the data of the run; others are refused.
        rule, predict, compare, modifiers: what was given as a class, an object or a file, and so
            cannot be looked up by its name.
        observers, history, engine, threads, registry: as for `train`; what is recorded begins
            with the step that the checkpoint was written after.

    Raises:
        DataError: there is no whole checkpoint, the data are others, or a plugin is not installed.
        UsageError: another run is writing to it, or something asked for cannot be.
        PluginError: a plugin cannot be imported, breaks the contract, or fails.

    >>> import os, tempfile, warmer
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "run.warmer")
    ...     run = warmer.train([2.0], [0.8], "alpha-scaled", steps=20, checkpoint=path)
    ...     same = warmer.resume(path, [2.0], [0.8])
    >>> same.outcome == run.outcome, same.weights.tolist() == run.weights.tolist()
    (True, True)
    """
    where = checked_checkpoint(checkpoint)
    if where is None:
        raise UsageError("checkpoint must be the name of a file, got None")
    modifiers = check_list("modifiers", modifiers, "modifiers")
    history, threads, registry = (
        checked_history(history), checked_threads(threads), registry_of(registry),
    )  # fmt: skip
    watching = choose_all(observers, "observer", registry)
    given = {"rule": rule, "predict": predict, "compare": compare, "modifiers": modifiers or None}
    with only_run(where):
        loaded = load_checkpoint(where)
        header, asked = loaded.header, loaded.header["task"]
        network = recalled(loaded.path, header["plugins"], registry, given)
        task, state = _begun(loaded, network, inputs, targets)
        stopping = Stopping(valid)
        if asked["patience"] is not None:
            stopping = Stopping(valid, asked["patience"], asked["every"])
        if where.command is None:
            where = attrs.evolve(where, command=header["command"])
        return take(
            network, task, state, watching, history, engine, threads, stopping, where, loaded
        )


def _begun(loaded: Loaded, network: Network, inputs: Any, targets: Any) -> tuple[Task, State]:
    """The task of a checkpoint and its state, if they fit each other and the data."""
    header, numbers, source = loaded.header, loaded.arrays, loaded.path
    asked = header["task"]
    state = state_of(source, header["step"], numbers)
    shape = state.weights.shape
    names = {"start_weights": shape, "kept_weights": (len(numbers.get("kept_steps", ())), *shape)}
    if asked["first"]:
        names["start_memory"] = state.memory.shape
    if any(name not in numbers or numbers[name].shape != named for name, named in names.items()):
        raise DataError(f"{source}: its numbers do not fit together")
    if header["memory"] != [*network.fields] or len(state.memory) != len(network.fields):
        raise DataError(
            f"{source}: remembers {', '.join(header['memory']) or 'nothing'}, and the rule "
            f"{', '.join(network.fields) or 'nothing'}: it is another version"
        )
    if not 0 <= asked["first"] <= state.step <= asked["steps"]:
        raise DataError(f"{source}: is at step {state.step} of {asked['steps']}")
    start: Array = numbers["start_weights"]
    try:
        task = task_of(
            network, inputs, targets, start[:, 0] if header["single"] else start, asked["steps"],
            asked["batch_size"], asked["tolerance"], asked["seed"],
        )  # fmt: skip
    except UsageError as error:
        raise DataError(f"{source}: these are not its data: {error}") from None
    if asked["first"]:
        targets_ = shape[1]
        begun = State(
            asked["first"], start, numbers["start_memory"], np.zeros((WINDOWS, targets_)),
            np.zeros((2, targets_)), np.inf,
        )  # fmt: skip
        task = attrs.evolve(task, start=begun)
    return task, state
