"""What is to be run, and how far it has come: plain values."""

from typing import Any, Literal

import attrs
import numpy as np
from numpy.typing import NDArray

from warmer.exceptions import Stop
from warmer.runs.names import Names

Array = NDArray[np.float64]
BatchSize = int | Literal["full"] | None  # None means the same as "full"
WINDOWS = 8
RANDOM = "random"
DRAWN = 2**64 - 1  # beside the seed: the number of no step and of no pass
FEW = 4  # numbers that are shown; of more, how many there are


def brief(values: "Array | None") -> str:
    """Write an array on one line: its numbers where they are few, else its shape.

    >>> brief(np.ones(3)), brief(np.ones((40, 3)))
    ('[1.0, 1.0, 1.0]', '<40 x 3 numbers>')
    """
    if values is None or values.size <= FEW:
        return str(None if values is None else values.tolist())
    return f"<{' x '.join(map(str, values.shape))} numbers>"


@attrs.frozen
class Batches:
    """Which rows each step sees: `size` rows after one another, pass after pass.

    The last batch of a pass may be smaller. With a seed, and where a batch is not the whole,
    every pass has an order of its own that depends on the seed and the pass alone.
    """

    rows: int
    size: int
    seed: int | None = None

    @property
    def per_pass(self) -> int:
        """How many steps one pass over all rows takes."""
        return -(-self.rows // self.size)

    @property
    def shuffled(self) -> bool:
        """Whether rows change their order from pass to pass."""
        return self.seed is not None and self.size < self.rows

    def span(self, step: int) -> tuple[int, int]:
        """First and last + 1 position, within its pass, of the rows of a step (from 1)."""
        start = (step - 1) % self.per_pass * self.size
        return start, min(start + self.size, self.rows)

    def order(self, step: int) -> NDArray[np.int64] | None:
        """The order of the rows in the pass that a step belongs to; None for rows as they are."""
        if not self.shuffled:
            return None
        number = (step - 1) // self.per_pass
        return np.random.default_rng([self.seed or 0, number]).permutation(self.rows)


def random_weights(shape: tuple[int, int], inputs: int, seed: int | None) -> Array:
    """Draw weights to start from: standard normal numbers, divided by the root of the inputs.

    The generator is `default_rng([seed, 2**64 - 1])`; it draws for one target, and all of them
    start alike, as each would alone. Without a seed every run has a start of its own.

    Parameters:
        shape: (weights, targets).
        inputs: how many there are.
    """
    key = None if seed is None else [seed, DRAWN]
    column = np.random.default_rng(key).standard_normal(shape[0]) / np.sqrt(inputs)
    return np.repeat(column[:, np.newaxis], shape[1], axis=1)


class Orders:
    """The orders of a run's rows, each drawn once and kept until others are asked for."""

    def __init__(self, batches: Batches):
        self._batches = batches
        self._passes = range(0)
        self._drawn = np.empty((0, batches.rows), np.int64)

    def of(self, step: int) -> NDArray[np.int64] | None:
        """The order in the pass that a step (from 1) belongs to; None for rows as they are."""
        orders = self.between(step, step)
        return None if orders is None else orders[0]

    def between(self, first: int, last: int) -> NDArray[np.int64] | None:
        """The order in each pass from that of one step to that of another, (passes, rows)."""
        batches = self._batches
        if not batches.shuffled:
            return None
        wanted = range((first - 1) // batches.per_pass, (last - 1) // batches.per_pass + 1)
        if wanted[0] not in self._passes or wanted[-1] not in self._passes:
            self._passes = wanted
            self._drawn = np.empty((len(wanted), batches.rows), np.int64)
            for index, number in enumerate(wanted):
                self._drawn[index] = batches.order(1 + number * batches.per_pass)
        start = wanted[0] - self._passes[0]
        return self._drawn[start : start + len(wanted)]


@attrs.frozen(eq=False)
class State:
    """A run between two steps; never changed, only followed by another.

    Parameters:
        step: steps taken so far, by this run and those that it goes on with.
        weights: shape (weights, targets).
        memory: shape (fields, weights, targets).
        error_sums: shape (8, targets), the errors of the steps of each eighth of the run, added
            in order.
        last_errors: shape (2, targets), the errors of the last step but one and of the last.
        moved: the farthest that a weight moved in one step of the current pass; inf where that
            is not known, since nobody asked for a tolerance.
    """

    step: int
    weights: Array = attrs.field(repr=brief)
    memory: Array = attrs.field(repr=brief)
    error_sums: Array = attrs.field(repr=brief)
    last_errors: Array = attrs.field(repr=brief)
    moved: float = 0.0

    def measured_anew(self) -> "State":
        """The same state at the start of a pass, in which nothing has moved yet."""
        return attrs.evolve(self, moved=0.0)


@attrs.frozen(eq=False)
class Task:
    """A run before it starts.

    Parameters:
        inputs: shape (rows, inputs), C-contiguous; or on a cluster, what stands for it (`Far`).
        targets: shape (rows, targets); likewise.
        weights: shape (weights, targets), where the run starts.
        batches: which rows each step sees.
        steps: the number of the last step; None for no end.
        tolerance: converged when in a whole pass no step moved a weight by more; None for never.
        seed: starts the generators that plural rules may ask for.
        single: whether one target was given without an axis of its own, and is shown so.
        description: the chosen plugins by kind, as names and parameter values.
        names: what inputs, weights and targets are called.
        start: the state of an earlier run that this one goes on with; None where it begins anew.
    """

    inputs: Array = attrs.field(repr=brief)
    targets: Array = attrs.field(repr=brief)
    weights: Array = attrs.field(repr=brief)
    batches: Batches
    steps: int | None
    tolerance: float | None
    seed: int | None
    single: bool
    description: dict[str, Any] = attrs.field(repr=False)
    names: Names = attrs.field(repr=False)
    start: State | None = attrs.field(default=None, repr=False)

    @property
    def first(self) -> int:
        """How many steps were taken before this run."""
        return 0 if self.start is None else self.start.step

    @property
    def own_steps(self) -> int | None:
        """How many steps this run itself takes; None for no end."""
        return None if self.steps is None else self.steps - self.first

    def generator(self, step: int) -> np.random.Generator:
        """The generator of a step: the same for every target, as if each were learnt alone."""
        return np.random.default_rng(None if self.seed is None else [self.seed, step])

    def window(self, step: int) -> int:
        """The eighth of this run that a step belongs to; 0 for a run without end."""
        own = self.own_steps
        return 0 if own is None else (step - 1 - self.first) * WINDOWS // own


@attrs.frozen(eq=False)
class Advance:
    """What an engine answers: the state after some steps, and why it went no further.

    Parameters:
        state: after the last step that was committed.
        converged: the tolerance was met.
        trouble: why the next step could not be committed (its numbers are not finite).
        stop: what a plugin raised in the next step to end the run.
    """

    state: State
    converged: bool = False
    trouble: str | None = None
    stop: Stop | None = None

    @property
    def ended(self) -> bool:
        """Whether the run goes no further."""
        return self.converged or self.trouble is not None or self.stop is not None


def farthest(before: Array, after: Array) -> float:
    """The farthest that a weight moved in a step; inf where that is beyond the floats."""
    with np.errstate(over="ignore"):
        return float(np.max(np.abs(after - before)))


def error_trouble(error: float, step: int) -> str:
    """Say that a step cannot be committed because of its error."""
    return f"the error is {error} at step {step}"
