"""Every step of a run, handed on as it is taken."""

import numpy as np
import pytest

import warmer
from warmer.engines import streaming
from warmer.engines.streaming import EveryStep

GENERATOR = np.random.default_rng(8)
INPUTS = GENERATOR.normal(size=(7, 3))
TARGETS = GENERATOR.normal(size=(7, 2))
COLUMNS = ("step", "weights", "error", "weight_deltas", "prediction", "delta")


class Collector(EveryStep):
    """Keeps the blocks that it is given."""

    def __init__(self):
        self.blocks = []

    @warmer.hookimpl
    def run_ended(self):
        pass

    def take(self, steps):
        self.blocks.append(steps)

    def column(self, name):
        """All that was handed on of a column; None where there is none."""
        parts = [getattr(block, name) for block in self.blocks]
        return None if parts[0] is None else np.concatenate(parts)


def same(one, other):
    """Whether two columns are the same to the bit, or both absent."""
    if one is None or other is None:
        return one is other
    return one.tobytes() == other.tobytes()


@pytest.mark.parametrize("engine", ["python", "auto"])
@pytest.mark.parametrize("batch_size", [1, 3, None])
def test_every_step(any_rule, engine, batch_size, monkeypatch):
    """Every step is handed on once, in order, as a history of every step has it."""
    monkeypatch.setattr(streaming, "BLOCK", 100)
    task = {"steps": 40, "seed": 1, "batch_size": batch_size, "engine": engine}
    collector = Collector()

    warmer.train(INPUTS, TARGETS, any_rule, observers=[collector], history=None, **task)
    whole = warmer.train(INPUTS, TARGETS, any_rule, history=1, **task).history

    assert len(collector.blocks) > 2
    for name in COLUMNS:
        assert same(collector.column(name), getattr(whole, name)), name


@pytest.mark.parametrize("history", [None, "auto", 1, 2, 7, 1000])
def test_a_run_keeps_what_it_keeps(history, monkeypatch):
    """A run whose steps are handed on is the same run, with the same history."""
    monkeypatch.setattr(streaming, "BLOCK", 60)
    plain, streamed = (
        warmer.train(
            INPUTS, TARGETS, "alpha-scaled", steps=45, batch_size=1, history=history,
            observers=observers,
        )
        for observers in ([], [Collector()])
    )  # fmt: skip

    assert same(plain.weights, streamed.weights)
    assert (plain.outcome, plain.findings) == (streamed.outcome, streamed.findings)
    assert (plain.history is None) == (streamed.history is None) == (history is None)
    for name in COLUMNS if plain.history else ():
        assert same(getattr(plain.history, name), getattr(streamed.history, name)), name


@pytest.mark.parametrize(("weights", "steps"), [(1, 20_000), (100, 2000), (streaming.BLOCK, 3)])
def test_blocks_are_small(weights, steps):
    """No block takes long to write: it holds few numbers, or one step."""
    collector = Collector()

    warmer.train(
        np.ones((1, weights)), [1.0], "alpha-scaled", alpha=1e-9, steps=steps,
        observers=[collector],
    )  # fmt: skip

    assert all(
        len(block) == 1 or block.weights.size + block.weight_deltas.size <= streaming.BLOCK
        for block in collector.blocks
    )


def test_a_run_that_diverges():
    """The step that cannot be committed is not handed on."""
    collector = Collector()

    run = warmer.train([[1e3]], [1.0], "raw-gradient", steps=1000, observers=[collector], history=1)

    assert run.outcome.status == "diverged"
    assert len(collector.column("step")) == run.outcome.steps == len(run.history)
