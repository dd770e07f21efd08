"""`--folds`: the same run once for each fold, tested on the rows that it has not seen."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from warmer.cli.messages import in_options
from warmer.cli.output import plugins_speak_on_stderr
from warmer.cli.parts import Parts, parts_of
from warmer.cli.running import run_rule
from warmer.cli.tested import tested
from warmer.cli.weights import start_of
from warmer.exceptions import WarmerError

if TYPE_CHECKING:
    import numpy as np

    from warmer.plugins.network import Network
    from warmer.scoring.scores import Scores
    from warmer.tables.table import Table


@attrs.frozen
class Folds:
    """What came of the folds.

    Parameters:
        tests: of each fold that was tested, by target column.
        remarks: why one was not, a sentence each.
        code: the exit code of what went wrong.
    """

    tests: "tuple[dict[str, Scores], ...]" = ()
    remarks: tuple[str, ...] = ()
    code: int = 0


def run_folds(
    network: "Network",
    table: "Table",
    how: Mapping[str, Any],
    asked: Mapping[str, Any],
    received: Sequence[int],
    weights: Any,
    **task: Any,
) -> Folds:
    """Run every fold; what goes wrong in one of them ends them, and is told.

    Parameters:
        how: what `prepare` is told.
        asked: the options `folds` and `valid`, as they were given.
        received: signals that end the folds.
        weights: the option, as it was read.
        task: everything else that `train` takes, without the arrays.
    """
    import warmer

    if asked["folds"] is None:
        return Folds()
    tests: list[dict[str, Scores]] = []
    remarks: list[str] = []
    splits = warmer.folds(table.rows, asked["folds"], asked["valid"] or 0.0, task["seed"])
    for number, split in enumerate(splits, start=1):
        if received:
            break
        try:
            parts = parts_of(table, how, split)
            arrays = arrays_of(network, parts, weights, task["seed"])
            finished = run_rule(network, received=received, told=(), **task, **arrays)
            with plugins_speak_on_stderr():
                scores = tested(network, finished.run, parts)
        except WarmerError as error:
            remarks.append(f"fold {number}: {in_options(error)}")
            return Folds(tuple(tests), tuple(remarks), error.exit_code)
        if finished.run.outcome.status == "diverged":
            remarks.append(f"fold {number} diverged: {finished.run.outcome.reason}")
        if not received:
            tests.append({target: by["test"] for target, by in scores.items()})
    if received:
        remarks.append(f"{len(tests)} of {len(splits)} folds were tested")
    return Folds(tuple(tests), tuple(remarks), 128 + received[0] if received else 0)


def arrays_of(network: "Network", parts: Parts, weights: Any, seed: int | None) -> dict[str, Any]:
    """What the rule learns from, stops by and starts from.

    One target stands without an axis of its own.
    """
    with plugins_speak_on_stderr():
        start = start_of(parts.prepared, network, weights, seed)
    single = start.shape[1] == 1
    return {**data_of(parts), "weights": start[:, 0] if single else start}


def data_of(parts: Parts) -> dict[str, Any]:
    """What the rule learns from, and stops by; one target stands without an axis of its own."""
    prepared = parts.prepared
    single = prepared.targets.shape[1] == 1

    def alone(values: "np.ndarray") -> "np.ndarray":
        return values[:, 0] if single else values

    valid = parts.valid and (parts.valid.inputs, alone(parts.valid.targets))
    targets = alone(prepared.targets)
    return {"inputs": prepared.inputs, "targets": targets, "valid": valid}
