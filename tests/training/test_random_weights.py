"""Weights "random": where a run starts by chance, the same for every engine."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import warmer
from warmer.runs.task import Batches


def start(inputs: int, targets: int = 1, **how: Any) -> np.ndarray:
    """The weights that a run starts from."""
    data = np.ones((2, inputs)), np.ones((2, targets) if targets > 1 else 2)
    (step,) = warmer.steps(*data, "raw-gradient", steps=1, weights="random", **how)
    return step.weights


@given(st.integers(0, 2**70), st.integers(1, 20))
def test_as_documented(seed: int, inputs: int) -> None:
    """Standard normal numbers over the root of the inputs, from the documented generator."""
    drawn = np.random.default_rng([seed, 2**64 - 1]).standard_normal(inputs) / np.sqrt(inputs)
    assert start(inputs, seed=seed).tolist() == drawn.tolist()


def test_every_target_starts_as_alone() -> None:
    """Several targets start alike, each as it would alone."""
    found = start(3, 2, seed=5)
    assert found[:, 0].tolist() == found[:, 1].tolist() == start(3, seed=5).tolist()


def test_by_the_inputs_and_not_by_the_weights() -> None:
    """The scale is that of the inputs, however many weights the predictor has."""
    import attrs

    @attrs.frozen(eq=False)
    class Many:
        def weight_count(self, inputs):
            return 7

        @warmer.hookimpl
        def predict(self, weights, inputs):
            return warmer.dot(weights, weights)

    drawn = np.random.default_rng([1, 2**64 - 1]).standard_normal(7) / np.sqrt(4)
    assert start(4, seed=1, predict=Many).tolist() == drawn.tolist()


@pytest.mark.parametrize("how", [{}, {"batch_size": 1}, {"batch_size": 2}])
def test_every_engine(how) -> None:
    """One seed gives one run, on every engine and through every door."""
    inputs, targets = [[1.0, 2.0], [0.5, 1.0], [3.0, 1.0]], [1.0, 2.0, 3.0]
    how = {"weights": "random", "seed": 3, "alpha": 0.05, **how}
    runs = [
        warmer.train(inputs, targets, "alpha-scaled", steps=9, engine=engine, **how)
        for engine in ("python", "arrays", "native")
    ]
    assert len({run.weights.tobytes() for run in runs}) == 1
    steps = list(warmer.steps(inputs, targets, "alpha-scaled", steps=9, **how))
    assert steps[-1].new_weights.tolist() == runs[0].weights.tolist()
    told = warmer.explain(inputs, targets, "alpha-scaled", **how)
    assert told.lines("weight")[0].value == runs[0].history.weights[1, 0]


def test_without_a_seed() -> None:
    """Each run starts elsewhere, and its history says where."""
    runs = [
        warmer.train([[1.0, 2.0]], [1.0], "alpha-scaled", weights="random", steps=2)
        for _ in range(2)
    ]
    first, second = (run.history.weights[0] for run in runs)
    assert first.tolist() != second.tolist()
    again = warmer.train([[1.0, 2.0]], [1.0], "alpha-scaled", weights=first, steps=2)
    assert again.weights.tolist() == runs[0].weights.tolist()


@given(st.integers(0, 2**70), st.integers(1, 10**15))
def test_a_generator_of_its_own(seed: int, step: int) -> None:
    """It is neither that of a step nor that of the order of a pass."""
    words = np.random.SeedSequence([seed, 2**64 - 1]).generate_state(4).tolist()
    assert words != np.random.SeedSequence([seed, step]).generate_state(4).tolist()
    assert words != np.random.SeedSequence([seed, step - 1]).generate_state(4).tolist()
    assert Batches(3, 1, seed).order(1) is not None  # the passes are numbered from 0


@pytest.mark.parametrize("weights", ["Random", "rand", "", b"random", ["random"]])
def test_other_words(weights) -> None:
    """Any other word is refused, and told what there is."""
    with pytest.raises(warmer.DataError, match="'random'|is 'random'|is b'random'"):
        warmer.train([1.0], [1.0], "alpha-scaled", weights=weights)
