"""Budgets: what every contender may spend on a table, counted in predictions, steps or seconds."""

import re
from typing import Any

import attrs

from warmer.contract.arguments import shown
from warmer.engines.python import PythonEngine
from warmer.exceptions import ParameterError, UsageError
from warmer.formulas.expression import UntraceableError, in_order
from warmer.plugins.network import Network
from warmer.runs.history import Record
from warmer.runs.task import Batches, Task
from warmer.tables.numbers import parse_number
from warmer.tracing.reader import trace_network
from warmer.training.loop import start_state
from warmer.wording import did_you_mean

UNITS = ("predictions", "steps", "seconds")
MOST = 10**15
PROBES = {"error_at", "error_at_all"}


@attrs.frozen
class Budget:
    """What a run may spend.

    Parameters:
        amount: how much, above 0.
        unit: `predictions` of a row (those that a rule probes among them), `steps` or `seconds`.
    """

    amount: float
    unit: str

    def __str__(self) -> str:
        return f"{written(self.amount)}-{self.unit}"

    @property
    def words(self) -> str:
        """As it is said: `1e6 predictions`."""
        return f"{written(self.amount)} {self.unit if self.amount != 1 else self.unit[:-1]}"


def written(amount: float) -> str:
    """Write an amount briefly: as a plain number, or with a power of ten where it is round.

    >>> written(1e6), written(2500.0), written(0.5)
    ('1e6', '2500', '0.5')
    """
    if amount != int(amount):
        return repr(amount)
    text = str(int(amount))
    zeros = len(text) - len(text.rstrip("0"))
    return f"{text[:-zeros]}e{zeros}" if zeros > 3 else text


def budget_of(text: Any) -> Budget:
    """Read a budget: `1e6-predictions`, `1000-steps` or `2.5-seconds`.

    Raises:
        ParameterError: it is none.

    >>> budget_of("1e6-predictions")
    Budget(amount=1000000.0, unit='predictions')
    """
    if isinstance(text, Budget):
        return text
    what = f"budget must be a number and {', '.join(UNITS)}, as 1e6-predictions"
    found = re.fullmatch(r"(.+?)[- ]([a-z]+)", text.strip()) if isinstance(text, str) else None
    if not found:
        raise ParameterError(f"{what}; got {shown(text)}")
    number, unit = found.groups()
    unit = unit if unit in UNITS or f"{unit}s" not in UNITS else f"{unit}s"
    if unit not in UNITS:
        raise ParameterError(f"{what}; got {shown(text)}{did_you_mean(unit, UNITS)}")
    try:
        amount = parse_number(number)
    except ValueError as error:
        raise ParameterError(f"{what}: {error}") from None
    if not 0 < amount <= MOST or (unit != "seconds" and amount != int(amount)):
        least = "above 0" if unit == "seconds" else "a whole number, at least 1"
        raise ParameterError(f"budget: a number of {unit} must be {least}, got {shown(text)}")
    return Budget(amount, unit)


def predictions_of_a_row(network: Network, task: Task) -> int:
    """How often a step predicts each row of its batch: once, and once for each probe.

    Probes are counted in the formula of the rule, all of them; of a rule without one, in the
    first step, by which steps are planned.
    """
    known = known_predictions(network, task)
    return _in_first_step(network, task) if known is None else known


def known_predictions(network: Network, task: Task) -> int | None:
    """How often every step predicts each row; None where steps may probe as they like."""
    if not network.evidence & PROBES:
        return 1
    try:
        learn = trace_network(network, task.inputs.shape[1]).learn
    except UntraceableError:
        return None
    nodes = in_order(learn.weight, *learn.memory, learn.fault)
    probes = [node for node in nodes if node.operation == "error_at"]
    return 1 + len(probes) * int(task.weights.shape[0])


def steps_within(budget: Budget, batches: Batches, of_a_row: int) -> int | None:
    """How many steps a budget allows; None where it is one of time.

    Raises:
        UsageError: not one.

    >>> steps_within(Budget(100, "predictions"), Batches(10, 4), 3)
    9
    """
    if budget.unit == "seconds":
        return None
    if budget.unit == "steps":
        return int(budget.amount)
    rows = int(budget.amount) // of_a_row
    passes, rest = divmod(rows, batches.rows)
    steps = passes * batches.per_pass
    steps += batches.per_pass if rest == batches.rows else rest // batches.size
    if not steps:
        raise UsageError(
            f"a budget of {budget.words} allows no step: one takes {batches.size * of_a_row} "
            f"({of_a_row} for each of {batches.size} rows); give more, or smaller batches"
        )
    return min(steps, MOST)


def predictions_in(steps: int, batches: Batches, of_a_row: int) -> int:
    """How many predictions so many steps are.

    >>> predictions_in(8, Batches(10, 4), 3)
    84
    """
    passes, rest = divmod(steps, batches.per_pass)
    return (passes * batches.rows + min(rest * batches.size, batches.rows)) * of_a_row


def _in_first_step(network: Network, task: Task) -> int:
    """Count the probes that a rule asks for in its first step, on one row."""
    one = attrs.evolve(
        task, inputs=task.inputs[:1], targets=task.targets[:1, :1], weights=task.weights[:, :1],
        batches=Batches(1, 1), steps=1,
    )  # fmt: skip
    engine = PythonEngine(network, one)
    engine.advance(start_state(one, network.start), 1, Record.of(one, 0, 0, False))
    return max(1, int(engine.predicted))
