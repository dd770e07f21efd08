"""Words about runs: over many random runs, what is said of each of them is true."""

import os
import re
from typing import Any, NamedTuple

import attrs
import numpy as np
import pytest

import warmer

RUNS = 400 if "SEARCH" in os.environ else 200
ADVICE = (
    r"try (?P<name>\w+) (?P<value>\S+)$|reach (?P<reach>\S+), which .* divide the (?P<what>\w+)"
)
MORE = r"not there yet: .*about (?P<steps>\S+) steps? more( bring it to (?P<then>\S+))?$"


@attrs.frozen(eq=False)
class Pulled:
    """Gradient descent with an L1 pull towards 0."""

    alpha: float = warmer.param(0.1, above=0)
    pull: float = warmer.param(0.2, above=0)

    @warmer.hookimpl
    def learn(self, weight: float, weight_delta: float) -> float:
        moved = weight - self.alpha * weight_delta
        held = abs(moved) - self.alpha * self.pull
        return 0.0 if held <= 0.0 else held if moved > 0.0 else -held


class Case(NamedTuple):
    """A random run, and what it was asked for."""

    inputs: Any
    targets: Any
    rule: Any
    options: dict[str, Any]
    unit: float = 1.0

    def train(self, **changed: Any) -> warmer.Run:
        """Train as asked, or otherwise."""
        options = {**self.options, **changed}
        return warmer.train(self.inputs, self.targets, options.pop("rule", self.rule), **options)

    def following(self, said: re.Match[str]) -> "Case":
        """The run that an advice asks for."""
        if said["name"]:
            rule = "alpha-scaled" if self.rule == "raw-gradient" else self.rule
            options = {**self.options, said["name"]: float(said["value"])}
            return self._replace(rule=rule, options=options)
        array = getattr(self, said["what"]) / float(said["reach"])
        return self._replace(**{said["what"]: array}, unit=self.unit * float(said["reach"]))

    @property
    def per_pass(self) -> int:
        """How many steps a pass takes."""
        return -(-len(self.inputs) // (self.options["batch_size"] or len(self.inputs)))

    @property
    def start(self) -> Any:
        """The weights at the start."""
        return np.full(self.inputs.shape[1], self.options["weights"])

    @np.errstate(over="ignore")
    def weight_deltas(self, weights: Any) -> Any:
        """weight_delta of every row, from formulas that cannot lose it, with more digits."""
        sums = (self.inputs @ weights).astype(np.longdouble)
        if self.squared:
            return (sums - self.targets)[:, None] * self.inputs
        sides = np.where(self.targets > 0.5, -1, 1)
        deltas = sides / (1 + np.exp(-sides * sums))
        if self.options["compare"] == "squared-error":
            deltas = deltas / (4 * np.cosh(sums / 2) ** 2)
        return deltas[:, None] * self.inputs

    def less_than(self, weights: Any) -> float:
        """The least error of a linear network, or less than at some weights, downhill of them."""
        if self.squared:
            best = np.linalg.lstsq(self.inputs, self.targets, rcond=None)[0]
            return float(self.errors(best)[0])
        way = self.weight_deltas(weights).mean(axis=0)
        shares = 2.0 ** np.arange(-60, 60)[:, None]
        return float(self.errors(weights - shares * (way / np.abs(way).max())).min())

    @property
    def squared(self) -> bool:
        """Whether it is a linear network with squared error."""
        return "predict" not in self.options

    @np.errstate(over="ignore")
    def errors(self, weights: Any) -> Any:
        """The error over all rows at some weights, one below the other."""
        sums = np.atleast_2d(weights) @ self.inputs.T
        if self.squared:
            return np.mean((sums - self.targets) ** 2, axis=1)
        if self.options["compare"] == "squared-error":
            return np.mean((_logistic(sums) - self.targets) ** 2, axis=1)
        losses = np.logaddexp(0.0, np.where(self.targets > 0.5, -sums, sums))
        return np.mean(losses, axis=1)


def _logistic(sums: Any) -> Any:
    return 0.5 + 0.5 * np.tanh(sums / 2)


def case_of(number: int) -> Case:
    """Draw rules, rows, orders, batches and scales."""
    rng = np.random.default_rng([8, number])
    few = rng.random() < 0.3  # passes, over more rows
    rows, weights = int(rng.integers(8, 25) if few else rng.integers(1, 9)), int(rng.integers(1, 4))
    inputs = rng.standard_normal((rows, weights))
    targets = inputs @ rng.standard_normal(weights)
    kind = rng.integers(4)
    if kind == 0:
        targets = rng.standard_normal(rows)
    elif kind == 1:
        targets = targets + 0.3 * rng.standard_normal(rows)
    elif kind == 2:
        targets = np.exp(4 * targets / (1e-9 + np.abs(targets).max()))
    if few or rng.random() < 0.5:
        order = np.argsort(targets)
        inputs, targets = inputs[order], targets[order]
    if rng.random() < 0.3:
        inputs[rng.integers(rows)] *= 30.0
    scale = 10.0 ** rng.choice([-3, 0, 0, 0, 3])
    if rng.random() < 0.04:
        targets = targets * 1e160
    size = int(rng.choice([1, rng.integers(1, rows + 1)]))
    options: dict[str, Any] = {
        "steps": int(-(-rows // size) * rng.integers(1, 4) if few else rng.choice([5, 20, 60])),
        "batch_size": None if rng.random() < 0.4 else size,
        "seed": None if rng.random() < 0.5 else number,
        "tolerance": None if rng.random() < 0.5 else 10.0 ** rng.integers(-9, -2) / scale,
        "weights": rng.choice([0.0, 1.0, 1e6]) / scale,
        "engine": "python",
    }
    steepest = np.linalg.eigvalsh(inputs.T @ inputs / rows)[-1] + 1e-300
    share = 10.0 ** rng.uniform(-2.5, 1.2) if rng.random() < 0.9 else 1e-14
    alpha = float(share / steepest / scale**2)
    rule = rng.choice(["alpha-scaled", "alpha-scaled", "raw-gradient", "hot-and-cold", "Pulled"])
    if rule == "alpha-scaled":
        options["alpha"] = alpha
    elif rule == "hot-and-cold":
        options["step_amount"] = float(share / scale)
    elif rule == "Pulled":
        options |= {"alpha": alpha, "pull": scale * 0.2}
    if rng.random() < 0.3:
        targets = (targets > np.median(targets)).astype(float)
        options |= {
            "predict": "logistic",
            "compare": str(rng.choice(["log-loss", "squared-error"])),
        }
    return Case(inputs * scale, targets, Pulled if rule == "Pulled" else str(rule), options)


@pytest.fixture(scope="module")
def runs() -> list[tuple[Case, warmer.Run]]:
    """The random runs."""
    cases = map(case_of, range(RUNS))
    return [(case, case.train()) for case in cases]


def test_diverged(runs) -> None:
    """No run is called diverged whose error over all rows fell in every pass."""
    called = [(case, run) for case, run in runs if run.outcome.status == "diverged"]
    for case, run in called:
        if run.outcome.reason.startswith(("the error is", "a weight would")):
            continue  # a number beyond the floats
        weights = np.vstack([run.history.weights[:: case.per_pass], run.weights])
        errors = case.errors(weights)
        assert not (np.diff(errors) < 0).all(), case
        assert errors[-1] > errors[0], case

    assert len(called) > RUNS / 10


def test_converged(runs) -> None:
    """No run has converged whose weight_delta vanished by rounding, or far above its start.

    The slopes are computed anew with more digits, of formulas that cannot lose them.
    """
    called = [(case, run) for case, run in runs if run.outcome.status == "converged"]
    for case, run in called:
        first, last = case.errors(np.vstack([case.start, run.weights]))
        before, now = (np.abs(case.weight_deltas(w)).max() for w in (case.start, run.weights))
        seen = np.abs(run.history.weight_deltas[-case.per_pass :]).max()
        assert seen > 0 or now == 0 or last <= 1e-20 * first, case
        assert last <= first * (1 + 1e-6) or now > 1e-6 * before, case

    assert len(called) > RUNS / 50


def test_stalling(runs) -> None:
    """No run is stalling within a millionth of the best, or where its rule holds it."""
    called = [(c, run) for c, run in runs if any(f.startswith("stall") for f in run.findings)]
    for case, run in called:
        pace = case.options.get("alpha", 1.0) * np.linalg.norm(case.inputs) ** 2
        assert case.rule is not Pulled or pace < 1e-9, case  # else it is the pull that holds it
        (error,) = case.errors(run.weights)
        assert case.less_than(run.weights) < (1 - 1e-6) * error, case

    assert len(called) > RUNS / 100


def test_swinging(runs) -> None:
    """Where weights swing, smaller steps get closer."""
    called = [(c, run) for c, run in runs if any(f.startswith("swing") for f in run.findings)]
    for case, run in called:
        name = "step_amount" if case.rule == "hot-and-cold" else "alpha"
        smaller = {name: case.options.get(name, 1.0) / 4, "weights": run.weights}
        rule = "alpha-scaled" if case.rule == "raw-gradient" else case.rule
        steps = 4 * run.outcome.steps
        after = case.train(rule=rule, **{**case.options, **smaller, "steps": steps})
        assert after.error < case.errors(run.history.weights[-2:]).max(), case

    assert len(called) > RUNS / 100


def test_not_there(runs) -> None:
    """A run that is not there is so many steps from it, or as low as is said after so many.

    They are counted to a tenth, or to one step, as long as they are not too many to be taken.
    """
    said = [(c, run, re.search(MORE, " ".join(run.findings))) for c, run in runs]
    called = [(c, run, more) for c, run, more in said if more and len(more["steps"]) < 5]
    for case, run, more in called:
        told, steps = int(more["steps"]), run.outcome.steps
        on = case.train(steps=steps + 2 * told + 2, tolerance=None, engine="auto")
        goal = 1e-9 * np.mean(case.targets**2) + 1.01 * case.less_than(None) if case.squared else 0
        errors = case.errors(on.history.weights)
        needed = np.argmax(errors <= float(more["then"] or goal)) - steps
        assert abs(needed - told) <= max(1, 0.1 * told), (case, run.findings)

    assert len(called) > RUNS / 50


def test_advice(runs) -> None:
    """Whoever follows an advice, and then the next one, comes to a run that is better."""
    called = [(case, run) for case, run in runs if re.search(ADVICE, " ".join(run.findings))]
    for case, run in called:
        better, after = case, run
        for _ in range(3):
            said = re.search(ADVICE, " ".join(after.findings))
            if said is None:
                break
            better = better.following(said)
            after = better.train()
        if case.rule is Pulled:  # the theory of its steps knows nothing, that of squares does
            assert after.outcome.steps > run.outcome.steps
            continue
        assert after.outcome.status != "diverged", (case, run.findings)
        assert after.error < (run.error if better.unit == case.unit else np.inf), case
    assert len(called) > RUNS / 10
