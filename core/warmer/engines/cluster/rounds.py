"""Engines whose rows lie on a cluster: each step sends weights there and gets block sums back.

What a rule learns from them is computed here, by its formula, or where it has none literally. So a
rule needs nothing on the workers, and the bits are those of one process, wherever the rows lie.
"""

import math
from array import array
from functools import partial
from typing import Any

import numpy as np

from warmer.engines.arrays import ArraysEngine, Batch
from warmer.engines.by_blocks import mean_of_blocks
from warmer.engines.cluster.summing_up import Summing
from warmer.engines.floats import Rows
from warmer.engines.learning import Seen
from warmer.engines.python import PythonEngine, Taken, Walk
from warmer.exceptions import UsageError
from warmer.formulas.expression import UntraceableError
from warmer.formulas.sums import Floats
from warmer.plugins.network import Network
from warmer.runs.history import Record
from warmer.runs.task import Array, Task
from warmer.tracing.carrying import carried, trace_assessment
from warmer.tracing.network_formula import Formula
from warmer.tracing.reader import trace_network

NAME = "dask"


def cluster_engine(network: Network, task: Task) -> Any:
    """The engine for a task whose rows lie on a cluster.

    Raises:
        UsageError: this network cannot learn there; the message says why.
    """
    try:
        formula = trace_assessment(network, task.inputs.shape[1])
    except UntraceableError as error:
        raise UsageError(
            f"workers get a formula, and there is none: {error}; give the rows as a NumPy array"
        ) from error
    if formula.predict.gradient is None and network.asks_for_weight_deltas:
        where = network.where["predict"]
        raise UsageError(f"{where} has no derivative: {formula.predict.why_no_gradient}")
    kept = sorted({"inputs", "deltas"} & network.evidence)
    if kept:
        raise UsageError(
            f"{network.rule.name} asks for {' and '.join(kept)} of every row, and rows on a "
            "cluster stay there: a rule that learns from weight_delta or weight_deltas, error and "
            "error_at can be trained on one"
        )
    asking = _Asking(network, task, formula)
    try:
        whole = trace_network(network, task.inputs.shape[1])
    except UntraceableError:
        return _Literally(network, task, asking)
    return _ByFormula(network, task, whole, asking)


class _Asking:
    """Asks the cluster for means over the rows of a step."""

    def __init__(self, network: Network, task: Task, formula: Formula):
        numbers = {k: v for k, v in network.parameters.items() if isinstance(v, (int, float))}
        rows: Any = task.inputs  # which are far
        self._table = rows.table
        self._summing = Summing(carried(formula), numbers)

    def batch(self, weights: Array, rows: slice, target: int, wanted: bool) -> Batch:
        """What predict and compare come to over some rows."""
        span, count = (rows.start, rows.stop), rows.stop - rows.start
        found = self._table.ask(self._summing, span, target, weights, wanted)
        deltas = found.weight_deltas
        with np.errstate(all="ignore"):
            error = float(mean_of_blocks(found.errors, count))
            means = None if deltas is None else mean_of_blocks(deltas, count)
        return Batch(weights, rows, target, error, means, found.fault)

    def errors_at(self, candidates: Array, batch: Batch) -> tuple[Array, bool]:
        """The error with each weight at its candidate, all in one round."""
        rows, target = batch.rows, batch.target
        span = rows.start, rows.stop
        found = self._table.ask(
            self._summing, span, target, batch.weights, False, np.array(candidates)
        )
        with np.errstate(all="ignore"):
            return mean_of_blocks(found.errors, rows.stop - rows.start), found.fault


class _ByFormula(ArraysEngine):
    """Learns by the formula of the rule."""

    name = NAME

    def __init__(self, network: Network, task: Task, formula: Formula, asking: _Asking):
        super().__init__(network, task, formula)
        self._asking = asking

    def _batch(self, weights: Array, rows: Any, target: int, wanted: bool) -> Batch:
        return self._asking.batch(weights, rows, target, wanted)

    def _errors_at(self, candidates: Array, batch: Batch) -> tuple[Array, bool]:
        return self._asking.errors_at(candidates, batch)


class _Literally(PythonEngine):
    """Calls learn as it is written, for a rule that has no formula."""

    name = NAME

    def __init__(self, network: Network, task: Task, asking: _Asking):
        super().__init__(network, task)
        self._asking = asking

    def error(self, weights: Array) -> Array:
        """The error over all rows, one for each target."""
        rows = slice(0, self._task.batches.rows)
        found = [
            self._asking.batch(np.array(column), rows, target, False)
            for target, column in enumerate(weights.T)
        ]
        if any(batch.fault or not math.isfinite(batch.error) for batch in found):
            return super().error(weights)
        return np.array([batch.error for batch in found])

    def _step(
        self, step: int, target: int, walk: Walk, rows: Rows, goals: Rows, record: Record
    ) -> Taken:
        """Learn from what the cluster says; where it cannot, from the rows themselves."""
        weights, memory = walk.weights[target], walk.memory[target]
        span, place = slice(*self._task.batches.span(step)), record.place(step)
        wanted = self._network.asks_for_weight_deltas or (
            place is not None and record.weight_deltas is not None
        )
        batch = self._asking.batch(np.array(weights), span, target, wanted)
        if batch.fault or not math.isfinite(batch.error):
            return super()._step(step, target, walk, rows, goals, record)
        if place is not None:
            known = batch.weight_deltas
            record.put(place, target, weights, batch.error, known, math.nan, math.nan)

        def error_at(candidates: Floats) -> float:
            found = self._asking.batch(np.array(candidates), span, target, False)
            if found.fault or not math.isfinite(found.error):
                return self._assess(candidates, rows, goals)[0]
            return found.error

        slopes = None
        if self._network.asks_for_weight_deltas and batch.weight_deltas is not None:
            slopes = batch.weight_deltas.tolist()
        arrays = partial(self._arrays, step, rows, array("d"))
        seen = Seen(step, batch.error, error_at, arrays)
        return Taken(batch.error, *self._learner.learn(weights, slopes, memory, seen))
