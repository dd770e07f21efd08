"""A memory that does not start at a finite number."""

from typing import NamedTuple

import attrs

import warmer


class Past(NamedTuple):
    velocity: float


@attrs.frozen(eq=False)
class Broken:
    memory = Past(float("nan"))

    @warmer.hookimpl
    def learn(self, weight, memory):
        return weight, memory


FAULTS = [
    "'learn' asks for memory, so `memory` starts 'velocity' at nan, which is not "
    "finite (say a finite number, such as 0.0)",
]
