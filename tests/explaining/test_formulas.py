"""`warmer.formula`: the lines of a network's formula."""

import pickle
from typing import NamedTuple

import attrs
import pytest

import warmer


class Moments(NamedTuple):
    mean: float = 0.0
    square: float = 0.0


@attrs.frozen(eq=False)
class Adam:
    alpha: float = warmer.param(0.001, above=0)
    beta1: float = warmer.param(0.9)
    beta2: float = warmer.param(0.999)
    memory = Moments()

    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory, step):
        mean = self.beta1 * memory.mean + (1 - self.beta1) * weight_delta
        square = self.beta2 * memory.square + (1 - self.beta2) * weight_delta * weight_delta
        fair = mean / (1 - self.beta1**step)
        size = (square / (1 - self.beta2**step)) ** 0.5
        return weight - self.alpha * fair / (size + 1e-8), Moments(mean, square)


@attrs.frozen(eq=False)
class Clip:
    alpha: float = warmer.param(1.0)

    @warmer.hookimpl(wrapper=True)
    def learn(self):
        answer = yield
        return answer._replace(weight=max(-self.alpha, min(self.alpha, answer.weight)))


@attrs.frozen(eq=False)
class Rounding:
    @warmer.hookimpl
    def compare(self, prediction, target):
        delta = round(prediction - target, 3)
        return warmer.Comparison(delta * delta, delta)


@attrs.frozen(eq=False)
class TwoParts:
    @warmer.hookimpl
    def predict(self, weights, inputs):
        return weights[0] + 2 * warmer.dot(weights[1:], inputs[1:])


def lines(*arguments, **options):
    return str(warmer.formula(*arguments, **options)).splitlines()


def test_hot_and_cold():
    """A rule that probes asks for no weight_delta, and none is derived."""
    assert lines("hot-and-cold") == [
        "prediction = dot(weights, inputs)",
        "delta = prediction - target",
        "error = delta * delta",
        "t1 = error_at(weight - step_amount)",
        "t2 = error_at(weight + step_amount)",
        "weight = weight - step_amount if t1 < t2 else weight + step_amount if t2 < t1 else weight",
    ]
    assert warmer.formula("hot-and-cold").slope is None


def test_memory():
    """What a weight will remember has a line of its own, which the new weight stands on."""
    assert lines(Adam)[3:] == [
        "weight_delta = delta * input",
        "mean = beta1 * memory.mean + (1 - beta1) * weight_delta",
        "square = beta2 * memory.square + (1 - beta2) * weight_delta * weight_delta",
        "weight = weight - alpha * (mean / (1 - beta1 ** step)) / "
        "((square / (1 - beta2 ** step)) ** 0.5 + 1e-08)",
    ]


def test_modifiers_and_equal_names():
    """A parameter is called by its plugin too where two plugins have one of that name."""
    (line,) = warmer.formula("alpha-scaled", modifiers=[Clip()]).learn.lines
    assert line.text == (
        "max(-Clip.alpha, min(Clip.alpha, weight - alpha_scaled.alpha * weight_delta))"
    )
    (line,) = warmer.formula("alpha-scaled", modifiers=[Clip(), Clip()]).learn.lines
    assert "min(Clip_2.alpha, max(-Clip.alpha, " in line.text


def test_parts_without_a_formula():
    """A hook that cannot be read says why, with the line; the others have their formula."""
    formula = warmer.formula("alpha-scaled", compare=Rounding)
    assert "round() to digits needs the number itself" in formula.compare.reason
    assert f"{__file__}:" in formula.compare.reason
    assert formula.compare.lines == ()
    assert [part.reason for part in (formula.predict, formula.slope, formula.learn)] == [None] * 3
    written = str(formula).splitlines()
    assert written[1] == f"# no formula: {formula.compare.reason}"
    assert written[-1] == "weight = weight - alpha * weight_delta"
    assert "% no formula: compare of Rounding" in formula.latex()


def test_plural_rules(jumpy):
    """A rule for all weights at once has no formula, and the network around it has."""
    formula = warmer.formula(jumpy)
    assert "all weights at once" in formula.learn.reason
    assert formula.predict.lines[0].text == "dot(weights, inputs)"


def test_stretches_of_weights():
    """Where weights have slopes of different kinds, each stretch of them has a line."""
    slope = warmer.formula("raw-gradient", predict=TwoParts, weights=4).slope
    assert [str(line) for line in slope.lines] == [
        "weight_deltas[0] = delta",
        "weight_deltas[1:4] = delta * 2 * input",
    ]


def test_plain_data():
    """Formulas are plain data: they compare, they can be sent, and they name who answers."""
    formula = warmer.formula("alpha-scaled", modifiers=[Clip])
    assert pickle.loads(pickle.dumps(formula)) == formula
    assert attrs.asdict(formula)["predict"]["lines"][0]["name"] == "prediction"
    assert (formula.predict.plugin, formula.learn.plugin) == (
        "linear", "alpha-scaled (modified by Clip)",
    )  # fmt: skip


@pytest.mark.parametrize("options", [{"weights": 0}, {"alpha": -1}, {"predict": "linaer"}])
def test_faults(options):
    """What is asked for is checked as everywhere."""
    with pytest.raises(warmer.UsageError):
        warmer.formula("alpha-scaled", **options)


def test_the_name_is_a_function():
    """`warmer.formula` and `warmer.explain` are functions, whatever was imported before."""
    import warmer.explaining.network_text
    import warmer.explaining.steps
    import warmer.training.api

    assert callable(warmer.formula)
    assert callable(warmer.explain)
    assert callable(warmer.train)


@attrs.frozen(eq=False)
class Scheduled:
    alpha: float = warmer.param(0.1, above=0)
    schedule: str = warmer.param("constant", choices=("constant", "inverse"))
    rounds: int = warmer.param(3, at_least=1)
    loud: bool = warmer.param(False)
    unused: int = warmer.param(7)

    @property
    def share(self):
        return 1.0 if self.loud else 0.5

    @warmer.hookimpl
    def learn(self, weight, weight_delta, step):
        if self.schedule == "inverse":
            weight_delta = weight_delta / step
        for _ in range(self.rounds):
            weight_delta = weight_delta * self.share
        return weight - self.alpha * weight_delta


def test_constants_of_a_formula():
    """What a formula holds for is said: the ints, words and truth values that it was read with."""
    told = warmer.formula(Scheduled)
    note = "for schedule='constant', rounds=3, loud=False"
    assert [part.note for part in told] == [None, None, None, note]
    other = warmer.formula(Scheduled, schedule="inverse").learn
    assert str(other).startswith("# for schedule='inverse', rounds=3, loud=False\nweight = ")
    assert "step" in str(other)
