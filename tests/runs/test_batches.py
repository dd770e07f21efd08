"""Batches: which rows each step sees."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import warmer
from warmer.runs.task import Batches

RNG = np.random.default_rng(5)
INPUTS, TARGETS = RNG.standard_normal((7, 2)), RNG.standard_normal(7)

SIZES = st.integers(1, 40).flatmap(lambda rows: st.tuples(st.just(rows), st.integers(1, rows)))


def rows_of(batches: Batches, step: int) -> list[int]:
    """The rows that a step sees."""
    order = batches.order(step)
    start, stop = batches.span(step)
    return (np.arange(batches.rows) if order is None else order)[start:stop].tolist()


@given(SIZES, st.none() | st.integers(0, 2**70), st.integers(0, 5))
def test_every_pass_sees_every_row_once(sizes, seed, number) -> None:
    """In every pass each row is in exactly one batch; only the last batch may be smaller."""
    batches = Batches(*sizes, seed)
    first = number * batches.per_pass
    seen = [rows_of(batches, first + step) for step in range(1, batches.per_pass + 1)]
    lengths = [len(rows) for rows in seen]

    assert sorted(row for rows in seen for row in rows) == list(range(batches.rows))
    assert lengths[:-1] == [batches.size] * (batches.per_pass - 1)
    assert 1 <= lengths[-1] <= batches.size


@given(SIZES, st.integers(1, 100))
def test_without_a_seed_rows_come_in_order(sizes, step) -> None:
    """Without a seed a step sees rows that follow each other, and passes are alike."""
    batches = Batches(*sizes)
    rows = rows_of(batches, step)

    assert rows == list(range(rows[0], rows[0] + len(rows)))
    assert rows == rows_of(batches, step + batches.per_pass)


@given(SIZES, st.integers(0, 2**32), st.integers(1, 100))
def test_an_order_depends_on_the_seed_and_the_pass_alone(sizes, seed, step) -> None:
    """A step can be asked for its rows in any order of asking, as often as one likes."""
    batches = Batches(*sizes, seed)
    rows_of(batches, step + 3)

    assert rows_of(batches, step) == rows_of(Batches(*sizes, seed), step)


def test_passes_and_seeds_differ() -> None:
    """Another pass, or another seed, has another order."""
    orders = {tuple(Batches(20, 1, seed).order(step)) for seed in (0, 1, 2) for step in (1, 21, 41)}

    assert len(orders) == 9


@pytest.mark.sampled(2, seed=[None, 3], size=[1, 2, 3, 6, 7])
def test_a_loop_by_hand(shipped_rule: str, size: int, seed: int | None) -> None:
    """A run in batches is a chain of steps, each over its rows alone."""
    run = warmer.train(INPUTS, TARGETS, shipped_rule, batch_size=size, seed=seed, steps=17)
    weights = np.zeros(2)
    for step in range(1, 18):
        rows = rows_of(Batches(7, size, seed), step)
        assert weights.tobytes() == run.history.weights[step - 1].tobytes()
        alone = warmer.train(INPUTS[rows], TARGETS[rows], shipped_rule, weights=weights, steps=1)
        assert alone.history.error[0] == run.history.error[step - 1]
        weights = alone.weights

    assert weights.tobytes() == run.weights.tobytes()


@pytest.mark.parametrize("size", [None, 7])
def test_a_whole_batch_is_never_shuffled(shipped_rule: str, size: int | None) -> None:
    """Where a batch is all rows, a seed changes nothing."""
    plain = warmer.train(INPUTS, TARGETS, shipped_rule, batch_size=size, steps=20)
    seeded = warmer.train(INPUTS, TARGETS, shipped_rule, batch_size=size, steps=20, seed=9)

    assert plain.weights.tobytes() == seeded.weights.tobytes()


def test_a_seed_shuffles(shipped_rule: str) -> None:
    """Where batches are smaller, another seed gives another run, and the same one the same."""
    ends = [
        warmer.train(INPUTS, TARGETS, shipped_rule, batch_size=2, steps=5, seed=seed).weights
        for seed in (None, 0, 1, 1)
    ]
    different = {end.tobytes() for end in ends[:3]}

    assert ends[2].tobytes() == ends[3].tobytes()
    assert len(different) > 1


def test_one_row_batches_show_the_row() -> None:
    """With one row in each step, the history has its prediction and delta; else it has none."""
    single = warmer.train(INPUTS, TARGETS, "raw-gradient", batch_size=1, steps=9).history
    several = warmer.train(INPUTS, TARGETS, "raw-gradient", batch_size=2, steps=9).history

    for step in range(9):
        prediction = warmer.dot(single.weights[step].tolist(), INPUTS[step % 7].tolist())
        assert single.prediction[step] == prediction
        assert single.delta[step] == prediction - TARGETS[step % 7]
    assert several.prediction is None
    assert several.delta is None


@pytest.mark.parametrize("engine", ["python", "arrays", "native"])
def test_one_order_for_each_pass(engine, monkeypatch) -> None:
    """Rows are put in order once for each pass, into however many chunks it is cut."""
    drawn = []
    original = Batches.order
    monkeypatch.setattr(
        Batches, "order", lambda batches, step: drawn.append(step) or original(batches, step)
    )
    monkeypatch.setattr("warmer.training.loop.CHUNK_SECONDS", 0.0)  # a step a chunk
    for name in ("python.PythonEngine", "arrays.ArraysEngine", "native.engine.NativeEngine"):
        monkeypatch.setattr(f"warmer.engines.{name}.steps_at_first", 1)
    warmer.train(
        np.ones((12, 2)), np.ones(12), "alpha-scaled", steps=12, batch_size=2, seed=1, engine=engine
    )
    assert drawn == [1, 7]


def test_full(shipped_rule) -> None:
    """`"full"`, None and the number of rows are the same batch, and "full" is the default."""
    runs = [
        warmer.train(INPUTS, TARGETS, shipped_rule, steps=5, **given)
        for given in ({}, *({"batch_size": size} for size in ("full", None, len(INPUTS))))
    ]
    assert len({run.history.weights.tobytes() for run in runs}) == 1
    with pytest.raises(warmer.ParameterError, match="batch_size must be"):
        warmer.train(INPUTS, TARGETS, shipped_rule, batch_size="fulll")
