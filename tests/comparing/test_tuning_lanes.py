"""Many values at once come to what each of them comes to alone, to the bit."""

import math
from pathlib import Path

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import warmer
from warmer.comparing.tuning_trial import Trial
from warmer.engines.choice import formula_for_many
from warmer.engines.native.lanes import fits
from warmer.plugins.registry import load_file
from warmer.training.tasks import task_of

OPTIMIZERS = Path(__file__).parents[1] / "optimizers.py"
Momentum, Adam = (load_file(f"{OPTIMIZERS}:{name}") for name in ("Momentum", "Adam"))


@attrs.frozen(eq=False)
class Branches:
    """Branches on the slope, the error, the step and the passes; a power, and tanh."""

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
    """Divides by the distance from 1, where Python itself raises; stops beyond 2."""

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
    assert fits(formula_for_many(network, task))
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


BATCHES = {"full": (None, None), "batches": (7, None), "online": (1, 3), "shuffled": (70, 5)}
VALUES = [*np.geomspace(1e-3, 3, 17).tolist(), 1.0, 1e3, 1e80, 1e200]  # two kernels' worth


@pytest.mark.sampled(8, batches=list(BATCHES), inputs=[1, 3, 8], name=list(RULES))
def test_each_lane_is_a_single_run(name, inputs, batches):
    """A lane has the bits, the outcome and its reason of a single run, whatever others do."""
    rng = np.random.default_rng(11)
    rows = table(rng, 90, inputs, name)
    unseen = table(rng, 20, inputs, name)
    test = unseen[0], unseen[1].reshape(-1, 1)
    values = np.linspace(0.0, 0.99, 18).tolist() if name == "friction" else VALUES
    lanes, alone = trials(name, *rows, 24, *BATCHES[batches], test)
    found, expected = lanes.of(values), alone.of(values)
    assert list(map(all_of, found)) == list(map(all_of, expected))


@pytest.mark.parametrize("inputs", [9, 19])
def test_many_weights(inputs):
    """So has a lane of a network of more weights than fill a vector."""
    rows = table(np.random.default_rng(5), 100, inputs, "")
    lanes, alone = trials("Adam", *rows, 12)
    assert list(map(all_of, lanes.of(VALUES))) == list(map(all_of, alone.of(VALUES)))


@settings(deadline=None, max_examples=10)
@given(
    values=st.lists(st.floats(1e-320, 1e300), min_size=2, max_size=40, unique=True),
    rows=st.integers(1, 200),
    steps=st.integers(1, 40),
    scale=st.sampled_from([1e-160, 1.0, 1e150]),
)  # fmt: skip
def test_any_values(values, rows, steps, scale):
    """So has a lane at the ends of the floats."""
    rng = np.random.default_rng(rows)
    inputs, targets = table(rng, rows, 2, "")
    lanes, alone = trials("alpha-scaled", inputs * scale, targets, steps)
    assert list(map(all_of, lanes.of(values))) == list(map(all_of, alone.of(values)))


def test_threads_change_nothing():
    """However many threads share the lanes, the bits are the same."""
    inputs, targets = table(np.random.default_rng(2), 3000, 4, "")
    values = np.geomspace(1e-3, 2, 200).tolist()
    lanes, _ = trials("alpha-scaled", inputs, targets, 30)
    one, four = (attrs.evolve(lanes, threads=threads).of(values) for threads in (1, 4))
    assert list(map(all_of, one)) == list(map(all_of, four))


def test_without_threads(monkeypatch):
    """Where no thread is to be had, the lanes are taken here, each once."""

    def refused(_self):
        raise RuntimeError("can't start new thread")

    inputs, targets = table(np.random.default_rng(2), 3000, 4, "")
    values = np.geomspace(1e-3, 2, 200).tolist()
    lanes, _ = trials("alpha-scaled", inputs, targets, 30)
    with_some = lanes.of(values)
    monkeypatch.setattr("threading.Thread.start", refused)
    assert list(map(all_of, lanes.of(values))) == list(map(all_of, with_some))


def test_one_that_stops_the_others_go_on():
    """A value whose run cannot go on has no say in what the others come to."""
    inputs, targets = table(np.random.default_rng(3), 50, 3, "")
    lanes, _ = trials("Dividing", inputs, targets, 40)
    good = [0.01, 0.1, 0.2]
    with_bad = {came.value: all_of(came) for came in lanes.of([*good, 1.0, 3.0, 1e300])}
    assert [all_of(came) for came in lanes.of(good)] == [with_bad[value] for value in good]
    assert with_bad[1.0][1] == "failed"
    assert "division by zero" in with_bad[1.0][2]
