"""Lanes: many runs of one task at once, which differ in the values of parameters alone."""

import math
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial

import attrs
import numpy as np

from warmer.engines.native.compiler import Compiled, compile_text
from warmer.engines.native.cores import cores
from warmer.engines.native.forking import COMPILER
from warmer.engines.native.kind import ERROR
from warmer.engines.native.lanekernel import GOING, write_lanes
from warmer.engines.native.lanerows import WIDTH
from warmer.engines.native.packing import pointer
from warmer.engines.native.plan import cost
from warmer.engines.native.probes import phases
from warmer.engines.native.threads import CALL, MOST, new_team, run_together
from warmer.formulas.keeping import Kept
from warmer.plugins.network import Network
from warmer.runs.task import WINDOWS, Array, Batches, Orders, State, Task, error_trouble
from warmer.tracing.network_formula import Formula

Varied = Mapping[tuple[str, str], Sequence[float]]
"""Values of parameters, one for each run; by the place of their plugin and their name."""

KERNELS = Kept[Compiled](most=4_000_000)
MOST_WEIGHTS, MOST_PROBED = 32, 8  # all is written out; beyond, a single run fills the vectors too
MOST_WRITTEN = 1_000  # operations
CHUNK = 500_000_000  # numbers that are read in one call: some tenths of a second
ORDERED = 100_000  # rows whose order is drawn before a call


def fits(formula: Formula) -> bool:
    """Say whether lanes are worth it: networks of some weights, since all is written out."""
    probed = any(phases(formula))
    few = max(formula.weights, formula.inputs) <= (MOST_PROBED if probed else MOST_WEIGHTS)
    return few and formula.weights * cost(formula) <= MOST_WRITTEN


class Lanes:
    """Runs of one task beside each other, sixteen to a call of the kernel.

    Parameters:
        network: the chosen plugins, with the parameters that are the same in all runs.
        formula: of the network, which is that of every run.
        varied: the values of other parameters, one for each run.
        weights: where each run starts, (runs, weights).
    """

    def __init__(
        self,
        network: Network,
        task: Task,
        formula: Formula,
        varied: Varied,
        weights: Array,
        threads: int | None = None,
    ):
        self._task, self._formula, self._threads = task, formula, threads
        self._orders, self.step, self.count = Orders(task.batches), 0, len(weights)
        values = network.parameters
        keys = [key for key, value in values.items() if isinstance(value, (int, float))]
        numbers = np.empty((self.count, len(keys)))
        for place, key in enumerate(keys):
            numbers[:, place] = varied.get(key, values[key])
        start = np.repeat(np.array(network.start), weights.shape[1])
        self._arrays = [task.inputs, np.ascontiguousarray(task.targets)]
        self._parameters, self._weights = _grouped(numbers), _grouped(weights)
        self._memory = _grouped(np.tile(start, (self.count, 1)))
        groups = len(self._weights)
        self._error_sums = np.zeros((groups, WINDOWS, WIDTH))
        self._last_errors = np.zeros((groups, 2, WIDTH))
        self._answer = np.zeros((groups, 3, WIDTH))
        self._answer[:, 0] = GOING
        asked = network.asks_for_weight_deltas
        self._kernel = kernel_for(formula, asked, task.batches.shuffled, tuple(keys))

    def advance(self, last: int) -> None:
        """Take the steps up to a number, in every lane that goes on."""
        batches, count = self._task.batches, self._formula.weights * len(self._weights)
        most = max(1, CHUNK // max(1, batches.size * count))
        while self.step < last:
            until = min(last, self.step + most)
            if batches.shuffled:
                passes = max(1, ORDERED // batches.rows)
                until = min(until, (self.step // batches.per_pass + passes) * batches.per_pass)
            self._call(until)
            self.step = until

    @property
    def state(self) -> State:
        """All runs as one state, as if each were a target; those that went no further among them.

        Its step is that of the runs that go on.
        """
        memory = self._side_by_side(self._memory)
        shape = len(self._formula.memory), self._formula.weights, self.count
        return State(
            self.step, self._side_by_side(self._weights), memory.reshape(shape),
            self._side_by_side(self._error_sums), self._side_by_side(self._last_errors), math.inf,
        )  # fmt: skip

    @property
    def halted(self) -> dict[int, tuple[int, str | None]]:
        """The runs that went no further: after which step, and what is wrong with the next one.

        It is None where Python has to look.
        """
        found: dict[int, tuple[int, str | None]] = {}
        steps, statuses, errors = self._side_by_side(self._answer)
        for lane in np.flatnonzero(steps != GOING).tolist():
            step = int(steps[lane])
            trouble = error_trouble(float(errors[lane]), step + 1)
            found[lane] = step, trouble if statuses[lane] == ERROR else None
        return found

    def _side_by_side(self, values: Array) -> Array:
        """The numbers of each run as columns."""
        columns = np.moveaxis(values, 0, 1).reshape(values.shape[1], len(values) * WIDTH)
        return columns[:, : self.count].copy()  # the next steps are taken in place

    def _call(self, last: int) -> None:
        """Call the kernel for each group of lanes.

        Threads take the next group by turns, and what is left where there are none for it is done
        here.
        """
        task, batches = self._task, self._task.batches
        order = self._orders.between(self.step + 1, last)
        numbers = [batches.rows, batches.size, self.step, last, task.steps or 0]
        inputs, targets = map(pointer, self._arrays)
        shared = [inputs, inputs, targets, pointer(order)]
        own = self._parameters, self._weights, self._memory, self._error_sums, self._last_errors
        words = [
            np.array([*shared, *(pointer(a[group]) for a in (*own, self._answer)), *numbers])
            for group in range(len(self._weights))
        ]
        work = batches.size * self._formula.weights * len(words) * (last - self.step)
        threads = 1 if work < CALL else min(self._threads or MOST, cores(), len(words))
        left = deque(map(pointer, words))
        run_together([partial(_drain, self._kernel, left)] * threads, new_team(threads))
        _drain(self._kernel, left)


def errors_of(
    network: Network,
    task: Task,
    formula: Formula,
    varied: Varied,
    weights: Array,
    threads: int | None = None,
) -> list[float | None]:
    """The error over all rows of a task, at other weights for each run.

    Parameters: as for `Lanes`.

    Returns:
        The errors: inf where one is beyond the floats, None where Python has to look.
    """
    rows = task.batches.rows
    whole = attrs.evolve(task, batches=Batches(rows, rows), steps=1)
    lanes = Lanes(network, whole, formula, varied, weights, threads)
    lanes.advance(1)
    found: list[float | None] = [*lanes.state.last_errors[1].tolist()]
    for lane, (_, trouble) in lanes.halted.items():
        found[lane] = None if trouble is None else math.inf
    return found


def kernel_for(
    formula: Formula, asked: bool, shuffled: bool, parameters: tuple[tuple[str, str], ...]
) -> Compiled:
    """The kernel of a formula: one that is kept, or a new one."""
    key = formula, asked, shuffled, parameters
    with COMPILER:
        found = KERNELS.get(key)
        if found is None:
            compiled = compile_text(write_lanes(formula, asked, shuffled, parameters))
            found = KERNELS.put(key, compiled, compiled.size + 1000 * len(formula.shape))
    return found


def _grouped(values: Array) -> Array:
    """Numbers of each lane, (lanes, numbers), in groups of lanes: (groups, numbers, WIDTH).

    The last lane fills up the last group.
    """
    missing = -len(values) % WIDTH
    full = np.concatenate([values, np.repeat(values[-1:], missing, axis=0)])
    groups = full.reshape(len(full) // WIDTH, WIDTH, values.shape[1])
    return np.ascontiguousarray(groups.transpose(0, 2, 1))


def _drain(kernel: Compiled, left: deque[int]) -> None:
    """Call a kernel with the arguments that are left, one after another."""
    with suppress(IndexError):  # somebody else has taken the last one
        while left:
            address = left.popleft()
            try:
                kernel.call(address)
            except MemoryError:  # there was not enough to begin it
                left.append(address)
                raise
