"""NLMS: alpha in proportion to what comes in. (Nagumo and Noda, 1967)"""

import attrs

import warmer


@attrs.frozen(eq=False)
class Nlms:
    """Divide weight_delta by the power of the inputs, the mean of their squared lengths."""

    alpha: float = warmer.param(0.5, above=0, below=2, help="share of the miss to take away")
    floor: float = warmer.param(1e-6, above=0, help="added to the power, so that it is not 0")

    @warmer.hookimpl
    def learn(self, weights, weight_deltas, inputs):
        power = (inputs * inputs).sum() / len(inputs)
        return weights - self.alpha * weight_deltas / (self.floor + power)
