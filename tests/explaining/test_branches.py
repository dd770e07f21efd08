"""Formulas of rules with branches: shared parts have a name, and every name is told."""

import re
from typing import Any, NamedTuple

import attrs
import pytest

import warmer
from warmer.wording import wrapped


class Sizes(NamedTuple):
    delta_before: float = 0.0
    size: float = 0.1


@attrs.frozen(eq=False)
class Rprop:
    """A step size for each weight, from signs alone (Riedmiller and Braun, 1993)."""

    grow: float = warmer.param(1.2, above=1)
    shrink: float = warmer.param(0.5, above=0, below=1)
    least: float = warmer.param(1e-6, above=0)
    most: float = warmer.param(50.0, above=0)
    memory = Sizes()

    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory):
        agree = memory.delta_before * weight_delta
        size = memory.size
        if agree > 0:
            size = min(size * self.grow, self.most)
        elif agree < 0:
            size = max(size * self.shrink, self.least)
            weight_delta = 0.0
        if weight_delta > 0:
            weight = weight - size
        elif weight_delta < 0:
            weight = weight + size
        return weight, Sizes(weight_delta, size)


class Rates(NamedTuple):
    rate: float = 0.1
    bar: float = 0.0


@attrs.frozen(eq=False)
class DeltaBarDelta:
    """A learning rate for each weight (Jacobs, 1988)."""

    kappa: float = warmer.param(0.01, above=0)
    phi: float = warmer.param(0.5, above=0, below=1)
    theta: float = warmer.param(0.7, at_least=0, below=1)
    memory = Rates()

    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory):
        rate = memory.rate
        if memory.bar * weight_delta > 0:
            rate = rate + self.kappa
        elif memory.bar * weight_delta < 0:
            rate = rate * (1 - self.phi)
        bar = (1 - self.theta) * weight_delta + self.theta * memory.bar
        return weight - rate * weight_delta, Rates(rate, bar)


WRITTEN = {
    Rprop: """\
t1 = memory.delta_before * weight_delta
delta_before = weight_delta if t1 > 0 else 0.0 if t1 < 0 else weight_delta
t2 = min(memory.size * grow, most)
size = t2 if t1 > 0 else max(memory.size * shrink, least) if t1 < 0
    else memory.size
t3 = weight - t2 if weight_delta > 0 else weight + t2 if weight_delta < 0
    else weight
weight = t3 if t1 > 0 else weight if t1 < 0
    else weight - memory.size if weight_delta > 0
    else weight + memory.size if weight_delta < 0 else weight""",
    DeltaBarDelta: """\
rate = memory.rate + kappa if memory.bar * weight_delta > 0
    else memory.rate * (1 - phi) if memory.bar * weight_delta < 0
    else memory.rate
bar = (1 - theta) * weight_delta + theta * memory.bar
weight = weight - rate * weight_delta""",
}


@pytest.mark.parametrize("rule", WRITTEN)
def test_written(rule) -> None:
    """Nothing is written again and again, and lines break where a branch has its other side."""
    lines = str(warmer.formula(rule).learn).splitlines()
    broken = [part for line in lines for part in wrapped(line, width=76, rest=" " * 4)]
    assert "\n".join(broken) == WRITTEN[rule]


@pytest.mark.parametrize("rule", WRITTEN)
@pytest.mark.parametrize("target", [0.8, 1.0, -3.0])
@pytest.mark.parametrize("step", [1, 2, 3, 6])
def test_every_name_is_told(rule, target, step) -> None:
    """A name that a line of an explained step uses has a line, or its formula is in the note."""
    explained = warmer.explain([2.0], [target], rule, weights=0.5, step=step)
    learn = explained.parts[-1]
    computed = {line.name for line in learn.lines if line.formula}
    told = computed | set(re.findall(r"\bt\d+(?= = )", learn.note or ""))
    used = set(re.findall(r"\bt\d+\b", " ".join([*map(str, learn.lines), learn.note or ""])))
    assert used <= told
    assert "weight" in computed


def test_joining_changes_no_bit() -> None:
    """The formula that is written, joined ways and all, gives what the rule itself gives."""
    for rule in WRITTEN:
        for step in range(1, 9):
            told = warmer.explain([2.0], [0.7], rule, weights=0.5, step=step).lines("weight")[-1]
            run = warmer.train([2.0], [0.7], rule, weights=0.5, steps=step)
            assert told.formula is not None
            assert told.value == run.weights[0]


@attrs.frozen(eq=False)
class Choosing:
    """Choices of every kind that follow one another."""

    alpha: float = warmer.param(0.1, above=0)
    memory = Rates()

    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory, error) -> Any:
        rate = memory.rate / 2 if error > 1 else memory.rate
        bar = max(rate, memory.bar) if weight > 0 else rate
        new = weight - rate * weight_delta if weight_delta > 0 else weight - self.alpha * bar
        return new, Rates(rate, bar)


def test_any_choices() -> None:
    """What depends on several choices reads the ones that memory has made already."""
    learn = warmer.formula(Choosing).learn
    assert str(learn).splitlines() == [
        "rate = memory.rate / 2 if error > 1 else memory.rate",
        "bar = max(rate, memory.bar) if weight > 0 else rate",
        "weight = weight - rate * weight_delta if weight_delta > 0 else weight - alpha * bar",
    ]
    for step in (1, 2, 5):
        told = warmer.explain([3.0], [9.0], Choosing, weights=-0.5, step=step)
        assert all(line.formula for line in told.parts[-1].lines)
