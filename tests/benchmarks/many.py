"""Many values of a parameter at once: `warmer.tune` against jax's vmap."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from peers import Contenders, jax_with_floats
from timing import Workload
from workloads import data

import warmer

VALUES, STEPS, ROWS, FEATURES = 1000, 100, 1000, 10


def many() -> Iterator[Workload]:
    """A thousand values of alpha, a hundred steps each over all rows, and the error after them.

    The values are spread evenly in powers of ten over what works, and a little beyond.
    """
    inputs, targets = data(ROWS, FEATURES)
    limit = 2 / np.linalg.eigvalsh(inputs.T @ inputs / ROWS)[-1]
    alphas = np.geomspace(limit / 1000, 1.02 * limit, VALUES)

    def ours() -> np.ndarray:
        tuning = warmer.tune(
            inputs, targets, "alpha-scaled", steps=STEPS, values=alphas.tolist()
        )  # fmt: skip
        return np.array([each.error for each in tuning.table])

    yield Workload(
        f"{VALUES} values of alpha, full batch, {ROWS} rows, d={FEATURES}, {STEPS} steps",
        ("step", VALUES * STEPS),
        {"warmer": ours, **_vmap(inputs, targets, alphas)},
    )


def _vmap(x: np.ndarray, y: np.ndarray, alphas: np.ndarray) -> Contenders:
    """The loop of one value, vectorised over all, compiled before it is timed."""
    jax = jax_with_floats()
    if jax is None:
        return {}
    inputs, targets, values = map(jax.numpy.asarray, (x, y, alphas))

    def loss(weights: Any) -> Any:
        return (0.5 * (inputs @ weights - targets) ** 2).mean()

    def errors(alpha: Any) -> Any:
        def step(_: Any, weights: Any) -> Any:
            return weights - alpha * jax.grad(loss)(weights)

        return 2 * loss(jax.lax.fori_loop(0, STEPS, step, jax.numpy.zeros(FEATURES)))

    run = jax.jit(jax.vmap(errors))
    return {"jax vmap": lambda: run(values).block_until_ready()}
