"""A run whose plugins answer by chance that no seed repeats says so."""

import random
import secrets
import time
from random import gauss

import attrs
import numpy as np
import pytest

import warmer

GENERATOR = np.random.default_rng(0)


def noise():
    return random.uniform(-1, 1)


def imported():
    import random as inside

    return inside.random()


DRAWS = {
    "random": lambda: random.random(),
    "a name of random": lambda: gauss(0, 1),
    "a helper": lambda: noise(),
    "an import": lambda: imported(),
    "numpy.random": lambda: np.random.normal(),
    "a generator": lambda: GENERATOR.normal(),
    "secrets": lambda: secrets.randbelow(3),
    "a clock": lambda: time.time() % 1,
}
NONE = {
    "a seed": lambda: np.random.default_rng(3).normal(),
    "a generator of its own": lambda: random.Random(3).random(),
    "nothing": lambda: 0.5,
}


def rule_of(draw, plural):
    """A rule that moves by what is drawn."""

    @attrs.frozen(eq=False)
    class Noisy:
        @warmer.hookimpl
        def learn(self, weight, weight_delta):
            return weight - draw() * weight_delta

    @attrs.frozen(eq=False)
    class NoisyTogether:
        @warmer.hookimpl
        def learn(self, weights, weight_deltas):
            return weights - draw() * weight_deltas

    return NoisyTogether if plural else Noisy


def said(rule, **options):
    run = warmer.train([2.0], [0.8], rule, steps=3, seed=1, engine="python", **options)
    return [finding for finding in run.findings if "cannot be repeated" in finding]


@pytest.mark.parametrize("plural", [False, True])
@pytest.mark.parametrize("name", DRAWS)
def test_chance_is_said(name, plural) -> None:
    """Whatever kind of rule draws, and from where: the finding names it and the remedy."""
    (found,) = said(rule_of(DRAWS[name], plural))
    assert found.startswith(("rule Noisy uses ", "rule NoisyTogether uses "))
    assert "rng" in found
    assert "seed=" in found


@pytest.mark.parametrize("name", NONE)
def test_what_a_seed_decides_is_no_chance(name) -> None:
    """A generator that a plugin makes with a seed repeats, and nothing is said."""
    assert not said(rule_of(NONE[name], plural=False))


def test_its_own_generator() -> None:
    """What the remedy says is no chance: `rng` repeats, whatever its methods are called."""

    @attrs.frozen(eq=False)
    class Repeats:
        @warmer.hookimpl
        def learn(self, weights, weight_deltas, rng):
            return weights - np.abs(rng.random()) * weight_deltas

    assert not said(Repeats)


def test_other_plugins() -> None:
    """A modifier that draws is named as well, and so is a helper of its own class."""

    @attrs.frozen(eq=False)
    class Shaken:
        def draw(self):
            return random.random()

        @warmer.hookimpl(wrapper=True)
        def learn(self):
            learned = yield
            return learned._replace(weight=learned.weight + self.draw())

    (found,) = said("raw-gradient", modifiers=[Shaken])
    assert found.startswith("modifier Shaken uses random")
