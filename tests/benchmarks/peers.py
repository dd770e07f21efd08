"""The peers, each doing the same update: `weight - alpha * input * (prediction - target)`.

A peer that is not installed is left out. Conventions: scikit-learn without penalty and with a
constant rate; torch and jax minimise half the squared error, whose gradient is ours.
"""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np

Contenders = dict[str, Callable[[], Any]]


def python_hot_and_cold(weight: float, x: float, goal: float, amount: float, steps: int) -> float:
    """The loop of the book, without its printing."""
    for _ in range(steps):
        prediction = x * weight
        _error = (prediction - goal) ** 2
        up = (goal - x * (weight + amount)) ** 2
        down = (goal - x * (weight - amount)) ** 2
        if down < up:
            weight = weight - amount
        if down > up:
            weight = weight + amount
    return weight


def python_gradient(weight: float, x: float, goal: float, alpha: float, steps: int) -> float:
    """The loop of the book, without its printing."""
    for _ in range(steps):
        prediction = x * weight
        _error = (prediction - goal) ** 2
        weight = weight - alpha * ((prediction - goal) * x)
    return weight


def numpy_hot_and_cold(x: np.ndarray, y: np.ndarray, amount: float, steps: int) -> np.ndarray:
    """Every weight probed both ways by predicting all rows."""
    weights = np.zeros(x.shape[1])

    def error(candidate: np.ndarray) -> float:
        delta = x @ candidate - y
        return float((delta * delta).mean())

    for _ in range(steps):
        moves = np.zeros_like(weights)
        for index in range(len(weights)):
            probe = np.zeros_like(weights)
            probe[index] = amount
            up, down = error(weights + probe), error(weights - probe)
            moves[index] = amount * (int(up < down) - int(down < up))
        weights = weights + moves
    return weights


def jax_with_floats() -> Any:
    """jax with floats of 64 bits; None where it is not installed."""
    if find_spec("jax") is None:
        return None
    import jax

    jax.config.update("jax_enable_x64", True)
    return jax


def jax_hot_and_cold(weight: float, x: float, goal: float, amount: float, steps: int) -> Contenders:
    """A scan, compiled before it is timed."""
    jax = jax_with_floats()
    if jax is None:
        return {}
    numpy = jax.numpy

    def step(w: Any, _: Any) -> Any:
        up, down = (goal - x * (w + amount)) ** 2, (goal - x * (w - amount)) ** 2
        return w - amount * (down < up) + amount * (down > up), None

    scan = jax.jit(lambda w: jax.lax.scan(step, w, None, length=steps)[0])
    return {"jax scan": lambda: scan(numpy.float64(weight)).block_until_ready()}


def jax_gradient(weight: float, x: float, goal: float, alpha: float, steps: int) -> Contenders:
    """A scan, compiled before it is timed."""
    jax = jax_with_floats()
    if jax is None:
        return {}

    def step(w: Any, _: Any) -> Any:
        return w - alpha * ((x * w - goal) * x), None

    scan = jax.jit(lambda w: jax.lax.scan(step, w, None, length=steps)[0])
    return {"jax scan": lambda: scan(jax.numpy.float64(weight)).block_until_ready()}


def online(x: np.ndarray, y: np.ndarray, alpha: float) -> Contenders:
    """scikit-learn's partial_fit, and a jax scan with optax."""
    found: Contenders = {}
    if find_spec("sklearn") is not None:
        from sklearn.linear_model import SGDRegressor

        def sklearn() -> Any:
            model = SGDRegressor(
                penalty=None, learning_rate="constant", eta0=alpha, shuffle=False,
                fit_intercept=False,
            )  # fmt: skip
            return model.partial_fit(x, y).coef_

        found["scikit-learn SGDRegressor"] = sklearn
    found |= _jax_batches("jax + optax scan", x[:, None, :], y[:, None], alpha)
    return found


def full_batch(x: np.ndarray, y: np.ndarray, alpha: float, passes: int) -> Contenders:
    """NumPy, torch and jax, each on as many threads as it takes by itself."""

    def by_numpy() -> np.ndarray:
        weights = np.zeros(x.shape[1])
        for _ in range(passes):
            delta = x @ weights - y
            weights = weights - alpha * (delta @ x / len(x))
        return weights

    found: Contenders = {"NumPy": by_numpy}
    if find_spec("torch") is not None:
        import torch

        inputs, targets = torch.from_numpy(x), torch.from_numpy(y)

        def by_torch() -> Any:
            weights = torch.zeros(x.shape[1], dtype=torch.float64, requires_grad=True)
            optimizer = torch.optim.SGD([weights], lr=alpha)
            for _ in range(passes):
                optimizer.zero_grad()
                (0.5 * (inputs @ weights - targets) ** 2).mean().backward()
                optimizer.step()
            return weights.detach().numpy()

        found["torch.optim.SGD"] = by_torch
    jax = jax_with_floats()
    if jax is not None:
        inputs_, targets_ = jax.numpy.asarray(x), jax.numpy.asarray(y)

        def loss(weights: Any, a: Any, b: Any) -> Any:
            return (0.5 * (a @ weights - b) ** 2).mean()

        @jax.jit
        def run(a: Any, b: Any) -> Any:
            def step(_: Any, weights: Any) -> Any:
                return weights - alpha * jax.grad(loss)(weights, a, b)

            return jax.lax.fori_loop(0, passes, step, jax.numpy.zeros(a.shape[1]))

        found["jax"] = lambda: run(inputs_, targets_).block_until_ready()
    return found


def mini_batch(x: np.ndarray, y: np.ndarray, alpha: float, size: int) -> Contenders:
    """A NumPy loop, and a jax scan with optax."""
    steps = len(x) // size
    batches = x[: steps * size].reshape(steps, size, -1), y[: steps * size].reshape(steps, size)

    def by_numpy() -> np.ndarray:
        weights = np.zeros(x.shape[1])
        for inputs, targets in zip(*batches, strict=True):
            delta = inputs @ weights - targets
            weights = weights - alpha * (delta @ inputs / size)
        return weights

    return {"NumPy loop": by_numpy, **_jax_batches("jax + optax scan", *batches, alpha)}


def _jax_batches(name: str, x: np.ndarray, y: np.ndarray, alpha: float) -> Contenders:
    jax = jax_with_floats()
    if jax is None or find_spec("optax") is None:
        return {}
    import optax

    optimizer = optax.sgd(alpha)

    def loss(weights: Any, inputs: Any, targets: Any) -> Any:
        return (0.5 * (inputs @ weights - targets) ** 2).mean()

    def step(carry: Any, batch: Any) -> Any:
        weights, state = carry
        updates, state = optimizer.update(jax.grad(loss)(weights, *batch), state)
        return (optax.apply_updates(weights, updates), state), None

    @jax.jit
    def run(inputs: Any, targets: Any) -> Any:
        weights = jax.numpy.zeros(inputs.shape[-1])
        return jax.lax.scan(step, (weights, optimizer.init(weights)), (inputs, targets))[0][0]

    inputs, targets = jax.numpy.asarray(x), jax.numpy.asarray(y)
    return {name: lambda: run(inputs, targets).block_until_ready()}
