"""Formulas that are too long to read, or of another number of weights."""

import re

import attrs
import pytest

import warmer


def test_too_long_to_read():
    """Of a formula that nobody can read, people are told how long it is; programs have it all."""

    @attrs.frozen(eq=False)
    class Folding:
        @warmer.hookimpl
        def learn(self, weight, weight_delta):
            x = weight - weight_delta
            for _ in range(6):
                x = x * 0.5 if x > 0.1 else x + 0.1
            return x

    formula = warmer.formula(Folding)
    said = str(formula).splitlines()[-1]
    assert re.fullmatch(r"# learn: too long to read \(\d+ lines, \d,\d{3} characters\)", said)
    assert len(formula.learn.lines) == int(re.search(r"\d+", said)[0])
    assert formula.learn.full.splitlines() == [str(line) for line in formula.learn.lines]
    assert formula.learn.lines[-1].name == "weight"
    assert len(str(formula).splitlines()) == 5


@attrs.frozen(eq=False)
class Curved:
    @warmer.hookimpl
    def predict(self, weights, inputs):
        return weights[0] * inputs[0] + weights[1] * inputs[0] * inputs[0]


@attrs.frozen(eq=False)
class Unpacking:
    @warmer.hookimpl
    def predict(self, weights, inputs):
        slope, bend = weights
        return slope * inputs[0] + bend * inputs[0] * inputs[0]


@pytest.mark.parametrize("predictor", [Curved, Unpacking])
@pytest.mark.parametrize("rule", ["alpha-scaled", "hot-and-cold"])
@pytest.mark.parametrize("engine", ["python", "native"])
def test_fewer_weights_than_a_prediction_wants(predictor, rule, engine):
    """Whoever finds it, the message says how many weights there are."""
    with pytest.raises(warmer.WarmerError, match="; it has 1 weight and 1 input"):
        warmer.train([2.0], [0.8], rule, predict=predictor, engine=engine, steps=1)


@attrs.frozen(eq=False)
class Looping:
    @warmer.hookimpl
    def predict(self, weights, inputs):
        total = 0.0
        for weight, value in zip(weights, inputs, strict=True):
            total = total + weight * value
        return total


@attrs.frozen(eq=False)
class Forking:
    @warmer.hookimpl
    def predict(self, weights, inputs):
        return sum_of(
            max(weight, 0.0) * value for weight, value in zip(weights, inputs, strict=True)
        )


def sum_of(values):
    total = 0.0
    for value in values:
        total = total + value
    return total


@pytest.mark.parametrize(
    ("predictor", "within", "said"),
    [(Looping, 64, "64 one by one; say warmer.dot"), (Forking, 6, "64 ways .* abs.* are none")],
)
def test_limits(predictor, within, said):
    """Up to its limit a prediction is read; beyond, the message names it, and what to say."""
    assert warmer.formula("raw-gradient", predict=predictor, weights=within).slope.reason is None
    beyond = warmer.formula("raw-gradient", predict=predictor, weights=within + 1)
    assert re.search(said, beyond.predict.reason)
