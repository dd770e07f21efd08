"""Threads: a compiled run lets others work, and runs beside each other do not meet."""

import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import attrs
import numpy as np
import pytest

import warmer
from warmer.engines.native import engine as native


@pytest.fixture
def turns_are_given() -> Iterator[None]:
    """Threads take turns where one lets go of the interpreter, and nowhere else."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(60.0)
    yield
    sys.setswitchinterval(usual)


def test_the_interpreter_is_free_while_steps_are_taken(turns_are_given, monkeypatch) -> None:
    """While the kernel runs, another thread runs Python code."""
    counts: list[tuple[int, int]] = []
    turns = 0
    original = native.NativeEngine._kernel

    def watched(engine, record):
        kernel = original(engine, record)

        def call(words):
            before = turns
            kernel.compiled.call(words)
            counts.append((before, turns))

        return attrs.evolve(kernel, compiled=attrs.evolve(kernel.compiled, call=call))

    monkeypatch.setattr(native.NativeEngine, "_kernel", watched)
    monkeypatch.setattr(native.NativeEngine, "steps_at_first", 10**8)
    run = threading.Thread(
        target=warmer.train,
        args=([0.5], [0.8], "alpha-scaled"),
        kwargs={"steps": 50_000_000, "engine": "native", "history": None},
    )
    run.start()
    while run.is_alive():
        turns += 1
        run.join(0.001)
    assert len(counts) == 1
    assert counts[0][0] < counts[0][1]


def test_many_runs_at_once() -> None:
    """Runs of one rule and of several, first reading and compiling included, do not meet."""

    @attrs.frozen(eq=False)
    class New:
        alpha: float = warmer.param(0.1)

        @warmer.hookimpl
        def learn(self, weight, weight_delta, error):
            return weight - self.alpha * (weight_delta if error > 0.1 else weight_delta / 2)

    numbers = np.random.default_rng(0)
    inputs, targets = numbers.normal(size=(50, 3)), numbers.normal(size=50)

    def train(number: int) -> bytes:
        rule = (New, "alpha-scaled")[number % 2]
        alpha = (1 + number // 2) / 100
        engine = ("native", "arrays")[number // 2 % 2]
        run = warmer.train(inputs, targets, rule, alpha=alpha, steps=30, engine=engine)
        return run.weights.tobytes()

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(train, range(32)))
    assert together == list(map(train, range(32)))
