"""Hooks are misspelt, or take and are what a hook of a rule does not."""

import pluggy

import warmer

from . import defect, frozen


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
