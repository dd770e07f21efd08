"""Packing: states, records and orders as the words and arrays that a kernel works on."""

import math
from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from warmer.formulas.sums import LANES
from warmer.runs.history import Record
from warmer.runs.task import Array, State


def aligned(size: int) -> tuple[Array, int]:
    """Make room for numbers that begins at a cache line; answers its address as well."""
    room = np.empty(size + LANES)
    first = pointer(room)
    start = -(first // room.itemsize) % LANES
    return room[start : start + size], first + start * room.itemsize


def pack(state: State, tolerance: float, scratch: int) -> tuple[list[Array], list[int]]:
    """Lay a state out as the kernel wants it, in one block of memory.

    Returns:
        Parts of the block: weights (targets, weights), memory (fields, targets, weights),
        error sums, last errors, what moved and the tolerance, room for the answer, and some for
        scratch; and where each of them begins.
    """
    shapes = (
        state.weights.T.shape, state.memory.transpose(0, 2, 1).shape, state.error_sums.shape,
        state.last_errors.shape, (2,), (3,), (scratch,),
    )  # fmt: skip
    ends = list(accumulate(map(math.prod, shapes), initial=0))
    block, first = aligned(ends[-1])
    parts = [
        block[start:end].reshape(shape)
        for (start, end), shape in zip(pairwise(ends), shapes, strict=True)
    ]
    weights, memory, error_sums, last_errors, moved, answer, _ = parts
    weights[:] = state.weights.T
    memory[:] = state.memory.transpose(0, 2, 1)
    error_sums[:] = state.error_sums
    last_errors[:] = state.last_errors
    moved[:] = state.moved, tolerance
    answer[:] = 0.0
    return parts, [first + start * block.itemsize for start in ends[:-1]]


def unpack(parts: list[Array]) -> tuple[State, int, float]:
    """Read the state and the answer out of a block that the kernel has written to."""
    weights, memory, error_sums, last_errors, moved, answer, _ = parts
    status, step = answer[:2].view(np.int64).tolist()
    memory = memory.transpose(0, 2, 1)
    state = State(step, weights.T, memory, error_sums, last_errors, float(moved[0]))
    return state, status, float(answer[2])


def columns(record: Record) -> list[Array | None]:
    """The columns of a record, laid out as the kernel writes them."""
    deltas = record.weight_deltas
    return [
        record.weights.transpose(0, 2, 1), record.error,
        None if deltas is None else deltas.transpose(0, 2, 1), record.prediction, record.delta,
    ]  # fmt: skip


def pointer(array: Any) -> int:
    """Where an array begins; 0 for none."""
    return 0 if array is None else array.__array_interface__["data"][0]
