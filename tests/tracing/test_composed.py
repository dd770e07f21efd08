"""A modifier costs its own arithmetic: engines run the formula that a rule would have by hand."""

import math

import attrs
import pytest

import warmer
from warmer.formulas.expression import shape
from warmer.tracing.reader import trace_network


@attrs.frozen(eq=False)
class Clip:
    most: float = warmer.param(0.1, above=0)

    @warmer.hookimpl
    def adjust(self, weight_delta):
        return min(max(weight_delta, -self.most), self.most)


@attrs.frozen(eq=False)
class Clipped:
    alpha: float = warmer.param(0.1, above=0)
    most: float = warmer.param(0.1, above=0)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - self.alpha * min(max(weight_delta, -self.most), self.most)


@attrs.frozen(eq=False)
class Norm:
    most: float = warmer.param(0.1, above=0)

    @warmer.hookimpl
    def adjust(self, weight_delta, weight_delta_norm):
        return weight_delta * min(1.0, self.most / (weight_delta_norm + 1e-6))


@attrs.frozen(eq=False)
class Normed:
    alpha: float = warmer.param(0.1, above=0)
    most: float = warmer.param(0.1, above=0)

    @warmer.hookimpl
    def learn(self, weight, weight_delta, weight_delta_norm):
        scaled = weight_delta * min(1.0, self.most / (weight_delta_norm + 1e-6))
        return weight - self.alpha * scaled


@attrs.frozen(eq=False)
class Cosine:
    @warmer.hookimpl(wrapper=True)
    def learn(self, weight, step, steps):
        learned = yield
        share = (1 + math.cos(math.pi * (step - 1) / steps)) / 2
        return learned._replace(weight=weight + share * (learned.weight - weight))


@attrs.frozen(eq=False)
class Falling:
    alpha: float = warmer.param(0.1, above=0)

    @warmer.hookimpl
    def learn(self, weight, weight_delta, step, steps):
        share = (1 + math.cos(math.pi * (step - 1) / steps)) / 2
        return weight + share * ((weight - self.alpha * weight_delta) - weight)


PAIRS = {
    "clip": ([Clip()], Clipped),
    "clip by norm": ([Norm()], Normed),
    "around learn": ([Cosine()], Falling),
}


def learning(network):
    """The formula of a step's learn as a plain value, wherever its parameters are from."""
    learn = trace_network(network, 3).learn
    *nodes, results = shape(learn.weight, *learn.memory, learn.fault)
    named = [
        (operation, arguments, value.split(", ")[-1] if operation == "symbol" else value)
        for operation, arguments, value in nodes
    ]
    return named, results


@pytest.mark.parametrize("pair", PAIRS)
def test_as_written_by_hand(network_of, pair):
    """A rule with a modifier has, node by node, the formula of a rule that does both by hand."""
    modifiers, by_hand = PAIRS[pair]

    composed = network_of("alpha-scaled", modifiers=modifiers)

    assert learning(composed) == learning(network_of(by_hand))
    assert learning(composed) != learning(network_of("alpha-scaled"))
