"""The sums of some blocks of a batch, by a kernel that takes no step: for rows that lie apart."""

from collections.abc import Mapping

import numpy as np

from warmer.engines.native.engine import kernel_for
from warmer.engines.native.kind import FAULT, NUMBERS, Kind
from warmer.engines.native.packing import aligned, pack, pointer, unpack
from warmer.engines.native.team import width
from warmer.engines.native.threads import new_team
from warmer.runs.task import Array, State
from warmer.tracing.network_formula import Formula


def sums_of_blocks(
    formula: Formula,
    parameters: Mapping[tuple[str, str], float],
    inputs: Array,
    targets: Array,
    weights: Array,
    block: int,
    wanted: bool,
) -> tuple[Array, Array | None, bool]:
    """Add up the errors of each block of rows, and their weight_deltas.

    Parameters:
        formula: of predict and compare; its learn leaves the weights as they are.
        parameters: of the plugins, by the names that they have in the formula.
        inputs: shape (rows, inputs), whole blocks but for the last one of the batch.
        targets: shape (rows,).
        weights: shape (weights,).
        block: rows of a block, as `block_of` the whole batch says.
        wanted: whether weight_deltas are.

    Returns:
        Errors, shape (blocks,); weight_deltas, shape (blocks, weights), or None; and whether
        Python must look, since it would raise somewhere.
    """
    kind = Kind(
        weights=len(weights), inputs=inputs.shape[1], targets=1, online=False, blocks=True,
        shuffled=False, tolerance=False, asked=wanted, recorded=False, weight_deltas=False,
    )  # fmt: skip
    kernel = kernel_for(formula, kind, tuple(parameters))
    rows, blocks = len(inputs), -(-len(inputs) // block)
    room = blocks * kernel.stride
    sums, sums_place = aligned(2 * room)
    team, given = new_team(1), np.array([*parameters.values()] or [0.0])
    nothing = State(
        0, weights[:, None], np.zeros((0, len(weights), 1)), np.zeros((8, 1)), np.zeros((2, 1))
    )
    own, places = pack(nothing, 0.0, kernel.scratch)
    none = [0] * 6  # no order, and five columns of a record
    pointers = [*map(pointer, (inputs, targets, given)), *none, pointer(team), sums_place, *places]
    numbers = dict.fromkeys(NUMBERS, 0)
    numbers |= {"rows": rows, "size": rows, "last": 1, "total": 1, "least": block}
    numbers |= {"threads": 1, "room": room}
    words = np.array([*pointers, *numbers.values()], np.int64)
    kernel.compiled.call(pointer(words))
    _, status, _ = unpack(own)
    found = sums[room:].reshape(blocks, kernel.stride)  # a first barrier has the second buffer
    first = width(1)
    deltas = found[:, first : first + len(weights)].copy() if wanted else None
    return found[:, 0].copy(), deltas, status == FAULT
