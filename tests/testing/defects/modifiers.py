"""Modifiers that lose what they wrap."""

import warmer

from . import defect, frozen


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


@defect("answered None", "does a modifier lack its return?", "modifiers.py:", kind="modifier")
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


@defect("has second yield", "modifiers.py:", kind="modifier")
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
