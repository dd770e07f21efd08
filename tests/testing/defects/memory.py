"""A memory that starts, or is answered, as none."""

import math
from typing import NamedTuple

import warmer

from . import Base, defect, frozen


class Memory(NamedTuple):
    velocity: float = 0.0


class Remembers:
    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory):
        return weight - 0.1 * weight_delta, memory


@defect("`memory` is a property", "say memory = Memory()")
@frozen
class MemoryProperty(Remembers):
    @property
    def memory(self):
        return Memory()


@defect("`memory` is the class Memory", "say memory = Memory()")
@frozen
class MemoryClass(Remembers):
    memory = Memory


@defect("`memory` is {'velocity': 0.0} (dict)", "class Memory(NamedTuple)")
@frozen
class MemoryDict(Remembers):
    memory = {"velocity": 0.0}  # noqa: RUF012


@defect("`memory` starts 'velocity' at 0, an int", "say 0.0")
@frozen
class MemoryInt(Remembers):
    memory = Memory(0)


@defect("`memory` starts 'velocity' at False, a truth value", "say 0.0")
@frozen
class MemoryBool(Remembers):
    memory = Memory(False)


@defect("`memory` starts 'velocity' at None", "say a finite number")
@frozen
class MemoryNone(Remembers):
    memory = Memory(None)


@defect("`memory` starts 'velocity' at inf", "say a finite number")
@frozen
class MemoryInf(Remembers):
    memory = Memory(math.inf)


@defect("`memory` is (0.0,), and its numbers need names", "class Memory(NamedTuple)")
@frozen
class MemoryTuple(Remembers):
    memory = (0.0,)


@defect("'memory' is annotated", "say memory = Memory() alone")
@frozen
class MemoryAnnotated(Remembers):
    memory: Memory = Memory()


@defect("the class needs `memory`", "class Memory(NamedTuple)")
@frozen
class NoMemory(Remembers):
    pass


@defect("it has a memory that 'learn' does not ask for", "or leave it out")
@frozen
class UnusedMemory(Base):
    memory = Memory()


@defect("answered no memory", "say return weight, Memory(velocity)", "memory.py:")
@frozen
class LosesMemory:
    memory = Memory()

    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory):
        return weight - 0.1 * weight_delta


@defect("answered the memory (1.0, 2.0)", "say return weight, Memory(velocity)")
@frozen
class LongMemory:
    memory = Memory()

    @warmer.hookimpl
    def learn(self, weight, memory):
        return weight, (1.0, 2.0)
