"""A memory that nobody asks for."""

from typing import NamedTuple

import attrs

import warmer


class Past(NamedTuple):
    velocity: float


@attrs.frozen(eq=False)
class Broken:
    memory = Past(0.0)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - weight_delta


FAULTS = [
    "it has a memory that 'learn' does not ask for (name it there, or leave it out)",
]
