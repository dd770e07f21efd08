"""Raw gradient descent: direction and amount at once. (Trask, Grokking Deep Learning, ch. 4)"""

import attrs

import warmer


@attrs.frozen(eq=False)
class RawGradient:
    """Take all of weight_delta: `weight - weight_delta`."""

    @warmer.hookimpl
    def learn(self, weight: float, weight_delta: float) -> float:
        return weight - weight_delta
