"""What can be traced, and that its formula gives the rule's own bits."""

import functools
import math
from math import exp
from math import sqrt as root

import attrs
import numpy as np
import pytest

import warmer

SCALE = np.float64(0.7)


RULES = []


def rule(learn):
    """Put a rule on the list."""
    RULES.append(learn)
    return learn


@rule
def minimum(self, weight, weight_delta):
    return min(weight, weight_delta)


@rule
def maximum_of_three(self, weight, weight_delta):
    return max(weight, 0, weight_delta)


@rule
def extremes_of_lists(self, weight, weight_delta):
    return min([weight, weight_delta]) - max((weight, 1), key=abs)


@rule
def clipped(self, weight, weight_delta):
    return max(-self.alpha, min(self.alpha, weight - weight_delta))


@rule
def nested_branches(self, weight, weight_delta):
    if weight > 0:
        if weight_delta > weight:
            return weight
        return weight_delta
    elif weight < -1:
        return -1
    return weight * 2


@rule
def ternaries(self, weight, error):
    return 1.0 if error > 1 else -1.0 if weight < 0 else weight


@rule
def logic(self, weight, weight_delta, error):
    return weight if (weight > 0 and weight_delta < 0) or not error else -weight


@rule
def values_of_logic(self, weight, weight_delta):
    return (weight or 1.0) + (weight_delta and 2.0)


@rule
def chained(self, weight, weight_delta):
    return weight if -1 < weight <= weight_delta < 3 else 0.0


@rule
def membership(self, weight, step):
    return weight * (2.0 if step in (1, 2, 1000) else 1.0)


@rule
def truth_as_number(self, weight, weight_delta):
    return (weight > 0) * 2.0 - (weight < weight_delta) + -(weight == 0)


@rule
def sign_by_math(self, weight, weight_delta):
    return math.copysign(weight, weight_delta) + math.fabs(weight_delta)


@rule
def names_of_math(self, weight):
    return exp(-abs(weight)) + root(abs(weight)) + math.pi


@rule
def logarithms(self, error):
    return math.log(error + 1) + math.log(error + 2, 10) + math.log1p(error)


@rule
def out_of_range(self, weight):
    return math.sqrt(weight) + math.log(weight)


@rule
def large_results(self, weight):
    return math.exp(weight) * math.exp(-weight)


@rule
def powers(self, weight, weight_delta):
    return weight**2 + math.pow(abs(weight_delta), 0.3) + pow(2.0, weight_delta)


@rule
def powers_out_of_range(self, weight, weight_delta):
    return weight**weight_delta


@rule
def quotients(self, weight, weight_delta):
    return weight / weight_delta + 1 / (weight - weight_delta)


@rule
def caught_quotient(self, weight, weight_delta):
    try:
        return weight / weight_delta
    except ZeroDivisionError:
        return 0.0


@rule
def fading(self, weight, weight_delta, step):
    return weight - weight_delta * 0.9**step / (1 - 0.999 ** (step + 1)) * 10**-step


@rule
def counting(self, weight, step):
    return weight * step**self.count - step * step * step + self.count**2 / step


def counts_beyond_floats(self, weight, step):
    return weight + step * 10**17 - (step + 2**60)


def signs_of_zero(self, weight, step):
    return weight * -(self.count - 3) + -(step - 3) * -1 * 0


@rule
def int_or_float(self, weight, step):
    return weight if isinstance(step, float) and isinstance(self.count, int) else 7.0


@rule
def counted_loop(self, weight):
    for _ in range(self.count):
        weight = weight * 0.5
    return weight


@rule
def not_a_number(self, weight, weight_delta):
    difference = weight * 1e308 * 1e308 - weight_delta * 1e308 * 1e308
    return 0.5 if math.isnan(difference) else 1.0 if math.isinf(difference) else 2.0


@rule
def words(self, weight):
    if self.mode == "plain" and self.on:
        return weight
    return math.floor(weight)


@rule
def loops(self, weight):
    for share in self.table:
        if weight > share:
            weight = weight * share
    return [weight + i for i in range(3)][1]


@rule
def sorting(self, weight, weight_delta):
    return sorted([weight, weight_delta, 0.0])[1]


@rule
def folded(self, weight, weight_delta):
    return functools.reduce(lambda a, b: a + b, [weight, weight_delta, 1.0])


@rule
def own_dot(self, weight, weight_delta):
    return warmer.dot([weight, weight_delta, 1.0] * 4, [weight_delta, 0.5, -1.0] * 4)


@rule
def numpy_constant(self, weight):
    return SCALE * weight + np.pi


@rule
def refusing_numbers(self, weight, weight_delta):
    if weight < weight_delta:
        raise ValueError(f"{weight} is below {weight_delta!r}")
    assert weight_delta < 2, f"{weight_delta:.3f}"
    return weight


@rule
def forgotten_return(self, weight):
    if weight > 0:
        return weight


@rule
def constant_int(self, weight):
    return 1


@rule
def constant_float(self, weight):
    return -0.0


@rule
def nothing_but_itself(self, weight):
    return weight


@rule
def probing(self, weight, error_at):
    up, down = error_at(weight + self.small), error_at(weight - self.small)
    return weight - self.small if down < up else weight + self.small if up < down else weight


@pytest.mark.parametrize("learn", RULES, ids=lambda learn: learn.__name__)
def test_the_same_bits(learn, rule_of, network_of, agree):
    """A formula gives the bits of the rule it was read from, and says where the rule may raise."""
    assert agree(network_of(rule_of(learn))) > 0


@pytest.mark.parametrize(
    "learn", [counting, counts_beyond_floats, signs_of_zero], ids=lambda learn: learn.__name__
)
@pytest.mark.parametrize("count", [-4, -1, 0, 1, 2, 5])
def test_ints(learn, count, rule_of, network_of, agree):
    """Where a rule computes with ints, its formula gives the same bits or says that it may not."""
    agree(network_of(rule_of(learn), count=count))


@attrs.frozen(eq=False)
class Clip:
    most: float = warmer.param(1.0)

    @warmer.hookimpl(wrapper=True)
    def learn(self):
        answer = yield
        return answer._replace(weight=min(max(answer.weight, -self.most), self.most))


@attrs.frozen(eq=False)
class Shrink:
    @warmer.hookimpl(wrapper=True)
    def learn(self, weight):
        answer = yield
        if math.tanh(answer.weight) > 0.5:
            return answer._replace(weight=answer.weight * 0.9 + weight * 0.1)
        return answer


@pytest.mark.parametrize(
    "modifiers", [[Clip], [Shrink], [Clip, Shrink], [Shrink, Clip], [Clip, Clip]]
)
def test_modifiers(modifiers, rule_of, network_of, agree):
    """Modifiers are part of the formula, in the order in which they run."""
    assert agree(network_of(rule_of(nested_branches), modifiers=modifiers)) > 0
