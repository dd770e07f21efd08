"""The error of Huber: squares near the target, straight lines far from it. (Huber, 1964)"""

import attrs

import warmer


@attrs.frozen(eq=False)
class Huber:
    """Limit delta to `threshold`, so that a row far off pulls no harder than one that is near."""

    threshold: float = warmer.param(1.0, above=0, help="the miss from which the error is straight")

    @warmer.hookimpl
    def compare(self, prediction, target):
        miss = prediction - target
        delta = min(max(miss, -self.threshold), self.threshold)
        return warmer.Comparison(delta * (2 * miss - delta), delta)
