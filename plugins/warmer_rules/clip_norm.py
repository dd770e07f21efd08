"""Clip by norm: all slopes shrink together. (Pascanu, Mikolov and Bengio, 2013, algorithm 1)"""

import attrs

import warmer


@attrs.frozen(eq=False)
class ClipNorm:
    """Where weight_delta_norm is above `most`: `weight_delta * (most / weight_delta_norm)`.

    The direction stays. The norm is that of all weights of a target, which learns by itself.
    """

    most: float = warmer.param(1.0, above=0, help="the largest norm of all weight_deltas together")

    @warmer.hookimpl
    def adjust(self, weight_delta: float, weight_delta_norm: float) -> float:
        if weight_delta_norm > self.most:
            return weight_delta * (self.most / weight_delta_norm)
        return weight_delta
