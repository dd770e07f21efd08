"""Which values `tune` tries, of which parameter, and what it refuses."""

import math

import attrs
import numpy as np
import pytest

import warmer
from tests.comparing.tuning import Impulse, limit_of, table
from warmer.exceptions import DataError, ParameterError, UsageError


@attrs.frozen(eq=False)
class Rounds:
    """A whole number: how often a step is taken at once."""

    times: int = warmer.param(1, at_least=1)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - 0.01 * self.times * weight_delta


@attrs.frozen(eq=False)
class Choosy:
    """Refuses some values by itself."""

    alpha: float = warmer.param(0.1, above=0)

    def __attrs_post_init__(self):
        if self.alpha > 0.3:
            raise ValueError("alpha is above 0.3")

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - self.alpha * weight_delta


def test_a_range_that_is_all_too_low():
    """Values that all take next to nothing off the error are not good for being alike."""
    tuning = warmer.tune(*table(0), "alpha-scaled", steps=10, low=1e-9, high=1e-8)
    assert tuning.low == tuning.high == 1e-8
    assert {each.mark for each in tuning.table[:-1]} == {"too low"}


@pytest.mark.parametrize("scale", [1e-5, 1.0, 1e6])
def test_any_scale_of_the_inputs(scale):
    """What works is found however large or small it is, beyond the first grid as well."""
    inputs, targets = table(7)
    tuning = warmer.tune(inputs * scale, targets, "alpha-scaled", steps=1000)
    assert tuning.limit == pytest.approx(limit_of(inputs * scale), rel=0.02)


def test_no_upper_end():
    """Where nothing is too high, the search ends all the same, with a value near those that are
    too low."""
    inputs, targets = [[0.0, 1.0], [1.0, 0.0]], [0.0, 1.0]
    how = {"predict": "logistic", "compare": "log-loss", "steps": 50}
    tuning = warmer.tune(inputs, targets, "alpha-scaled", **how)
    assert tuning.limit is None
    assert tuning.low <= tuning.value <= 2000 * tuning.low
    assert "the highest that was tried" in "; ".join(tuning.sentences())


def test_between_two_bounds():
    """A parameter with two bounds is tried at both, and nowhere beyond."""
    tuning = warmer.tune(*table(8), Impulse, parameter="friction", alpha=0.01, steps=100)
    values = [each.value for each in tuning.table]
    assert (values[0], values[-1]) == (0.0, 1.0)
    assert tuning.rule["parameters"] == {"alpha": 0.01}


def test_whole_numbers():
    """A whole number is tuned in whole numbers."""
    inputs, targets = table(9, rows=10, inputs=2)
    tuning = warmer.tune(inputs, targets, Rounds, steps=60)
    assert {type(each.value) for each in tuning.table} == {int}
    assert isinstance(tuning.value, int)
    border = limit_of(inputs) / 0.01
    assert math.floor(border) - 1 <= tuning.limit <= 1.02 * border + 1


def test_a_range_of_ones_own():
    """The ends of a named range are tried, and nothing beyond them; a grid has as many values."""
    tuning = warmer.tune(*table(1), "alpha-scaled", steps=20, low=0.003, high=0.02, values=40)
    values = [each.value for each in tuning.table]
    assert (values[0], values[-1]) == (0.003, 0.02)
    assert len(values) >= 40


@pytest.mark.parametrize(
    ("low", "high"), [(1e-320, 1e308), (5e-324, 1.7e308), (None, 1e300), (1e-300, None)]
)
def test_a_range_of_all_floats(low, high):
    """A range may be as wide as the floats are; what works is found in it."""
    tuning = warmer.tune([2.0], [0.8], "alpha-scaled", steps=5, low=low, high=high)
    assert 0.2 < tuning.value < 0.3
    assert tuning.theory == 0.5


def test_a_range_around_zero():
    """Where nothing bounds a number, its range may reach from the least float to the largest."""

    @attrs.frozen(eq=False)
    class Free:
        share: float = warmer.param(0.1)

        @warmer.hookimpl
        def learn(self, weight, weight_delta):
            return weight - self.share * weight_delta

    tuning = warmer.tune([2.0], [0.8], Free, steps=5, low=-1e308, high=1e308)
    assert len(tuning.table) > 2
    assert all(math.isfinite(each.value) for each in tuning.table)


def test_values_of_ones_own():
    """A list of values is tried as it is, and no other value."""
    tuning = warmer.tune(*table(1), "alpha-scaled", steps=20, values=[0.5, 0.01, 0.1, 0.01])
    assert [each.value for each in tuning.table] == [0.01, 0.1, 0.5]


def test_values_that_the_rule_refuses():
    """A value of the grid that the rule itself refuses is not tried; one that is named is told."""
    tuning = warmer.tune(*table(1), Choosy, steps=20)
    assert max(each.value for each in tuning.table) <= 0.3
    with pytest.raises(ParameterError, match="alpha is above 0.3"):
        warmer.tune(*table(1), Choosy, steps=20, values=[0.4, 0.5])


@pytest.mark.parametrize(
    "how, error, words",
    [
        ({"rule": "raw-gradient"}, UsageError, "raw-gradient has no number to tune"),
        ({"parameter": "alhpa"}, ParameterError, "did you mean 'alpha'"),
        ({"alpha": 0.1}, UsageError, "alpha is what is tuned"),
        ({"low": 3.0, "high": 2.0}, ParameterError, "must not be empty, and is 3.0 to 2.0"),
        ({"low": -1.0}, ParameterError, "the range of alpha must be above 0, got -1.0"),
        ({"values": 1}, ParameterError, "values must be a whole number at least 2"),
        ({"values": []}, ParameterError, "values must be a number or a list"),
        ({"values": [0.1, -2]}, ParameterError, "alpha must be a number above 0, got -2"),
        ({"values": "many"}, ParameterError, "values must be"),
        ({"steps": 0}, ParameterError, "steps must be"),
        ({"test": 0.2}, ParameterError, "test must be a pair of inputs and targets"),
        ({"test": ([[1.0]], [1.0])}, DataError, "test has 1 inputs"),
        ({"targets": np.ones((60, 2))}, UsageError, "tune takes one target, and there are 2"),
    ],
)
def test_what_cannot_be(how, error, words):
    """What cannot be done is refused with the value and the remedy."""
    inputs, targets = table(0)
    task = {"inputs": inputs, "targets": targets, "rule": "alpha-scaled", "steps": 5, **how}
    with pytest.raises(error, match=words):
        warmer.tune(**task)


def test_several_numbers():
    """Of several numbers alpha is tuned; where there is none, one has to be named."""
    assert warmer.tune(*table(0), Impulse, steps=5).parameter == "alpha"

    @attrs.frozen(eq=False)
    class Two:
        """Two numbers."""

        one: float = warmer.param(0.1, above=0)
        two: float = warmer.param(0.1, above=0)

        @warmer.hookimpl
        def learn(self, weight, weight_delta):
            return weight - self.one * self.two * weight_delta

    with pytest.raises(UsageError, match="name the parameter of Two to tune: one, two"):
        warmer.tune(*table(0), Two, steps=5)
