"""Packing: states, records and orders as the words and arrays that a kernel works on."""

import math
from typing import Any

import numpy as np

from warmer.history import Record
from warmer.sums import LANES
from warmer.task import Array, State


def aligned(size: int) -> Array:
    """Make room for numbers where a line of the processor's cache begins."""
    room = np.empty(size + LANES)
    start = -(pointer(room) // room.itemsize) % LANES
    return room[start : start + size]


def pack(state: State, tolerance: float) -> list[Array]:
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
    block = aligned(sum(sizes))
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


def unpack(parts: list[Array]) -> tuple[State, int, float]:
    """Read the state and the answer out of a block that the kernel has written to."""
    weights, memory, error_sums, last_errors, moved, answer = parts
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
