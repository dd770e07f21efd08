"""Plugins that are unusual, and right."""

import math
from typing import NamedTuple

import attrs
import numpy as np

import warmer

frozen = attrs.frozen(eq=False)


class Moments(NamedTuple):
    first: float = 0.0
    second: float = 0.0


def damped(value: float, share: float) -> float:
    """A helper outside of the class."""
    return value * (1 - share)


@frozen
class Branching:
    """Take steps by the sign of the slope, long ones at first."""

    reach: float = warmer.param(0.05, above=0, help="how far to go")

    @warmer.hookimpl
    def learn(self, weight, weight_delta, step):
        if weight_delta == 0:
            return weight
        far = self.reach if step < 20 else self.reach / 4
        return weight - far if weight_delta > 0 else weight + far


@frozen
class Adaptive:
    """Adam: means of slopes and of their squares. (Kingma and Ba, 2014)"""

    alpha: float = warmer.param(0.01, above=0, help="how far to go")
    beta: float = warmer.param(0.9, at_least=0, below=1, help="share of the mean to keep")
    memory = Moments()

    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory, step):
        first = self.beta * memory.first + (1 - self.beta) * weight_delta
        second = 0.999 * memory.second + 0.001 * weight_delta * weight_delta
        scale = math.sqrt(second / (1 - 0.999**step)) + 1e-8
        return weight - self.alpha * first / (1 - self.beta**step) / scale, Moments(first, second)


@frozen
class Solving:
    """Jump to the bottom of the linear network, for all weights at once."""

    @warmer.hookimpl
    def learn(self, weights, inputs, deltas):
        return weights - np.linalg.lstsq(inputs, deltas, rcond=None)[0]


@frozen
class Jumping:
    """Follow the slopes with noise from the run's generator."""

    noise: float = warmer.param(0.001, at_least=0, help="how large the noise is")

    @warmer.hookimpl
    def learn(self, weights, weight_deltas, rng):
        return weights - 0.1 * weight_deltas + self.noise * rng.standard_normal(len(weights))


@frozen
class OwnNetwork:
    """A rule that predicts squares and compares by distance itself."""

    @warmer.hookimpl
    def predict(self, weights, inputs):
        return warmer.dot(weights, inputs) + weights[0] * inputs[0] * inputs[0]

    @warmer.hookimpl
    def compare(self, prediction, target):
        miss = prediction - target
        size = math.sqrt(1 + miss * miss)
        return warmer.Comparison(max(size - 1, 0.0), miss / size)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - 0.1 * weight_delta


@frozen
class Inheriting(Branching):
    """Derived, with properties, a word, a switch and a helper."""

    schedule: str = warmer.param("plain", choices=("plain", "fading"), help="how steps change")
    brave: bool = warmer.param(False, help="whether steps are twice as long")

    @property
    def most(self):
        return 2 * self.reach if self.brave else self.reach

    @warmer.hookimpl
    def learn(self, weight, weight_delta, step):
        share = self.most / math.sqrt(step) if self.schedule == "fading" else self.most
        return weight - share * damped(weight_delta, 0.1)


@frozen
class Relative:
    """Compare by shares of the target, which is above 0."""

    @warmer.hookimpl
    def compare(self, prediction, target):
        if target <= 0:
            raise warmer.DataError(f"needs targets above 0, got {target!r}")
        share = (prediction - target) / target
        return warmer.Comparison(share * share, share / target)


@frozen
class Hinge:
    """Compare a score with a class, -1 or 1."""

    @warmer.hookimpl
    def compare(self, prediction, target):
        if target not in (-1.0, 1.0):
            raise warmer.DataError(f"needs targets of -1 or 1, got {target!r}")
        lack = 1 - target * prediction
        return warmer.Comparison(max(lack, 0.0), -target if lack > 0 else 0.0)


@frozen
class OneKnob:
    """A curve of one weight."""

    @warmer.hookimpl
    def predict(self, weights, inputs):
        if len(weights) != 1:
            raise warmer.DataError(f"is for one weight, got {len(weights)}")
        return math.tanh(weights[0] * inputs[0])


@frozen
class Rounding:
    """A prediction without a slope."""

    @warmer.hookimpl
    def predict(self, weights, inputs):
        return round(4 * warmer.dot(weights, inputs)) / 4


@frozen
class Clip:
    """Let no weight move farther than `most`."""

    most: float = warmer.param(1.0, above=0, help="how far a weight may move")

    @warmer.hookimpl(wrapper=True)
    def learn(self, weight):
        learned = yield
        moved = min(max(learned.weight, weight - self.most), weight + self.most)
        return learned._replace(weight=moved)


@frozen
class ClipAll:
    """The same for rules of all weights at once, and a prediction that is halved."""

    @warmer.hookimpl(wrapper=True)
    def predict(self):
        return (yield) / 2

    @warmer.hookimpl(wrapper=True)
    def learn(self, weights):
        learned = yield
        return learned._replace(weight=np.clip(learned.weight, weights - 1, weights + 1))


class Watching:
    """An observer that is a plain class, and keeps what it hears."""

    every = 3

    def __init__(self):
        self.errors = []

    @warmer.hookimpl
    def steps_taken(self, step, history):
        self.errors += history.error.ravel().tolist()
        if len(self.errors) > 4:
            raise warmer.Stop("seen enough")


def shared(rule: "ByHelper", value: float) -> float:
    """A helper that reads a parameter."""
    return rule.share * value


@frozen
class ByHelper:
    """Its parameter is read elsewhere, and no name in the class tells."""

    share: float = warmer.param(0.1, above=0, help="share to take")

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - shared(self, weight_delta)


@frozen
class Largest:
    """Predict the largest product; with many inputs there are too many ways for a slope."""

    @warmer.hookimpl
    def predict(self, weights, inputs):
        return max(weight * value for weight, value in zip(weights, inputs, strict=True))


@frozen
class OneByOne:
    """Go through the weights one by one."""

    @warmer.hookimpl
    def predict(self, weights, inputs):
        total = 0.0
        for weight, value in zip(weights, inputs, strict=True):
            total += weight * value
        return total


ODD = [Branching, Adaptive, Solving, Jumping, OwnNetwork, Inheriting, Relative, Hinge, OneKnob,
       Clip, ClipAll, Watching, ByHelper, Largest]  # fmt: skip
