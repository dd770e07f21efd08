"""Sessions: a stream has the bits of a run, plain data go on with it, and a row is cheap."""

import json
import pickle
import time
from typing import Any, NamedTuple

import attrs
import numpy as np
import pytest

import warmer
from warmer.engines import choice
from warmer.training import session as session_module


class Velocity(NamedTuple):
    velocity: float


@attrs.frozen(eq=False)
class Momentum:
    """A rule that remembers."""

    memory = Velocity(0.0)

    @warmer.hookimpl
    def learn(self, weight: Any, weight_delta: Any, memory: Any) -> Any:
        velocity = 0.9 * memory.velocity + weight_delta
        return weight - 0.01 * velocity, Velocity(velocity)


def table() -> tuple[np.ndarray, np.ndarray]:
    numbers = np.random.default_rng(2)
    return numbers.normal(size=(9, 3)), numbers.normal(size=9)


def test_a_stream_has_the_bits_of_a_run(any_rule) -> None:
    """The same rows given n times are n steps; its plain state goes on, through JSON."""
    inputs, targets = table()
    run = warmer.train(inputs, targets, any_rule, steps=12, seed=1)
    session = warmer.Session(any_rule, weights=3, seed=1)
    for step in range(12):
        if step == 5:
            state = json.loads(json.dumps(session.state))
            session = warmer.Session(any_rule, state=state, seed=1)
        error = session.learn(inputs, targets)
        assert error == run.history.error[step]
    assert session.weights.tobytes() == run.weights.tobytes()
    assert session.state["memory"] == {name: m.tolist() for name, m in run.memory.items()}
    assert session.predict(inputs).tobytes() == run.model().predict(inputs).tobytes()


@pytest.mark.parametrize("missing", [None, "llvmlite is not installed"])
@pytest.mark.parametrize("rule", ["alpha-scaled", Momentum, "hot-and-cold"])
def test_streams_are_compiled_on_the_way(rule: Any, missing: Any, monkeypatch: Any) -> None:
    """Once Python has taken a while, wide rows go on by another engine, with the same bits."""
    monkeypatch.setattr(choice, "compiler_trouble", lambda: missing)
    monkeypatch.setattr(session_module, "COMPILING", 1e-3)
    rows = np.random.default_rng(4).normal(size=(12, 30)) / 8
    goals = np.stack([rows.sum(axis=1), -rows[:, 0]], axis=1)
    run = warmer.train(rows, goals, rule, steps=12, batch_size=1, engine="python")
    session = warmer.Session(rule, weights=np.zeros((30, 2)))
    for row, goal in zip(rows, goals, strict=True):
        session.learn(row[None], goal[None])
        if session.last().step == 7:
            session = pickle.loads(pickle.dumps(session))
    assert session._walk is None, "no step was taken by another engine"
    assert session.weights.tobytes() == run.weights.tobytes()
    before = session.state
    with pytest.raises(warmer.DataError, match="at step 13; the weights are as before it"):
        session.learn(rows[:1] * 1e200, goals[:1] * 1e200)
    assert session.state == before
    session = warmer.Session(rule, start=run)
    assert warmer.train(rows, goals, rule, start=session, steps=3).state.step == 15


def test_row_by_row() -> None:
    """One row at a time is a run in batches of one; a row may stand beside one number."""
    inputs, targets = table()
    run = warmer.train(inputs, targets, "alpha-scaled", steps=9, batch_size=1)
    session = warmer.Session("alpha-scaled", weights=[0.0, 0.0, 0.0])
    for row, target in zip(inputs, targets, strict=True):
        session.learn(row, target)
    assert session.weights.tobytes() == run.weights.tobytes()
    many = np.tile(inputs, (20, 1))
    assert session.predict(many).tobytes() == np.tile(session.predict(inputs), 20).tobytes()


def test_a_step_that_fails_changes_nothing() -> None:
    """Where a step leaves the floats, or a plugin asks to stop, the session is as it was."""
    session = warmer.Session("raw-gradient", weights=1)
    session.learn([1.0], [2.0])
    before = session.state
    with pytest.raises(warmer.DataError, match="at step 2; the weights are as before it"):
        session.learn([1e200], [1e200])
    with pytest.raises(warmer.DataError, match="rows have 2 inputs, and the session has 1"):
        session.learn([[1.0, 2.0]], [1.0])
    with pytest.raises(warmer.DataError, match="nan, not a finite number"):
        session.learn([float("nan")], [1.0])
    assert session.state == before


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "say weights"),
        ({"weights": 1, "state": {}}, "say weights"),
        ({"weights": 0}, "weights must be"),
        ({"weights": True}, "weights must be"),
        ({"weights": [[[1.0]]]}, "weights must be"),
        ({"weights": "x"}, "weights"),
        ({"state": {"step": 1}}, "state must have step, weights and memory"),
        ({"state": {"step": -1, "weights": [1.0], "memory": {}}}, "step"),
        ({"state": {"step": 1, "weights": [], "memory": {}}}, "weights"),
        ({"state": {"step": 1, "weights": [1.0], "memory": {"v": [1.0]}}}, "the rule nothing"),
        ({"weights": 1, "seed": -1}, "seed"),
    ],
)
def test_refused(given: dict[str, Any], said: str) -> None:
    """In a sentence."""
    with pytest.raises(warmer.UsageError, match=said):
        warmer.Session("alpha-scaled", **given)


def test_a_row_is_cheap() -> None:
    """At most 100 us, which is what the issue asks for: of several thousand, the quickest tenth."""
    session = warmer.Session("alpha-scaled", weights=3, alpha=0.01)
    row, target, took = [0.1, 0.2, 0.3], 0.5, []
    for _ in range(3000):
        began = time.perf_counter()
        session.learn(row, target)
        took.append(time.perf_counter() - began)
    assert sorted(took)[300] < 100e-6
