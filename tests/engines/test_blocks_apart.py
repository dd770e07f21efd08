"""Rows that lie apart: cut into whole blocks, added up anywhere, merged to the same bits."""

from functools import cache

import hypothesis
import hypothesis.strategies as st
import numpy as np
import pytest

import warmer
from warmer.engines.by_blocks import mean_of_blocks
from warmer.engines.cluster import summing_up
from warmer.engines.cluster.pieces import bounds_of, pieces_of
from warmer.engines.cluster.summing_up import Chunk, Question, Summing
from warmer.formulas.sums import block_of
from warmer.plugins.choosing import assemble
from warmer.plugins.registry import registry_of
from warmer.runs.far import Far, in_parts
from warmer.runs.task import Batches
from warmer.tracing.carrying import carried, read_carried, trace_assessment
from warmer.training.checkpoints import hash_of

SIZES = st.integers(1, 5000)
NETWORKS = [(None, None), ("logistic", "log-loss"), ("logistic", "squared-error")]


def network_of(predict, compare):
    return assemble("alpha-scaled", {}, predict, compare, [], registry_of(None))


@hypothesis.given(SIZES, SIZES, st.integers(1, 80))
def test_pieces_are_whole_blocks(rows, size, chunks):
    """Pieces lie side by side, begin where blocks do, and are inside one chunk in each batch."""
    batches = Batches(rows, min(size, rows))
    bounds = bounds_of(batches, chunks)
    assert bounds == sorted(set(bounds))
    steps = {1, 2, batches.per_pass // 2 + 1, batches.per_pass}
    spans = [batches.span(step) for step in steps]
    for start, stop in [*spans, (0, rows)]:
        pieces = pieces_of(bounds, start, stop)
        assert [p.start for p in pieces] + [stop] == [start] + [p.stop for p in pieces]
        for piece in pieces:
            assert (piece.start - start) % block_of(stop - start) == 0
            chunks_ = piece.chunks
            assert bounds[chunks_[0]] <= piece.start < piece.stop <= bounds[chunks_[-1] + 1]
            if (start, stop) in spans:
                assert len(chunks_) == 1


@pytest.mark.parametrize("predict, compare", NETWORKS)
@pytest.mark.parametrize("inputs", [1, 9])
def test_a_formula_is_carried(predict, compare, inputs):
    """What is carried as plain data is the same formula where it is read."""
    formula = trace_assessment(network_of(predict, compare), inputs)
    data = carried(formula)

    again = read_carried(data)

    assert again == formula
    assert carried(again) == data


RNG = np.random.default_rng(1)
INPUTS, TARGETS = RNG.normal(size=(2500, 3)), (RNG.random(2500) > 0.5) * 1.0
WEIGHTS = RNG.normal(size=3)
CANDIDATES = WEIGHTS + 0.5


@cache
def literal(predict, compare):
    """The first step, and the errors with each weight at its candidate, by the literal engine."""
    tried = [WEIGHTS, *np.where(np.eye(3, dtype=bool), CANDIDATES, WEIGHTS)]
    step, *probed = [
        next(warmer.steps(INPUTS, TARGETS, "alpha-scaled", weights=weights, steps=1,
                          predict=predict, compare=compare))
        for weights in tried
    ]  # fmt: skip
    return step, [each.error for each in probed]


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("predict, compare", NETWORKS)
@pytest.mark.parametrize("chunks", [1, 3, 40])
def test_merged_sums_are_those_of_one_process(monkeypatch, compiled, predict, compare, chunks):
    """Errors, weight_deltas and probes of chunks, merged in order, are those of one process."""
    if not compiled:
        monkeypatch.setattr(summing_up, "compiler_trouble", lambda: "none here")
    network = network_of(predict, compare)
    summing = Summing(carried(trace_assessment(network, 3)), {})

    def merged(wanted, candidates=None):
        question = Question(0, WEIGHTS, wanted, block_of(2500), candidates)
        pieces = pieces_of(bounds_of(Batches(2500, 2500), chunks), 0, 2500)
        whole = Chunk(INPUTS, TARGETS[None])
        found = [summing.answer(question, whole.part(p.start, p.stop)) for p in pieces]
        assert not any(each.fault for each in found)
        return found

    found = merged(True)
    errors = np.concatenate([each.errors for each in found])
    deltas = np.concatenate([each.weight_deltas for each in found])
    probed = np.concatenate([each.errors for each in merged(False, CANDIDATES)])

    step, expected = literal(predict, compare)
    assert mean_of_blocks(errors, 2500) == step.error
    assert mean_of_blocks(deltas, 2500).tobytes() == step.weight_deltas.tobytes()
    assert mean_of_blocks(probed, 2500).tolist() == expected


def test_a_fault_is_told():
    """A row at which Python would raise is told of, and that is all."""
    network = network_of("logistic", "log-loss")
    summing = Summing(carried(trace_assessment(network, 1)), {})
    rows = Chunk(np.ones((200, 1)), np.full((1, 200), 2.0))

    assert summing.answer(Question(0, np.ones(1), True, 64), rows).fault


def test_far_rows_have_the_hash_of_near_ones():
    """A checkpoint knows the rows of its run wherever they lie."""
    near = np.random.default_rng(0).normal(size=(1000, 3))
    far = Far(None, lambda start, stop: near[start:stop], 0, 1000, 3)

    assert hash_of([far]) == hash_of([near])
    assert [len(part) for part in in_parts(far, 900)] == [300, 300, 300, 100]
