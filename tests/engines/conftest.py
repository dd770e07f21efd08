"""Rules of every shape that an engine must run, and how two runs are compared."""

import itertools
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest

import warmer
from warmer.plugins.registry import load_file

OPTIMIZERS = Path(__file__).parents[1] / "optimizers.py"
Momentum, Adam = (load_file(f"{OPTIMIZERS}:{name}") for name in ("Momentum", "Adam"))


@attrs.frozen(eq=False)
class Branches:
    """Nested branches on the slope, the error and the step."""

    alpha: float = warmer.param(0.1, above=0)

    @warmer.hookimpl
    def learn(self, weight, weight_delta, error, step):
        if weight_delta > 0:
            if error > 0.5:
                return weight - self.alpha * weight_delta
            return weight - self.alpha / step
        if weight_delta == 0:
            return weight
        return weight + (self.alpha if error <= 1 else 2 * self.alpha)


@attrs.frozen(eq=False)
class Clipping:
    """A weight that stays between two bounds."""

    alpha: float = warmer.param(0.5, above=0)
    bound: float = warmer.param(0.2, above=0)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        moved = weight - self.alpha * max(-1.0, min(1.0, weight_delta))
        return min(self.bound, max(-self.bound, moved))


@attrs.frozen(eq=False)
class Squashing:
    """A step that is squashed by tanh."""

    alpha: float = warmer.param(0.1, above=0)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - self.alpha * math.tanh(weight_delta)


@attrs.frozen(eq=False)
class Probing:
    """Probes where a first probe led, and compares with standing still."""

    reach: float = warmer.param(0.01, above=0)

    @warmer.hookimpl
    def learn(self, weight, error_at, error, weight_delta):
        here = error_at(weight - self.reach * weight_delta)
        there = error_at(weight - self.reach * here)
        return weight - self.reach * weight_delta if here < min(there, error) else weight


RULES: dict[str, Any] = {
    "raw-gradient": "raw-gradient",
    "alpha-scaled": "alpha-scaled",
    "hot-and-cold": "hot-and-cold",
    **{cls.__name__: cls() for cls in (Momentum, Adam, Branches, Clipping, Squashing, Probing)},
}


@pytest.fixture(params=RULES)
def rule(request: pytest.FixtureRequest) -> Any:
    return RULES[request.param]


@pytest.fixture(scope="session")
def rules() -> dict[str, Any]:
    """All of them, by name."""
    return RULES


@pytest.fixture
def probes(rule: Any) -> bool:
    """Whether the rule asks for error_at, which costs a pass over the rows for every weight."""
    return rule == "hot-and-cold" or isinstance(rule, Probing)


@pytest.fixture(params=["arrays", "native"])
def engine(request: pytest.FixtureRequest) -> str:
    """The engines that must agree with `python`."""
    return request.param


def bits(values: Any) -> list[int] | None:
    if values is None:
        return None
    return np.ascontiguousarray(values, dtype=np.float64).ravel().view(np.int64).tolist()


def everything(run: warmer.Run) -> dict[str, Any]:
    """All that a run came to, floats as their bits."""
    history = run.history
    columns = ("weights", "error", "weight_deltas", "prediction", "delta")
    return {
        "outcome": run.outcome,
        "weights": bits(run.weights),
        "memory": {name: bits(values) for name, values in run.memory.items()},
        "error": bits(run.error),
        "steps": None if history is None else history.step.tolist(),
        **{f"history {name}": bits(getattr(history, name, None)) for name in columns},
    }


@pytest.fixture(scope="session")
def same() -> Callable[..., None]:
    """A function that trains with `python` and with other engines, and compares every bit."""

    def check(engines: str, *data: Any, threads: Any = (None,), **options: Any) -> None:
        expected = everything(warmer.train(*data, engine="python", **options))
        for engine, members in itertools.product(engines.split(), threads):
            actual = warmer.train(*data, engine=engine, threads=members, **options)
            assert actual.engine == engine
            assert everything(actual) == expected

    return check
