"""The functions of `math` that a formula may use, and their derivatives.

Every engine calls the same C library for these as Python does, so that bits agree.
"""

import math
from collections.abc import Callable
from typing import Any

FUNCTIONS: dict[str, Callable[..., float]] = {
    name: getattr(math, name)
    for name in (
        "sqrt exp expm1 log log1p log2 log10 sin cos tan asin acos atan atan2 "
        "sinh cosh tanh asinh acosh atanh erf erfc copysign fmod"
    ).split()
}
"""Name -> the function on floats. `pow` and `fabs` become `**` and `abs`."""

ROUNDINGS: dict[str, Callable[..., int]] = {
    "floor": math.floor, "ceil": math.ceil, "trunc": math.trunc, "round": round
}  # fmt: skip
"""Name -> the function that makes an int of a float (so never -0.0). Its slope is 0."""

SLOPES: dict[str, Callable[[Any, Any], Any]] = {
    "sqrt": lambda _x, y: 0.5 / y,
    "exp": lambda _x, y: y,
    "expm1": lambda _x, y: y + 1.0,
    "log": lambda x, _y: 1.0 / x,
    "log1p": lambda x, _y: 1.0 / (1.0 + x),
    "log2": lambda x, _y: 1.0 / (x * math.log(2.0)),
    "log10": lambda x, _y: 1.0 / (x * math.log(10.0)),
    "sin": lambda x, _y: x.apply("cos"),
    "cos": lambda x, _y: -x.apply("sin"),
    "tan": lambda _x, y: 1.0 + y * y,
    "asin": lambda x, _y: 1.0 / (1.0 - x * x).apply("sqrt"),
    "acos": lambda x, _y: -1.0 / (1.0 - x * x).apply("sqrt"),
    "atan": lambda x, _y: 1.0 / (1.0 + x * x),
    "sinh": lambda x, _y: x.apply("cosh"),
    "cosh": lambda x, _y: x.apply("sinh"),
    "tanh": lambda _x, y: 1.0 - y * y,
    "asinh": lambda x, _y: 1.0 / (x * x + 1.0).apply("sqrt"),
    "acosh": lambda x, _y: 1.0 / (x * x - 1.0).apply("sqrt"),
    "atanh": lambda x, _y: 1.0 / (1.0 - x * x),
    "erf": lambda x, _y: (2.0 / math.sqrt(math.pi)) * (-(x * x)).apply("exp"),
    "erfc": lambda x, _y: (-2.0 / math.sqrt(math.pi)) * (-(x * x)).apply("exp"),
}
"""Name -> the derivative, from the argument x and the value y = f(x), as expressions."""
