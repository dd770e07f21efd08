"""Schedules: how far to go in each step. (Robbins and Monro, 1951; Loshchilov and Hutter, 2017)"""

import math
from collections.abc import Generator

import attrs

import warmer

KINDS = ("constant", "inverse", "exponential", "steps", "cosine")


@attrs.frozen(eq=False)
class Schedule:
    """Scale the rule's own step by a factor: `weight + factor * (learned.weight - weight)`.

    That is the schedule of alpha for every rule; to scale weight_delta would not be, since a rule
    such as Adam makes as long steps of small slopes as of large ones. The factor is 1 at first,
    and then

        inverse       1 / (1 + t / every)           exponential   keep ** (t / every)
        steps         keep ** (t // every)          cosine        (1 + cos(pi * t / T)) / 2

    where t counts the steps since the warm-up, from 0, and T is how many the run takes after it
    (without end, the cosine stays at 1). In step n of `warm_up` (Goyal and others, 2017) the factor
    is `n / (warm_up + 1)`.
    """

    kind: str = warmer.param("cosine", choices=KINDS, help="how the factor falls")
    every: float = warmer.param(100.0, above=0, help="steps until half, or `keep`, is left")
    keep: float = warmer.param(0.5, above=0, at_most=1, help="what is left after every so many")
    warm_up: int = warmer.param(0, at_least=0, help="how many steps the factor rises at first")

    def factor(self, step: float, steps: float) -> float:
        """The factor of a step."""
        t = max(step - 1 - self.warm_up, 0.0)
        end = max(steps - self.warm_up, 1.0)
        falling = 1.0
        if self.kind == "inverse":
            falling = 1 / (1 + t / self.every)
        if self.kind == "exponential":
            falling = self.keep ** (t / self.every)
        if self.kind == "steps":
            falling = self.keep ** (t // self.every)
        if self.kind == "cosine" and steps > 0:
            falling = (1 + math.cos(math.pi * t / end)) / 2
        return min(step / (self.warm_up + 1), 1.0) * falling

    @warmer.hookimpl(wrapper=True)
    def learn(
        self, weight: float, step: float, steps: float
    ) -> Generator[None, warmer.Learned, warmer.Learned]:
        learned = yield
        moved = self.factor(step, steps) * (learned.weight - weight)
        return learned._replace(weight=weight + moved)
