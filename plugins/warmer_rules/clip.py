"""Clip: no slope counts for more than a bound. (Mikolov, 2012, section 3.2.2)"""

import attrs

import warmer


@attrs.frozen(eq=False)
class Clip:
    """Bound each weight_delta: `min(max(weight_delta, -most), most)`."""

    most: float = warmer.param(1.0, above=0, help="the largest size of a weight_delta")

    @warmer.hookimpl
    def adjust(self, weight_delta: float) -> float:
        return min(max(weight_delta, -self.most), self.most)
