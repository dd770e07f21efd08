"""Alpha-scaled gradient descent: the amount, tamed. (Trask, Grokking Deep Learning, ch. 4)"""

import attrs

import warmer


@attrs.frozen(eq=False)
class AlphaScaled:
    """Take a share of weight_delta: `weight - alpha * weight_delta`."""

    alpha: float = warmer.param(0.1, above=0, help="share of weight_delta to take")

    @warmer.hookimpl
    def learn(self, weight: float, weight_delta: float) -> float:
        return weight - self.alpha * weight_delta
