"""It asks for a memory that it does not have."""

import attrs

import warmer


@attrs.frozen(eq=False)
class Broken:
    @warmer.hookimpl
    def learn(self, weight, memory):
        return weight, memory


FAULTS = [
    "'learn' asks for memory, so the class needs `memory`, a NamedTuple of finite "
    "floats (class Memory(NamedTuple): velocity: float = 0.0, and in the class memory = Memory())",
]
