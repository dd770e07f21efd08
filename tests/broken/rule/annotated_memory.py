"""A memory that attrs takes for a parameter."""

from typing import NamedTuple

import attrs

import warmer


class Memory(NamedTuple):
    velocity: float = 0.0


@attrs.frozen(eq=False)
class Broken:
    memory: Memory = Memory()  # noqa: RUF009

    @warmer.hookimpl
    def learn(self, weight, memory):
        return weight, memory


FAULTS = [
    "'memory' is annotated, which makes it a parameter (say memory = Memory() alone)",
]
