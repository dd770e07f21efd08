"""Log loss: how surprising the target is to who predicted a chance. (Good, 1952)"""

import math

import attrs

import warmer


@attrs.frozen(eq=False)
class LogLoss:
    """Pay `-(target * log(p) + (1 - target) * log(1 - p))` for the prediction p.

    Both logarithms are taken of the log odds, which still tell p from 1 where its floats do not;
    `delta = p - target` is the slope for the log odds.
    """

    @warmer.hookimpl
    def compare(self, prediction: float, log_odds: float, target: float) -> warmer.Comparison:
        if target < 0 or target > 1:
            raise warmer.DataError(f"log-loss needs targets from 0 to 1, got {target!r}")
        sure = math.log1p(math.exp(-abs(log_odds)))  # -log of the larger of p and 1 - p
        missed = -target * log_odds if log_odds < 0 else (1 - target) * log_odds
        return warmer.Comparison(error=sure + missed, delta=prediction - target)
