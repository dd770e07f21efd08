"""The literal engine beside pluggy alone: how much it adds to the calls of the hooks."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import pluggy
from timing import Workload

import warmer
from warmer.contract.hookspecs import Rule
from warmer.contract.manager import Manager
from warmer.plugins.network import UNASKED
from warmer_rules.alpha_scaled import AlphaScaled
from warmer_rules.linear import Linear
from warmer_rules.squared_error import SquaredError

ALPHA, INPUT, TARGET = 0.001, 2.0, 0.8
STEPS, ROWS = 5000, 2000
spec, impl = pluggy.HookspecMarker("least"), pluggy.HookimplMarker("least")


class Least:
    """Hooks with the least evidence that one weight needs."""

    @spec(firstresult=True)
    def predict(self, weights, inputs): ...

    @spec(firstresult=True)
    def compare(self, prediction, target): ...

    @spec(firstresult=True)
    def learn(self, weight, weight_delta): ...


class OneWeight:
    """The three hooks in one line each."""

    @impl
    def predict(self, weights, inputs):
        return weights[0] * inputs[0]

    @impl
    def compare(self, prediction, target):
        return (prediction - target) ** 2, prediction - target

    @impl
    def learn(self, weight, weight_delta):
        return weight - ALPHA * weight_delta


def literal() -> Iterator[Workload]:
    """A step of one weight beside three calls, a row of five weights beside two."""
    warmers, least = Manager(Rule), pluggy.PluginManager("least")
    for plugin in (Linear(), SquaredError(), AlphaScaled(alpha=ALPHA)):
        warmers.register(plugin)
    least.add_hookspecs(Least)
    least.register(OneWeight())
    everything = warmers.hook, {"log_odds": None}, UNASKED
    names = {"pluggy, warmer's plugins": everything, "pluggy, plain": (least.hook, {}, {})}
    rule = partial(warmer.train, rule="alpha-scaled", alpha=ALPHA, engine="python", history=None)
    yield Workload(
        "literal engine: a step of one weight, beside three calls of hooks",
        ("step", STEPS),
        {"warmer": lambda: rule([INPUT], [TARGET], steps=STEPS).weights}
        | {name: partial(_steps, *hooks) for name, hooks in names.items()},
    )
    x = np.random.default_rng(0).normal(size=(ROWS, 5))
    y = x.sum(axis=1)
    rows = list(zip(map(tuple, x.tolist()), y.tolist(), strict=True))
    yield Workload(
        "literal engine: a row of five weights, beside two calls of hooks",
        ("row", ROWS),
        {"warmer": lambda: rule(x, y, steps=1).weights}
        | {name: partial(_rows, *hooks[:2], rows) for name, hooks in names.items()},
        compared=False,
    )


def _steps(hook, odds, evidence):
    weight = 0.0
    for _ in range(STEPS):
        prediction = hook.predict(weights=(weight,), inputs=(INPUT,))
        _, delta = hook.compare(prediction=prediction, target=TARGET, **odds)
        weight = hook.learn(**{**evidence, "weight": weight, "weight_delta": delta * INPUT})
    return weight


def _rows(hook, odds, rows):
    weights = (0.0,) * 5
    for inputs, target in rows:
        prediction = hook.predict(weights=weights, inputs=inputs)
        hook.compare(prediction=prediction, target=target, **odds)
