"""What has no formula: numbers no float holds, answers of another kind, code out of reach."""

import sys

import attrs
import pytest

import warmer
from warmer.formulas.expression import UntraceableError
from warmer.tracing.reader import trace_compare, trace_learn


class Elsewhere:
    """Code that tracing does not reach."""

    @staticmethod
    def total(values):
        return sum(values)

    @staticmethod
    def kind(x):
        return 1.0 if isinstance(x, float) else 2.0


def sum_elsewhere(self, weight, error, weight_delta):
    return Elsewhere.total([weight, error, weight_delta, weight])


@pytest.mark.parametrize("size", [10**16 + 1, -(2**60) - 1])
def test_huge_ints(size, rule_of, network_of):
    """An int parameter beyond what floats hold exactly is not taken for a float."""

    def learn(self, weight):
        return weight + self.count

    with pytest.raises(UntraceableError, match="no float equals"):
        trace_learn(network_of(rule_of(learn), count=size))


def test_comparisons(network_of):
    """A comparison that answers something else is refused with its name."""

    @attrs.frozen(eq=False)
    class Bare:
        @warmer.hookimpl
        def compare(self, prediction, target):
            return prediction - target

    with pytest.raises(UntraceableError, match=r"compare of Bare answered .*, not warmer\.Comp"):
        trace_compare(network_of("raw-gradient", compare=Bare))


def test_plural_rules(jumpy, network_of):
    """A rule that is asked once for all weights has no formula for one, and says so."""
    with pytest.raises(UntraceableError, match="learn of Jumpy asks for all weights at once"):
        trace_learn(network_of(jumpy))


def test_sum_elsewhere(rule_of, network_of, agree):
    """sum() out of reach is refused where it corrects its rounding, and else has the same bits."""
    network = network_of(rule_of(sum_elsewhere))
    if sys.version_info >= (3, 12):
        with pytest.raises(UntraceableError, match="on sample numbers it gives"):
            trace_learn(network)
    else:
        assert agree(network) > 0
