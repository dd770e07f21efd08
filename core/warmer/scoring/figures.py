"""Figures of how well predictions fit, named as in scikit-learn; sums are exact."""

import math
from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np

from warmer.contract.arguments import check_list, shown
from warmer.exceptions import DataError, ParameterError
from warmer.runs.task import Array
from warmer.tables.exact import condensed, exact_sum
from warmer.tables.inputs import as_numbers
from warmer.tables.spool import spans

LEAST = float(np.finfo(np.float64).eps)  # a chance below it counts as it, as in scikit-learn


def r2(targets: Any, predictions: Any) -> float:
    """The share of the targets' variance that is predicted; 1 is best, 0 as good as their mean.

    Formula: `1 - sum((target - prediction)^2) / sum((target - mean)^2)`; nan where all targets
    are the same, -inf where the first sum is beyond the floats.

    Parameters:
        targets, predictions: shape (rows,).

    Raises:
        DataError: they are no numbers, or of another shape.

    >>> r2([1.0, 2.0, 3.0], [1.0, 2.0, 4.0])
    0.5
    """
    goals, answers = _pair("predictions", targets, predictions)
    whole = _squares(goals, np.broadcast_to(exact_sum(goals) / len(goals), goals.shape))
    try:
        missed = _squares(goals, answers)
    except OverflowError:
        missed = math.inf
    return 1 - missed / whole if whole else math.nan


def _squares(goals: Array, answers: Array) -> float:
    """The exact sum of squared distances."""
    with np.errstate(over="ignore"):
        parts = (condensed((goals[s] - answers[s]) ** 2) for s in spans(len(goals)))
        return math.fsum(chain.from_iterable(parts))


def accuracy(targets: Any, predictions: Any) -> float:
    """The share of rows whose class is predicted.

    Parameters:
        targets, predictions: classes, as words or numbers, shape (rows,).

    Raises:
        DataError: they are not equally many, or none.

    >>> accuracy(["a", "b", "b", "a"], ["a", "b", "a", "a"])
    0.75
    """
    pairs = _classes(targets, predictions)
    return [target == prediction for target, prediction in pairs].count(True) / len(pairs)


def log_loss(targets: Any, chances: Any) -> float:
    """How surprising the classes are to who gave them these chances: the mean of `-log(chance)`.

    Chances below 2.2e-16 count as that, and so do those that are as close to 1.

    Parameters:
        targets: numbers of classes, from 0, shape (rows,).
        chances: of class 1, shape (rows,); or of each class, shape (rows, classes), which are
            divided by their sum.

    Raises:
        DataError: they are no chances, or of another shape.

    >>> round(log_loss([0, 1], [0.5, 0.5]), 6)
    0.693147
    """
    table = as_numbers("chances", chances)
    table = np.stack([1 - table, table], axis=1) if table.ndim == 1 else table
    goals = as_numbers("targets", targets)
    if table.ndim != 2 or goals.shape != table.shape[:1] or not goals.size:
        raise DataError(f"chances have the shape {np.shape(chances)}, and targets {goals.shape}")
    if not ((table >= 0) & (table <= 1)).all():
        raise DataError("chances must be from 0 to 1")
    if not np.isin(goals, np.arange(table.shape[1])).all():
        raise DataError(f"targets must be whole numbers from 0 to {table.shape[1] - 1}")
    sums = table.sum(axis=1)
    if not (sums > 0).all():
        raise DataError("chances of a row are all 0")
    own = (table[np.arange(len(goals)), goals.astype(np.int64)] / sums).clip(LEAST, 1 - LEAST)
    return -math.fsum(np.log(own).tolist()) / len(own)


def confusion(targets: Any, predictions: Any, classes: Sequence[Any]) -> list[list[int]]:
    """Count rows by class: a list for each class that they have, of the classes predicted.

    Parameters:
        targets, predictions: classes, as words or numbers, shape (rows,).
        classes: all of them, in the order wanted.

    Raises:
        DataError: they are not equally many, or a class is not among `classes`.

    >>> confusion(["a", "b", "b"], ["a", "b", "a"], ["a", "b"])
    [[1, 0], [1, 1]]
    """
    known = check_list("classes", classes, "classes")
    pairs = _classes(targets, predictions)
    try:
        places = {each: place for place, each in enumerate(known)}
        strangers = [each for pair in pairs for each in pair if each not in places]
    except TypeError:
        raise ParameterError(f"classes must be words or numbers, got {shown(known)}") from None
    if strangers:
        raise DataError(
            f"targets and predictions must be among the classes {shown(known)}, got "
            f"{shown(strangers[0])}"
        )
    counts = [[0] * len(known) for _ in known]
    for pair in pairs:
        counts[places[pair[0]]][places[pair[1]]] += 1
    return counts


def _pair(name: str, targets: Any, others: Any) -> tuple[Array, Array]:
    goals, answers = as_numbers("targets", targets), as_numbers(name, others)
    if goals.ndim != 1 or goals.shape != answers.shape or not goals.size:
        raise DataError(f"targets have the shape {goals.shape}, and {name} {answers.shape}")
    return goals, answers


def _classes(targets: Any, predictions: Any) -> list[tuple[Any, Any]]:
    """Pairs of classes: of each row, what it is and what is predicted."""
    lists = [
        np.asarray(check_list(name, given, "classes")).tolist()
        for name, given in (("targets", targets), ("predictions", predictions))
    ]
    if len(lists[0]) != len(lists[1]) or not lists[0]:
        raise DataError(f"there are {len(lists[0])} targets and {len(lists[1])} predictions")
    if any(isinstance(each, list) for given in lists for each in given):
        raise ParameterError("targets and predictions must be lists of classes")
    return list(zip(*lists, strict=True))
