"""One row of `partial_fit`, against scikit-learn's SGDRegressor: in turn, several rounds."""

import time
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from statistics import median

import numpy as np

CALLS = 200
WIDTHS = (1, 3, 10, 30, 100, 1000)


def seconds(work: Callable[[], object]) -> float:
    """How long a call takes."""
    began = time.perf_counter()
    for _ in range(CALLS):
        work()
    return (time.perf_counter() - began) / CALLS


def lines(rounds: int) -> list[str]:
    """The lines of a report; none without scikit-learn."""
    if find_spec("sklearn") is None:
        return []
    from sklearn.linear_model import SGDRegressor

    from warmer.sklearn import WarmerRegressor

    found = [f"one row of partial_fit, median of {rounds} rounds of {CALLS} calls"]
    for width in WIDTHS:
        row, goal = np.random.default_rng(0).normal(size=(1, width)), np.array([1.0])
        peers = (
            WarmerRegressor(parameters={"alpha": 1e-4}),
            SGDRegressor(penalty=None, learning_rate="constant", eta0=1e-4),
        )
        for model in peers:
            model.partial_fit(row, goal)
        assert np.allclose(peers[0].coef_, peers[1].coef_, rtol=1e-12, atol=0)
        times = [
            [seconds(partial(model.partial_fit, row, goal)) for model in peers]
            for _ in range(rounds)
        ]
        ours, theirs = (1e6 * median(column) for column in zip(*times, strict=True))
        found.append(
            f"  {width:4} features: {ours:8.1f} us, SGDRegressor {theirs:8.1f} us, "
            f"{theirs / ours:5.2f} times as long"
        )
    return found
