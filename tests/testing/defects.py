"""Plugins with a planted defect each, and what is to be said of it: the fault and the remedy.

`DEFECTS` has them by a name that says the defect: (kind, class, words that must be told).
"""

import collections
import itertools
import math
import random
import time
from typing import NamedTuple

import attrs
import numpy as np
import pluggy

import warmer

DEFECTS: dict[str, tuple[str, type, tuple[str, ...]]] = {}
frozen = attrs.frozen(eq=False)


def defect(*words, kind="rule"):
    """Put a class into the table."""

    def add(cls):
        DEFECTS[cls.__name__] = kind, cls, words
        return cls

    return add


class Memory(NamedTuple):
    velocity: float = 0.0


class Base:
    """Learns as it should; what derives from it plants a defect elsewhere."""

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - 0.1 * weight_delta


# The class


@defect("is not an attrs class", "@attrs.frozen(eq=False)")
class NoAttrs(Base):
    pass


@defect("it is not frozen", "@attrs.frozen(eq=False)")
@attrs.define(eq=False)
class NotFrozen(Base):
    alpha: float = warmer.param(0.1)


@defect("compares by value", "say eq=False")
@attrs.frozen
class ComparesByValue(Base):
    alpha: float = warmer.param(0.1)


@defect("'alpha' is not declared", "warmer.param(...)")
@frozen
class PlainField(Base):
    alpha: float = 0.1


@defect("'alpha' has no default", "say warmer.param(0.1")
@frozen
class NoDefault(Base):
    alpha: float = attrs.field()


@defect("'alpha' must be annotated", "float, int, bool or str")
@frozen
class OddType(Base):
    alpha: list = warmer.param(0.1)


@defect("'_alpha' is given as 'alpha'", "call the field alpha")
@frozen
class Private(Base):
    _alpha: float = warmer.param(0.1)


@defect("'seed' is a name that warmer uses itself", "choose another")
@frozen
class Reserved(Base):
    seed: int = warmer.param(1)


@defect("its defaults do not make an object", "alpha must be a number above 0")
@frozen
class DefaultOutOfBounds(Base):
    alpha: float = warmer.param(-0.1, above=0)


@defect("its defaults do not make an object", "low must be below high")
@frozen
class DefaultsThatDoNotFit(Base):
    low: float = warmer.param(1.0)
    high: float = warmer.param(0.0)

    def __attrs_post_init__(self):
        if self.low > self.high:
            raise ValueError("low must be below high")


@defect("'lambda_' and 'lambda__' would be one option", "rename one of them")
@frozen
class OneOption(Base):
    lambda_: float = warmer.param(0.1)
    lambda__: float = warmer.param(0.1)


@defect("does not take its parameters by name", "leave __init__ to attrs")
@attrs.frozen(eq=False, init=False)
class OwnInit(Base):
    alpha: float = warmer.param(0.1)

    def __init__(self, share=0.1):
        self.__attrs_init__(alpha=share)


@defect("'alpha' cannot be given a value", "leave out init=False")
@frozen
class NotGiven(Base):
    alpha: float = attrs.field(default=0.1, init=False)


# The hooks


@defect("there is no hook 'laern'", "did you mean 'learn'?")
@frozen
class MisspeltHook:
    @warmer.hookimpl
    def laern(self, weight, weight_delta):
        return weight - weight_delta


@defect("'learn' asks for 'wieght_delta'", "did you mean 'weight_delta'?")
@frozen
class MisspeltEvidence:
    @warmer.hookimpl
    def learn(self, weight, wieght_delta):
        return weight - wieght_delta


@defect("'learn' is not marked", "@warmer.hookimpl")
@frozen
class NoMarker:
    def learn(self, weight, weight_delta):
        return weight - weight_delta


@defect("'learn' carries the marker of 'other'", "not @warmer.hookimpl")
@frozen
class ForeignMarker:
    @pluggy.HookimplMarker("other")
    def learn(self, weight, weight_delta):
        return weight - weight_delta


@defect("'learn' lacks self", "say def learn(self, weight, weight_delta)")
@frozen
class NoSelf:
    @warmer.hookimpl
    def learn(weight, weight_delta):  # noqa: N805
        return weight - weight_delta


@defect("'learn' lacks self", "no decorator but warmer's")
@frozen
class StaticMethod:
    @staticmethod
    @warmer.hookimpl
    def learn(weight, weight_delta):
        return weight - weight_delta


@defect("'learn' lacks self", "no decorator but warmer's")
@frozen
class ClassMethod:
    @classmethod
    @warmer.hookimpl
    def learn(cls, weight, weight_delta):
        return weight - weight_delta


@defect("'learn' takes weight_delta, which never receives anything", "name the evidence")
@frozen
class KeywordOnly:
    @warmer.hookimpl
    def learn(self, weight, *, weight_delta):
        return weight - weight_delta


@defect("'learn' takes **evidence, which never receives anything", "name the evidence")
@frozen
class AnyKeywords:
    @warmer.hookimpl
    def learn(self, weight, **evidence):
        return weight


@defect("'learn' gives 'weight_delta' a default", "leave it out")
@frozen
class DefaultArgument:
    @warmer.hookimpl
    def learn(self, weight, weight_delta=0.0):
        return weight - weight_delta


@defect("'learn' mixes evidence", "choose one kind")
@frozen
class MixedEvidence:
    @warmer.hookimpl
    def learn(self, weight, weights):
        return weight


@defect("'learn' asks for no evidence", "name weight, say")
@frozen
class NoEvidence:
    @warmer.hookimpl
    def learn(self):
        return 0.0


@defect("'learn' is async", "hooks are plain functions")
@frozen
class Coroutine:
    @warmer.hookimpl
    async def learn(self, weight):
        return weight


@defect("'learn' has a yield", "return the answer")
@frozen
class Generator:
    @warmer.hookimpl
    def learn(self, weight):
        yield weight


@defect("'learn' of a rule answers and does not wrap", "leave out wrapper=True")
@frozen
class Wraps:
    @warmer.hookimpl(wrapper=True)
    def learn(self, weight):
        return (yield)


@defect("'learn' says tryfirst or trylast", "in the order they are given")
@frozen
class PushesIn:
    @warmer.hookimpl(tryfirst=True)
    def learn(self, weight, weight_delta):
        return weight - 0.1 * weight_delta


# Its memory


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


@defect("answered no memory", "say return weight, Memory(velocity)", "defects.py:")
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


# What it answers


@defect("answered None", "is a return missing?", "defects.py:")
@frozen
class NoReturn:
    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        weight - 0.1 * weight_delta


@defect("answered '0.5', not a number", "defects.py:")
@frozen
class AnswersText:
    @warmer.hookimpl
    def learn(self, weight):
        return "0.5"


@defect("a plugin never changes", "goes in and out as memory", "defects.py:")
@frozen
class SetsAField:
    alpha: float = warmer.param(0.1)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        self.alpha *= 0.99
        return weight - self.alpha * weight_delta


@defect("failed: ZeroDivisionError", "defects.py:", "weight_delta")
@frozen
class Divides:
    @warmer.hookimpl
    def learn(self, weight, weight_delta, step):
        return weight - weight_delta / (step - 3)


@defect("not 2 weights", "answered")
@frozen
class WrongShape:
    @warmer.hookimpl
    def learn(self, weights, weight_deltas):
        return np.append(weights, 0.0)


@defect("writes into the array weights", "make a new one")
@frozen
class WritesInPlace:
    @warmer.hookimpl
    def learn(self, weights, weight_deltas):
        weights -= 0.1 * weight_deltas
        return weights


# What it comes to


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


@defect("where every prediction is its target", "divide by max(x, a small number)", "defects.py:")
@frozen
class DividesByTheNorm:
    @warmer.hookimpl
    def learn(self, weight, weight_delta, weight_delta_norm):
        return weight - 0.01 * weight_delta / weight_delta_norm


@defect("where all weights are 0, where runs begin,", "or look for 0 first", "defects.py:")
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


# Comparisons


@defect("and an error is never negative", "say abs(...)", kind="comparison")
@frozen
class NegativeError:
    @warmer.hookimpl
    def compare(self, prediction, target):
        return warmer.Comparison(prediction - target, 1.0)


@defect("points the wrong way", "answer its derivative", kind="comparison")
@frozen
class OppositeDelta:
    @warmer.hookimpl
    def compare(self, prediction, target):
        miss = target - prediction
        return warmer.Comparison(miss * miss, miss)


@defect("does not fit its error", "answer its derivative", kind="comparison")
@frozen
class DeltaOfAnother:
    @warmer.hookimpl
    def compare(self, prediction, target):
        miss = prediction - target
        return warmer.Comparison(abs(miss), miss)


@defect("not warmer.Comparison(error, delta)", "defects.py:", kind="comparison")
@frozen
class AnswersOneNumber:
    @warmer.hookimpl
    def compare(self, prediction, target):
        return (prediction - target) ** 2


@defect("refuses every table", "only on Sundays", kind="comparison")
@frozen
class RefusesAll:
    @warmer.hookimpl
    def compare(self, prediction, target):
        raise warmer.DataError("only on Sundays")


@defect("'learn' is no hook of a comparison", "leave it out", kind="comparison")
@frozen
class ComparisonThatLearns(Base):
    @warmer.hookimpl
    def compare(self, prediction, target):
        return warmer.Comparison(abs(prediction - target), 1.0)


@defect("answered Comparison(error=nan", "it refuses (raise warmer.DataError)", kind="comparison")
@frozen
class NanFarOut:
    @warmer.hookimpl
    def compare(self, prediction, target):
        miss = prediction - target
        return warmer.Comparison(miss * miss if abs(miss) < 5 else math.nan, miss)


@defect("where every prediction is its target", "or look for 0 first", kind="comparison")
@frozen
class DividesByTheMiss:
    @warmer.hookimpl
    def compare(self, prediction, target):
        miss = prediction - target
        return warmer.Comparison(abs(miss), miss / abs(miss))


# Predictors


@defect("do not fit its prediction", "answer log(p / (1 - p))", kind="predictor")
@frozen
class OtherOdds:
    @warmer.hookimpl
    def predict(self, weights, inputs):
        return 0.5 + 0.5 * math.tanh(warmer.dot(weights, inputs))

    @warmer.hookimpl
    def log_odds(self, weights, inputs):
        return warmer.dot(weights, inputs)


@defect("IndexError", "with 1 input", "warmer.DataError", kind="predictor")
@frozen
class NeedsTwo:
    @warmer.hookimpl
    def predict(self, weights, inputs):
        return weights[0] * inputs[0] + weights[1] * inputs[1]


@defect("answered None", "is a return missing?", "defects.py:", kind="predictor")
@frozen
class PredictsNothing:
    @warmer.hookimpl
    def predict(self, weights, inputs):
        warmer.dot(weights, inputs)


@defect("two runs with one seed differ", "goes in and out as memory", kind="predictor")
@frozen
class RemembersRows:
    rows = []  # noqa: RUF012

    @warmer.hookimpl
    def predict(self, weights, inputs):
        self.rows.append(inputs)
        return warmer.dot(weights, inputs) + 1e-6 * len(self.rows)


@defect("whatever weight 2 of 3 is, the prediction is the same", "weight_count", kind="predictor")
@frozen
class TooManyWeights:
    def weight_count(self, inputs):
        return inputs + 1

    @warmer.hookimpl
    def predict(self, weights, inputs):
        return warmer.dot(weights[: len(inputs)], inputs)


@defect("whatever input 1 of 2 is, the prediction is the same", "zip ends", kind="predictor")
@frozen
class TooFewWeights:
    def weight_count(self, inputs):
        return 1

    @warmer.hookimpl
    def predict(self, weights, inputs):
        total = 0.0
        for weight, value in zip(weights, inputs, strict=False):
            total += weight * value
        return total


@defect("weight_count, asked for 1 input, answers now 1 and now", "parameters alone",
        kind="predictor")  # fmt: skip
@frozen
class CountsOtherwise:
    more = itertools.cycle((0, 1, 1))

    def weight_count(self, inputs):
        return inputs + next(self.more)

    @warmer.hookimpl
    def predict(self, weights, inputs):
        return warmer.dot(weights[: len(inputs)], inputs)


# Modifiers


@defect("'learn' yields a value", "say answer = yield", kind="modifier")
@frozen
class YieldsSomething:
    @warmer.hookimpl(wrapper=True)
    def learn(self, weight):
        learned = yield weight
        return learned


@defect("'learn' wraps and has no yield", "say answer = yield", kind="modifier")
@frozen
class NoYield:
    @warmer.hookimpl(wrapper=True)
    def learn(self, weight):
        return weight


@defect("answered None", "does a modifier lack its return?", "defects.py:", kind="modifier")
@frozen
class LacksReturn:
    @warmer.hookimpl(wrapper=True)
    def learn(self):
        yield


@defect("a modifier returns a Learned", "learned._replace(weight=...)", kind="modifier")
@frozen
class AnswersAFloat:
    @warmer.hookimpl(wrapper=True)
    def learn(self):
        learned = yield
        return learned.weight / 2


@defect("answered no memory", "say return weight, Velocity(velocity)", kind="modifier")
@frozen
class DropsMemory:
    @warmer.hookimpl(wrapper=True)
    def learn(self):
        learned = yield
        return warmer.Learned(learned.weight / 2)


@defect("has second yield", "defects.py:", kind="modifier")
@frozen
class YieldsTwice:
    @warmer.hookimpl(wrapper=True)
    def learn(self):
        learned = yield
        yield
        return learned


@defect("the error over all rows is", "is a sign wrong", kind="modifier")
@frozen
class TurnsAround:
    @warmer.hookimpl
    def adjust(self, weight_delta):
        return -weight_delta


@defect("a rule raised warmer.Stop, and the run went on", "let what comes out of yield through",
        kind="modifier")  # fmt: skip
@frozen
class Swallows:
    @warmer.hookimpl(wrapper=True)
    def learn(self, weight):
        try:
            learned = yield
        except Exception:  # noqa: BLE001
            return warmer.Learned(weight, ())
        return learned


# Observers


@defect("with history=None", "history may be empty: look first", kind="observer")
class StopsEarly:
    @warmer.hookimpl
    def steps_taken(self, history):
        if history.error[-1] < 1e-9:
            raise warmer.Stop("good enough")


@defect("read-only", "was switched off", "defects.py:", kind="observer")
class WritesWeights:
    @warmer.hookimpl
    def steps_taken(self, weights):
        weights[0] = 0.0


@defect("its end is another", "'stopped'", "at no clock", kind="observer")
class CountsRuns:
    every = 2
    runs = itertools.count(3)

    @warmer.hookimpl
    def run_started(self):
        self.most = 2 * next(self.runs)

    @warmer.hookimpl
    def steps_taken(self, step):
        if step >= self.most:
            raise warmer.Stop("enough")


@defect("its file is another", "at no clock", kind="observer")
@frozen
class WritesTheTime:
    path: str = warmer.param("times.txt", help="where to write")
    every: int = warmer.param(5, at_least=1, help="how often")

    @warmer.hookimpl
    def steps_taken(self, step):
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(f"{step} {time.perf_counter_ns()}\n")


@defect("there is no hook 'run_end'", "did you mean 'run_ended'?", kind="observer")
class MisspeltObserver:
    @warmer.hookimpl
    def run_end(self, outcome):
        pass
