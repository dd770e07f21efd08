"""`warmer.formula`: the lines of a network's formula."""

import pickle
import re
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


def test_names_of_shared_parts():
    """A shared part has one name all through a formula."""
    formula = warmer.formula("raw-gradient", predict="logistic", compare="log-loss")
    names = [line.name for part in formula for line in part.lines]
    assert len(names) == len(set(names))
    assert [line.name for line in formula.predict.lines] == ["log_odds", "t1", "prediction"]


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
