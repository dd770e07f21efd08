"""The command that runs a cell alone: with it, `warmer train` comes to the same numbers."""

import shlex
from typing import TYPE_CHECKING, Any

from warmer.tables.shipped import NAMES

if TYPE_CHECKING:
    from warmer.comparing.cells import Finished
    from warmer.comparing.contenders import Contender
    from warmer.comparing.problems import Problem

SEED, STEPS = "{seed}", "{steps}"


def command_of(asked: Any, contender: "Contender", problem: "Problem") -> str | None:
    """The command of a rule on a table, in which a seed and a number of steps are to be put.

    None where a plugin or the table has no name on the command line.

    Parameters:
        asked: the comparison.
    """
    words, source = contender.words, problem.source
    if words is None or source is None:
        return None
    table = ["--data", source] if source in NAMES else [source]
    rule, *beside = words
    told = ["warmer", "train", rule, *table, "--target", str(problem.how["targets"])]
    told += [*_of_table(problem), *beside]
    if asked.folds:
        told += ["--folds", str(asked.folds)]
    elif asked.test:
        told += ["--test", repr(asked.test)]
    if asked.batch_size not in (None, "full"):
        told += ["--batch-size", str(asked.batch_size)]
    if asked.weights != 0:
        told += ["--weights", str(asked.weights)]
    return f"{shlex.join(told)} --seed {SEED} --steps {STEPS}"


def put_in(command: str, finished: "Finished") -> str:
    """The command of a run."""
    steps = str(max(1, finished.planned))
    return command.replace(SEED, str(finished.cell.seed)).replace(STEPS, steps)


def _of_table(problem: "Problem") -> list[str]:
    """The options that say what is done to a table, where they are not the usual ones."""
    how = problem.how
    told = []
    for name in ("features", "without"):
        columns = how.get(name) or ()
        for column in (columns,) if isinstance(columns, str) else columns:
            told += [f"--{name}", str(column)]
    if not how.get("bias", True):
        told.append("--no-bias")
    for name, usual in (("scale", "standard"), ("categories", None), ("missing", "refuse")):
        if how.get(name, usual) != usual:
            told += [f"--{name}", str(how[name])]
    return told
