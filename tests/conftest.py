"""What many tests share: golden cases, rules of every kind, and made-up installed packages.

A test asks for these by the name of an argument:

    golden        one case of golden.json after the other (see GoldenCase)
    shipped_rule  the name of every rule that warmer ships, one after the other
    any_rule      those, and rules that remember, that want whole arrays, that count steps
    install       a function that makes a package look installed

Tests of a port (`tests/ports/test_NAME.py`, and what is marked `port("NAME")`) are left out where
what it needs is not installed; the last lines of a run say so. NEEDED="NAME NAME" leaves them in.
"""

import importlib
import itertools
import json
import operator
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import attrs
import hypothesis
import pytest

import warmer

# What a test shows must not depend on how busy the machine is, nor on chance: property tests look
# at the same examples each time. SEARCH=1 has them look at others.
hypothesis.settings.register_profile(
    "warmer", deadline=None, derandomize="SEARCH" not in os.environ
)
hypothesis.settings.load_profile("warmer")


class GoldenCase(NamedTuple):
    """A run of one weight on one row, and figures that the notes print of it.

    `expected` holds columns (error, prediction, delta, weight_delta, weight) by the number of
    the step, from 1. The weight of step `steps + 1` is the final one.
    """

    name: str
    rule: str
    parameters: dict[str, float]
    input: float
    goal: float
    weight: float
    steps: int
    status: str
    expected: dict[str, dict[int, float]]


def golden_cases() -> list[GoldenCase]:
    """Read golden.json."""
    found = json.loads(
        (Path(__file__).parent / "training" / "golden.json").read_text(encoding="utf-8")
    )
    for case in found:
        case["expected"] = {
            column: {int(step): value for step, value in values.items()}
            for column, values in case["expected"].items()
        }
    return [GoldenCase(**case) for case in found]


class Velocity(NamedTuple):
    """What momentum remembers of each weight."""

    velocity: float


@attrs.frozen(eq=False)
class Momentum:
    """A rule that remembers."""

    alpha: float = warmer.param(0.1, above=0)
    friction: float = warmer.param(0.9, at_least=0, below=1)
    memory = Velocity(0.0)

    @warmer.hookimpl
    def learn(self, weight: float, weight_delta: float, memory: Velocity) -> tuple[float, Velocity]:
        velocity = self.friction * memory.velocity + weight_delta
        return weight - self.alpha * velocity, Velocity(velocity)


@attrs.frozen(eq=False)
class Fading:
    """A rule that counts steps and looks at the error."""

    alpha: float = warmer.param(0.1, above=0)

    @warmer.hookimpl
    def learn(self, weight: float, weight_delta: float, step: float, error: float) -> float:
        return weight - self.alpha / step * weight_delta / (1.0 + error)


@attrs.frozen(eq=False)
class Whole:
    """Alpha-scaled for all weights at once, and a memory of arrays."""

    alpha: float = warmer.param(0.1, above=0)
    memory = Velocity(0.0)

    @warmer.hookimpl
    def learn(self, weights: Any, weight_deltas: Any, memory: Velocity) -> Any:
        return weights - self.alpha * weight_deltas, Velocity(memory.velocity + 1.0)


@attrs.frozen(eq=False)
class Jumpy:
    """Jumps at random, keeping what the seeded generator says."""

    size: float = warmer.param(0.01, above=0)

    @warmer.hookimpl
    def learn(self, weights: Any, rng: Any) -> Any:
        return weights + self.size * rng.standard_normal(len(weights))


OTHER_RULES = (Momentum, Fading, Whole, Jumpy)


@pytest.fixture
def momentum() -> type:
    """A rule that remembers."""
    return Momentum


@pytest.fixture
def jumpy() -> type:
    """A plural rule that asks for a generator."""
    return Jumpy


def sampled(every: int, **values: Sequence[Any]) -> Iterator[Any]:
    """Every combination of some values; all but each n-th are left to the night.

    Those that stay have places that add up to a multiple of n, each times a number of its own that
    2, 3 and 5 do not divide, nor may anything else divide n. So with n values of any one parameter
    every pair of the others is among them.
    """
    for places in itertools.product(*(range(len(known)) for known in values.values())):
        case = [known[place] for place, known in zip(places, values.values(), strict=True)]
        number = sum(map(operator.mul, places, (1, 7, 11, 13, 17)))
        yield pytest.param(*case, marks=[pytest.mark.nightly] if number % every else [])


PORTS = {
    "browser": ("selenium", "chromium", "chromedriver"),
    "dask": ("dask", "distributed", "pandas", "pyarrow"),
    "frames": ("narwhals", "pandas", "polars", "pyarrow"),
    "mlflow": ("mlflow",),
    "optax": ("jax", "optax"),
    "sklearn": ("sklearn", "pandas"),
    "tensorboard": ("tensorboard",),
    "torch": ("torch",),
}
"""What the tests of each port need: modules, and programs."""

PROGRAMS = ("chromium", "chromedriver")


def missing(port: str) -> list[str]:
    """What is not installed of what a port needs; nothing for the ports that NEEDED names."""
    if port in os.environ.get("NEEDED", "").split():
        return []
    find = {name: shutil.which if name in PROGRAMS else find_spec for name in PORTS[port]}
    return [name for name in PORTS[port] if find[name](name) is None]


LEFT_OUT = {port: missing(port) for port in PORTS}


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out the files of ports that lack something."""
    port = collection_path.stem.removeprefix("test_")
    return True if collection_path.parent.name == "ports" and LEFT_OUT.get(port) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked by a port that lacks something."""
    left = [i for i in items if any(LEFT_OUT[m.args[0]] for m in i.iter_markers("port"))]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say which ports were left out."""
    left = [f"{port} (no {', '.join(names)})" for port, names in LEFT_OUT.items() if names]
    if left:
        terminalreporter.write_line(f"left out: the tests of {', '.join(left)}")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrise by the names of arguments, and by the mark `sampled`."""
    for mark in metafunc.definition.iter_markers("sampled"):
        metafunc.parametrize(list(mark.kwargs), [*sampled(*mark.args, **mark.kwargs)])
    if "golden" in metafunc.fixturenames:
        cases = golden_cases()
        metafunc.parametrize("golden", cases, ids=[case.name for case in cases])
    if "shipped_rule" in metafunc.fixturenames:
        metafunc.parametrize("shipped_rule", shipped_rules())
    if "any_rule" in metafunc.fixturenames:
        names = [*shipped_rules(), *(rule.__name__ for rule in OTHER_RULES)]
        metafunc.parametrize("any_rule", [*shipped_rules(), *OTHER_RULES], ids=names)


@cache
def shipped_rules() -> list[str]:
    """The names of the rules that warmer ships."""
    return [plugin.name for plugin in warmer.Registry(allowed=[]).plugins("rule")]


@pytest.fixture(scope="session", autouse=True)
def no_settings() -> Iterator[None]:
    """Tests do not see how the person who runs them has set warmer up, or the signals (nohup)."""
    for name in ("SIGHUP", "SIGTERM"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("WARMER_PLUGINS", raising=False)
        yield


Install = Callable[..., Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Make a package look installed: `install(name, {group: {point: value}}, {file: text})`.

    Answers the folder of its metadata.
    """
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(os.fspath(site))

    def make(
        name: str,
        groups: dict[str, dict[str, str]],
        files: dict[str, str] | None = None,
        version: str = "1.0",
    ) -> Path:
        info = site / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8"
        )
        lines = [
            line
            for group, points in groups.items()
            for line in (f"[{group}]", *(f"{point} = {value}" for point, value in points.items()))
        ]
        (info / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        for file, text in (files or {}).items():
            (site / file).write_text(text, encoding="utf-8")
        importlib.invalidate_caches()
        return info

    known = set(sys.modules)
    yield make
    for module in set(sys.modules) - known:
        if os.fspath(site) in str(getattr(sys.modules[module], "__file__", "")):
            del sys.modules[module]
