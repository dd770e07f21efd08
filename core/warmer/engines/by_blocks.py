"""Predict and compare over arrays of rows, block by block, in the documented order of sums."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from warmer.engines.over_arrays import Leaf, Over, ordered_dot
from warmer.formulas.expression import Node
from warmer.runs.task import Array
from warmer.tracing.network_formula import Formula

AT_ONCE = 4096  # rows that expressions are evaluated over at once


class Blocks(NamedTuple):
    """What some blocks of rows come to.

    Parameters:
        errors: the sum of each block.
        weight_deltas: the sums of each block, an array of them; None where nobody asks.
        fault: whether Python would raise at a row, and so must look.
        prediction, delta: of a single row.
    """

    errors: list[Any]
    weight_deltas: list[Array] | None
    fault: bool
    prediction: float | None = None
    delta: float | None = None


class Assessor(NamedTuple):
    """Assesses rows of a table by a network's formula.

    Parameters:
        formula: of predict and compare.
        values: the parameters of the plugins, by their names in the formula.
        inputs, targets: shapes (rows, inputs) and (rows, targets).
    """

    formula: Formula
    values: Mapping[tuple[str, str], Any]
    inputs: Array
    targets: Array

    def blocks(self, weights: Array, rows: Any, target: int, wanted: bool, block: int) -> Blocks:
        """Assess rows for one target.

        Parameters:
            rows: a slice, or numbers of rows in the order to take them.
            wanted: whether weight_deltas are.
            block: how many rows a block has; the last one may have fewer.
        """
        formula, gradient = self.formula, self.formula.predict.gradient
        indices = range(rows.start, rows.stop) if isinstance(rows, slice) else rows
        errors: list[Any] = []
        sums: list[Array] = []
        fault, prediction, delta = False, None, None
        some = max(block, AT_ONCE)  # whole blocks: both are powers of two
        for start in range(0, len(indices), some):
            stop = min(start + some, len(indices))
            span = (
                slice(rows.start + start, rows.start + stop)
                if isinstance(rows, slice)
                else rows[start:stop]
            )
            value, inputs = self._over(weights, span, target)
            count = stop - start
            errors += _by_blocks(np.broadcast_to(value(formula.compare.error), count), block)
            faults = [formula.predict.fault, formula.compare.fault]
            if wanted and gradient is not None:
                parts = np.zeros((count, len(weights)))
                started = np.zeros(len(weights), dtype=bool)
                for term in gradient.terms:
                    name, other, _ = term.other
                    vector = inputs if name == "inputs" else weights
                    factor = np.reshape(value(term.factor), (-1, 1))
                    share = factor * vector[..., other : other + term.stop - term.start]
                    here = slice(term.start, term.stop)
                    parts[:, here] = np.where(started[here], parts[:, here] + share, share)
                    started[here] = True
                for index, node in gradient.elements.items():
                    share = value(node)
                    parts[:, index] = parts[:, index] + share if started[index] else share
                sums += _by_blocks(parts, block)
                faults.append(gradient.fault)
            fault |= any(bool(np.any(value(each))) for each in faults)
            if len(indices) == 1:
                graph = formula.predict.value.graph
                prediction, delta = (
                    float(np.ravel(value(graph.symbol(name)))[0])
                    for name in ("prediction", "delta")
                )
        return Blocks(errors, sums or None, fault, prediction, delta)

    def _over(self, weights: Array, rows: Any, target: int) -> tuple[Leaf, Array]:
        """How to evaluate expressions of predict and compare over some rows."""
        inputs = self.inputs[rows]
        vectors = {"weights": weights, "inputs": inputs}
        known: dict[str, Any] = {"target": self.targets[rows, target]}

        def leaf(node: Node) -> Any:
            if node.operation == "dot":
                left, right = (vectors[name][..., start:stop] for name, start, stop in node.value)
                return ordered_dot(left, right)
            if node.operation == "element":
                name, index = node.value
                return vectors[name][..., index]
            owner, name = node.value
            return self.values[node.value] if owner else known[name]

        value = Over(leaf)
        known["prediction"] = value(self.formula.predict.value)
        if self.formula.predict.log_odds is not None:
            known["log_odds"] = value(self.formula.predict.log_odds)
        known["delta"] = value(self.formula.compare.delta)
        return value, inputs


def mean_of_blocks(sums: Any, rows: int) -> Any:
    """The mean over the rows, from the sums of their blocks, in order."""
    return _in_order(np.array(sums)) / rows


def _by_blocks(values: Array, block: int) -> list[Any]:
    """The sum of every block along the first axis, whose last block may be shorter."""
    whole = len(values) // block * block
    blocks = values[:whole].reshape(-1, block, *values.shape[1:])
    sums = list(np.add.accumulate(blocks, axis=1)[:, -1].copy())
    return [*sums, _in_order(values[whole:])] if whole < len(values) else sums


def _in_order(values: Array) -> Any:
    """Add along the first axis, one after another (a plain sum would add in pairs)."""
    return np.add.accumulate(values, axis=0)[-1].copy()  # a view would keep all the rest
