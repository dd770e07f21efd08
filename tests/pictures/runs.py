"""Runs of every kind, to draw."""

from typing import Any

import numpy as np

import warmer

SVG = "{http://www.w3.org/2000/svg}"
rng = np.random.default_rng(0)
ROWS, SOME = rng.normal(size=(50, 3)), rng.normal(size=(50, 11))
ONE = {"inputs": [2.0], "targets": [0.8]}


def train(rule: Any = "alpha-scaled", **more: Any) -> warmer.Run:
    return warmer.train(rule=rule, **{**ONE, "weights": 0.5, "steps": 12, **more})


RUNS = {
    "one step": train(steps=1),
    "at the goal": train(weights=0.4),
    "a constant error": train(inputs=[0.0]),
    "diverged": train("raw-gradient", steps=20),
    "out of the floats": train("raw-gradient", steps=1000),
    "no step at all": train("raw-gradient", inputs=[1e200]),
    "swinging": train("hot-and-cold", step_amount=0.3, steps=400),
    "hundred thousand steps": train(alpha=1e-4, steps=100_000),
    "every seventh step": train(history=7, steps=300, alpha=0.01),
    "converged": train(tolerance=1e-3, steps=1000),
    "huge": train(targets=[1e150], inputs=[1.0], alpha=0.3),
    "tiny": train(targets=[1e-155], inputs=[1.0], alpha=0.3, weights=0.0),
    "far from 0": train(inputs=[1.0], targets=[1e9 + 1], weights=1e9),
    "errors of 0": train(inputs=[1.0], targets=[1.0], alpha=0.999, weights=0.0, steps=50),
    "absolute error": train(inputs=[1.0, 2.0], targets=[1.0, 2.0], compare="absolute-error"),
    "log odds": train(inputs=ROWS, targets=(SOME[:, 0] > 0) * 1.0, predict="logistic",
                      compare="log-loss", steps=100),
    "rows one by one": train(inputs=ROWS, targets=SOME[:, 0], batch_size=1, seed=1, steps=3000),
    "no move": train(inputs=ROWS * 0, targets=SOME[:, 0]),
    "many targets": train(inputs=ROWS, targets=SOME, steps=100),
    "many targets, one weight": train(inputs=ROWS[:, 0], targets=SOME, batch_size=1, steps=40),
}  # fmt: skip
