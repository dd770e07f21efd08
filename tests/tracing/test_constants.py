"""Constants of a formula: computed where Python computes them, and left alone where it refuses."""

import math

import attrs
import pytest

import warmer

ENGINES = ["python", "arrays", "native"]


def plugin(hook, function):
    """A plugin that answers one hook."""
    return attrs.frozen(eq=False)(type("Made", (), {hook: warmer.hookimpl(function)}))


def power_of_minus_two(self, weights, inputs):
    return math.pow(-2.0, warmer.dot(weights, inputs))


def power_of_nothing(self, weights, inputs):
    return 0.0 ** warmer.dot(weights, inputs)


def operator_power(self, weights, inputs):
    return (-2.0) ** warmer.dot(weights, inputs)


DOORS = {
    **{
        engine: lambda predict, engine=engine: warmer.train(
            [[1.0], [2.0]], [1.0, 2.0], "alpha-scaled", predict=predict, weights=2.0, engine=engine
        )
        for engine in (*ENGINES, "auto")
    },
    "explain": lambda predict: warmer.explain(
        [1.0], [1.0], "alpha-scaled", predict=predict, weights=2.0
    ),
    "steps": lambda predict: list(
        warmer.steps([1.0], [1.0], "alpha-scaled", predict=predict, weights=2.0, steps=2)
    ),
}


@pytest.mark.parametrize("predict", [power_of_minus_two, power_of_nothing, operator_power])
@pytest.mark.parametrize("door", DOORS)
def test_outside_a_range(predict, door):
    """A derivative that needs a logarithm that a constant has not is a fault of the plugin."""
    with pytest.raises(warmer.HookError, match="derivative of Made failed: ValueError"):
        DOORS[door](plugin("predict", predict))


@pytest.mark.parametrize("predict", [power_of_minus_two, power_of_nothing, operator_power])
def test_what_only_reads_it(predict):
    """A formula is written all the same, and a diagnosis finds nothing to say."""
    made = plugin("predict", predict)
    assert "log(" in str(warmer.formula("alpha-scaled", predict=made))
    assert warmer.diagnose([1.0], "alpha-scaled", predict=made) is None


@pytest.mark.parametrize("engine", ENGINES)
def test_a_side_that_is_not_taken(engine):
    """What a constant cannot be taken of raises only where the run gets there."""

    def predict(self, weights, inputs):
        total = warmer.dot(weights, inputs)
        return 0.0**total if total > 5 else total

    run = warmer.train(
        [1.0], [1.0], "alpha-scaled", predict=plugin("predict", predict), steps=9, engine=engine
    )
    assert run.weights.tolist() == warmer.train([1.0], [1.0], "alpha-scaled", steps=9).weights


NO_FLOATS = [2**53 + 1, -(2**53) - 1, 10**23, 2**1024, -(10**400)]


@pytest.mark.parametrize("number", NO_FLOATS, ids=lambda number: f"{number.bit_length()} bits")
def test_ints_that_no_float_equals(number):
    """Python compares a float with an int exactly; a formula cannot, so there is none."""

    def learn(self, weight):
        return 1.0 if weight < number else 2.0

    made, start = plugin("learn", learn), float(2**53)
    wanted = [1.0 if start < number else 2.0]
    for engine in ("python", "auto"):
        run = warmer.train([1.0], [1.0], made, weights=start, steps=1, engine=engine)
        assert run.weights.tolist() == wanted
    for engine in ("arrays", "native"):
        with pytest.raises(warmer.UsageError, match=r"no float equals an int of \d+ bits"):
            warmer.train([1.0], [1.0], made, steps=1, engine=engine)


@pytest.mark.parametrize("number", [2**53, -(2**60), 3, 2**1023])
@pytest.mark.parametrize("engine", ENGINES)
def test_ints_that_are_floats(number, engine):
    """An int that is a float is one in a formula."""

    def learn(self, weight):
        return 1.0 if weight < number else 2.0

    run = warmer.train([1.0], [1.0], plugin("learn", learn), steps=1, engine=engine)
    assert run.weights.tolist() == [1.0 if number > 0 else 2.0]


GROWN = {
    "a truth value": lambda w: (w > 1) + 2**53,
    "truth values": lambda w: (w > 1) * 2**53 + (w > 2),
    "min": lambda w: min(1, w) * 2**53 + 1,
    "max": lambda w: max(2**53, w * 0) + 1,
    "abs": lambda w: abs(-((w > 1) * 2**53)) + (w > 1),
    "a power": lambda w: ((w > 1) + 1) ** 53 + 1,
    "back again": lambda w: (min(2**53, 2 * w) + min(1, w) - min(2**53, 2 * w)) * 2**53 + 1,
}


@pytest.mark.parametrize("grown", GROWN)
def test_ints_that_grow_beyond_the_floats(grown):
    """Ints that arise on the way count as well: a formula has none that may be no float."""

    def learn(self, weight):
        return 1.0 if GROWN[grown](weight) > weight else 2.0

    start = float(2**53)
    wanted = [learn(None, start)]
    run = warmer.train([1.0], [1.0], plugin("learn", learn), weights=start, steps=1)
    assert (run.weights.tolist(), wanted) == ([1.0], [1.0])
    for engine in ("arrays", "native"):
        with pytest.raises(warmer.UsageError, match=r"learn of Made: .*\bints?\b"):
            warmer.train([1.0], [1.0], plugin("learn", learn), steps=1, engine=engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_ints_that_stay_small(engine):
    """Ints of a formula are exact: signs, counts and products of them."""

    def learn(self, weight, weight_delta):
        sign = (weight_delta > 0) - (weight_delta < 0)
        count = (weight > 0) + (weight > 1) + (weight > 2) * 2**50
        return weight - sign * (count + 1) * 0.25

    made = plugin("learn", learn)
    runs = [
        warmer.train([1.0], [9.0], made, weights=0.5, steps=30, engine=chosen)
        for chosen in ("python", engine)
    ]
    assert runs[0].history.weights.tobytes() == runs[1].history.weights.tobytes()
