"""Logistic: a prediction between 0 and 1, to be read as a chance. (Trask, ch. 9, "sigmoid")"""

import math
from collections.abc import Sequence

import attrs

import warmer


@attrs.frozen(eq=False)
class Logistic:
    """Press the sum of products between 0 and 1: `1 / (1 + exp(-dot(weights, inputs)))`."""

    @warmer.hookimpl
    def predict(self, weights: Sequence[float], inputs: Sequence[float]) -> float:
        total = warmer.dot(weights, inputs)
        if total < 0:  # the same number, from an exp that cannot overflow
            odds = math.exp(total)
            return odds / (1 + odds)
        return 1 / (1 + math.exp(-total))

    @warmer.hookimpl
    def log_odds(self, weights: Sequence[float], inputs: Sequence[float]) -> float:
        return warmer.dot(weights, inputs)
