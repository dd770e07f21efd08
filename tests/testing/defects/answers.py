"""A rule answers what cannot be a weight, or fails, or changes what it is given."""

import numpy as np

import warmer

from . import defect, frozen


@defect("answered None", "is a return missing?", "answers.py:")
@frozen
class NoReturn:
    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        weight - 0.1 * weight_delta


@defect("answered '0.5', not a number", "answers.py:")
@frozen
class AnswersText:
    @warmer.hookimpl
    def learn(self, weight):
        return "0.5"


@defect("a plugin never changes", "goes in and out as memory", "answers.py:")
@frozen
class SetsAField:
    alpha: float = warmer.param(0.1)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        self.alpha *= 0.99
        return weight - self.alpha * weight_delta


@defect("failed: ZeroDivisionError", "answers.py:", "weight_delta")
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
