"""Cells: one run of a comparison each, as plain values that are sent, stored and shown."""

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any

import attrs

from warmer.comparing.budgets import Budget
from warmer.comparing.contenders import Contender
from warmer.comparing.problems import Cut
from warmer.models.model import version
from warmer.runs.task import BatchSize
from warmer.storing.schema import NUMBER, Listed, Named, check_header


@attrs.frozen
class Cell:
    """A run that is wanted: who, on what, and from where.

    Parameters:
        rule, data: the names of the contender and of the problem.
        seed: of the split, the order of the rows, the start and the rule's own chance.
        fold: which one is the test, from 1; 0 where there are no folds.
    """

    rule: str
    data: str
    seed: int
    fold: int


@attrs.frozen(eq=False)
class Job:
    """A cell with all that it takes to run it: what is sent to a process.

    Parameters:
        cell: which one.
        contender: the rule, with what stands beside it.
        cut: the rows.
        budget: what the run may spend.
        batch_size: rows of each step.
        weights: where it starts: a number for all, in the data's own units, or `random`.
    """

    cell: Cell
    contender: Contender = attrs.field(repr=False)
    cut: Cut = attrs.field(repr=False)
    budget: Budget
    batch_size: BatchSize
    weights: float | str

    def key(self) -> str | None:
        """Recognise the run by all that its result depends on; None where that cannot be known.

        Contenders and problems may be called otherwise; their seeds must be the same.
        """
        if self.contender.identity is None or self.budget.unit == "seconds":
            return None
        told = {
            "warmer": version(),
            "plugins": self.contender.identity,
            "rows": self.cut.hash,
            "seed": self.cell.seed,
            "budget": [self.budget.amount, self.budget.unit],
            "batch_size": self.batch_size,
            "weights": self.weights,
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


@attrs.frozen
class Finished:
    """What came of a cell.

    Parameters:
        cell: which one.
        status, reason: how the run ended, as in `Outcome`; `failed` where a plugin failed.
        planned: how many steps it was to take.
        steps, predictions: what it spent.
        seconds: how long its steps took; another time it is another number.
        error: of the rows for the test, in the units of the comparison; inf where the run
            diverged or failed.
        train_error: of the rows that it learned from.
        baseline: the error for the test of who always predicts the mean.
        figures: `r2`, or `accuracy` and `log_loss`, of the rows for the test, where they are known.
        engine: what took the steps.
        looks: steps taken, predictions spent, seconds, and the error for the test then.
    """

    cell: Cell
    status: str
    reason: str
    planned: int
    steps: int
    predictions: int
    seconds: float
    error: float
    train_error: float
    baseline: float
    figures: Mapping[str, float]
    engine: str
    looks: tuple[tuple[int, int, float, float], ...] = attrs.field(repr=False)

    @property
    def lost(self) -> bool:
        """Whether it diverged or failed: it is ranked last."""
        return not math.isfinite(self.error)

    @property
    def relative(self) -> float:
        """The error as a share of the baseline's: 0 is best, 1 as good as the mean.

        It is nan where there is no baseline.
        """
        if self.lost:
            return math.inf
        return self.error / self.baseline if self.has_baseline else math.nan

    @property
    def has_baseline(self) -> bool:
        """Whether the error of who always predicts the mean is a number above 0."""
        return 0 < self.baseline < math.inf


PLAIN = {
    **dict.fromkeys(("status", "reason", "engine"), str),
    **dict.fromkeys(("planned", "steps", "predictions"), int),
    **dict.fromkeys(("seconds", "error", "train_error", "baseline"), NUMBER),
    "figures": Named(NUMBER),
    "looks": Listed(Listed(NUMBER)),
}
"""What a finished cell looks like in a file, without the cell itself."""


def to_plain(finished: Finished) -> dict[str, Any]:
    """A finished cell as plain data for JSON, which keeps it to the bit; not finite is a word."""
    plain: dict[str, Any] = _spoken(attrs.asdict(finished))
    del plain["cell"]
    return plain


def from_plain(cell: Cell, plain: Mapping[str, Any]) -> Finished:
    """The finished cell of plain data.

    Raises:
        DataError: it is none.
    """
    heard = _heard(plain)
    check_header("the cell", heard, PLAIN)
    looks = tuple((int(a), int(b), float(c), float(d)) for a, b, c, d in heard.pop("looks"))
    return Finished(cell=cell, looks=looks, **heard)


WORDS = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}


def _spoken(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _spoken(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_spoken(each) for each in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _heard(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: each if key in ("status", "reason", "engine") else _heard(each)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_heard(each) for each in value]
    return WORDS.get(value, value) if isinstance(value, str) else value
