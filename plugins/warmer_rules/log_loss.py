"""Log loss: how surprising the target is to who predicted a chance. (Good, 1952)"""

import math

import attrs

import warmer


@attrs.frozen(eq=False)
class LogLoss:
    """Pay `-(target * log(p) + (1 - target) * log(1 - p))`; `delta` is its slope for p.

    p is the prediction, kept `epsilon` away from 0 and 1, where the loss would have no end.
    """

    epsilon: float = warmer.param(1e-15, at_least=1e-16, below=0.5, help="how sure p may be")

    @warmer.hookimpl
    def compare(self, prediction: float, target: float) -> warmer.Comparison:
        if target < 0 or target > 1:
            raise warmer.DataError(f"log-loss needs targets from 0 to 1, got {target!r}")
        if prediction < 0 or prediction > 1:
            raise warmer.UsageError(
                f"log-loss needs predictions from 0 to 1, got {prediction!r} (predict: logistic)"
            )
        p = min(max(prediction, self.epsilon), 1 - self.epsilon)
        error = -(target * math.log(p) + (1 - target) * math.log(1 - p))
        return warmer.Comparison(error, delta=(p - target) / (p * (1 - p)))
