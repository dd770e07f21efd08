"""What is right is found right: shipped plugins, examples, and odd ones; and what reports say."""

import math
from pathlib import Path
from typing import NamedTuple

import attrs
import numpy as np
import pytest

import warmer.testing
from warmer.testing.kit import KEPT, LAWS, laws_of, subject_of

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
SHIPPED = [(plugin.kind, plugin.name) for plugin in warmer.Registry(allowed=[]).plugins()]
frozen = attrs.frozen(eq=False)


class Moments(NamedTuple):
    first: float = 0.0
    second: float = 0.0


def damped(value: float, share: float) -> float:
    """A helper outside of the class."""
    return value * (1 - share)


@frozen
class Branching:
    """Take steps by the sign of the slope, long ones at first."""

    reach: float = warmer.param(0.05, above=0, help="how far to go")

    @warmer.hookimpl
    def learn(self, weight, weight_delta, step):
        if weight_delta == 0:
            return weight
        far = self.reach if step < 20 else self.reach / 4
        return weight - far if weight_delta > 0 else weight + far


@frozen
class Adaptive:
    """Adam: means of slopes and of their squares. (Kingma and Ba, 2014)"""

    alpha: float = warmer.param(0.01, above=0, help="how far to go")
    beta: float = warmer.param(0.9, at_least=0, below=1, help="share of the mean to keep")
    memory = Moments()

    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory, step):
        first = self.beta * memory.first + (1 - self.beta) * weight_delta
        second = 0.999 * memory.second + 0.001 * weight_delta * weight_delta
        scale = math.sqrt(second / (1 - 0.999**step)) + 1e-8
        return weight - self.alpha * first / (1 - self.beta**step) / scale, Moments(first, second)


@frozen
class Solving:
    """Jump to the bottom of the linear network, for all weights at once."""

    @warmer.hookimpl
    def learn(self, weights, inputs, deltas):
        return weights - np.linalg.lstsq(inputs, deltas, rcond=None)[0]


@frozen
class Jumping:
    """Follow the slopes with noise from the run's generator."""

    noise: float = warmer.param(0.001, at_least=0, help="how large the noise is")

    @warmer.hookimpl
    def learn(self, weights, weight_deltas, rng):
        return weights - 0.1 * weight_deltas + self.noise * rng.standard_normal(len(weights))


@frozen
class OwnNetwork:
    """A rule that predicts squares and compares by distance itself."""

    @warmer.hookimpl
    def predict(self, weights, inputs):
        return warmer.dot(weights, inputs) + weights[0] * inputs[0] * inputs[0]

    @warmer.hookimpl
    def compare(self, prediction, target):
        miss = prediction - target
        size = math.sqrt(1 + miss * miss)
        return warmer.Comparison(max(size - 1, 0.0), miss / size)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - 0.1 * weight_delta


@frozen
class Inheriting(Branching):
    """Derived, with properties, a word, a switch and a helper."""

    schedule: str = warmer.param("plain", choices=("plain", "fading"), help="how steps change")
    brave: bool = warmer.param(False, help="whether steps are twice as long")

    @property
    def most(self):
        return 2 * self.reach if self.brave else self.reach

    @warmer.hookimpl
    def learn(self, weight, weight_delta, step):
        share = self.most / math.sqrt(step) if self.schedule == "fading" else self.most
        return weight - share * damped(weight_delta, 0.1)


@frozen
class Relative:
    """Compare by shares of the target, which is above 0."""

    @warmer.hookimpl
    def compare(self, prediction, target):
        if target <= 0:
            raise warmer.DataError(f"needs targets above 0, got {target!r}")
        share = (prediction - target) / target
        return warmer.Comparison(share * share, share / target)


@frozen
class Hinge:
    """Compare a score with a class, -1 or 1."""

    @warmer.hookimpl
    def compare(self, prediction, target):
        if target not in (-1.0, 1.0):
            raise warmer.DataError(f"needs targets of -1 or 1, got {target!r}")
        lack = 1 - target * prediction
        return warmer.Comparison(max(lack, 0.0), -target if lack > 0 else 0.0)


@frozen
class OneKnob:
    """A curve of one weight."""

    @warmer.hookimpl
    def predict(self, weights, inputs):
        if len(weights) != 1:
            raise warmer.DataError(f"is for one weight, got {len(weights)}")
        return math.tanh(weights[0] * inputs[0])


@frozen
class Rounding:
    """A prediction without a slope."""

    @warmer.hookimpl
    def predict(self, weights, inputs):
        return round(4 * warmer.dot(weights, inputs)) / 4


@frozen
class Clip:
    """Let no weight move farther than `most`."""

    most: float = warmer.param(1.0, above=0, help="how far a weight may move")

    @warmer.hookimpl(wrapper=True)
    def learn(self, weight):
        learned = yield
        moved = min(max(learned.weight, weight - self.most), weight + self.most)
        return learned._replace(weight=moved)


@frozen
class ClipAll:
    """The same for rules of all weights at once, and a prediction that is halved."""

    @warmer.hookimpl(wrapper=True)
    def predict(self):
        return (yield) / 2

    @warmer.hookimpl(wrapper=True)
    def learn(self, weights):
        learned = yield
        return learned._replace(weight=np.clip(learned.weight, weights - 1, weights + 1))


class Watching:
    """An observer that is a plain class, and keeps what it hears."""

    every = 3

    def __init__(self):
        self.errors = []

    @warmer.hookimpl
    def steps_taken(self, step, history):
        self.errors += history.error.ravel().tolist()
        if len(self.errors) > 4:
            raise warmer.Stop("seen enough")


def shared(rule: "ByHelper", value: float) -> float:
    """A helper that reads a parameter."""
    return rule.share * value


@frozen
class ByHelper:
    """Its parameter is read elsewhere, and no name in the class tells."""

    share: float = warmer.param(0.1, above=0, help="share to take")

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - shared(self, weight_delta)


@frozen
class Largest:
    """Predict the largest product; with many inputs there are too many ways for a slope."""

    @warmer.hookimpl
    def predict(self, weights, inputs):
        return max(weight * value for weight, value in zip(weights, inputs, strict=True))


@frozen
class OneByOne:
    """Go through the weights one by one."""

    @warmer.hookimpl
    def predict(self, weights, inputs):
        total = 0.0
        for weight, value in zip(weights, inputs, strict=True):
            total += weight * value
        return total


ODD = [Branching, Adaptive, Solving, Jumping, OwnNetwork, Inheriting, Relative, Hinge, OneKnob,
       Clip, ClipAll, Watching, ByHelper, Largest]  # fmt: skip


@pytest.mark.parametrize(("kind", "name"), SHIPPED)
def test_shipped(kind: str, name: str) -> None:
    """Every plugin that warmer ships keeps every law, and is compiled."""
    report = warmer.testing.check(name, kind=kind)

    assert report.passed, str(report)
    assert report.fast == "yes: native" or kind == "observer"


NEED = {"warmer_mlflow": "mlflow", "warmer_tensorboard": "tensorboard"}
"""Examples that need a library, and the port of that name."""


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=pytest.mark.port(NEED[path.stem]) if path.stem in NEED else ())
        for path in sorted(EXAMPLES.glob("*/*.py"))
    ],
    ids=lambda path: path.stem,
)
def test_examples(path: Path) -> None:
    """Every plugin of an example keeps every law."""
    named = (path.parent / "pyproject.toml").read_text(encoding="utf-8")
    for line in named.splitlines():
        module, colon, cls = line.rpartition("=")[2].strip().strip('"').partition(":")
        if module == path.stem and colon:
            report = warmer.testing.check(f"{path}:{cls}")
            assert report.passed, str(report)


@pytest.mark.parametrize("plugin", ODD, ids=lambda plugin: plugin.__name__)
def test_odd_ones(plugin: type) -> None:
    """What is unusual and right is called right."""
    report = warmer.testing.check(plugin)

    assert report.passed, str(report)


def test_every_law_is_kept_by_somebody() -> None:
    """Each law applies to some plugin, and is a sentence."""
    subjects = [subject_of(plugin, None, None)[2] for plugin in (*ODD, "logistic")]
    found = {name for subject in subjects for name in laws_of(subject, {})}

    assert found == {law.name for law in LAWS} | {KEPT}
    assert all(law.says.endswith(".") for law in LAWS)


class TestExpected:
    """Failures that an author declares."""

    def test_they_are_green_and_told(self) -> None:
        """A law that fails as it was said is no failure, and the report tells of it."""
        report = warmer.testing.check(Rounding, expected_failures={"learns": "it has no slope"})

        assert report.passed
        assert report.counts["expected to fail"] == 1
        assert "learns: it has no slope (after 300 steps" in " ".join(str(report).split())
        assert report.verdict["contract"] == "kept, but for learns (expected)"

    def test_they_are_strict(self) -> None:
        """A law that holds although it was not to, or that does not apply, has failed."""
        for law, said in (("learns", "and holds"), ("stays-on", "does not apply")):
            report = warmer.testing.check("alpha-scaled", expected_failures={law: "no"})
            assert not report.passed
            assert [result.law for result in report.results if said in result.message] == [law]

    def test_no_such_law(self) -> None:
        """A law that there is not is refused, with the nearest."""
        with pytest.raises(warmer.UsageError, match="no law 'learn' .did you mean 'learns'"):
            warmer.testing.check("alpha-scaled", expected_failures={"learn": "no"})

    @pytest.mark.parametrize("what", [None, 3, ["alpha-scaled"], warmer.network("raw-gradient")])
    def test_no_plugin(self, what) -> None:
        """What has nothing of a plugin is a mistake of the caller, and gets no report."""
        with pytest.raises(warmer.UsageError, match="plugin must be a name, path/to/file"):
            warmer.testing.check(what)

    @pytest.mark.parametrize("expected", [["learns"], "learns", 3])
    def test_no_reasons(self, expected) -> None:
        """Laws that are expected to fail come with their reasons."""
        with pytest.raises(warmer.UsageError, match="must be laws, each with the reason"):
            warmer.testing.check("alpha-scaled", expected_failures=expected)


class TestReports:
    """What a report says."""

    def test_no_compiler_is_not_green(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What could not be checked is skipped, counted, and keeps the report from being green."""
        for home in ("kit", "repeating"):
            monkeypatch.setattr(
                f"warmer.testing.{home}.compiler_trouble", lambda: "llvmlite is not installed"
            )
        report = warmer.testing.check("raw-gradient")

        assert not report.passed
        assert report.counts["skipped"] == 1
        assert report.verdict["fast"] == "not known: llvmlite is not installed"
        assert report.verdict["repeatable"] == "not known: compiled-agrees"
        assert "pip install" in str(report)

    def test_slow_ones_say_why(self, tmp_path: Path) -> None:
        """A plugin without a formula is right, and told the line and what to do."""
        (tmp_path / "mine.py").write_text(
            "import attrs, warmer\n"
            "@attrs.frozen(eq=False)\n"
            "class Mine:\n"
            "    '''Take a share several times.'''\n"
            "    tries: float = warmer.param(3.0, above=0, help='how often')\n"
            "    @warmer.hookimpl\n"
            "    def learn(self, weight, weight_delta):\n"
            "        for _ in range(int(self.tries)):\n"
            "            weight = weight - 0.1 * weight_delta\n"
            "        return weight\n",
            encoding="utf-8",
        )
        report = warmer.testing.check(f"{tmp_path}/mine.py:Mine")

        assert report.passed, str(report)
        assert report.fast.startswith("no: line 8 says 'for _ in range(int(self.tries)):' (learn")
        assert report.fast.endswith("evidence is a float already; a parameter may be an int")
        assert warmer.testing.check(Solving).fast.endswith("; evidence for one weight compiles")

    def test_many_inputs(self) -> None:
        """What is compiled for a few inputs alone says so, and why."""
        told = {cls: warmer.testing.check(cls).fast for cls in (Largest, OneByOne)}

        assert told[Largest].startswith("yes: native, but not with 9 inputs: predict of Largest")
        assert told[OneByOne].startswith("yes: native, but not with 65 inputs: predict of OneByOne")
        assert "say warmer.dot(weights, inputs)" in told[OneByOne]

    def test_lines(self) -> None:
        """A report fits 80 columns, and its data say the same."""
        report = warmer.testing.check(Rounding)
        text, data = str(report), report.as_data()

        assert all(len(line) <= 80 for line in text.splitlines())
        assert text.startswith(
            "Rounding, a predictor: not right\n    contract    not kept: learns\n"
        )
        assert not data["passed"]
        assert data["counts"]["checked"] == len(data["checks"])

    def test_what_cannot_be_loaded(self, install) -> None:
        """A package that is broken has a report as well, with what was raised and where."""
        install("bad-pack", {"warmer.rules": {"bad": "bad_pack:Rule"}},
                {"bad_pack.py": "x = 1\nraise RuntimeError('no such luck')\n"})  # fmt: skip
        report = warmer.testing.check("bad")

        assert not report.passed
        (result,) = report.results
        assert "RuntimeError: no such luck" in result.message
        assert "bad_pack.py:2)" in result.message


def test_reference() -> None:
    """The reference takes the documented batches: with a seed, in batches, and with memory."""
    rng = np.random.default_rng(1)
    inputs = rng.normal(size=(10, 3))
    targets = inputs @ [1.0, -2.0, 0.5]

    def momentum(weights, weight_deltas, step, memory):
        velocity = 0.9 * memory + weight_deltas
        return weights - 0.01 * velocity, velocity

    asked = {"steps": 30, "batch_size": 4, "seed": 5, "weights": 0.25}
    expected = warmer.testing.reference(momentum, inputs, targets, memory=np.zeros(3), **asked)
    path = EXAMPLES / "warmer-momentum" / "warmer_momentum.py"
    run = warmer.train(inputs, targets, f"{path}:Momentum", alpha=0.01, beta=0.9, **asked)

    assert expected.shape == (31, 3)
    np.testing.assert_allclose(run.weights, expected[-1], rtol=1e-12)
    np.testing.assert_allclose(run.history.weights, expected[:-1], rtol=1e-12)
    with pytest.raises(warmer.DataError, match="one target"):
        warmer.testing.reference(momentum, inputs, inputs)
    with pytest.raises(warmer.DataError, match="step answered shape"):
        warmer.testing.reference(lambda *_: 1.0, inputs, targets)
