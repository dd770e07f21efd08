"""What a worker does: it adds up errors and weight_deltas of the blocks of rows that it has."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from warmer.engines.by_blocks import Assessor
from warmer.engines.compiling import compiler_trouble
from warmer.runs.task import Array
from warmer.tables.inputs import as_numbers
from warmer.tracing.carrying import Carried, read_carried

Parameters = Mapping[tuple[str, str], Any]


class Chunk(NamedTuple):
    """Rows that lie together.

    Parameters:
        inputs: shape (rows, inputs).
        targets: shape (targets, rows).
    """

    inputs: Array
    targets: Array

    def part(self, start: int, stop: int) -> "Chunk":
        """Some of the rows; nothing is copied."""
        return Chunk(self.inputs[start:stop], self.targets[:, start:stop])


class Question(NamedTuple):
    """What is asked about the rows of a piece.

    Parameters:
        target: which one.
        weights: shape (weights,).
        wanted: whether weight_deltas are.
        block: rows of a block.
        candidates: shape (weights,); asks for the errors with each weight at its candidate in
            turn, in the place of those at the weights.
    """

    target: int
    weights: Array
    wanted: bool
    block: int
    candidates: Array | None = None


class Answer(NamedTuple):
    """The sums of the blocks of a piece.

    Parameters:
        errors: shape (blocks,), or with candidates (blocks, weights).
        weight_deltas: shape (blocks, weights), or None.
        fault: whether Python must look at the rows.
    """

    errors: Array
    weight_deltas: Array | None
    fault: bool


class Summing:
    """Adds up blocks of rows by a formula: compiled where it can be, else over arrays.

    It is carried as plain data; its kernel is compiled where it is needed, once in each process.

    Parameters:
        data: predict and compare, as `carried` writes them.
        parameters: of the plugins, by their names in the formula.
    """

    def __init__(self, data: Carried, parameters: Parameters):
        self._data, self._parameters = data, dict(parameters)
        self._formula = read_carried(data)

    def __reduce__(self) -> Any:
        return Summing, (self._data, self._parameters)

    def answer(self, question: Question, rows: Chunk) -> Answer:
        """Answer a question about some rows."""
        if question.candidates is None:
            return self._sums(question.weights, question, rows)
        errors, fault = [], False
        for index, candidate in enumerate(question.candidates):
            tried = question.weights.copy()
            tried[index] = candidate
            found = self._sums(tried, question, rows)
            errors.append(found.errors)
            fault |= found.fault
        return Answer(np.array(errors).T.copy(), None, fault)

    def _sums(self, weights: Array, question: Question, rows: Chunk) -> Answer:
        targets, block, wanted = rows.targets[question.target], question.block, question.wanted
        if compiler_trouble() is None:
            from warmer.engines.native.summing import sums_of_blocks

            given = rows.inputs, targets, weights, block, wanted
            return Answer(*sums_of_blocks(self._formula, self._parameters, *given))
        over = Assessor(self._formula, self._parameters, rows.inputs, targets[:, None])
        with np.errstate(all="ignore"):
            found = over.blocks(weights, slice(0, len(targets)), 0, wanted, block)
        deltas = None if found.weight_deltas is None else np.array(found.weight_deltas)
        return Answer(np.array(found.errors, float), deltas, found.fault)


def answers(
    summing: Summing, question: Question, parts: Sequence[tuple[int, int]], *chunks: Chunk
) -> list[Answer]:
    """Answer a question about a part of each of some chunks."""
    return [
        summing.answer(question, chunk.part(*part))
        for chunk, part in zip(chunks, parts, strict=True)
    ]


def chunk_of(inputs: Any, targets: Any) -> Chunk:
    """Rows as they come, as a chunk; nothing else is kept alive by it.

    Raises:
        DataError: something in them is no number.
    """
    rows, columns = as_numbers("inputs", inputs), as_numbers("targets", targets)
    return Chunk(rows.copy(), columns.T.copy())


def checked(chunk: Chunk) -> tuple[str, int, int, float] | None:
    """The first number that is not finite: whose, its row and column, and itself."""
    for name, rows in (("inputs", chunk.inputs), ("targets", chunk.targets.T)):
        with np.errstate(over="ignore", invalid="ignore"):
            if np.isfinite(rows.sum()):
                continue
        bad = np.argwhere(~np.isfinite(rows))
        if len(bad):
            row, column = bad[0].tolist()
            return name, row, column, float(rows[row, column])
    return None


def joined(parts: Sequence[tuple[int, int]], *chunks: Chunk) -> Chunk:
    """Parts of some chunks as one."""
    some = [chunk.part(*part) for chunk, part in zip(chunks, parts, strict=True)]
    inputs, targets = zip(*some, strict=True)
    return Chunk(np.concatenate(inputs), np.ascontiguousarray(np.concatenate(targets, axis=1)))
