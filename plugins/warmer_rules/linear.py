"""The linear network: inputs times weights. (Trask, Grokking Deep Learning, ch. 3)"""

from collections.abc import Sequence

import attrs

import warmer


@attrs.frozen(eq=False)
class Linear:
    """Predict the sum of the products of weights and inputs."""

    @warmer.hookimpl
    def predict(self, weights: Sequence[float], inputs: Sequence[float]) -> float:
        return warmer.dot(weights, inputs)
