"""`error_at_all`: the batch's error at other weights of the target, all at once."""

from typing import Any

import attrs
import numpy as np
import pytest

import warmer

SPSA = "docs/examples/warmer-spsa/warmer_spsa.py:Spsa"
NUMBERS = np.random.default_rng(0)
INPUTS, TARGETS = NUMBERS.normal(size=(7, 3)), NUMBERS.normal(size=7)


def probing(look: Any) -> Any:
    """A rule that is given `error_at_all` and more, and stays where it is."""

    @attrs.frozen(eq=False)
    class Looking:
        @warmer.hookimpl
        def learn(self, weights, error_at_all, error, step, inputs):
            look(weights, error_at_all, error, step, inputs)
            return weights + 0.125

    return Looking()


@pytest.mark.parametrize("compare", ["squared-error", "absolute-error"])
@pytest.mark.parametrize("how", [{}, {"batch_size": 3}, {"batch_size": 2, "seed": 1}])
def test_the_error_at_other_weights(compare, how) -> None:
    """At the weights it is the error; elsewhere that of the same rows, short last batches too."""
    seen = []

    def look(weights, error_at_all, error, step, inputs):
        assert error_at_all(weights) == error
        assert type(error_at_all(weights)) is float
        rows = [np.flatnonzero((row == INPUTS).all(axis=1))[0] for row in inputs]
        other = error_at_all(weights + 1.0)
        (told,) = warmer.steps(
            INPUTS[rows], TARGETS[rows], "raw-gradient", weights=weights + 1.0, steps=1,
            compare=compare,
        )  # fmt: skip
        assert other == told.error
        seen.append((step, len(rows)))

    warmer.train(INPUTS, TARGETS, probing(look), compare=compare, steps=4, **how)
    assert [step for step, _ in seen] == [1, 2, 3, 4]
    if how.get("batch_size") == 3:
        assert [rows for _, rows in seen] == [3, 3, 1, 3]


def test_each_target_has_its_own() -> None:
    """The error is that of the target that is learnt."""
    found = []

    def look(weights, error_at_all, error, step, inputs):
        found.append(error_at_all(np.zeros(3)))

    goals = np.stack([TARGETS, 2 * TARGETS], axis=1)
    warmer.train(INPUTS, goals, probing(look), steps=1)
    assert found == [pytest.approx(np.mean(TARGETS**2)), pytest.approx(4 * np.mean(TARGETS**2))]


@pytest.mark.parametrize(
    ("candidates", "said"),
    [
        (1.0, r"got 1.0 of shape \(\), not 3 weights"),
        ([1.0, 2.0], r"got \[1.0, 2.0\] of shape \(2,\), not 3 weights"),
        ([[1.0, 2.0, 3.0]], r"got \[\[1.0, 2.0, 3.0\]\] of shape \(1, 3\), not 3 weights"),
        ("x", "got 'x', not 3 weights"),
        (None, r"got None of shape \(\), not 3 weights"),
    ],
)
def test_something_else_than_weights(candidates, said) -> None:
    """What is not one number for each weight is a fault of the rule, which is named."""
    rule = probing(lambda weights, error_at_all, *_: error_at_all(candidates))
    with pytest.raises(warmer.HookError, match=f"error_at_all, asked by Looking, {said}"):
        warmer.train(INPUTS, TARGETS, rule, steps=1)


@pytest.mark.parametrize("beyond", [1e200, np.inf, np.nan])
def test_beyond_the_floats(beyond) -> None:
    """Where the error leaves the floats, so does the run, with its last weights."""
    rule = probing(lambda weights, error_at_all, *_: error_at_all(weights + beyond))
    run = warmer.train(INPUTS, TARGETS, rule, steps=3, weights=0.5)
    assert (run.outcome.status, run.outcome.steps) == ("diverged", 0)
    assert run.weights.tolist() == [0.5] * 3


def test_nothing_is_shared() -> None:
    """A rule may keep what it gave, and change it."""
    kept = []

    def look(weights, error_at_all, *_):
        before = error_at_all(weights)
        kept.append(weights)
        weights += 1.0
        assert error_at_all(kept[-1]) != before

    warmer.train(INPUTS, TARGETS, probing(look), steps=2)


def test_no_derivative_is_needed() -> None:
    """A rule that only asks for errors learns where no slope is."""

    @attrs.frozen(eq=False)
    class Rounded:
        @warmer.hookimpl
        def predict(self, weights, inputs):
            return float(round(warmer.dot(weights, inputs), 2))

    run = warmer.train(
        INPUTS, INPUTS @ [1.0, -2.0, 0.5], SPSA, predict=Rounded(), steps=600, seed=2, reach=0.1,
        alpha=0.05,
    )  # fmt: skip
    assert run.error < 1e-3


def test_the_example_learns() -> None:
    """SPSA finds the best weights of any comparison, in the same way every time."""
    how = {"steps": 500, "seed": 1, "alpha": 0.05, "batch_size": 3}
    for compare in ("squared-error", "absolute-error"):
        run = warmer.train(INPUTS, INPUTS @ [1.0, -2.0, 0.5], SPSA, compare=compare, **how)
        assert run.error < 0.1
    again = warmer.train(INPUTS, INPUTS @ [1.0, -2.0, 0.5], SPSA, compare=compare, **how)
    assert again.weights.tolist() == run.weights.tolist()
    with pytest.raises(warmer.UsageError, match="asks for all weights at once"):
        warmer.train(INPUTS, TARGETS, SPSA, engine="arrays")
