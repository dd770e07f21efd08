"""`warmer.explain`: a step as formulas, with the numbers put in."""

import json
import math
import pickle
from typing import NamedTuple

import attrs
import numpy as np
import pytest

import warmer

RNG = np.random.default_rng(5)
INPUTS = RNG.normal(size=(7, 5))
TARGETS = RNG.random((7, 2)).round(1)


class Velocity(NamedTuple):
    velocity: float = 0.0


@attrs.frozen(eq=False)
class Clip:
    most: float = warmer.param(0.01)

    @warmer.hookimpl(wrapper=True)
    def predict(self):
        answer = yield
        return max(-self.most, min(self.most, answer))


@attrs.frozen(eq=False)
class Rounding:
    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return round(weight - 0.1 * weight_delta, 3)


@attrs.frozen(eq=False)
class Careful:
    @warmer.hookimpl
    def learn(self, weight, weight_delta, error):
        try:
            return weight - weight_delta / (error - error)
        except ZeroDivisionError:
            return weight / 2


@attrs.frozen(eq=False)
class Leaky:
    @warmer.hookimpl
    def predict(self, weights, inputs):
        total = warmer.dot(weights, inputs)
        return total if total > 0 else 0.1 * total


@attrs.frozen(eq=False)
class Lonely:
    @warmer.hookimpl
    def predict(self, weights, inputs):
        return weights[0] if weights[0] > 0 else 0.1 * weights[0]


@attrs.frozen(eq=False)
class Summed:
    @warmer.hookimpl
    def predict(self, weights, inputs):
        return warmer.dot(weights, inputs) + weights[0] * inputs[1]


def explain(rule, **options):
    return warmer.explain(INPUTS, TARGETS, rule, **{"seed": 4, **options})


def values(explanation, name):
    return [line.value for line in explanation.lines(name)]


CASES = {
    "full batch": {},
    "one row": {"batch_size": 1},
    "small batches": {"batch_size": 3},
    "second target": {"target": 1, "batch_size": 2},
    "logistic": {"predict": "logistic", "compare": "log-loss", "batch_size": 1},
    "absolute": {"compare": "absolute-error"},
    "clipped": {"modifiers": [Clip]},
    "started elsewhere": {"weights": 0.25},
}


@pytest.mark.sampled(3, case=list(CASES), step=[1, 2, 9])
def test_the_numbers_of_the_run(any_rule, case, step):
    """Every value is, to the bit, the one of the python engine, for any rule and any step."""
    options = CASES[case]
    explanation = explain(any_rule, step=step, shown=9, **options)
    asked = {name: value for name, value in options.items() if name != "target"}
    run = list(warmer.steps(INPUTS, TARGETS, any_rule, steps=step, seed=4, **asked))[-1]
    target = options.get("target", 0)
    assert explanation.step == step
    assert values(explanation, "weight") == run.new_weights[:, target].tolist()
    errors = values(explanation, "error")
    assert errors[-1] == run.error[target]
    assert len(errors) == (1 if explanation.rows == 1 else explanation.rows + 1)
    if explanation.lines("weight_delta"):
        assert values(explanation, "weight_delta") == run.weight_deltas[:, target].tolist()


@pytest.mark.parametrize("options", CASES.values(), ids=CASES)
@pytest.mark.parametrize("rule", ["alpha-scaled", "hot-and-cold"])
def test_what_is_put_in(rule, options):
    """Python computes the numbers that are put in to the value of the line."""
    known = {name: getattr(math, name) for name in ("exp", "log", "log1p", "sqrt", "tanh")}
    computed = 0
    for part in explain(rule, step=3, **options).parts:
        for line in part.lines:
            if line.numbers and "error_at" not in line.numbers:
                assert eval(line.numbers, {**known, "min": min, "max": max}) == line.value
                computed += 1
    assert computed


def test_one_weight():
    """A step of the book, as the book would write it."""
    step = warmer.explain([2.0], [0.8], "alpha-scaled", weights=0.5, alpha=0.1, step=2)
    assert (
        str(step)
        == """\
step 2

predict (linear)
  prediction = dot(weights, inputs) = 0.46 * 2.0 = 0.92

compare (squared-error)
  delta = prediction - target = 0.92 - 0.8 = 0.12
  error = delta * delta = 0.12 * 0.12 = 0.0144

learn (alpha-scaled)
  weight_delta = delta * input = 0.12 * 2.0 = 0.24
  weight = weight - alpha * weight_delta = 0.46 - 0.1 * 0.24 = 0.436"""
    )


@pytest.mark.parametrize(
    ("weight", "side", "because"),
    [
        (0.5, "0.5 - 0.001", ("t1 < t2: 0.03920399999999998 < 0.040803999999999986 is true",)),
        (0.3, "0.3 + 0.001", None),
        (0.4, None, None),
    ],
)
def test_branches(weight, side, because):
    """The numbers are those of the side that was taken, with the conditions that led there."""
    (line,) = warmer.explain([2.0], [0.8], "hot-and-cold", weights=weight).lines("weight")
    assert line.numbers == side
    if because:
        assert line.because == because
    else:
        assert len(line.because) == 2
        assert line.because[0].startswith("t1 < t2: ")
        assert line.because[0].endswith(" is false")


def test_memory(momentum):
    """What a weight remembers is shown before and after the step."""
    step = warmer.explain([2.0], [0.8], momentum, weights=0.5, step=2)
    velocity, weight = step.lines("velocity")[0], step.lines("weight")[0]
    assert velocity.formula == "friction * memory.velocity + weight_delta"
    assert velocity.numbers.startswith("0.9 * 0.39999999999999")
    assert weight.formula == "weight - alpha * velocity"


def test_what_is_not_shown():
    """Rows and weights beyond `shown` are counted, and the mean is still over all of them."""
    written = str(explain("alpha-scaled", shown=2))
    assert "predict (linear), row 2\n" in written
    assert "row 3" not in written
    assert "compare (squared-error), all 7 rows" in written
    assert "  5 more rows are not shown" in written
    assert "learn (alpha-scaled), weight 2 of 5" in written
    assert "  3 more weights move by the same formula, not shown here" in written
    assert "mean of delta * input over 7 rows" in written
    assert "not shown" not in str(explain("alpha-scaled", shown=7))
    assert "  1 more row is not shown" in str(explain("alpha-scaled", shown=6))
    assert "  1 more weight moves by the same formula" in str(explain("alpha-scaled", shown=4))


@pytest.mark.parametrize(
    ("predict", "formula"),
    [
        (None, "mean of delta * input over 7 rows"),
        (Leaky, "mean of (delta if dot(weights, inputs) > 0 else delta * 0.1) * input over 7 rows"),
        (Lonely, "mean of (delta if weights[0] > 0 else delta * 0.1) over 7 rows"),
        (Summed, "mean of (delta * input + delta * inputs[1]) over 7 rows"),
    ],
)
def test_the_mean_of_a_formula(predict, formula):
    """What the mean is of stands in parentheses unless it is one product, so that it is clear."""
    line = explain("alpha-scaled", predict=predict).lines("weight_delta")[0]
    assert line.formula == formula


def test_rows_of_a_shuffled_batch():
    """Rows are numbered as the data have them."""
    shuffled = explain("alpha-scaled", batch_size=3, seed=1, step=2)
    order = np.random.default_rng([1, 0]).permutation(7)[3:6].tolist()
    assert [part.row for part in shuffled.parts if part.hook == "predict"] == order


def test_rules_without_a_formula(jumpy):
    """Where there is no formula there are the numbers, and the reason."""
    for rule, reason in ((jumpy, "all weights at once"), (Rounding, "round()")):
        part = explain(rule, step=2).parts[-1]
        assert reason in part.note
        assert [line.formula for line in part.lines if line.name == "weight"] == [None]
        assert part.lines[0].name == "weight before"


def test_where_python_does_something_else():
    """Where a rule catches its own error, the numbers stay those of the rule."""
    step = warmer.explain([2.0], [0.8], Careful, weights=0.5)
    assert values(step, "weight") == [0.25]
    assert "Python computes something else" in step.parts[-1].note


def test_a_step_that_cannot_be_taken():
    """A step that leaves the floats says so; the steps after it do not exist."""
    options = {"weights": 1e200}
    step = warmer.explain([1e100], [0.8], "raw-gradient", **options)
    assert "the step was not taken" in step.note
    assert step.note in " ".join(str(step).split())
    with pytest.raises(warmer.UsageError, match="there is no step 5"):
        warmer.explain([1e100], [0.8], "raw-gradient", step=5, **options)


@pytest.mark.parametrize("options", CASES.values(), ids=CASES)
def test_width(any_rule, options):
    """People see at most 80 columns."""
    assert max(map(len, str(explain(any_rule, step=4, **options)).splitlines())) <= 80


def test_plain_data(any_rule):
    """An explanation can be sent, and written as JSON, and compares by value."""
    explanation = explain(any_rule)
    assert pickle.loads(pickle.dumps(explanation)) == explanation
    plain = json.loads(json.dumps(attrs.asdict(explanation)))
    assert plain["parts"][0]["lines"][0]["value"] == explanation.parts[0].lines[0].value


@pytest.mark.parametrize(
    "options", [{"step": 0}, {"shown": 0}, {"target": 2}, {"target": -1}, {"batch_size": 8}]
)
def test_faults(options):
    """What is asked for is checked as everywhere."""
    with pytest.raises(warmer.UsageError):
        explain("alpha-scaled", **options)


class Told(NamedTuple):
    """Fields that are called like lines of a formula."""

    t1: float = 1.0
    mean: float = 0.0


@attrs.frozen(eq=False)
class AdjustsAndLearns:
    """Remembers in both of its hooks."""

    memory = Told()

    @warmer.hookimpl
    def adjust(self, weight_delta, memory):
        return weight_delta * memory.t1, Told(memory.t1 * 0.9, memory.mean)

    @warmer.hookimpl(wrapper=True)
    def learn(self, memory):
        learned = yield
        return learned, Told(memory.t1, memory.mean + learned.weight)


@attrs.frozen(eq=False)
class RemembersOdd:
    """A rule with the same fields."""

    memory = Told()

    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory):
        shared = weight_delta * memory.mean
        return weight - 0.1 * weight_delta + shared, Told(shared, shared - 1)


@attrs.frozen(eq=False)
class SharesOdd:
    """A predictor whose formula has a line t1."""

    @warmer.hookimpl
    def predict(self, weights, inputs):
        total = warmer.dot(weights, inputs)
        return total + total * total


def test_every_memory_is_told():
    """Each field that a step remembers is a line with its value, whatever it is called, and whoever
    remembers in several hooks."""
    modifiers = [AdjustsAndLearns(), AdjustsAndLearns()]
    network = warmer.network(RemembersOdd, predict=SharesOdd, modifiers=modifiers)
    run = warmer.train(INPUTS, TARGETS[:, 0], network, steps=2, weights=0.25)
    step = warmer.explain(INPUTS, TARGETS[:, 0], network, step=2, weights=0.25)
    learned = [part for part in step.parts if part.hook == "learn"]

    for part in learned:
        told = {line.name: line.value for line in part.lines}
        for name, values in run.memory.items():
            assert told[name] == values[part.weight], (name, part.title)
        assert "not computed" not in (part.note or "")
