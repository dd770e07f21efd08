"""One answer: every engine gives the bits of the literal one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import warmer

SPECIAL = [0.0, -0.0, 5e-324, -5e-324, 2.2e-308, -1e-310, 1.0, -1.0, 1e-160, 3.0]


def table(rows: int, features: int, targets: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows whose numbers are of every kind: also zeros of both signs, and denormal ones."""
    numbers = np.random.default_rng(features)
    inputs = numbers.normal(size=(rows, features)) / np.sqrt(features)
    special = numbers.random(inputs.shape) < 0.1
    inputs[special] = numbers.choice(SPECIAL, size=inputs.shape)[special]
    goal = numbers.normal(size=(rows, targets) if targets > 1 else rows)
    return inputs, goal


RULES = (
    "raw-gradient alpha-scaled hot-and-cold Momentum Adam Branches Clipping Squashing Probing"
).split()


def test_every_rule_is_sampled(rules) -> None:
    """The sample leaves out no rule."""
    assert list(rules) == RULES


@pytest.mark.sampled(
    16,
    named=RULES,
    features=[1, 2, 3, 8, 9, 17, 100, 300],
    batch_size=[1, 7, 32, None],
    targets=[1, 3],
)
def test_same_bits(same, rules, named, features, batch_size, targets) -> None:
    """Weights, memory, error, outcome and every recorded number agree to the bit."""
    probes = named in ("hot-and-cold", "Probing")
    rows = 6 if probes and features >= 100 else 40
    if batch_size is not None:
        batch_size = min(batch_size, rows)
    inputs, goal = table(rows, features, targets)
    steps = 2 if features >= 100 else 9
    same(
        "arrays native", inputs, goal, rules[named], steps=steps, batch_size=batch_size,
        history=2, weights=-0.0,
    )  # fmt: skip


def test_without_history(same, rule) -> None:
    """What is recorded does not change what is computed."""
    inputs, goal = table(20, 3, 1)
    same("arrays native", inputs, goal, rule, steps=50, batch_size=4, history=None)


def test_shuffled(same, rule) -> None:
    """A seed shuffles rows alike for every engine."""
    inputs, goal = table(13, 9, 2)
    same("arrays native", inputs, goal, rule, steps=11, batch_size=5, seed=7)


@pytest.mark.sampled(
    3, seconds=[1e-4, 10.0], at_once=[1, 30, 10**6], batch_size=[1, 2, 6], targets=[1, 2]
)
def test_shuffled_in_any_pieces(same, seconds, at_once, batch_size, targets, monkeypatch) -> None:
    """However many passes are put in order at once, and however chunks cut them."""
    monkeypatch.setattr("warmer.training.loop.CHUNK_SECONDS", seconds)
    monkeypatch.setattr("warmer.engines.native.engine.NativeEngine.steps_at_first", 4)
    monkeypatch.setattr("warmer.engines.native.engine.ORDERED", at_once)
    inputs, goal = table(7, 9, targets)
    same(
        "native", inputs, goal, "alpha-scaled", steps=151, batch_size=batch_size, seed=7,
        alpha=0.01, tolerance=1e-9,
    )  # fmt: skip


@pytest.mark.parametrize("seconds", [1e-9, 1e-4, 10.0])
def test_any_chunk_size(same, rule, seconds, monkeypatch) -> None:
    """How many steps a chunk has changes nothing."""
    monkeypatch.setattr("warmer.training.loop.CHUNK_SECONDS", seconds)
    monkeypatch.setattr("warmer.engines.native.engine.NativeEngine.steps_at_first", 4)
    inputs, goal = table(10, 2, 1)
    same("arrays native", inputs, goal, rule, steps=67, batch_size=3)


@pytest.mark.parametrize("rows", [63, 64, 65, 200, 4097])
def test_blocks_of_rows(same, rows) -> None:
    """Sums over many rows are merged block by block, in the same order everywhere."""
    inputs, goal = table(rows, 3, 1)
    same("arrays native", inputs, goal, "alpha-scaled", steps=2)
    same("arrays native", inputs[:, :1], goal, "hot-and-cold", steps=1)


@pytest.mark.parametrize("targets", [1, 2])
def test_convergence(same, targets) -> None:
    """A tolerance ends the run after the same step."""
    inputs, goal = table(12, 2, targets)
    same("arrays native", inputs, goal, "alpha-scaled", steps=5000, tolerance=1e-6)
    same("arrays native", inputs, goal, "alpha-scaled", steps=90, batch_size=5, tolerance=1e-2)


@pytest.mark.parametrize("targets", [1, 2])
@pytest.mark.parametrize("batch_size", [1, 2, None])
def test_divergence(same, targets, batch_size) -> None:
    """A run that leaves the floats keeps the same last weights and gives the same reason."""
    inputs = np.array([[3.0, 1.0], [2.0, -4.0], [5.0, 0.0]])
    goal = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])[:, :targets]
    same("arrays native", inputs, goal, "raw-gradient", steps=2000, batch_size=batch_size)


@pytest.mark.sampled(
    9,
    named=RULES,
    network=[("logistic", "log-loss"), ("linear", "absolute-error")],
    features=[1, 8, 20],
    batch_size=[1, None],
)
def test_other_networks(same, rules, named, network, features, batch_size) -> None:
    """Other predictors and comparisons agree to the bit as well."""
    predict, compare = network
    inputs, goal = table(11, features, 1)
    same(
        "arrays native", inputs, (goal > 0) * 1.0, rules[named], steps=4, batch_size=batch_size,
        predict=predict, compare=compare, weights=0.25,
    )  # fmt: skip


numbers = st.floats(-1e3, 1e3) | st.sampled_from(SPECIAL)


@settings(max_examples=40)
@given(
    data=st.data(),
    seed=st.integers(0, 2**32),
    values=st.lists(numbers, min_size=1, max_size=12),
    rows=st.integers(1, 40),
    features=st.sampled_from([1, 2, 3, 8, 9, 17, 100, 300]),
    targets=st.sampled_from([1, 3]),
    batch_size=st.sampled_from([1, 7, 32, 40]),
)
def test_any_numbers(same, rules, data, seed, values, rows, features, targets, batch_size) -> None:
    """Whatever the rule, the shape, the inputs, the targets and the starting weights are."""
    rule = rules[data.draw(st.sampled_from(list(rules)))]
    rows = min(rows, 400 // features + 1)
    chance = np.random.default_rng(seed)
    shape = (rows, targets) if targets > 1 else rows
    same(
        "arrays native", chance.choice(values, (rows, features)), chance.choice(values, shape),
        rule, steps=3, batch_size=min(batch_size, rows),
        weights=chance.choice(values, (features, targets) if targets > 1 else features),
    )  # fmt: skip


def test_golden_figures(golden, engine) -> None:
    """Every figure printed in the notes comes out of every engine, bit for bit."""
    run = warmer.train(
        [golden.input], [golden.goal], golden.rule, weights=golden.weight, steps=golden.steps,
        engine=engine, **golden.parameters,
    )  # fmt: skip
    columns = {
        "error": run.history.error,
        "prediction": run.history.prediction,
        "delta": run.history.delta,
        "weight_delta": run.history.weight_deltas[:, 0],
        "weight": np.append(run.history.weights[:, 0], run.weights),
    }
    for column, values in golden.expected.items():
        for step, expected in values.items():
            assert float(columns[column][step - 1]).hex() == expected.hex()
