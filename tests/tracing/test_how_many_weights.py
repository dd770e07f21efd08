"""`warmer.formula` of predictors that differ with the number of weights: it says for how many."""

import attrs
import pytest

import warmer


def lines(*arguments, **options):
    return str(warmer.formula(*arguments, **options)).splitlines()


@attrs.frozen(eq=False)
class Biased:
    @warmer.hookimpl
    def predict(self, weights, inputs):
        return warmer.dot(weights[:-1], inputs[:-1]) + weights[-1]


@attrs.frozen(eq=False)
class Looping:
    @warmer.hookimpl
    def predict(self, weights, inputs):
        total = 0.0
        for weight, value in zip(weights, inputs, strict=True):
            total += weight * value
        return total


@attrs.frozen(eq=False)
class Parabola:
    @warmer.hookimpl
    def predict(self, weights, inputs):
        bend, slope, start = weights
        return bend * inputs[0] * inputs[0] + slope * inputs[0] + start


@attrs.frozen(eq=False)
class Alone:
    @warmer.hookimpl
    def predict(self, weights, inputs):
        (weight,) = weights
        return weight * inputs[0]


@attrs.frozen(eq=False)
class RoundingPrediction:
    @warmer.hookimpl
    def predict(self, weights, inputs):
        return round(warmer.dot(weights, inputs), 3)


@pytest.mark.parametrize(
    ("predict", "weights", "read_for", "note", "prediction"),
    [
        ("linear", None, None, None, "dot(weights, inputs)"),
        ("linear", 3, None, None, "dot(weights, inputs)"),
        (Biased, None, 2, "for 2 weights", "dot(weights[0:1], inputs[0:1]) + weights[1]"),
        (Biased, 3, 3, "for 3 weights", "dot(weights[0:2], inputs[0:2]) + weights[2]"),
        (Looping, None, 2, "for 2 weights",
         "0.0 + weights[0] * inputs[0] + weights[1] * inputs[1]"),
        (Parabola, None, 3, "for 3 weights",
         "weights[0] * inputs[0] * inputs[0] + weights[1] * inputs[0] + weights[2]"),
        (Alone, None, 1, "for one weight", "weights[0] * inputs[0]"),
    ],
)  # fmt: skip
def test_for_how_many_weights(predict, weights, read_for, note, prediction):
    """A predictor that goes through its weights is read for a few, and it is said for how many;
    one that reads the same for any number of them says nothing."""
    formula = warmer.formula("alpha-scaled", predict=predict, weights=weights)
    assert formula.weights == read_for
    assert formula.predict.note == note
    assert formula.predict.lines[-1].text == prediction
    first = str(formula).splitlines()[0]
    assert first == (f"# {note}" if note else f"prediction = {prediction}")
    assert ("% for" in formula.latex()) is bool(note)


def test_weight_delta_of_each_weight():
    """Where weights have slopes of their own, learn says that it is asked for each of them."""
    formula = warmer.formula("alpha-scaled", predict=Biased, weights=3)
    assert str(formula).splitlines() == [
        "# for 3 weights",
        "prediction = dot(weights[0:2], inputs[0:2]) + weights[2]",
        "delta = prediction - target",
        "error = delta * delta",
        "weight_deltas[0:2] = delta * input",
        "weight_deltas[2] = delta",
        "# for each weight, with its own of the weight_deltas as weight_delta",
        "weight = weight - alpha * weight_delta",
    ]
    assert warmer.formula("hot-and-cold", predict=Biased).learn.note is None


def test_a_reason_is_said_once():
    """Where predict has no formula, weight_delta does not say why once more."""
    formula = warmer.formula("alpha-scaled", predict=RoundingPrediction)
    assert str(formula).count("round()") == 1
    assert formula.slope.reason == "weight_delta is derived from the formula of predict"
    assert formula.weights is None
