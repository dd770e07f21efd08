"""Averaging of weights: the mean lies still where the weights jump. (Polyak and Juditsky, 1992)"""

from collections.abc import Generator
from typing import NamedTuple

import attrs

import warmer


class Mean(NamedTuple):
    mean: float = 0.0


@attrs.frozen(eq=False)
class Average:
    """Keep the mean of the weights, and end the last step of the run on it.

    `mean + (weight - mean) / max(step - start, 1)`, of the weights after each step; the rule goes on from its
    own. A run that ends before its last step has the mean in its memory, and the rule's weights.
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
