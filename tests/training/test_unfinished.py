"""Runs that are not there yet: they are told, what they are told is true, and no others are."""

import re
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest

import warmer
from warmer.training.bowl import bowl_of

OPTIMIZERS = Path(__file__).parents[1] / "optimizers.py"
ADAM, MOMENTUM = f"{OPTIMIZERS}:Adam", f"{OPTIMIZERS}:Momentum"
MORE = re.compile(r"about (?P<steps>[\d,]+) steps? more( bring it to (?P<then>\S+))?$")
LOGISTIC = {"predict": "logistic", "compare": "log-loss"}


@attrs.frozen(eq=False)
class Decaying:
    """Gradient descent with weight decay."""

    alpha: float = warmer.param(0.1, above=0)
    keep: float = warmer.param(0.99, above=0)

    @warmer.hookimpl
    def learn(self, weight: float, weight_delta: float) -> float:
        return self.keep * weight - self.alpha * weight_delta


@attrs.frozen(eq=False)
class Plural:
    """Gradient descent on all weights at once."""

    alpha: float = warmer.param(0.1, above=0)

    @warmer.hookimpl
    def learn(self, weights: Any, weight_deltas: Any) -> Any:
        return weights - self.alpha * weight_deltas


def table(noise: float, spread: float = 0.0, rows: int = 60, columns: int = 3) -> tuple[Any, Any]:
    """Random inputs, of scales that are spread over powers of ten, and their targets."""
    rng = np.random.default_rng(7)
    scales = 10.0 ** np.linspace(-spread, spread, columns)
    inputs = scales * rng.standard_normal((rows, columns))
    weights = np.linspace(1.0, 2.0, columns) / scales
    return inputs, inputs @ weights + noise * rng.standard_normal(rows)


def norris() -> tuple[Any, Any]:
    """NIST's Norris, scaled, with a column of ones."""
    prepared = warmer.prepare(warmer.read_table("docs/examples/norris.csv"), ["y"])
    return prepared.inputs, prepared.targets[:, 0]


def far(offset: float, noise: float) -> tuple[Any, Any]:
    """The same as `table`, with a column of ones, and targets that are far from 0."""
    inputs, targets = table(noise)
    return np.column_stack([inputs, np.ones(len(inputs))]), targets + offset


def classes(spread: float = 0.0, noise: float = 1.0) -> tuple[Any, Any]:
    """The same as `table`, with two classes."""
    inputs, targets = table(noise, spread, rows=200)
    return inputs, (targets > 0).astype(float)


def told(run: warmer.Run) -> str:
    """What a run is told of its course."""
    assert run.outcome.status == "budget"
    (finding,) = run.findings
    assert finding.topic == "course"
    assert finding.startswith("not there yet: the error still falls ")
    return str(finding)


def there(inputs: Any, targets: Any) -> float:
    """The error from which on a linear network is there."""
    best = np.linalg.lstsq(inputs, targets, rcond=None)[0]
    bias = np.any(np.all(inputs == inputs[0], axis=0))
    unlearned = np.var(targets) if bias and np.var(targets) else np.mean(targets**2)
    return 1.01 * np.mean((inputs @ best - targets) ** 2) + 1e-9 * unlearned


def follow(inputs: Any, targets: Any, rule: Any, steps: int, **options: Any) -> None:
    """Check the number of steps, to 10 %, and how fast the error falls, by running on."""
    run = warmer.train(inputs, targets, rule, steps=steps, **options)
    said = told(run)
    more = MORE.search(said)
    assert more
    count = int(more["steps"].replace(",", ""))
    goal = float(more["then"]) if more["then"] else there(inputs, targets)
    on = warmer.train(
        inputs,
        targets,
        rule,
        steps=steps + 2 * count,
        **{**options, "history": 1, "engine": "auto"},
    )
    errors = on.history.error
    if options.get("batch_size"):
        errors = np.mean((on.history.weights @ inputs.T - targets) ** 2, axis=1)
    needed = int(np.argmax(errors <= goal)) - steps
    assert errors.min() <= goal
    assert needed == pytest.approx(count, rel=0.1)
    share = float(said.split(" % ")[0].rsplit(" ", 1)[1]) / 100
    if not options.get("batch_size"):
        here, following = on.history.error[steps : steps + 2]
        assert (here - following) / here == pytest.approx(share, rel=0.06)


QUIET = {
    "Norris, alpha 0.001": (*norris(), {"alpha": 0.001}),
    "targets far from 0": (*far(1e5, 0.3), {"alpha": 0.01}),
    "targets very far from 0": (*far(1e7, 0.0), {"alpha": 0.01}),
    "targets far from 0, remembering": (*far(1e6, 0.0), {"alpha": 0.0005, "rule": MOMENTUM}),
    "ten features of unequal scale": (*table(0.3, 1.0, columns=10), {"alpha": 0.01}),
    "classes": (*classes(), {"alpha": 0.1, **LOGISTIC}),
    "classes of unequal scale": (*classes(1.0), {"alpha": 0.01, **LOGISTIC}),
    "classes that a line tells apart": (*classes(noise=0.0), {"alpha": 1.0, **LOGISTIC}),
}


@pytest.mark.sampled(2, case=[*QUIET], history=["auto", None])
def test_what_ended_quietly(case: str, history: Any) -> None:
    """Runs that used up their steps are told how many more they need, to 10 %."""
    inputs, targets, options = QUIET[case]
    options = {"rule": "alpha-scaled", "steps": 1000, "history": history, **options}
    follow(inputs, targets, **options)


def test_the_words() -> None:
    """How fast it falls, the least it can reach, an alpha to try, or more steps."""
    assert told(warmer.train(*norris(), "alpha-scaled", alpha=0.001)) == (
        "not there yet: the error still falls 0.2 % a step; the least it can reach is 0.739; "
        "try alpha 1, or about 7,740 steps more"
    )
    assert told(warmer.train([0.5], [0.8], "raw-gradient", steps=20)) == (
        "not there yet: the error still falls 44 % a step; the least it can reach is 0; "
        "try alpha-scaled with alpha 4, or about 17 steps more"
    )


@pytest.mark.sampled(
    5, engine=["python", "arrays", "native"], alpha=[1e-3, 0.02, 0.3], noise=[0.0, 0.3]
)
def test_steps_and_alpha(engine: str, alpha: float, noise: float) -> None:
    """Both pieces of advice of a linear network lead there: the alpha, and the steps."""
    inputs, targets = table(noise)
    steps = 12
    follow(inputs, targets, "alpha-scaled", steps, alpha=alpha, engine=engine)
    said = told(warmer.train(inputs, targets, "alpha-scaled", steps=steps, alpha=alpha))
    better = re.search(r"try alpha (\S+?)(?: with about (\S+) steps)?,", said)
    assert better or alpha > 0.1
    if better:
        needed = int((better[2] or str(steps)).replace(",", ""))
        run = warmer.train(inputs, targets, "alpha-scaled", steps=needed, alpha=float(better[1]))
        assert run.error <= there(inputs, targets) * (1 + 1e-6)


def test_scaling() -> None:
    """Where no alpha suits all inputs, dividing each by its size is advised, and leads there."""
    inputs, targets = table(0.3, 2.0, columns=10)
    said = told(warmer.train(inputs, targets, "alpha-scaled", alpha=1e-4))
    better = re.search(r"each input divided by its root mean square, with alpha (\S+),", said)
    assert better
    scaled = inputs / np.sqrt(np.mean(inputs**2, axis=0))
    run = warmer.train(scaled, targets, "alpha-scaled", alpha=float(better[1]))
    assert run.error <= there(inputs, targets)
    assert not run.findings


def test_several_targets() -> None:
    """The slowest of several targets is told of, and an alpha that suits them all."""
    inputs, targets = table(0.3)
    both = warmer.train(inputs, np.column_stack([targets, 0 * targets]), "alpha-scaled", steps=10)
    assert told(both) == told(warmer.train(inputs, targets, "alpha-scaled", steps=10))


@pytest.mark.parametrize(
    ("rule", "options"),
    [
        ("hot-and-cold", {"step_amount": 0.003}),
        (MOMENTUM, {"alpha": 0.0002}),
        (ADAM, {"alpha": 0.003}),
        (Plural, {"alpha": 0.008}),
        (Decaying, {"alpha": 0.001, "keep": 0.9999}),
        ("alpha-scaled", {"alpha": 0.002, "batch_size": 20}),
        ("alpha-scaled", {"alpha": 0.002, "batch_size": 20, "seed": 3}),
        ("alpha-scaled", {"alpha": 0.003, "compare": "absolute-error"}),
    ],
)
def test_any_rule(rule: Any, options: dict[str, Any]) -> None:
    """The fall of the error of any other run is continued."""
    inputs, targets = table(0.3)
    follow(inputs, targets, rule, 100 if rule is Plural else 400, **options)


FINISHED: list[tuple[Any, dict[str, Any]]] = [
    ("alpha-scaled", {"alpha": 0.5}),
    ("alpha-scaled", {"alpha": 0.5, "history": None}),
    ("alpha-scaled", {"alpha": 0.1, "batch_size": 12}),
    ("alpha-scaled", {"alpha": 0.1, "batch_size": 12, "seed": 1}),
    ("alpha-scaled", {"alpha": 0.05, "batch_size": 1, "seed": 1}),
    ("alpha-scaled", {"alpha": 0.05, "batch_size": 1}),
    ("alpha-scaled", {"alpha": 0.3, "compare": "absolute-error"}),
    ("alpha-scaled", {"alpha": 0.5, "tolerance": 1e-9}),
    ("alpha-scaled", {"alpha": 3.0, "steps": 100}),
    ("hot-and-cold", {"step_amount": 0.01}),
    ("hot-and-cold", {"step_amount": 0.01, "history": None}),
    (MOMENTUM, {"alpha": 0.1}),
    (MOMENTUM, {"alpha": 0.1, "batch_size": 12, "seed": 1}),
    (ADAM, {"alpha": 0.05}),
    (ADAM, {"alpha": 0.05, "batch_size": 12, "seed": 1}),
    (Plural, {"steps": 150}),
    (Decaying, {}),
    (Decaying, {"batch_size": 12, "seed": 1}),
]


@pytest.mark.sampled(2, finished=FINISHED, noise=[0.0, 0.3, 3.0])
def test_finished(finished: tuple[Any, dict[str, Any]], noise: float) -> None:
    """No run that has arrived, or goes round where it can get no further, is told."""
    rule, options = finished
    inputs, targets = table(noise)
    run = warmer.train(inputs, targets, rule, **options)
    assert not any("not there" in said for said in run.findings)


@pytest.mark.parametrize("case", ["Norris", "classes", "start", "within rounding", "beyond floats"])
def test_not_at_the_optimum(case: str) -> None:
    """Nothing is told at the least error, wherever the run came from."""
    options: dict[str, Any] = {"alpha": 0.3}
    if case == "classes":
        inputs, targets = classes()
        options = {"alpha": 4.0, **LOGISTIC, "steps": 3000}
    else:
        inputs, targets = norris() if case == "Norris" else table(0.3)
    if case == "start":
        options |= {"alpha": 1e-6, "weights": np.linalg.lstsq(inputs, targets, rcond=None)[0]}
    elif case == "within rounding":
        inputs, targets = 1e6 * inputs, 1e6 * targets
        options = {"alpha": 0.3e-12}
    elif case == "beyond floats":
        inputs = 1e160 * inputs
        options = {"alpha": 1e-310, "steps": 20}
    run = warmer.train(inputs, targets, "alpha-scaled", **options)
    assert not any("not there" in said for said in run.findings)


@pytest.mark.parametrize("steps", range(1, 9))
def test_not_of_a_few_steps(steps: int) -> None:
    """Fewer than eight steps are a look, and not a run that could be unfinished."""
    run = warmer.train(*norris(), "alpha-scaled", alpha=0.001, steps=steps)
    assert bool(run.findings) == (steps >= 8)


class TestBefore:
    """`diagnose` names an alpha that is too low for the steps."""

    def test_the_words(self) -> None:
        """What a step does, what that leaves, and the alpha to try."""
        said = warmer.diagnose(norris()[0], "alpha-scaled", alpha=0.001)
        assert said == (
            "alpha-scaled takes at most 0.1 % off the weight error in each step, "
            "which leaves 37 % after 1,000 steps: try alpha 1"
        )

    @pytest.mark.parametrize("batch_size", [None, 7])
    @pytest.mark.parametrize("share", [1e-6, 1e-3, 0.01, 0.3])
    def test_is_true(self, share: float, batch_size: int | None) -> None:
        """It is said where the run keeps more than a tenth of its error; the alpha does better."""
        inputs, targets = [2.0] * 20, [3.0] * 20
        options: dict[str, Any] = {"steps": 50, "batch_size": batch_size}
        said = warmer.diagnose(inputs, "alpha-scaled", alpha=share / 4, **options)
        run = warmer.train(inputs, targets, "alpha-scaled", alpha=share / 4, **options)
        assert bool(said) == (run.error > 0.1 * 9)
        if said:
            alpha = float(said.rsplit(" ", 1)[1])
            assert warmer.train(inputs, targets, "alpha-scaled", alpha=alpha, **options).error < 0.1
            assert warmer.diagnose(inputs, "alpha-scaled", alpha=alpha, **options) is None


@pytest.mark.parametrize("spread", [0.0, 3.0])
@pytest.mark.parametrize("shape", [(40, 4), (3, 6), (5, 5), (1, 1)])
def test_bowl(shape: tuple[int, int], spread: float) -> None:
    """The least error is that of least squares, and heights are what lies above it."""
    inputs, targets = table(0.3, spread, *shape)
    bowl = bowl_of(inputs, targets[:, None])
    assert bowl
    best, *_ = np.linalg.lstsq(inputs, targets, rcond=None)
    least = np.mean((inputs @ best - targets) ** 2)
    assert bowl.least[0] == pytest.approx(least, rel=1e-6, abs=1e-12)
    weights = 1.5 * best
    error = np.mean((inputs @ weights - targets) ** 2)
    assert bowl.heights(weights[:, None]).sum() == pytest.approx(error - least, rel=1e-6)
