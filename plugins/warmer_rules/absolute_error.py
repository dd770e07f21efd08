"""Absolute error: a far miss counts no more than it is far. (Laplace, 1774)"""

import attrs

import warmer


@attrs.frozen(eq=False)
class AbsoluteError:
    """Take the miss without its sign, `abs(prediction - target)`; `delta` is the sign: 1, -1, 0."""

    @warmer.hookimpl
    def compare(self, prediction: float, target: float) -> warmer.Comparison:
        miss = prediction - target
        sign = 1.0 if miss > 0 else -1.0 if miss < 0 else 0.0
        return warmer.Comparison(error=abs(miss), delta=sign)
