"""Averaging of weights: the mean lies still where the weights jump. (Polyak and Juditsky, 1992)"""

from collections.abc import Generator
from typing import NamedTuple

import attrs

import warmer


class Mean(NamedTuple):
    """Of the weights so far."""

    mean: float = 0.0


@attrs.frozen(eq=False)
class Average:
    """Keep the mean of the weights, and let the last step of the run end on it.

    `mean + (weight - mean) / max(step - start, 1)`, of the weights after each step, from which the
    rule goes on. A run that ends early has the mean in its memory alone.
    """

    start: int = warmer.param(0, at_least=0, help="how many steps to leave out at first")
    memory = Mean()

    @warmer.hookimpl(wrapper=True)
    def learn(
        self, memory: Mean, step: float, steps: float
    ) -> Generator[None, warmer.Learned, tuple[warmer.Learned, Mean]]:
        learned = yield
        mean = memory.mean + (learned.weight - memory.mean) / max(step - self.start, 1.0)
        return learned._replace(weight=mean if step == steps else learned.weight), Mean(mean)
