"""The workloads W1 to W5, what a third party's rule costs, and a net of two layers."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import peers
from timing import Workload

import warmer
from warmer.plugins.registry import load_file
from warmer_rules.alpha_scaled import AlphaScaled
from warmer_rules.hot_and_cold import HotAndCold
from warmer_rules.raw_gradient import RawGradient

ALPHA = 0.01
OPTIMIZERS = Path(__file__).parents[1] / "optimizers.py"
Momentum, Adam = (load_file(f"{OPTIMIZERS}:{name}") for name in ("Momentum", "Adam"))
EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
TWO_LAYERS = f"{EXAMPLES}/warmer-two-layers/warmer_two_layers.py:TwoLayers"


def train(inputs: Any, targets: Any, rule: Any, **options: Any) -> Any:
    """Our side of every workload: the public API, as an embedder would call it."""
    options = {"engine": "native", "history": None} | options
    return warmer.train(inputs, targets, rule, **options).weights


def data(rows: int, features: int) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and targets of a linear network with a little noise."""
    numbers = np.random.default_rng(0)
    inputs = numbers.normal(size=(rows, features)) / math.sqrt(features)
    return inputs, inputs.sum(axis=1) + 0.1 * numbers.normal(size=rows)


def streaming(inputs: np.ndarray) -> float:
    """Seconds that it takes to read the inputs from memory once, the best of several ways."""
    import time

    flat = inputs.ravel()
    best = math.inf
    for read in (flat.sum, flat.max, lambda: flat @ flat):
        for _ in range(3):
            began = time.perf_counter()
            read()
            best = min(best, time.perf_counter() - began)
    return best


def w1() -> Iterator[Workload]:
    """One weight: the knob of the book."""
    hot = HotAndCold(step_amount=0.001)
    for steps in (1101, 1_101_000):
        yield Workload(
            f"W1 one weight, {steps} hot-and-cold steps",
            ("step", steps),
            {
                "warmer": lambda n=steps: train([0.5], [0.8], hot, weights=0.5, steps=n),
                "Python loop": lambda n=steps: peers.python_hot_and_cold(0.5, 0.5, 0.8, 0.001, n),
                **peers.jax_hot_and_cold(0.5, 0.5, 0.8, 0.001, steps),
            },
        )
    for steps in (20, 1_000_000):
        engines = {
            f"warmer {engine}": lambda e=engine, n=steps: train(
                [0.5], [0.8], RawGradient(), weights=0.5, steps=n, engine=e
            )
            for engine in (("python", "native") if steps == 20 else ("native",))
        }
        yield Workload(
            f"W1 one weight, {steps} gradient steps",
            ("step", steps),
            {
                "warmer": lambda n=steps: train(
                    [0.5], [0.8], RawGradient(), weights=0.5, steps=n, engine="auto"
                ),
                **engines,
                "Python loop": lambda n=steps: peers.python_gradient(0.5, 0.5, 0.8, 1.0, n),
                **peers.jax_gradient(0.5, 0.5, 0.8, 1.0, steps),
            },
        )


def w2(rows: int) -> Iterator[Workload]:
    """Online: one row a step, one pass over the rows."""
    for features in (1, 10, 100):
        inputs, targets = data(rows, features)
        yield Workload(
            f"W2 online, {rows} rows, d={features}",
            ("row", rows),
            {
                "warmer": lambda x=inputs, y=targets: train(
                    x, y, AlphaScaled(alpha=ALPHA), steps=rows, batch_size=1
                ),
                **peers.online(inputs, targets, ALPHA),
            },
            ("reading the inputs", streaming(inputs)),
        )


def w3(rows: int) -> Iterator[Workload]:
    """Full batch: every step sees all rows."""
    passes = 10
    for features in (10, 100):
        inputs, targets = data(rows, features)
        yield Workload(
            f"W3 full batch, {rows} rows, d={features}",
            ("row", rows * passes),
            {
                "warmer": lambda x=inputs, y=targets: train(
                    x, y, AlphaScaled(alpha=ALPHA), steps=passes
                ),
                **peers.full_batch(inputs, targets, ALPHA, passes),
            },
            ("reading the inputs", streaming(inputs) * passes),
        )


def w4(rows: int) -> Iterator[Workload]:
    """Mini-batches, one pass over the rows."""
    for features in (10, 100):
        inputs, targets = data(rows, features)
        for size in (32, 256):
            steps = rows // size
            yield Workload(
                f"W4 mini-batch of {size}, {rows} rows, d={features}",
                ("row", steps * size),
                {
                    "warmer": lambda x=inputs, y=targets, b=size, n=steps: train(
                        x, y, AlphaScaled(alpha=ALPHA), steps=n, batch_size=b
                    ),
                    **peers.mini_batch(inputs, targets, ALPHA, size),
                },
                ("reading the inputs", streaming(inputs)),
            )


def w5(rows: int) -> Iterator[Workload]:
    """Hot and cold on a table: every weight is probed on every row."""
    inputs, targets = data(rows, 20)
    steps = 100
    yield Workload(
        f"W5 hot-and-cold, {rows} rows, d=20",
        ("weight", steps * 20),
        {
            "warmer": lambda: train(inputs, targets, HotAndCold(step_amount=0.01), steps=steps),
            "NumPy": lambda: peers.numpy_hot_and_cold(inputs, targets, 0.01, steps),
        },
    )


@attrs.frozen(eq=False)
class Stranger:
    """alpha-scaled, written by somebody else."""

    alpha: float = warmer.param(ALPHA, above=0)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - self.alpha * weight_delta


@attrs.frozen(eq=False)
class Divisions:
    """What is slow of Adam, alone: three divisions and a root for each weight, and two powers."""

    beta1: float = warmer.param(0.9, at_least=0, below=1)
    beta2: float = warmer.param(0.999, at_least=0, below=1)
    epsilon: float = warmer.param(1e-8, above=0)

    @warmer.hookimpl
    def learn(self, weight, weight_delta, step):
        root = math.sqrt(abs(weight) / (1 - self.beta2**step))
        return weight_delta / (1 - self.beta1**step) / (root + self.epsilon)


@attrs.frozen(eq=False)
class Clip:
    """A modifier: let no weight_delta be larger than `most`."""

    most: float = warmer.param(0.05, above=0)

    @warmer.hookimpl
    def adjust(self, weight_delta):
        return min(max(weight_delta, -self.most), self.most)


@attrs.frozen(eq=False)
class Clipped:
    """alpha-scaled with the same clip written into it by hand."""

    alpha: float = warmer.param(ALPHA, above=0)
    most: float = warmer.param(0.05, above=0)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - self.alpha * min(max(weight_delta, -self.most), self.most)


OPERATIONS = {"AlphaScaled": 6, "Stranger": 6, "Momentum": 8, "Adam": 16, "Divisions": 10}
"""Arithmetic on each weight in a step: 2 to predict, 2 for weight_delta, the rest to learn."""


def third_party(steps: int) -> Iterator[Workload]:
    """What rules cost that warmer does not ship, by operation on each weight."""
    for features in (96, 768):
        inputs, targets = data(1000, features)
        for rule in (Stranger(), Momentum(alpha=ALPHA), Adam(alpha=0.001)):
            others = {"alpha-scaled, as shipped": AlphaScaled(alpha=ALPHA)}
            if isinstance(rule, Adam):
                others["its divisions, root and powers alone"] = Divisions()
            rules = {"warmer": rule, **others}
            yield Workload(
                f"third party: {type(rule).__name__}, online, d={features}",
                ("op", steps * features),
                {
                    name: lambda r=each, x=inputs, y=targets: train(
                        x, y, r, steps=steps, batch_size=1
                    )
                    for name, each in rules.items()
                },
                compared=isinstance(rule, Stranger),
                operations={name: OPERATIONS[type(each).__name__] for name, each in rules.items()},
            )


def modifier(steps: int) -> Iterator[Workload]:
    """What a modifier costs: 2 operations more on each weight, and nothing beside."""
    for features, count in ((1, 20 * steps), (96, steps), (768, steps)):
        inputs, targets = data(1000, features)
        ours = {"rule": AlphaScaled(alpha=ALPHA), "modifiers": [Clip()]}
        others = {
            "the same, written into the rule": {"rule": Clipped()},
            "alpha-scaled alone": {"rule": AlphaScaled(alpha=ALPHA)},
        }
        each = {"warmer": ours, **others}
        yield Workload(
            f"alpha-scaled with a clip as modifier, online, d={features}",
            ("op", count * features),
            {
                name: lambda how=how, x=inputs, y=targets, n=count: train(
                    x, y, steps=n, batch_size=1, **how
                )
                for name, how in each.items()
            },
            compared=False,
            operations=dict(zip(each, (8, 8, 6), strict=True)),
        )


def two_layers(steps: int) -> Iterator[Workload]:
    """A third party's predictor with more weights than inputs: compiled, and called."""
    inputs, targets = [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], [0, 1, 1, 0]
    how = {"weights": "random", "seed": 1, "alpha": 0.5, "steps": steps, "predict": TWO_LAYERS}
    yield Workload(
        f"two layers, exclusive or, {steps} steps",
        ("step", steps),
        {
            name: lambda engine=engine: train(inputs, targets, "alpha-scaled", engine=engine, **how)
            for name, engine in (("warmer", "native"), ("warmer, python engine", "python"))
        },
    )
