"""What cannot be traced says so, naming hook, reason and line; never a wrong formula."""

import datetime
import functools
import itertools
import math
import random
import time
from random import choice

import numpy as np
import pytest

from warmer.formulas.expression import UntraceableError
from warmer.tracing.reader import trace_learn

GENERATOR = np.random.default_rng(0)
TABLE = {1: 2.0}
calls = 0


RULES = []


def rule(learn):
    """Put a rule on the list."""
    RULES.append(learn)
    return learn


@functools.lru_cache
def remembered(x):
    return x * 2


class Elsewhere:
    """Code that tracing does not reach."""

    @staticmethod
    def total(values):
        return sum(values)

    @staticmethod
    def kind(x):
        return 1.0 if isinstance(x, float) else 2.0


def counting():
    global calls
    calls += 1
    return calls


def forever(n, x):
    return x if n <= 0 else forever(n - 1, x)


@rule
def rounding(self, weight):
    return round(weight, 3)  # round() to digits needs the number itself (say round


@rule
def power_of_three(self, weight):
    return pow(math.floor(weight), 2, 5)  # pow() of three numbers needs the number itself (say


@rule
def to_int(self, weight):
    return int(weight)  # int() needs the number itself (say math.trunc)


@rule
def to_float(self, weight):
    return float(weight)  # float()


@rule
def hypotenuse(self, weight, error):
    return math.hypot(weight, error)  # math.hypot


@rule
def exact_sum(self, weight, error):
    return math.fsum([weight, error])  # math.fsum


@rule
def builtin_sum(self, weight, error):
    return sum([weight, error, 1.0])  # sum()


@rule
def kind_elsewhere(self, weight):
    return Elsewhere.kind(weight)


@rule
def printing(self, weight):
    print("step")  # it calls print
    return weight


@rule
def text_and_back(self, weight):
    return 1.0 if str(weight) == "0.5" else 2.0  # printing or formatting


@rule
def formatting(self, weight):
    return len(f"{weight:.3f}") * 1.0  # printing or formatting


@rule
def swallowed(self, weight):
    try:
        return math.modf(weight)[0]  # math.modf
    except TypeError:
        return weight


@rule
def chance(self, weight):
    return weight * random.random()  # random


@rule
def chosen(self, weight):
    return weight * choice([1.0, 1.0])  # random


@rule
def chance_of_numpy(self, weight):
    return weight * np.random.normal()  # numpy.random


@rule
def generator(self, weight):
    return weight * GENERATOR.normal()  # numpy.random


@rule
def clock(self, weight):
    return weight * time.time()  # time


@rule
def calendar(self, weight):
    return weight * datetime.datetime.now().year  # datetime


@rule
def counter(self, weight):
    return weight * counting()


@rule
def function_of_numpy(self, weight):
    return np.tanh(weight)  # numpy.tanh needs the number itself (say math.tanh; arrays are plural


@rule
def sign_of_numpy(self, weight):
    return np.sign(weight)  # numpy.sign needs the number itself (say math.copysign(1, x); arrays


@rule
def clip_of_numpy(self, weight):
    return np.clip(weight, -1, 1)  # .clip needs the number itself (say min(max(x, low), high))


@rule
def combined_with_itself(self, weight):
    return weight * self  # a number is combined with Made (does its method lack `self`?)


@rule
def array_of_numpy(self, weight, error):
    return np.array([weight, error]).sum()  # NumPy


@rule
def choice_of_numpy(self, weight):
    return np.where(weight > 0, weight, 0.0)  # NumPy


@rule
def lookup(self, weight, step):
    return weight * TABLE.get(step, 1.0)  # a dictionary


@rule
def cache(self, weight):
    return remembered(weight)  # a cache


@rule
def index(self, weight, step):
    return weight * (1.0, 2.0, 3.0)[step]  # an index


@rule
def loop_over_steps(self, weight, step):
    for _ in range(int(step)):  # int()
        weight = weight * 0.5
    return weight


@rule
def type_of(self, weight):
    return weight if type(weight) is float else 0.0  # type()


@rule
def attribute(self, weight):
    return weight.real  # .real


@rule
def asked_attribute(self, weight):
    return weight if hasattr(weight, "real") else 0.0  # .real


@rule
def bit(self, weight, step):
    return weight * ((step > 3) & (step < 9))  # & needs the number itself (say `and`)


@rule
def truth(self, weight):
    return weight > 0


@rule
def a_word(self, weight):
    return "weight"


@rule
def nothing(self, weight):
    pass


@rule
def always_raising(self, weight):
    raise ValueError(f"never {weight}")  # ValueError: never weight


@rule
def endless(self, weight):
    while weight > 1:  # more than 64 ways through its branches; each `if` on a number doubles them
        weight = weight / 2
    return weight


@rule
def many_ways(self, weight):
    for i in range(10):
        weight = weight * 0.5 if weight > i else weight + i
    return weight


@rule
def recursion(self, weight, step):
    return forever(step, weight)


@rule
def misspelt(self, weight):
    return wieght  # noqa: F821 NameError


@pytest.mark.parametrize("learn", RULES, ids=lambda learn: learn.__name__)
def test_refused(learn, rule_of, network_of):
    """A refusal names the hook, the rule, the file, and the line with its reason, if any."""
    with pytest.raises(UntraceableError) as caught:
        trace_learn(network_of(rule_of(learn)))
    message = str(caught.value)
    assert message.startswith("learn of Made")
    file, _, line = message.rpartition("(")[2].rstrip(")").rpartition(":")
    assert file == __file__
    with open(file, encoding="utf-8") as source:
        lines = source.read().splitlines()
    first = learn.__code__.co_firstlineno  # the decorator
    body = itertools.takewhile(str.strip, lines[first:])
    marked = [(number, text) for number, text in enumerate(body, first + 1) if "  # " in text]
    for number, text in marked:
        assert text.rpartition("  # ")[2].removeprefix("noqa: F821 ") in message
        assert int(line) == number


def test_what_is_not_in_reach_is_found_by_numbers(rule_of, network_of):
    """Where symbols cannot show what code does, sample numbers do, and there is no formula."""
    with pytest.raises(UntraceableError, match="on sample numbers"):
        trace_learn(network_of(rule_of(kind_elsewhere)))
