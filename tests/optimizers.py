"""Rules that remember, for tests of the engines and for the benchmarks."""

import math
from typing import NamedTuple

import attrs

import warmer


class Velocity(NamedTuple):
    velocity: float = 0.0


@attrs.frozen(eq=False)
class Momentum:
    """weight - alpha * velocity, with velocity = beta * velocity + weight_delta."""

    alpha: float = warmer.param(0.05, above=0)
    beta: float = warmer.param(0.9, at_least=0, below=1)
    memory = Velocity()

    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory):
        velocity = self.beta * memory.velocity + weight_delta
        return weight - self.alpha * velocity, Velocity(velocity)


class Moments(NamedTuple):
    first: float = 0.0
    second: float = 0.0


@attrs.frozen(eq=False)
class Adam:
    """Kingma and Ba, Adam: A Method for Stochastic Optimization, algorithm 1."""

    alpha: float = warmer.param(0.01, above=0)
    beta1: float = warmer.param(0.9, at_least=0, below=1)
    beta2: float = warmer.param(0.999, at_least=0, below=1)
    epsilon: float = warmer.param(1e-8, above=0)
    memory = Moments()

    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory, step):
        first = self.beta1 * memory.first + (1 - self.beta1) * weight_delta
        second = self.beta2 * memory.second + (1 - self.beta2) * weight_delta * weight_delta
        first_hat = first / (1 - self.beta1**step)
        second_hat = second / (1 - self.beta2**step)
        new = weight - self.alpha * first_hat / (math.sqrt(second_hat) + self.epsilon)
        return new, Moments(first, second)
