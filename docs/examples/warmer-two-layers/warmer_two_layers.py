"""A network of two layers. (Rumelhart, Hinton and Williams, 1986)"""

import math

import attrs

import warmer


@attrs.frozen(eq=False)
class TwoLayers:
    """Weigh hidden units, each of them the `tanh` of a sum of products of its own."""

    hidden: int = warmer.param(4, at_least=1, at_most=64, help="how many hidden units")

    def weight_count(self, inputs):
        return self.hidden * inputs + self.hidden

    @warmer.hookimpl
    def predict(self, weights, inputs):
        *layer, last = (len(inputs) * unit for unit in range(self.hidden + 1))
        units = [math.tanh(warmer.dot(weights[i : i + len(inputs)], inputs)) for i in layer]
        return warmer.dot(weights[last:], units)
