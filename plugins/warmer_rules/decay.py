"""Weight decay, coupled: a penalty on large weights. (Krogh and Hertz, 1991)"""

import attrs

import warmer


@attrs.frozen(eq=False)
class Decay:
    """Add a pull to zero to the slope: `weight_delta + rate * weight`.

    That is the slope of `rate / 2 * weight * weight`, and the `weight_decay` of SGD and Adam in
    other libraries. What the rule does with slopes, it does with this one; see decoupled-decay.
    """

    rate: float = warmer.param(0.01, at_least=0, help="share of the weight to add to weight_delta")

    @warmer.hookimpl
    def adjust(self, weight: float, weight_delta: float) -> float:
        return weight_delta + self.rate * weight
