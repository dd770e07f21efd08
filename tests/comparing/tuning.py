"""What the tests of tuning share: tables, their limit in theory, and a rule of two numbers."""

from typing import NamedTuple

import attrs
import numpy as np

import warmer


def table(seed, rows=60, inputs=4, noise=1.0):
    """A table whose inputs have different sizes and depend on one another."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(rows, inputs)) @ rng.normal(size=(inputs, inputs))
    return values, values @ rng.normal(size=inputs) + noise * rng.normal(size=rows)


def limit_of(inputs):
    return 2 / np.linalg.eigvalsh(inputs.T @ inputs / len(inputs))[-1]


class Velocity(NamedTuple):
    """What a weight remembers."""

    velocity: float


@attrs.frozen(eq=False)
class Impulse:
    """Momentum; friction is what is lost of it."""

    alpha: float = warmer.param(0.1, above=0)
    friction: float = warmer.param(0.5, at_least=0, at_most=1)
    memory = Velocity(0.0)

    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory):
        velocity = (1 - self.friction) * memory.velocity + weight_delta
        return weight - self.alpha * velocity, Velocity(velocity)
