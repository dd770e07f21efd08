"""Predictors that count weights wrongly, or whose answers differ or do not fit."""

import itertools
import math

import warmer

from . import defect, frozen


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


@defect("answered None", "is a return missing?", "predictors.py:", kind="predictor")
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
