"""The native engine: compiled steps, and a closer look where one cannot be committed."""

from functools import partial
from typing import Any

import attrs
import numpy as np

from warmer.engines.native.compiler import Compiled, compile_text, try_compiler
from warmer.engines.native.forking import COMPILER
from warmer.engines.native.kernel import write_kernel
from warmer.engines.native.kind import ARGUMENTS, CONVERGED, DONE, ERROR, NUMBERS, Kind
from warmer.engines.native.packing import aligned, columns, pack, pointer, unpack
from warmer.engines.native.plan import block_stride, readings, scratch_size, sticky
from warmer.engines.native.threads import new_team, run_together, worth_having
from warmer.engines.python import PythonEngine
from warmer.formulas.keeping import Kept
from warmer.formulas.sums import SMALLEST_BLOCK, blocks_of
from warmer.plugins.network import Network
from warmer.runs.history import Record
from warmer.runs.task import Advance, Array, Batches, Orders, State, Task, error_trouble
from warmer.tracing.network_formula import Formula

__all__ = ["NativeEngine", "try_compiler"]

FEW = 1000  # numbers whose error Python has computed before another kernel would be compiled
AT_FIRST = 100_000  # operations that take no longer than some ms, whatever they are
ORDERED = 100_000  # rows whose order is drawn before a call of the kernel, or those of one pass
LOADED = 64_000  # bytes that machine code takes, however short it is
OPERATION = 1_000  # bytes that an operation of a formula takes


@attrs.frozen(eq=False)
class Kernel:
    """A compiled kernel, and what its caller needs to know of the formula.

    Parameters:
        scratch: how many numbers of scratch memory the kernel needs.
        stride: how many numbers the sums of one block take.
        readings: how often a step goes over the numbers of its batch, about.
        sticky: whether a number that left the floats is sure never to come back.
    """

    compiled: Compiled
    scratch: int
    stride: int
    readings: int
    sticky: bool


KERNELS = Kept[Kernel](most=16_000_000)


def kernel_for(formula: Formula, kind: Kind, parameters: tuple[tuple[str, str], ...]) -> Kernel:
    """The kernel of a formula: one that is kept, or a new one."""
    key = formula, kind, parameters
    found = KERNELS.get(key)
    if found is not None:
        return found
    with COMPILER:
        found = KERNELS.get(key)  # somebody else has made it meanwhile
        if found is not None:
            return found
        compiled = compile_text(write_kernel(formula, kind, list(parameters)))
        weights = formula.weights
        kernel = Kernel(
            compiled,
            scratch_size(formula, weights),
            block_stride(formula, weights),
            readings(formula),
            sticky(formula),
        )
        size = LOADED + compiled.size + OPERATION * len(formula.shape)
        return KERNELS.put(key, kernel, size)


class NativeEngine:
    """Takes steps with machine code made from the network's formula."""

    name = "native"

    def __init__(self, network: Network, task: Task, formula: Formula, threads: int | None = None):
        self._network = network
        self._task = task
        self._orders = Orders(task.batches)
        self._formula = formula
        self.has_weight_deltas = formula.predict.gradient is not None
        values = network.parameters
        self._parameters = [key for key, value in values.items() if isinstance(value, (int, float))]
        numbers = [float(values[key]) for key in self._parameters] or [0.0]
        self._arrays = [task.inputs, np.ascontiguousarray(task.targets), np.array(numbers)]
        self._places = list(map(pointer, self._arrays))
        self._threads = threads
        self._python: PythonEngine | None = None
        self._kernels: dict[Kind, Kernel] = {}  # a run needs its own for as long as it lasts

    @property
    def steps_at_first(self) -> int:
        """As many as are sure to be taken within some ms."""
        weights, targets = self._task.weights.shape
        operations = len(self._formula.shape)
        step = self._task.batches.size * (weights + operations) + weights * operations
        if "error_at" in self._network.evidence:
            step *= 1 + weights
        return max(1, AT_FIRST // int(step * targets))

    def advance(self, state: State, steps: int, record: Record) -> Advance:
        """Take a number of steps, or fewer where the run converges or leaves the floats."""
        last = state.step + steps
        batches = self._task.batches
        while True:
            until = last
            if batches.shuffled:  # each pass has an order of its own, and many make a long list
                passes = max(1, ORDERED // batches.rows)
                until = min(last, (state.step // batches.per_pass + passes) * batches.per_pass)
            advance = self._run(state, until - state.step, record)
            state = advance.state
            if advance.ended or state.step == last:
                return advance

    def error(self, weights: Array) -> Array:
        """The error over all rows, one for each target; inf where it is beyond the floats."""
        task, rows = self._task, self._task.batches.rows
        if task.inputs.size <= FEW:
            return self._literal().error(weights)
        whole = attrs.evolve(
            task, batches=Batches(rows, rows), steps=None, tolerance=None, weights=weights,
            start=None,
        )  # fmt: skip
        engine = NativeEngine(self._network, whole, self._formula, self._threads)
        memory = np.zeros((len(self._formula.memory), *weights.shape))
        targets = weights.shape[1]
        state = State(0, weights, memory, np.zeros((8, targets)), np.zeros((2, targets)))
        after, status, _ = engine._call(state, 1, _no_record(whole))
        if status == DONE and np.isfinite(after.last_errors[1]).all():
            error: Array = after.last_errors[1]
            return error
        return self._literal().error(weights)

    def _literal(self) -> PythonEngine:
        """The engine that looks closer, made when it is first needed."""
        if self._python is None:
            self._python = PythonEngine(self._network, self._task)
        return self._python

    def _run(self, state: State, steps: int, record: Record) -> Advance:
        """Take steps by one call of the kernel, and look at what stopped them."""
        after, status, error = self._call(state, steps, record)
        if status == ERROR or status not in (DONE, CONVERGED):
            before = self._finite(state, after.step - state.step, record)
            if before.step < after.step:
                return self._trouble(before, record)
            if status == ERROR and before.weights.shape[1] == 1:
                return Advance(before, trouble=error_trouble(error, before.step + 1))
            return self._trouble(before, record)
        if not self._is_finite(after, record):
            return self._trouble(self._finite(state, steps, record), record)
        return Advance(after, converged=status == CONVERGED)

    def _trouble(self, state: State, record: Record) -> Advance:
        """Let Python take the step that the kernel could not."""
        return self._literal().advance(state, 1, record)

    def _finite(self, state: State, steps: int, record: Record) -> State:
        """The state after as many of some good steps as leave every weight finite."""
        after, _, _ = self._call(state, steps, record)
        if self._is_finite(after, record):
            return after
        good, bad = 0, steps
        while bad - good > 1:
            middle = (good + bad) // 2
            trial, _, _ = self._call(state, middle, record)
            good, bad = (middle, bad) if self._is_finite(trial, record) else (good, middle)
        return self._call(state, good, record)[0]

    def _is_finite(self, state: State, record: Record) -> bool:
        if not self._kernel(record).sticky:
            return True  # the kernel looked at every step
        return bool(np.isfinite(state.weights).all() and np.isfinite(state.memory).all())

    def _call(self, state: State, steps: int, record: Record) -> tuple[State, int, float]:
        """Call the kernel: the state after its steps, why it stopped, and the last error."""
        task, batches = self._task, self._task.batches
        kernel = self._kernel(record)
        batch = batches.size * len(task.weights)
        work = batch * task.weights.shape[1] * kernel.readings * steps
        threads = worth_having(self._threads, blocks_of(batches.size), batch, work)
        team, room = new_team(threads), most_blocks(batches) * kernel.stride
        order = self._orders.between(state.step + 1, state.step + steps) if steps else None
        recorded = columns(record) if record.stride else [None] * 5
        block_sums, sums_place = aligned(2 * room)
        shared = [*self._places, *map(pointer, [order, *recorded, team]), sums_place]
        numbers = [
            batches.rows, batches.size, state.step, state.step + steps, task.first,
            task.steps or 0, record.stride, record.base, SMALLEST_BLOCK, threads, room,
        ]  # fmt: skip
        packs = [pack(state, task.tolerance or 0.0, kernel.scratch) for _ in range(threads)]
        calls = []
        for thread, (own, places) in enumerate(packs):
            assert len(shared) + len(places) == len(ARGUMENTS)
            assert len(numbers) + 1 == len(NUMBERS)
            words = np.array([*shared, *places, *numbers, thread], np.int64)
            kept = [self._arrays, order, recorded, team, block_sums, own]
            calls.append(partial(_run, kernel.compiled, words, kept))
        if not run_together(calls, team):
            self._threads = 1
            return self._call(state, steps, record)
        return unpack(packs[0][0])

    def _kind(self, record: Record) -> Kind:
        weights, targets = self._task.weights.shape
        size, recorded = self._task.batches.size, bool(record.stride)
        return Kind(
            weights=weights,
            inputs=self._task.inputs.shape[1],
            targets=targets,
            online=size == 1,
            blocks=blocks_of(size) > 1,
            shuffled=self._task.batches.shuffled,
            tolerance=self._task.tolerance is not None,
            asked=self._network.asks_for_weight_deltas,
            recorded=recorded,
            weight_deltas=recorded and record.weight_deltas is not None,
        )

    def _kernel(self, record: Record) -> Kernel:
        kind = self._kind(record)
        if kind not in self._kernels:
            self._kernels[kind] = kernel_for(self._formula, kind, tuple(self._parameters))
        return self._kernels[kind]


def most_blocks(batches: Batches) -> int:
    """How many blocks a batch may have; the last of a pass may be smaller and yet have more."""
    last = batches.rows % batches.size or batches.size
    return max(blocks_of(batches.size), blocks_of(last))


def _run(kernel: Compiled, words: Any, _arrays: list[Any]) -> None:
    """Run a kernel; what its words point to must live as long."""
    kernel.call(pointer(words))


def _no_record(task: Task) -> Record:
    return Record.of(task, 0, 0, weight_deltas=False)
