"""Code that a rule calls, wherever it stands, is read as the rule's own."""

import functools
import importlib.util
import math
import operator
from math import sqrt as root
from pathlib import Path

import pytest

spec = importlib.util.spec_from_file_location("helpers", Path(__file__).parent / "helpers.py")
assert spec
assert spec.loader
helpers = importlib.util.module_from_spec(spec)
spec.loader.exec_module(helpers)
soft = helpers.soft
twice = functools.partial(operator.mul, 2.0)
RULES = []


def rule(learn):
    """Put a rule on the list."""
    RULES.append(learn)
    return learn


def near(x):
    return math.cos(x) + root(abs(x))


def falling(depth, x):
    return x if depth == 0 else falling(depth - 1, x) * 0.5


def closure():
    inner, factor = math.atan, 3.0

    def curve(x):
        return inner(x) * factor

    return curve


curve = closure()


@rule
def helper_in_module(self, weight):
    return near(weight) + falling(3, weight)


@rule
def helper_elsewhere(self, weight):
    return soft(weight) + helpers.deeper(weight)


@rule
def in_closures(self, weight):
    return curve(weight) + twice(weight) + (lambda x: math.erf(x) + weight)(weight)


@rule
def own_helpers(self, weight):
    return self.half + self.share(weight) + self.doubled(weight) + self.overridden(weight)


@rule
def class_attributes(self, weight):
    return self.squash(weight) * self.constant + self.table[0] * self.tanh(weight)


@rule
def imports_inside(self, weight):
    import math as other
    from math import tanh as bend

    return other.sin(weight) + bend(weight)


@pytest.mark.parametrize("learn", RULES, ids=lambda learn: learn.__name__)
def test_the_same_bits(learn, rule_of, network_of, agree):
    """A formula gives the bits of the rule it was read from, and says where the rule may raise."""
    assert agree(network_of(rule_of(learn))) > 0


def test_nothing_is_changed(rule_of, network_of, agree):
    """Tracing leaves modules, classes and objects as they were."""
    before = dict(vars(math)), dict(globals())
    plugin = rule_of(own_helpers)()
    attributes = dict(vars(type(plugin)))
    agree(network_of(plugin))
    assert (dict(vars(math)), dict(globals())) == before
    assert dict(vars(type(plugin))) == attributes
    assert type(plugin.alpha) is float
