"""Adam: a mean of the slopes, divided by their usual size. (Kingma and Ba, 2015)"""

import math
from typing import NamedTuple

import attrs

import warmer


class Memory(NamedTuple):
    mean: float = 0.0
    square: float = 0.0


@attrs.frozen(eq=False)
class Adam:
    """Go `alpha * mean / root of square`, both moving means that are corrected at the start."""

    alpha: float = warmer.param(0.01, above=0, help="about how far a weight moves in a step")
    beta1: float = warmer.param(0.9, at_least=0, below=1, help="share of the mean to keep")
    beta2: float = warmer.param(0.999, at_least=0, below=1, help="share of the square to keep")
    epsilon: float = warmer.param(1e-8, above=0, help="keeps the divisor above 0")
    memory = Memory()

    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory, step):
        mean = self.beta1 * memory.mean + (1 - self.beta1) * weight_delta
        square = self.beta2 * memory.square + (1 - self.beta2) * weight_delta * weight_delta
        size = math.sqrt(square / (1 - self.beta2**step)) + self.epsilon
        return weight - self.alpha * mean / (1 - self.beta1**step) / size, Memory(mean, square)
