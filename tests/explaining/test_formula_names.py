"""Names in a formula: each is defined once, before it is used."""

from typing import NamedTuple

import attrs
import pytest

import warmer


class Pace(NamedTuple):
    rate: float = 0.0
    speed: float = 0.0


@attrs.frozen(eq=False)
class Paced:
    share: float = warmer.param(0.5)
    memory = Pace()

    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory):
        speed = self.pace(weight_delta)
        rate = self.share * memory.rate + speed
        return weight - rate * weight_delta, Pace(rate, speed)

    def pace(self, weight_delta):
        return abs(weight_delta)


@attrs.frozen(eq=False)
class LongPaced(Paced):
    def pace(self, weight_delta):
        return abs(weight_delta) * 3 + 1


@attrs.frozen(eq=False)
class Remembering(Paced):
    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory):
        moved = weight - self.share * weight_delta
        return moved, Pace(memory.rate + moved, moved)


@attrs.frozen(eq=False)
class Adding(Remembering):
    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory):
        moved, pace = super().learn(weight, weight_delta, memory)
        return moved, Pace(pace.rate, weight)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Paced, [
            "speed = abs(weight_delta)",
            "rate = share * memory.rate + speed",
            "weight = weight - rate * weight_delta",
        ]),
        (LongPaced, [
            "speed = abs(weight_delta) * 3 + 1",
            "rate = share * memory.rate + speed",
            "weight = weight - rate * weight_delta",
        ]),
        (Remembering, [
            "speed = weight - share * weight_delta",
            "rate = memory.rate + speed",
            "weight = speed",
        ]),
        (Adding, [
            "t1 = weight - share * weight_delta",
            "rate = memory.rate + t1",
            "speed = weight",
            "weight = t1",
        ]),
    ],
)  # fmt: skip
def test_every_name_is_defined_before_it_is_used(rule, expected):
    """Memories stand in the order in which they are made of one another, each written once and
    called by its own name; the weight in a formula is always the one before the step."""
    assert [str(line) for line in warmer.formula(rule).learn.lines] == expected
    explained = warmer.explain([2.0], [0.8], rule, weights=0.5).parts[-1].lines
    assert [f"{line.name} = {line.formula}" for line in explained[1:]] == expected


def test_a_delta_made_of_the_error():
    """The lines of a comparison stand in that order as well."""

    @attrs.frozen(eq=False)
    class Tied:
        @warmer.hookimpl
        def compare(self, prediction, target):
            error = abs(prediction - target)
            return warmer.Comparison(error, error * 2)

    lines = warmer.formula("alpha-scaled", compare=Tied).compare.lines
    assert [str(line) for line in lines] == [
        "error = abs(prediction - target)", "delta = error * 2"
    ]  # fmt: skip
    assert lines[1].latex == r"\mathrm{error} \cdot 2"


def test_names_of_shared_parts():
    """A shared part has one name all through a formula."""
    formula = warmer.formula("raw-gradient", predict="logistic", compare="log-loss")
    names = [line.name for part in formula for line in part.lines]
    assert len(names) == len(set(names))
    assert [line.name for line in formula.predict.lines] == ["log_odds", "t1", "prediction"]
