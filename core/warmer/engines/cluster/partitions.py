"""A table on a Dask cluster: chunks that stay with their workers, and rounds of questions to them.

Chunks are results of Dask's graph, so a chunk that is lost with its worker is made again by Dask
from where its rows came from. A round is one task for every thread of a worker, whatever the number
of chunks: Dask takes about a millisecond for each task.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any
from uuid import uuid4

import numpy as np

from warmer.engines.cluster.pieces import Piece, bounds_of, pieces_of
from warmer.engines.cluster.summing_up import (
    Answer,
    Chunk,
    Question,
    Summing,
    answers,
    checked,
    chunk_of,
    joined,
)
from warmer.exceptions import DataError, WarmerError, blame
from warmer.formulas.sums import block_of
from warmer.runs.far import Far
from warmer.runs.task import Array, Batches

Span = tuple[int, int]


@contextmanager
def blamed(what: str) -> Iterator[None]:
    """Whatever a cluster or somebody's graph raises, in one line."""
    try:
        yield
    except (KeyboardInterrupt, WarmerError):
        raise
    except Exception as error:
        raise WarmerError(f"{what}: {blame(error)}") from error


class Table:
    """Rows on the workers of a cluster; asked for sums over them, and for some of them to look at.

    Parameters:
        inputs, targets: Dask arrays of two dimensions.
        batches: of the steps; each lies in chunks of its own.
    """

    def __init__(self, client: Any, inputs: Any, targets: Any, batches: Batches):
        import dask
        import distributed

        self._client, self._wait = client, distributed.wait
        threads = sum(client.nthreads().values())
        self._bounds = bounds_of(batches, max(inputs.numblocks[0], threads))
        sizes = tuple(end - start for start, end in pairwise(self._bounds))
        self._columns = {"inputs": inputs.shape[1], "targets": targets.shape[1]}
        inputs, targets = (each.rechunk({0: sizes, 1: -1}) for each in (inputs, targets))
        blocks = (
            each.to_delayed(optimize_graph=False).ravel().tolist() for each in (inputs, targets)
        )
        made = [dask.delayed(chunk_of)(*pair) for pair in zip(*blocks, strict=True)]
        self._chunks = client.compute(made)
        self._pieces: dict[Span, tuple[list[Piece], list[Any], list[Span]]] = {}
        self._groups: dict[Span, list[tuple[str | None, list[int]]]] = {}
        self._seen: tuple[int, Chunk] | None = None
        self._summing: tuple[Summing, Any] | None = None
        self._asked: list[Any] = []
        self._check()

    def _check(self) -> None:
        with blamed("the rows cannot be read on the cluster"):
            found = self._client.gather(self._client.map(checked, self._chunks))
        for first, bad in zip(self._bounds[:-1], found, strict=True):
            if bad:
                name, row, column, value = bad
                raise DataError(f"{name}[{first + row}, {column}] is {value}, not a finite number")

    def rows(self, name: str) -> Far:
        """The inputs or targets, for a task."""
        index = Chunk._fields.index(name)

        def fetch(start: int, stop: int) -> Array:
            parts = []
            for number, (low, high) in enumerate(pairwise(self._bounds)):
                if low < stop and start < high:
                    part = self._chunk(number).part(max(start - low, 0), min(stop, high) - low)
                    parts.append(part[index] if name == "inputs" else part[index].T)
            return np.concatenate(parts)

        return Far(self, fetch, 0, self._bounds[-1], self._columns[name])

    def _chunk(self, number: int) -> Chunk:
        """Fetch a chunk; the last one is kept, since rows are looked at one after another."""
        if self._seen is None or self._seen[0] != number:
            with blamed("the rows cannot be fetched from the cluster"):
                self._seen = number, self._chunks[number].result()
        return self._seen[1]

    def ask(
        self,
        summing: Summing,
        span: Span,
        target: int,
        weights: Array,
        wanted: bool,
        candidates: Array | None = None,
    ) -> Answer:
        """Ask for the sums of all blocks of a span of rows, in order.

        Raises:
            WarmerError: the cluster fails.
        """
        question = Question(target, weights, wanted, block_of(span[1] - span[0]), candidates)
        with blamed("the cluster fails"):
            found = self._round(summing, question, span)
        deltas = [answer.weight_deltas for answer in found if answer.weight_deltas is not None]
        return Answer(
            np.concatenate([answer.errors for answer in found]),
            np.concatenate(deltas) if deltas else None,
            any(answer.fault for answer in found),
        )

    def _round(self, summing: Summing, question: Question, span: Span) -> list[Answer]:
        import dask

        if self._summing is None or self._summing[0] is not summing:
            made = self._client.submit(Summing, *summing.__reduce__()[1], pure=False)
            self._summing = summing, made
        pieces, futures, parts = self._pieces_of(span)
        groups = self._groups.get(span) or self._grouped(futures)
        keys = [f"warmer-{uuid4().hex}" for _ in groups]
        there = {
            key: [worker] if worker else [] for key, (worker, _) in zip(keys, groups, strict=True)
        }
        with dask.annotate(workers=there.get, allow_other_workers=True):
            asked = self._client.map(
                _answered,
                [[parts[piece] for piece in group] for _, group in groups],
                [[futures[piece] for piece in group] for _, group in groups],
                # not by name, since Dask gives what is large the key of its name, in every round
                [self._summing[1]] * len(groups), [question] * len(groups), key=keys,
            )  # fmt: skip
        # A client sends at most once in 10 ms: the question in one message, and only then that
        # the answers of the last round may go.
        self._asked = asked
        found: list[Any] = [None] * len(pieces)
        self._groups[span] = groups
        for (worker, group), (answerer, some) in zip(
            groups, self._client.gather(asked), strict=True
        ):
            for piece, answer in zip(group, some, strict=True):
                found[piece] = answer
            if answerer != worker:  # its worker is gone, and the chunks lie elsewhere now
                self._groups.clear()
        return found

    def _pieces_of(self, span: Span) -> tuple[list[Piece], list[Any], list[Span]]:
        """The pieces of a span, the chunks that they lie in, and where in them."""
        if span not in self._pieces:
            pieces = pieces_of(self._bounds, *span)
            futures, parts = [], []
            for piece in pieces:
                low = self._bounds[piece.chunks[0]]
                part = piece.start - low, piece.stop - low
                chunk = self._chunks[piece.chunks[0]]
                if len(piece.chunks) > 1:
                    chunk, part = self._joined(piece), (0, piece.stop - piece.start)
                futures.append(chunk)
                parts.append(part)
            self._pieces[span] = pieces, futures, parts
        return self._pieces[span]

    def _joined(self, piece: Piece) -> Any:
        """A piece that lies in several chunks, as a chunk of its own."""
        parts = [
            (max(piece.start - low, 0), min(piece.stop, high) - low)
            for low, high in (self._bounds[n : n + 2] for n in piece.chunks)
        ]
        chunks = (self._chunks[number] for number in piece.chunks)
        return self._client.submit(joined, parts, *chunks, pure=False)

    def _grouped(self, futures: Sequence[Any]) -> list[tuple[str | None, list[int]]]:
        """Which pieces are asked about together: those of a worker, by as many tasks as threads."""
        self._wait(futures)
        holders = self._client.who_has(futures)
        there: dict[str | None, list[int]] = {}
        for number, future in enumerate(futures):
            there.setdefault(next(iter(sorted(holders[future.key])), None), []).append(number)
        threads = self._client.nthreads()
        groups = []
        for worker, pieces in there.items():
            some = min(len(pieces), threads.get(worker, 1))
            groups += [(worker, pieces[first::some]) for first in range(some)]
        return groups


def _answered(
    parts: Sequence[Span], chunks: Sequence[Chunk], summing: Summing, question: Question
) -> tuple[str, list[Answer]]:
    """Answer on a worker, and say on which."""
    import distributed

    return distributed.get_worker().address, answers(summing, question, parts, *chunks)
