"""Comparisons: what the shipped ones say, and whether a delta fits its error."""

import math

import attrs
import numpy as np
import pytest

import warmer


def comparison(error, delta):
    @attrs.frozen(eq=False)
    class Made:
        @warmer.hookimpl
        def compare(self, prediction, target):
            miss = prediction - target
            return warmer.Comparison(error(miss), delta(miss))

    return Made


def sign(x):
    return (x > 0) - (x < 0)


FITTING = {
    "squares": (lambda x: x * x, lambda x: 2 * x),
    "fourth powers": (lambda x: x**4, lambda x: x**3),
    "absolute": (abs, sign),
    "steeper above": (lambda x: 3 * x if x > 0 else -x, lambda x: 3 if x > 0 else -1),
    "hinge": (lambda x: max(0, 1 - x), lambda x: -1 if x < 1 else 0),
    "huber": (lambda x: x * x / 2 if abs(x) < 1 else abs(x) - 0.5, lambda x: max(-1, min(1, x))),
    "log cosh": (lambda x: math.log(math.cosh(x)), math.tanh),
    "tiny": (lambda x: 1e-12 * x * x, lambda x: x),
    "flat": (lambda x: 1.0, lambda x: x),
    "always refusing": (lambda x: math.sqrt(-1 - x * x), lambda x: x),
}
MISFITS = {
    "wrong way": (lambda x: x * x, lambda x: -x),
    "sign of a square": (lambda x: x * x, sign),
    "square of an absolute": (abs, lambda x: x),
    "twice above": (lambda x: x * x, lambda x: 2 * x if x > 0 else x),
    "shifted": (lambda x: x * x, lambda x: x + 0.1),
    "nothing": (lambda x: x * x, lambda x: 0.0),
}


@pytest.mark.parametrize("name", FITTING)
def test_fitting(name):
    """Kinks, flat stretches, refused numbers and constant factors give no false alarm."""
    assert warmer.check_comparison(comparison(*FITTING[name])) is None


@pytest.mark.parametrize("name", MISFITS)
def test_misfits(name):
    """A delta that is not the slope of its error is told, in one sentence."""
    told = warmer.check_comparison(comparison(*MISFITS[name]))
    assert told.startswith("the delta of Made ")
    assert "\n" not in told


def test_shipped():
    """Every shipped comparison fits."""
    plugins = warmer.Registry(allowed=[]).plugins("comparison")
    assert {plugin.name for plugin in plugins} == {"absolute-error", "log-loss", "squared-error"}
    assert [warmer.check_comparison(plugin.name) for plugin in plugins] == [None] * 3


def test_faults():
    """What is asked for is checked as everywhere."""
    with pytest.raises(warmer.UnknownNameError):
        warmer.check_comparison("squared-eror")
    with pytest.raises(warmer.ParameterError):
        warmer.check_comparison("log-loss", sharpness=1)


def one_step(total, target, rule="raw-gradient", **options):
    (step,) = warmer.steps(
        [[1.0, -3.0]], [target], rule, weights=[total + 3.0, 1.0], steps=1, **options
    )
    return step


CHANCES = {"predict": "logistic", "compare": "log-loss"}


@pytest.mark.parametrize("target", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("total", np.linspace(-30, 30, 25).tolist())
def test_logistic_with_log_loss(total, target):
    """weight_delta is (prediction - target) * input, to the bit: the two slopes cancel."""
    step = one_step(total, target, **CHANCES)
    expected = (step.prediction - target) * np.array([1.0, -3.0])
    assert step.weight_deltas.tolist() == expected.tolist()


@pytest.mark.parametrize("target", [0.0, 1.0])
@pytest.mark.parametrize("total", [-1e6, -800.0, -40.0, 0.0, 40.0, 800.0, 1e6])
def test_far_out(total, target):
    """Where the prediction is as good as 0 or 1, a miss costs what the log odds say."""
    step = one_step(total, target, **CHANCES)
    assert 0 <= step.prediction <= 1
    assert step.error == pytest.approx(max(-total if target else total, 0.0), rel=1e-12, abs=0.7)
    assert step.delta == step.prediction - target
    assert step.prediction == pytest.approx(0.5 * (1 + math.tanh(total / 2)), abs=1e-15)


@pytest.mark.parametrize("engine", ["python", "arrays", "native"])
@pytest.mark.parametrize("target", [2.0, -1.0, 338.8])
def test_log_loss_of_other_targets(target, engine):
    """A target that is no chance is a fault of the data, which the message names."""
    with pytest.raises(warmer.DataError, match=f"log-loss needs targets .* got {target!r}"):
        warmer.train([1.0], [target], "raw-gradient", **CHANCES, engine=engine)
    with pytest.raises(warmer.DataError, match=f"log-loss needs targets .* got {target!r}"):
        warmer.explain([1.0], [target], "raw-gradient", **CHANCES)


@pytest.mark.parametrize("engine", ["python", "arrays", "native"])
@pytest.mark.parametrize("prediction", [1.5, -0.1])
def test_log_loss_of_other_predictions(prediction, engine):
    """A prediction that is no chance is asked for, and the message says what to predict with."""
    said = f"log odds need predictions .* got {prediction!r} .*logistic"
    with pytest.raises(warmer.UsageError, match=said):
        warmer.train(
            [1.0], [0.5], "raw-gradient", weights=prediction, compare="log-loss", engine=engine
        )


def test_log_loss_of_nothing():
    """A prediction that is nan is not refused: the run has left the floats, and says so."""
    run = warmer.train(
        [[1e308, 1e308]], [0.5], "raw-gradient", weights=[1e10, -1e10], **CHANCES, engine="python"
    )
    assert run.outcome.status == "diverged"


@attrs.frozen(eq=False)
class Choosy:
    """A plugin that takes inputs and targets below 10 alone."""

    @warmer.hookimpl
    def predict(self, weights, inputs):
        if inputs[0] > 10:
            raise warmer.DataError(f"inputs are below 10, and this is {inputs[0]!r}")
        return warmer.dot(weights, inputs)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        if weight < 0:
            raise warmer.UsageError("start at a weight that is not negative")
        return weight - 0.001 * weight_delta


@pytest.mark.parametrize("engine", ["python", "arrays", "native"])
@pytest.mark.parametrize(
    ("inputs", "weights", "error", "said"),
    [
        ([1.0, 11.0], 0.0, warmer.DataError, "inputs are below 10, and this is 11.0"),
        ([1.0, 2.0], -1.0, warmer.UsageError, "start at a weight that is not negative"),
    ],
)
def test_what_a_plugin_says_of_the_data(engine, inputs, weights, error, said):
    """A DataError or UsageError of a plugin goes through any engine as it is."""
    with pytest.raises(error) as caught:
        warmer.train(inputs, [1.0, 2.0], Choosy, weights=weights, engine=engine)
    assert str(caught.value) == said
    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("target", "error", "delta"), [(1.0, 2.0, 1.0), (5.5, 2.5, -1.0), (3.0, 0.0, 0.0)]
)
def test_absolute_error(target, error, delta):
    """Absolute error is the distance; delta is its sign, and 0 where nothing is missed."""
    step = one_step(3.0, target, compare="absolute-error")
    assert (step.prediction, step.error, step.delta) == (3.0, error, delta)


def test_learning_chances():
    """Logistic with log loss learns to tell two kinds apart, on every engine alike."""
    rng = np.random.default_rng(3)
    inputs = rng.normal(size=(80, 3))
    targets = (inputs @ [2.0, -1.0, 0.5] + 0.3 * rng.normal(size=80) > 0) * 1.0
    runs = [
        warmer.train(inputs, targets, "alpha-scaled", alpha=1.0, steps=60, engine=engine, **CHANCES)
        for engine in ("python", "arrays", "native")
    ]
    assert runs[0].error < 0.25
    for run in runs[1:]:
        np.testing.assert_allclose(run.weights, runs[0].weights, rtol=1e-12)


def test_an_error_too_large_to_see_its_slope() -> None:
    """Where the error hides its slope in rounding, nothing is said against its delta."""

    @attrs.frozen(eq=False)
    class Raised:
        @warmer.hookimpl
        def compare(self, prediction, target):
            delta = prediction - target
            return warmer.Comparison(delta * delta + 1e9, delta)

    assert warmer.check_comparison(Raised) is None


def test_a_run_says_so() -> None:
    """A run whose comparison's delta does not fit its error says so among its findings."""

    @attrs.frozen(eq=False)
    class Turned:
        @warmer.hookimpl
        def compare(self, prediction, target):
            delta = prediction - target
            return warmer.Comparison(delta * delta, -delta)

    run = warmer.train([1.0], [0.5], "alpha-scaled", compare=Turned, steps=3)
    assert "the delta of Turned points the wrong way" in run.findings[-1]
    assert warmer.train([1.0], [0.5], "alpha-scaled", steps=3).findings == ()


SIGN = -1.0


def test_a_comparison_that_is_mended(monkeypatch) -> None:
    """What a run says of a comparison is true of it now, whatever it was before."""

    @attrs.frozen(eq=False)
    class Signed:
        @warmer.hookimpl
        def compare(self, prediction, target):
            delta = prediction - target
            return warmer.Comparison(delta * delta, SIGN * delta)

    def train():
        return warmer.train([1.0], [0.5], "alpha-scaled", compare=Signed, steps=1).findings

    assert len(train()) == len(train()) == 1
    monkeypatch.setitem(globals(), "SIGN", 1.0)
    assert train() == ()


@attrs.frozen(eq=False)
class Huber:
    """Squared where it is near, straight beyond."""

    edge: float = warmer.param(1.0, above=0)

    @warmer.hookimpl
    def compare(self, prediction, target):
        miss = prediction - target
        if abs(miss) <= self.edge:
            return warmer.Comparison(miss * miss / 2, miss)
        far = self.edge * (abs(miss) - self.edge / 2)
        return warmer.Comparison(far, math.copysign(self.edge, miss))


@pytest.mark.parametrize("weight", [0.3, 3.0])
def test_one_condition_for_error_and_delta(weight) -> None:
    """A condition that decides twice is explained twice, with its numbers."""
    text = str(warmer.explain([2.0], [1.0], "alpha-scaled", compare=Huber, weights=weight))
    near = f"{abs(2 * weight - 1)!r} <= 1.0 is {str(weight < 1).lower()}"
    assert text.count(f"(t2 <= edge: {near})") == 2


@pytest.mark.parametrize("scale", [1e300, 1e307, 1.7e308])
@pytest.mark.parametrize("right", [True, False])
def test_errors_near_the_largest_float(scale, right):
    """A slope that leaves the floats says nothing, and the others still decide."""

    @attrs.frozen(eq=False)
    class Huge:
        @warmer.hookimpl
        def compare(self, prediction, target):
            miss = prediction - target
            part = abs(miss) / (1 + abs(miss))
            slope = math.copysign(scale / ((1 + abs(miss)) * (1 + abs(miss))), miss)
            return warmer.Comparison(scale * part, slope if right else -slope)

    told = warmer.check_comparison(Huge)
    assert told is None if right else "points the wrong way" in told
    run = warmer.train([1.0], [1.0], "alpha-scaled", compare=Huge, alpha=1e-308, steps=2)
    assert run.findings == (() if right else (told,))
