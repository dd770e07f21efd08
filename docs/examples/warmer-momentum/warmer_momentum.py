"""Momentum: every step repeats a share of the one before. (Polyak, 1964)"""

from typing import NamedTuple

import attrs

import warmer


class Memory(NamedTuple):
    velocity: float = 0.0


@attrs.frozen(eq=False)
class Momentum:
    """Roll: `velocity = beta * velocity + weight_delta`, then `weight - alpha * velocity`."""

    alpha: float = warmer.param(0.1, above=0, help="share of the velocity to take")
    beta: float = warmer.param(0.9, at_least=0, below=1, help="share of the velocity to keep")
    memory = Memory()

    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory):
        velocity = self.beta * memory.velocity + weight_delta
        return weight - self.alpha * velocity, Memory(velocity)
