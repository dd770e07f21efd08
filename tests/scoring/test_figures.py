"""Figures of how well predictions fit; the numbers here are scikit-learn's."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import warmer
from warmer.exceptions import DataError

TARGETS, ANSWERS = [3.0, -0.5, 2.0, 7.0], [2.5, 0.0, 2.0, 8.0]
IS, SAID = ["cat", "ant", "cat", "cat", "ant", "bird"], ["ant", "ant", "cat", "cat", "ant", "cat"]


def test_r2():
    """`sklearn.metrics.r2_score` of its own example; nan where all targets are the same."""
    assert warmer.r2(TARGETS, ANSWERS) == pytest.approx(0.9486081370449679, rel=1e-15)
    assert math.isnan(warmer.r2([1.0, 1.0], [1.0, 2.0]))
    assert warmer.r2([1.0, 2.0], [1e154, 1e300]) == -math.inf


def test_accuracy_and_confusion():
    """`accuracy_score` and `confusion_matrix`: rows are what is, columns what was said."""
    assert warmer.accuracy(IS, SAID) == pytest.approx(4 / 6)
    assert warmer.confusion(IS, SAID, ["ant", "bird", "cat"]) == [[2, 0, 0], [0, 0, 1], [1, 0, 2]]


def test_log_loss():
    """`log_loss`, of two classes and of several; a certain mistake counts as a chance of 2e-16."""
    assert warmer.log_loss([1, 0, 0, 1], [0.9, 0.1, 0.2, 0.65]) == pytest.approx(
        0.21616187468057912, rel=1e-15
    )
    chances = [[0.2, 0.3, 0.5], [0.8, 0.1, 0.1]]
    assert warmer.log_loss([2, 0], chances) == pytest.approx(0.4581453659370776, rel=1e-15)
    assert warmer.log_loss([2, 0], 0.5 * np.array(chances)) == warmer.log_loss([2, 0], chances)
    assert warmer.log_loss([0], [1.0]) == pytest.approx(36.04365338911715, rel=1e-15)


CLASSES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1)


@given(CLASSES)
def test_one_table(pairs):
    """The confusion table counts every row once, and its diagonal is the accuracy."""
    targets, predictions = zip(*pairs, strict=True)
    table = np.array(warmer.confusion(targets, predictions, range(4)))

    assert table.sum() == len(pairs)
    assert table.sum(axis=1).tolist() == [targets.count(each) for each in range(4)]
    assert warmer.accuracy(targets, predictions) == table.trace() / len(pairs)


@pytest.mark.parametrize(
    "call",
    [
        lambda: warmer.r2([1.0], [1.0, 2.0]),
        lambda: warmer.r2([], []),
        lambda: warmer.accuracy(["a"], []),
        lambda: warmer.confusion(["a"], ["b"], ["a"]),
        lambda: warmer.log_loss([0], [1.5]),
        lambda: warmer.log_loss([2], [0.5]),
        lambda: warmer.log_loss([0.5], [0.5]),
        lambda: warmer.log_loss([0], [[0.0, 0.0]]),
    ],
)
def test_faults(call):
    """What are no such figures is refused."""
    with pytest.raises(DataError):
        call()
