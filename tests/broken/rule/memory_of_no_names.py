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
    "'learn' asks for memory, so the class needs `memory`, a NamedTuple of finite floats",
]
