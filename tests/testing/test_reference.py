"""The reference implementation of a run."""

from pathlib import Path

import numpy as np
import pytest

import warmer.testing

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


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
