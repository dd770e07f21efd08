"""Squared error: always positive, and large misses count more. (Trask, ch. 4)"""

import attrs

import warmer


@attrs.frozen(eq=False)
class SquaredError:
    """Square the miss; `delta` is the miss itself, without the factor 2 of its derivative."""

    @warmer.hookimpl
    def compare(self, prediction: float, target: float) -> warmer.Comparison:
        delta = prediction - target
        return warmer.Comparison(error=delta * delta, delta=delta)
