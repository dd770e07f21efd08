"""What the tests of formulas share.

network_of    a function that chooses plugins, as `warmer.train` does
rule_of       a function that makes a rule of a bare `learn` (see Learn)
agree         a function that asserts that a rule's formula gives the rule's own bits
"""

import itertools
import math
from collections.abc import Callable
from typing import Any

import attrs
import pytest

import warmer
from warmer.contract.answers import number
from warmer.formulas.evaluation import evaluate
from warmer.plugins.choosing import assemble
from warmer.plugins.network import UNASKED, Network
from warmer.tracing.reader import trace_learn

Learn = Callable[..., Any]  # learn(self, weight, weight_delta, error, step) and the like


class Base:
    """What rules of these tests inherit: parameters, and helpers of every kind."""

    constant = 2.5
    table = (0.5, 0.25)
    tanh = math.tanh

    @property
    def half(self) -> float:
        return self.alpha / 2

    @staticmethod
    def squash(x: float) -> float:
        return math.tanh(x)

    @classmethod
    def doubled(cls, x: float) -> float:
        return x * cls.constant * 2

    def share(self, x: float) -> float:
        return self.alpha * math.exp(-abs(x))

    def overridden(self, x: float) -> float:
        return math.sin(x)


def _rule_of(learn: Learn) -> Any:
    @attrs.frozen(eq=False)
    class Made(Base):
        alpha: float = warmer.param(0.1)
        count: int = warmer.param(3)
        small: float = warmer.param(1e-3)
        on: bool = warmer.param(True)
        mode: str = warmer.param("plain", choices=("plain", "fancy"))

        def overridden(self, x: float) -> float:
            return super().overridden(x) + 1.0

    Made.learn = warmer.hookimpl(learn)
    return Made


@pytest.fixture
def rule_of() -> Callable[[Learn], Any]:
    return _rule_of


def _network_of(
    rule: Any, predict: Any = None, compare: Any = None, modifiers: Any = (), **parameters: Any
) -> Network:
    return assemble(rule, parameters, predict, compare, modifiers, warmer.Registry())


@pytest.fixture
def network_of() -> Callable[..., Network]:
    return _network_of


NUMBERS = (0.0, -0.0, 1.0, -1.0, 0.3, -2.75, 1e-300, -7e5, 5e-324, 3.0)
STEPS = (1.0, 2.0, 3.0, 7.0, 1000.0)


def _bowl(candidate: float) -> float:
    return (float(candidate) - 0.3) * (float(candidate) - 0.3)


def bits(value: float) -> str:
    """A float as text that tells -0.0 from 0.0; every nan is the same."""
    return float(value).hex()


def _agree(network: Network) -> int:
    """Assert the law of formulas; answers on how many numbers the formula was computed.

    Wherever the fault does not hold, the formula gives the bits that the rule gives. Wherever the
    rule raises, the fault holds (or computing it raises as well).
    """
    formula = trace_learn(network)
    values = network.parameters
    computed = 0
    pairs = itertools.product(NUMBERS, repeat=2)
    for index, (weight, weight_delta) in enumerate(pairs):
        evidence = {
            "weight": weight,
            "weight_delta": weight_delta,
            "error": abs(NUMBERS[index % len(NUMBERS)]),
            "step": STEPS[index % len(STEPS)],
        }
        known = {**values, **{("", name): x for name, x in evidence.items()}}
        known["", "error_at"] = _bowl
        fault = True
        try:
            fault = evaluate(formula.fault, known)
        except (ArithmeticError, ValueError):
            pass
        try:
            answer = network.hook.learn(**{**UNASKED, **evidence, "error_at": _bowl})
            theirs = number(network.moved(answer, None, ())[0], "learn")
        except Exception:  # noqa: BLE001 - whatever a rule raises
            assert fault, evidence
            continue
        if not fault:
            computed += 1
            assert bits(evaluate(formula.weight, known)) == bits(theirs), evidence
    return computed


@pytest.fixture
def agree() -> Callable[[Network], int]:
    return _agree
