"""Parts of a table, by chance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import warmer
from warmer.exceptions import DataError

SHARES = st.sampled_from([0.0, 0.1, 0.2, 0.25, 1 / 3])


@given(st.integers(6, 200), SHARES, SHARES, st.integers(0, 9))
def test_split(rows, test, valid, seed):
    """Every row is in one part; each share is rounded up; the order is that of the table."""
    parts = warmer.split(rows, test, valid, seed)
    found = [parts.train, parts.valid, parts.test]

    assert sorted(np.concatenate(found).tolist()) == list(range(rows))
    assert all((np.diff(part) > 0).all() for part in found)
    for part, share in ((parts.test, test), (parts.valid, valid)):
        assert rows * share - 1e-6 <= len(part) < rows * share + 1


@given(st.integers(2, 60), st.data())
def test_folds(rows, data):
    """Every row is tested once, by what is learned from the others; parts differ by one row."""
    parts = warmer.folds(rows, data.draw(st.integers(2, rows)), seed=1)

    assert sorted(np.concatenate([part.test for part in parts]).tolist()) == list(range(rows))
    for part in parts:
        assert sorted([*part.train.tolist(), *part.test.tolist()]) == list(range(rows))
    assert len({len(part.test) for part in parts}) <= 2


def test_validation_in_folds():
    """With `valid`, each fold keeps a share of the rows that are left apart."""
    for part in warmer.folds(20, 4, valid=0.2, seed=3):
        assert (len(part.train), len(part.valid), len(part.test)) == (12, 3, 5)
        assert len({*part.train.tolist(), *part.valid.tolist(), *part.test.tolist()}) == 20


def test_seeds():
    """The seed alone decides; none is 0; the test rows are the same with and without validation."""
    one, same, other = (warmer.split(50, 0.2, seed=seed).test.tolist() for seed in (None, 0, 1))

    assert one == same != other
    assert warmer.split(50, 0.2, 0.3).test.tolist() == one
    order = np.random.default_rng([1, 2**64 - 2]).permutation(50)
    assert other == sorted(order[:10].tolist())


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: warmer.split(3, 0.5, 0.3), "of 3 rows, 2 for the test and 1 for validation leave"),
        (lambda: warmer.folds(3, 4), "count must be at most the 3 rows, got 4"),
    ],
)
def test_too_few_rows(call, told):
    """Where nothing is left to learn from, or to test, that is said."""
    with pytest.raises(DataError, match=told):
        call()
