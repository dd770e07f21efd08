"""Runs that differ, go nowhere or break off, and parameters that do nothing or fail."""

import collections
import itertools
import math
import random
import time

import numpy as np

import warmer

from . import Base, defect, frozen


@defect("two runs with one seed differ", "ask for rng")
@frozen
class RollsDice:
    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - 0.1 * weight_delta * random.random()


@defect("draws from random or numpy.random", "ask for rng")
@frozen
class RollsNumpyDice:
    @warmer.hookimpl
    def learn(self, weights, weight_deltas):
        return weights - 0.1 * weight_deltas * np.random.rand(len(weights))


@defect("two runs with one seed differ", "ask for rng")
@frozen
class LooksAtTheClock:
    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - 1e-9 * time.perf_counter() * weight_delta


@defect("two runs with one seed differ", "goes in and out as memory")
@frozen
class Counts:
    counter = itertools.count(1)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - 0.1 * weight_delta / next(self.counter)


@defect("two runs beside each other change one another", "goes in and out as memory")
@frozen
class KeepsTheLast:
    last = {}  # noqa: RUF012

    @warmer.hookimpl
    def learn(self, weight, weight_delta, step):
        before = 0.0 if step == 1 else self.last.get("delta", 0.0)
        self.last["delta"] = weight_delta
        return weight - 0.1 * weight_delta - 0.05 * before


@defect("the order of the columns matters", "each weight moves for itself")
@frozen
class OnlyTheFirst:
    seen = collections.Counter()  # noqa: RUF012

    @warmer.hookimpl
    def learn(self, weight, weight_delta, step):
        self.seen[step] += 1
        first = self.seen[step] % 2
        return weight - (0.1 if first else 0.05) * weight_delta


@defect("the error over all rows is", "is a sign wrong")
@frozen
class Climbs:
    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight + 0.001 * weight_delta


@defect("the error over all rows is", "expect this law to fail")
@frozen
class StandsStill:
    @warmer.hookimpl
    def learn(self, weight):
        return weight


@defect("on a tame table the run diverged", "a default too large?")
@frozen
class Explodes:
    alpha: float = warmer.param(100.0)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - self.alpha * weight_delta


@defect("a weight whose input is always 0 went from 0", "there is no way to go")
@frozen
class SignOfZero:
    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - 0.01 * math.copysign(1.0, weight_delta)


@defect("beta=1 is admitted", "let its bounds leave it out")
@frozen
class BoundTooWide:
    beta: float = warmer.param(0.5, at_least=0, at_most=1)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - 0.1 * weight_delta / (1 - self.beta)


@defect("kind='cubic' is admitted", "KeyError")
@frozen
class ChoiceThatFails:
    kind: str = warmer.param("plain", choices=("plain", "cubic"))

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - {"plain": 0.1}[self.kind] * weight_delta


@defect("fails with kind=", "KeyError", "let warmer.param check the value first", kind="rule")
@frozen
class ChecksBadly(Base):
    kind: str = warmer.param("a")

    def __attrs_post_init__(self):
        {"a": 1}[self.kind]


@defect("has no docstring", "its first line is what `warmer rules` shows")
@frozen
class NoDocstring(Base):
    pass


@defect("alpha has no help", 'help="one line"')
@frozen
class NoHelp(Base):
    """Takes a tenth."""

    alpha: float = warmer.param(0.1)


@defect("it prints 'now'", "let an observer tell")
@frozen
class Prints:
    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        print("now")
        return weight - 0.1 * weight_delta


@defect("whatever beta is, the run is the same", "say self.beta")
@frozen
class UnusedParameter(Base):
    beta: float = warmer.param(0.9, at_least=0, below=1)


@defect("where every prediction is its target", "divide by max(x, a small number)", "outcomes.py:")
@frozen
class DividesByTheNorm:
    @warmer.hookimpl
    def learn(self, weight, weight_delta, weight_delta_norm):
        return weight - 0.01 * weight_delta / weight_delta_norm


@defect("where all weights are 0, where runs begin,", "or look for 0 first", "outcomes.py:")
@frozen
class DividesByTheWeights:
    @warmer.hookimpl
    def learn(self, weight, weight_delta, weight_norm):
        return weight - 0.01 * weight_delta / weight_norm


@defect("on a tame table the run diverged: a weight would become nan at step 1")
@frozen
class AnswersNan:
    @warmer.hookimpl
    def learn(self, weight):
        return math.nan
