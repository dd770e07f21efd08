"""Many values at once come to what each of them comes to alone, to the bit."""

import math
from pathlib import Path

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import warmer
from warmer.comparing.tuningtrial import Trial
from warmer.engines.choice import formula_for_lanes
from warmer.plugins.registry import load_file
from warmer.training.tasks import task_of

OPTIMIZERS = Path(__file__).parents[1] / "optimizers.py"
Momentum, Adam = (load_file(f"{OPTIMIZERS}:{name}") for name in ("Momentum", "Adam"))


@attrs.frozen(eq=False)
class Branches:
    """Branches on the slope, the error, the step and the passes; a power and a hyperbolic tangent."""

    alpha: float = warmer.param(0.1, above=0)

    @warmer.hookimpl
    def learn(self, weight, weight_delta, error, step, steps, passes):
        if weight_delta > 0 and error > 0.5:
            return weight - self.alpha * weight_delta / (1 + passes)
        if step > steps / 2:
            return weight - self.alpha**1.5 * math.tanh(weight_delta)
        return weight - self.alpha * weight_delta


@attrs.frozen(eq=False)
class Normed:
    """A step of a share of the norm: a sum over all weights."""

    alpha: float = warmer.param(0.1, above=0)

    @warmer.hookimpl
    def learn(self, weight, weight_delta, weight_norm, weight_delta_norm):
        return weight - self.alpha * (1 + weight_norm) * weight_delta / (1 + weight_delta_norm)


@attrs.frozen(eq=False)
class Probing:
    """Probes where a first probe led."""

    alpha: float = warmer.param(0.01, above=0)

    @warmer.hookimpl
    def learn(self, weight, error_at, error, weight_delta):
        here = error_at(weight - self.alpha * weight_delta)
        there = error_at(weight - self.alpha * here)
        return weight - self.alpha * weight_delta if here < min(there, error) else weight


@attrs.frozen(eq=False)
class Dividing:
    """Divides by the distance from 1, where Python itself raises."""

    alpha: float = warmer.param(0.1, above=0)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        if weight > 2:
            raise warmer.Stop("far enough")
        return weight - self.alpha * weight_delta / (1.0 - self.alpha)


ALPHA = {
    "alpha-scaled": {},
    "decay": {"rule": "alpha-scaled", "modifiers": ["decay:rate=0.1"]},
    "clipped": {"rule": "alpha-scaled", "modifiers": ["clip:most=0.3", "clip-norm:most=0.2"]},
    "average": {"rule": "alpha-scaled", "modifiers": ["average"]},
    "schedule": {"rule": "alpha-scaled", "modifiers": ["schedule"]},
    "logistic": {"rule": "alpha-scaled", "predict": "logistic", "compare": "log-loss"},
    "absolute": {"rule": "alpha-scaled", "compare": "absolute-error"},
    **{rule.__name__: {"rule": rule} for rule in
       (Momentum, Adam, Branches, Normed, Probing, Dividing)},
}  # fmt: skip
RULES = {name: ("alpha", how) for name, how in ALPHA.items()} | {
    "hot-and-cold": ("step_amount", {}),
    "friction": ("beta", {"rule": Momentum}),
}


def trials(name, inputs, targets, steps, size=None, seed=None, test=None):
    """The same trial by lanes and by the literal runs of `train`."""
    parameter, how = RULES[name]
    how = {"rule": name, **how}
    network = warmer.network(how.pop("rule"), **how)
    if parameter not in network.rule.description()["parameters"]:
        pytest.fail(f"{name} has no {parameter}")
    task = task_of(network, inputs, targets, 0.25, steps, size, None, seed)
    assert formula_for_lanes(network, task) is not None
    return [Trial(network, parameter, task, test, engine, None) for engine in ("auto", "native")]


def all_of(came):
    """Everything that a value came to, floats as their bits."""
    numbers = np.array([came.error, math.nan if came.test_error is None else came.test_error])
    weights = None if came.weights is None else came.weights.tobytes()
    return came.value, came.status, came.reason, came.steps, numbers.tobytes(), weights


def table(rng, rows, inputs, name):
    values = rng.normal(size=(rows, inputs))
    targets = values @ rng.normal(size=inputs) + rng.normal(size=rows)
    return values, (targets > 0) * 1.0 if "logistic" in name else targets


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("size, seed", [(None, None), (7, None), (1, 3), (70, 5)])
def test_each_lane_is_a_single_run(name, size, seed):
    """A lane has the bits, the outcome and its reason of a single run, whatever others do."""
    rng = np.random.default_rng(11)
    inputs, targets = table(rng, 150, 3, name)
    test = table(rng, 20, 3, name)
    test = test[0], test[1].reshape(-1, 1)
    values = [0.001, 0.01, 0.1, 0.3, 0.5, 0.9] if name == "friction" else [
        *np.geomspace(1e-3, 3, 15).tolist(), 1.0, 1e3, 1e80, 1e200]  # fmt: skip
    lanes, alone = trials(name, inputs, targets, 60, size, seed, test)
    found, expected = lanes.of(values), alone.of(values)
    assert list(map(all_of, found)) == list(map(all_of, expected))
