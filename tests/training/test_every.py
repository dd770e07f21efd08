"""Observers with `every`: told of exactly these steps, however fast a run is and on any engine."""

from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import warmer

GENERATOR = np.random.default_rng(3)
INPUTS = GENERATOR.normal(size=(7, 3))
TARGETS = GENERATOR.normal(size=(7, 2))
COLUMNS = ("step", "weights", "error", "weight_deltas", "prediction", "delta")
ENGINES = ("python", "arrays", "native")


class Keeps:
    """An observer that keeps what it is told."""

    def __init__(self, every: Any, stop_at: int = 0):
        self.every, self.stop_at = every, stop_at
        self.started: list[Any] = []
        self.told: list[tuple[int, Any, Any]] = []

    @warmer.hookimpl
    def steps_taken(self, step: int, weights: Any, history: Any) -> None:
        self.told.append((step, weights.copy(), history))
        if self.stop_at and step >= self.stop_at:
            raise warmer.Stop("enough")

    @property
    def steps(self) -> list[int]:
        return [step for step, _, _ in self.told]

    def column(self, name: str) -> Any:
        parts = [getattr(history, name) for _, _, history in self.told]
        return None if parts[0] is None else np.concatenate(parts)


def expected(every: int, last: int) -> list[int]:
    """The multiples of a number, and the last step."""
    return sorted({*range(every, last + 1, every), last})


def same(one: Any, other: Any) -> bool:
    return one is other if one is None or other is None else one.tobytes() == other.tobytes()


@given(
    every=st.lists(st.integers(1, 60), min_size=1, max_size=3),
    steps=st.integers(1, 50),
    engine=st.sampled_from(ENGINES),
    history=st.sampled_from([None, "auto", 1, 7]),
    batch_size=st.sampled_from([1, 3, "full"]),
    targets=st.sampled_from([TARGETS, TARGETS[:, 0]]),
)
def test_told_of_these_steps(every, steps, engine, history, batch_size, targets):
    """Each is told of its multiples and the last step, with every step since, and none twice."""
    observers = [Keeps(each) for each in every]
    asked = {"steps": steps, "batch_size": batch_size, "seed": 1, "engine": engine}
    run = warmer.train(
        INPUTS, targets, "alpha-scaled", history=history, observers=observers, **asked
    )
    whole = warmer.train(INPUTS, targets, "alpha-scaled", history=1, **asked)

    assert run.reports == ()
    assert same(run.weights, whole.weights)
    assert (run.history is None) == (history is None)
    for each in observers:
        assert each.steps == expected(each.every, steps)
        for name in COLUMNS:
            assert same(each.column(name), getattr(whole.history, name)), name
        for step, weights, recorded in each.told:
            assert recorded.step[-1] == step
            after = [*whole.history.weights[1:], whole.weights][step - 1]
            assert weights.tobytes() == after.reshape(weights.shape).tobytes()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("seconds", [0.0, 0.05])
def test_a_run_ends_at_the_same_step(engine, seconds, monkeypatch):
    """A Stop ends the run after the very step, whatever the chunks are; all hear of the last."""
    monkeypatch.setattr("warmer.training.loop.CHUNK_SECONDS", seconds)
    stops, other, plain = Keeps(8, stop_at=30), Keeps(50), Keeps(None)
    run = warmer.train(
        INPUTS, TARGETS, "alpha-scaled", observers=[other, stops, plain], engine=engine
    )

    assert (run.outcome.status, run.outcome.steps) == ("stopped", 32)
    assert stops.steps == [8, 16, 24, 32]
    assert other.steps == [32]
    assert other.column("step").tolist() == [*range(1, 33)]
    assert plain.steps[-1] == 32
    assert len(run.history) == 32


def test_a_run_that_ends_by_itself():
    """Converged or diverged, the last step that was taken is told of, once."""
    converged, diverged, at_once = Keeps(100), Keeps(4), Keeps(2)
    run = warmer.train([1.0], [1.0], "alpha-scaled", tolerance=1e-6, observers=[converged])
    assert converged.steps == expected(100, run.outcome.steps)
    assert run.outcome.status == "converged"

    run = warmer.train([1e3], [1.0], "raw-gradient", observers=[diverged])
    assert run.outcome.status == "diverged"
    assert diverged.steps == expected(4, run.outcome.steps)
    assert diverged.column("step").tolist() == [*range(1, run.outcome.steps + 1)]

    run = warmer.train([1e200], [1.0], "raw-gradient", weights=1e200, observers=[at_once])
    assert (run.outcome.steps, at_once.told) == (0, [])


def test_of_very_many_steps_the_last(monkeypatch):
    """Of more steps than 16 MB hold the last ones are told, as many on every engine."""
    monkeypatch.setattr("warmer.training.observers.MOST_NUMBERS", 11 * 2 * 9 + 5)  # 11 steps
    for engine in ENGINES:
        watching = Keeps(40), Keeps(7)
        warmer.train(INPUTS, TARGETS, "alpha-scaled", steps=100, observers=watching, engine=engine)
        wanted = [*range(30, 41), *range(70, 81), *range(90, 101)]
        assert watching[0].column("step").tolist() == wanted
        assert watching[1].column("step").tolist() == [*range(1, 101)]


def test_read_only():
    """What such an observer is handed cannot be written to either."""
    watching = Keeps(3)
    warmer.train(INPUTS, TARGETS, "alpha-scaled", steps=4, observers=[watching])
    for _, _, history in watching.told:
        for name in ("step", "weights", "error", "weight_deltas"):
            assert not getattr(history, name).flags.writeable


@pytest.mark.parametrize("every", [0, -3])
def test_below_one(every):
    """A number below 1 is refused before the first step."""
    with pytest.raises(warmer.ParameterError, match=f"every of Keeps must be .* 1, got {every}"):
        warmer.train(INPUTS, TARGETS, "alpha-scaled", observers=[Keeps(every)])


@pytest.mark.parametrize("every", [None, True, 2.5, "7", np.mean])
def test_something_else(every):
    """An attribute of that name that is no whole number means nothing."""
    watching = Keeps(every)
    warmer.train(INPUTS, TARGETS, "alpha-scaled", steps=9, observers=[watching], history=None)

    assert watching.steps[-1] == 9
    assert all(len(history) == 0 for _, _, history in watching.told)


def test_one_that_fails():
    """It is switched off at that step, and the others are told on."""

    @attrs.frozen(eq=False)
    class Fails:
        every: int = warmer.param(6, at_least=1)

        @warmer.hookimpl
        def steps_taken(self, step):
            raise OSError("disk full")

    other = Keeps(5)
    run = warmer.train(INPUTS, TARGETS, "alpha-scaled", steps=20, observers=[Fails, other])

    (report,) = run.reports
    assert report.startswith(
        "observer Fails failed in steps_taken at step 6 and was switched off: "
    )
    assert other.steps == [5, 10, 15, 20]
