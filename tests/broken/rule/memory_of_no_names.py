"""A memory without names."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    memory = (0.0, 0.0)

    @warmer.hookimpl
    def learn(self, weight, memory):
        return weight, memory


FAULTS = [
    "'learn' asks for memory, so `memory` is (0.0, 0.0), and its numbers need names "
    "(class Memory(NamedTuple): velocity: float = 0.0, and in the class memory = Memory())",
]
