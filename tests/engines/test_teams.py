"""Teams: threads that share a batch come to the same bits, and wait for nobody in vain."""

import threading

import attrs
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import warmer
from warmer.engines.native import engine as native
from warmer.engines.native import threads
from warmer.engines.native.threads import worth_having
from warmer.formulas.sums import blocks_of
from warmer.runs.task import Batches


@pytest.fixture
def eager(monkeypatch) -> list[int]:
    """Batches are shared however small they are; lists how many threads took part in each call."""
    counts = []
    together = native.run_together

    def counted(calls, team):
        counts.append(len(calls))
        return together(calls, team)

    monkeypatch.setattr(threads, "SHARE", 1)
    monkeypatch.setattr(threads, "CALL", 1)
    monkeypatch.setattr(threads, "cores", lambda: 16)
    monkeypatch.setattr(native, "run_together", counted)
    return counts


def table(rows: int, features: int, targets: int = 1) -> tuple[np.ndarray, np.ndarray]:
    numbers = np.random.default_rng(features)
    inputs = numbers.standard_cauchy(size=(rows, features)) / features
    goal = numbers.normal(size=(rows, targets) if targets > 1 else rows)
    return np.clip(inputs, -2, 2), goal


@pytest.mark.sampled(
    5,
    named="raw-gradient alpha-scaled Probing Momentum Adam hot-and-cold Branches Squashing".split(),
    shape=[(200, 1), (450, 9), (70, 300), (130, 110), (131, 30)],
)
def test_same_bits(same, rules, named, shape, eager) -> None:
    """However many threads share a batch, each number is that of the literal engine."""
    probes = named in ("hot-and-cold", "Probing")
    rows = min(shape[0], 131) if probes else shape[0]
    members, blocks = (2, 3, 8), -(-rows // 64)
    same(
        "native", *table(rows, shape[1]), rules[named], steps=1 if probes else 3, threads=members,
        weights=0.1, history=2,
    )  # fmt: skip
    assert set(eager) == {min(several, blocks) for several in members}


@pytest.mark.parametrize("options", [{}, {"seed": 3}, {"tolerance": 0.02}])
@pytest.mark.parametrize("targets", [1, 3])
def test_ragged_batches(same, options, targets, eager) -> None:
    """Batches of several blocks and a last one that is smaller, in any order of rows."""
    same(
        "native", *table(333, 9, targets), "alpha-scaled", steps=13, batch_size=130, threads=[3],
        alpha=0.05, **options,
    )  # fmt: skip
    assert 3 in eager


@given(st.integers(1, 20_000), st.integers(1, 20_000))
@example(8193, 4097)
def test_room_for_every_batch(rows, size) -> None:
    """No batch of a run has more blocks than there is room for."""
    batches = Batches(rows, min(rows, size))
    spans = [batches.span(step) for step in range(1, batches.per_pass + 1)]
    assert max(blocks_of(stop - start) for start, stop in spans) == native.most_blocks(batches)


def test_more_blocks_in_a_smaller_batch(same, eager) -> None:
    """4096 rows have 64 blocks, and 4097 have 33."""
    same("native", *table(8193, 2), "alpha-scaled", steps=4, batch_size=4097, threads=[2])
    assert 2 in eager


@attrs.frozen(eq=False)
class Dividing:
    """A comparison that fails at a target of zero."""

    @warmer.hookimpl
    def compare(self, prediction, target):
        return (prediction - target) ** 2 / target, (prediction - target) / target


@pytest.mark.parametrize("row", [0, 70, 190])
def test_trouble_in_anybodys_share(row, eager) -> None:
    """What goes wrong in the share of one is known to all, and told as Python tells it."""
    inputs, goal = table(200, 3)
    goal[row] = 0.0
    told = []
    for engine in ("python", "native"):
        with pytest.raises(warmer.HookError) as raised:
            warmer.train(inputs, goal, "hot-and-cold", compare=Dividing(), engine=engine, threads=3)
        told.append(str(raised.value))
    assert told[0] == told[1]
    assert 3 in eager


def test_divergence(same, eager) -> None:
    """A run that leaves the floats ends at the same step with the same words."""
    inputs, goal = table(200, 3)
    same("native", inputs * 10, goal, "raw-gradient", steps=3000, threads=[3], history=None)
    assert 3 in eager


def test_evaluation_is_shared(eager) -> None:
    """The error over all rows is computed by as many threads, to the same bit."""
    inputs, goal = table(2000, 3)
    alone, shared = (
        warmer.train(inputs, goal, "alpha-scaled", batch_size=7, engine="native", threads=members)
        for members in (1, 2)
    )
    eager.clear()
    assert alone.error == shared.error
    assert eager == [1, 2]


@pytest.mark.parametrize("fails", [KeyboardInterrupt, MemoryError])
def test_nobody_is_waited_for_who_does_not_come(fails, monkeypatch, eager) -> None:
    """Where one is interrupted, the others do not wait for it, and end."""
    before = set(threading.enumerate())
    run = native._run

    def interrupted(kernel, words, arrays):
        if threading.current_thread() is threading.main_thread():
            raise fails
        run(kernel, words, arrays)

    monkeypatch.setattr(native, "_run", interrupted)
    with pytest.raises(fails):
        warmer.train(*table(200, 3), "alpha-scaled", engine="native", threads=3)
    assert set(threading.enumerate()) == before
    assert eager == [3]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("failure", [MemoryError, RuntimeError])
@pytest.mark.parametrize("unlucky", [1, 2])
def test_who_fails_is_replaced(unlucky, failure, same, monkeypatch, eager) -> None:
    """Where one of the threads fails, for want of memory or whatever, the steps are taken alone."""
    run = native._run

    def fails(kernel, words, arrays):
        if words[-1] == unlucky:
            raise failure
        run(kernel, words, arrays)

    monkeypatch.setattr(native, "_run", fails)
    same("native", *table(200, 3), "alpha-scaled", threads=[3], steps=30, history=2)
    assert eager[:2] == [3, 1]


def test_who_has_left_is_not_waited_for(monkeypatch, eager) -> None:
    """Once one is interrupted, the others part ways; who comes late and goes on longer still ends.

    Without the rows of the last, the one in the middle converges soon; the last does not.
    """
    run, aligned = native._run, native.aligned
    goal = np.repeat([0.0, 1e-6, 1.0], 64)

    def cleared(size):
        room, place = aligned(size)
        room.fill(0.0)
        return room, place

    def one_late(kernel, words, arrays):
        if words[-1] == 0:
            raise KeyboardInterrupt
        if words[-1] == 2:
            left.wait()
        run(kernel, words, arrays)
        left.set()

    def train() -> None:
        with pytest.raises(KeyboardInterrupt):
            warmer.train(
                np.ones((192, 1)), goal, "alpha-scaled", alpha=0.5, tolerance=1e-9,
                engine="native", threads=3,
            )  # fmt: skip

    left = threading.Event()
    monkeypatch.setattr(native, "_run", one_late)
    monkeypatch.setattr(native, "aligned", cleared)
    running = threading.Thread(target=train, daemon=True)
    running.start()
    running.join(30)
    assert not running.is_alive()


def test_threads_that_cannot_be_started(monkeypatch, eager) -> None:
    """A system that gives no more threads gives the same weights, alone."""
    data = table(200, 3)
    expected = warmer.train(*data, "alpha-scaled", engine="native", threads=1).weights

    def refuse(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    found = warmer.train(*data, "alpha-scaled", engine="native", threads=3).weights
    assert found.tobytes() == expected.tobytes()


@pytest.mark.parametrize(
    "most, blocks, batch, call, expected",
    [
        (None, 1, 10**6, 10**8, 1),  # nothing to share
        (4, 8, 10**6, 10**8, 4),
        (4, 3, 10**6, 10**8, 3),  # not more than blocks
        (4, 8, 510_000, 10**8, 2),  # nor for a few numbers each
        (4, 8, 249_000, 10**8, 1),
        (4, 8, 10**5, 10**6, 1),  # nor for a short call
        (1, 8, 10**7, 10**8, 1),
    ],
)
def test_worth_having(most, blocks, batch, call, expected, monkeypatch) -> None:
    """Threads are taken where there is something to share."""
    monkeypatch.setattr(threads, "cores", lambda: 16)
    assert worth_having(most, blocks, batch, call) == expected


def test_one_on_each_core(monkeypatch) -> None:
    """By default there are as many threads as cores, up to where memory gives no more."""
    for cores, expected in ((1, 1), (6, 6), (128, threads.MOST)):
        monkeypatch.setattr(threads, "cores", lambda cores=cores: cores)
        assert worth_having(None, 1000, 10**9, 10**9) == expected
        assert worth_having(10**6, 1000, 10**9, 10**9) == cores


@pytest.mark.parametrize("engine", ["native", "auto"])
def test_as_many_as_were_asked_for(engine, eager) -> None:
    """The engine takes as many threads as were asked for, whoever chose the engine."""
    warmer.train(*table(400, 3), "alpha-scaled", engine=engine, threads=3, steps=200)
    assert set(eager) == {3}


@pytest.mark.parametrize("wrong", [0, -1, 1.5, "two", True])
def test_threads_are_counted(wrong) -> None:
    """What is no number of threads is refused."""
    with pytest.raises(warmer.ParameterError, match="threads must be"):
        warmer.train([1.0], [1.0], "alpha-scaled", threads=wrong)
