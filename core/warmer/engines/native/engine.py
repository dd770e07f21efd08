"""The native engine: compiled steps, and a closer look where one cannot be committed."""

import math
from functools import cached_property, lru_cache
from typing import Any

import attrs
import numpy as np

from warmer.engines.native.compiler import Compiled, compile_text
from warmer.engines.native.kernel import write_kernel
from warmer.engines.native.kind import ARGUMENTS, CONVERGED, DONE, ERROR, NUMBERS, Kind
from warmer.engines.native.plan import scratch_size, sticky
from warmer.engines.python import PythonEngine
from warmer.history import Record
from warmer.network import Network
from warmer.sums import LANES
from warmer.symbolic.rule import Formula
from warmer.task import Advance, Array, Batches, Orders, State, Task, error_trouble

FEW = 1000  # numbers whose error Python has computed before another kernel would be compiled


@attrs.frozen
class _Facts:
    """What the engine needs to know of a formula.

    Parameters:
        scratch: how many numbers of scratch memory the kernel needs.
        sticky: whether a number that left the floats is sure never to come back.
    """

    scratch: int
    sticky: bool


@lru_cache(maxsize=256)
def _facts(formula: Formula) -> _Facts:
    return _Facts(scratch_size(formula, formula.weights), sticky(formula))


class NativeEngine:
    """Takes steps with machine code made from the network's formula."""

    name = "native"
    numbers_at_first = 100_000

    def __init__(self, network: Network, task: Task, formula: Formula):
        self._facts = _facts(formula)
        self._network = network
        self._task = task
        self._orders = Orders(task.batches)
        self._formula = formula
        self.has_weight_deltas = formula.predict.gradient is not None
        values = network.parameters
        self._parameters = [key for key, value in values.items() if isinstance(value, (int, float))]
        self._values = np.array([float(values[key]) for key in self._parameters] or [0.0])
        self._targets = np.ascontiguousarray(task.targets)
        self._scratch = _aligned(self._facts.scratch)

    def advance(self, state: State, steps: int, record: Record) -> Advance:
        """Take a number of steps, or fewer where the run converges or leaves the floats."""
        last = state.step + steps
        batches = self._task.batches
        while True:
            until = last
            if batches.shuffled:  # each pass has an order of its own
                until = min(last, (state.step // batches.per_pass + 1) * batches.per_pass)
            advance = self._run(state, until - state.step, record)
            state = advance.state
            if advance.trouble or advance.converged or state.step == last:
                return advance

    def error(self, weights: Array) -> Array:
        """The error over all rows, one for each target; inf where it is beyond the floats."""
        task, rows = self._task, self._task.batches.rows
        if task.inputs.size <= FEW:
            return self._literal.error(weights)
        whole = attrs.evolve(
            task, batches=Batches(rows, rows), steps=None, tolerance=None, weights=weights
        )
        engine = NativeEngine(self._network, whole, self._formula)
        memory = np.zeros((len(self._formula.memory), *weights.shape))
        targets = weights.shape[1]
        state = State(0, weights, memory, np.zeros((8, targets)), np.zeros((2, targets)))
        after, status, _ = engine._call(state, 1, _no_record(whole))
        if status == DONE and np.isfinite(after.last_errors[1]).all():
            error: Array = after.last_errors[1]
            return error
        return self._literal.error(weights)

    @cached_property
    def _literal(self) -> PythonEngine:
        return PythonEngine(self._network, self._task)

    def _run(self, state: State, steps: int, record: Record) -> Advance:
        """Take steps within one pass (or without shuffling), and look at what stopped them."""
        after, status, error = self._call(state, steps, record)
        if status == ERROR or status not in (DONE, CONVERGED):
            before = self._finite(state, after.step - state.step, record)
            if before.step < after.step:
                return self._trouble(before, record)
            if status == ERROR and before.weights.shape[1] == 1:
                return Advance(before, trouble=error_trouble(error, before.step + 1))
            return self._trouble(before, record)
        if not self._is_finite(after):
            return self._trouble(self._finite(state, steps, record), record)
        return Advance(after, converged=status == CONVERGED)

    def _trouble(self, state: State, record: Record) -> Advance:
        """Let Python take the step that the kernel could not."""
        return self._literal.advance(state, 1, record)

    def _finite(self, state: State, steps: int, record: Record) -> State:
        """The state after as many of some good steps as leave every weight finite."""
        after, _, _ = self._call(state, steps, record)
        if self._is_finite(after):
            return after
        good, bad = 0, steps
        while bad - good > 1:
            middle = (good + bad) // 2
            trial, _, _ = self._call(state, middle, record)
            good, bad = (middle, bad) if self._is_finite(trial) else (good, middle)
        return self._call(state, good, record)[0]

    def _is_finite(self, state: State) -> bool:
        if not self._facts.sticky:
            return True  # the kernel looked at every step
        return bool(np.isfinite(state.weights).all() and np.isfinite(state.memory).all())

    def _call(self, state: State, steps: int, record: Record) -> tuple[State, int, float]:
        """Call the kernel: the state after its steps, why it stopped, and the last error."""
        task, batches = self._task, self._task.batches
        shuffled, recorded = batches.shuffled, bool(record.stride)
        kernel = self._kernel(
            Kind(
                weights=task.weights.shape[0],
                targets=task.weights.shape[1],
                online=batches.size == 1,
                shuffled=shuffled,
                tolerance=task.tolerance is not None,
                asked=self._network.asks_for_weight_deltas,
                recorded=recorded,
                weight_deltas=recorded and record.weight_deltas is not None,
            )
        )
        order = self._orders.of(state.step + 1) if steps else None
        parts = _pack(state, task.tolerance or 0.0)
        words = np.array(
            [
                *map(_pointer, (task.inputs, self._targets, order, self._values)),
                *map(_pointer, parts),
                *(map(_pointer, _columns(record)) if recorded else [0] * 5),
                _pointer(self._scratch),
                *(batches.rows, batches.size, state.step, state.step + steps, task.steps or 0),
                *(record.stride, record.base),
            ],
            np.int64,
        )
        assert len(words) == len(ARGUMENTS) + len(NUMBERS)
        kernel.call(_pointer(words))
        return _unpack(parts)

    def _kernel(self, kind: Kind) -> Compiled:
        return _compiled(self._formula, kind, tuple(self._parameters))


def _aligned(size: int) -> Array:
    """Make room for numbers where a line of the processor's cache begins."""
    room = np.empty(size + LANES)
    start = -(_pointer(room) // room.itemsize) % LANES
    return room[start : start + size]


def _pack(state: State, tolerance: float) -> list[Array]:
    """Lay a state out as the kernel wants it, in one block of memory.

    Returns:
        Parts of the block: weights (targets, weights), memory (fields, targets, weights),
        error sums, last errors, what moved and the tolerance, and room for the answer.
    """
    shapes = (
        state.weights.T.shape, state.memory.transpose(0, 2, 1).shape, state.error_sums.shape,
        state.last_errors.shape, (2,), (3,),
    )  # fmt: skip
    sizes = [math.prod(shape) for shape in shapes]
    block = _aligned(sum(sizes))
    parts, start = [], 0
    for shape, size in zip(shapes, sizes, strict=True):
        parts.append(block[start : start + size].reshape(shape))
        start += size
    weights, memory, error_sums, last_errors, moved, answer = parts
    weights[:] = state.weights.T
    memory[:] = state.memory.transpose(0, 2, 1)
    error_sums[:] = state.error_sums
    last_errors[:] = state.last_errors
    moved[:] = state.moved, tolerance
    answer[:] = 0.0
    return parts


def _unpack(parts: list[Array]) -> tuple[State, int, float]:
    """Read the state and the answer out of a block that the kernel has written to."""
    weights, memory, error_sums, last_errors, moved, answer = parts
    status, step = answer[:2].view(np.int64).tolist()
    memory = memory.transpose(0, 2, 1)
    state = State(step, weights.T, memory, error_sums, last_errors, float(moved[0]))
    return state, status, float(answer[2])


def _columns(record: Record) -> list[Array | None]:
    """The columns of a record, laid out as the kernel writes them."""
    deltas = record.weight_deltas
    return [
        record.weights.transpose(0, 2, 1), record.error,
        None if deltas is None else deltas.transpose(0, 2, 1), record.prediction, record.delta,
    ]  # fmt: skip


@lru_cache(maxsize=64)
def _compiled(formula: Formula, kind: Kind, parameters: tuple[tuple[str, str], ...]) -> Compiled:
    return compile_text(write_kernel(formula, kind, list(parameters)))


def _no_record(task: Task) -> Record:
    return Record.of(task, 0, 0, weight_deltas=False)


def _pointer(array: Any) -> int:
    return 0 if array is None else array.__array_interface__["data"][0]
