"""How a run ended, and why."""

from typing import Literal

import attrs

Status = Literal["budget", "converged", "diverged", "stopped"]


@attrs.frozen
class Outcome:
    """How a run ended.

    Parameters:
        status: `budget` (every step was taken), `converged` (a tolerance was asked for and
            met), `diverged` (numbers beyond all bounds, or grown and still growing), `stopped`
            (a plugin, a signal or the user).
        reason: one sentence, with the numbers.
        steps: how many steps were taken and committed, those of earlier runs among them that
            this one went on with.
    """

    status: Status
    reason: str
    steps: int
