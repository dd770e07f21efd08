"""Helpers of a rule, in a module of their own."""

import math
from math import sqrt as root


def soft(x: float, *, curve=math.tanh) -> float:
    return curve(x) + deeper(x)


def deeper(x: float) -> float:
    return root(abs(x)) if x < 0 else math.expm1(-x)
