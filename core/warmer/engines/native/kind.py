"""What a kernel is compiled for, and how it is called."""

import attrs

ARGUMENTS = (
    "inputs targets order parameters weights memory error_sums last_errors moved answer "
    "record_weights record_error record_weight_deltas record_prediction record_delta scratch"
).split()
"""Pointers, in this order; after them come NUMBERS."""

NUMBERS = "rows size step last total stride base".split()

DONE, CONVERGED, ERROR, FAULT = range(4)
"""What the kernel answers: all steps taken; converged; the error is not finite; or it needs
Python to say what is wrong with the step."""


@attrs.frozen
class Kind:
    """What a kernel is compiled for, beside the formula.

    Parameters:
        weights, targets: how many.
        online: whether every batch is one row.
        shuffled: whether rows come in an order of their own.
        tolerance: whether the run may converge.
        asked: whether somebody asks for weight_delta.
        recorded: whether steps are recorded; `weight_deltas`: with their weight_deltas.
    """

    weights: int
    targets: int
    online: bool
    shuffled: bool
    tolerance: bool
    asked: bool
    recorded: bool
    weight_deltas: bool
