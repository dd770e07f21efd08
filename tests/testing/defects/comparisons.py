"""Comparisons whose error or delta is none."""

import math

import warmer

from . import Base, defect, frozen


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


@defect("not warmer.Comparison(error, delta)", "comparisons.py:", kind="comparison")
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
