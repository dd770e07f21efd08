"""Hot and cold: try both ways, keep the warmer one. (Trask, Grokking Deep Learning, ch. 4)"""

from collections.abc import Callable

import attrs

import warmer


@attrs.frozen(eq=False)
class HotAndCold:
    """Move a fixed step up or down, whichever leaves less error; stay where both are equal."""

    step_amount: float = warmer.param(0.001, above=0, help="how far to move the weight each step")

    @warmer.hookimpl
    def learn(self, weight: float, error_at: Callable[[float], float]) -> float:
        up_error = error_at(weight + self.step_amount)
        down_error = error_at(weight - self.step_amount)
        if down_error < up_error:
            return weight - self.step_amount
        return weight + self.step_amount if up_error < down_error else weight
