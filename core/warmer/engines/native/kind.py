"""What a kernel is compiled for, and how it is called."""

import attrs

ARGUMENTS = (
    "inputs targets parameters order "
    "record_weights record_error record_weight_deltas record_prediction record_delta "
    "team block_sums weights memory error_sums last_errors moved answer scratch"
).split()
"""Pointers, in this order; after them come NUMBERS."""

NUMBERS = "rows size step last first total stride base least threads room thread".split()

SHARED = ("team", "block_sums")
"""Pointers to what the threads of a team write for each other."""

DONE, CONVERGED, ERROR, FAULT = range(4)
"""What the kernel answers: all steps taken; converged; the error is not finite; or it needs
Python to say what is wrong with the step."""


@attrs.frozen
class Kind:
    """What a kernel is compiled for, beside the formula.

    Parameters:
        weights, inputs, targets: how many.
        online: whether every batch is one row.
        blocks: whether a batch has several blocks of rows, which threads may share.
        shuffled: whether rows come in an order of their own.
        tolerance: whether the run may converge.
        asked: whether somebody asks for weight_delta.
        recorded: whether steps are recorded; `weight_deltas`: with their weight_deltas.
    """

    weights: int
    inputs: int
    targets: int
    online: bool
    blocks: bool
    shuffled: bool
    tolerance: bool
    asked: bool
    recorded: bool
    weight_deltas: bool
