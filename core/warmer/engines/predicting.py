"""Predictions of a network for many rows: by its formula over arrays, else row by row."""

import math
from typing import Any

import numpy as np

from warmer.contract.answers import number
from warmer.engines.calling import BeyondError, call
from warmer.engines.over_arrays import Over, ordered_dot
from warmer.exceptions import Stop
from warmer.formulas.expression import Node, UntraceableError
from warmer.formulas.sums import Floats
from warmer.plugins.network import Network
from warmer.runs.task import Array
from warmer.tracing.network_formula import Prediction
from warmer.tracing.reader import trace_prediction

AT_ONCE = 4096  # rows that expressions are evaluated over at once


def predictions(network: Network, inputs: Array, weights: Array) -> Array:
    """What a network predicts: shape (rows, targets); inf where that is beyond the floats.

    Parameters:
        inputs: shape (rows, inputs).
        weights: shape (weights, targets).

    Raises:
        WarmerError: a plugin fails, or refuses a row.
    """
    try:
        formula = trace_prediction(network, inputs.shape[1])
    except UntraceableError:
        formula = None
    answers = np.empty((len(inputs), weights.shape[1]))
    for target, column in enumerate(weights.T):
        for start in range(0, len(inputs), AT_ONCE):
            rows = inputs[start : start + AT_ONCE]
            found = None if formula is None else _by_formula(network, formula, rows, column)
            if found is None:
                weights_ = tuple(column.tolist())
                found = np.array([prediction(network, row, weights_) for row in rows.tolist()])
            answers[start : start + AT_ONCE, target] = found
    return answers


def _by_formula(
    network: Network, formula: Prediction, inputs: Array, weights: Array
) -> Array | None:
    """The same by the formula; None where Python must look."""
    vectors = {"weights": weights, "inputs": inputs}

    def leaf(node: Node) -> Any:
        if node.operation == "dot":
            left, right = (vectors[name][..., start:stop] for name, start, stop in node.value)
            return ordered_dot(left, right)
        if node.operation == "element":
            name, index = node.value
            return vectors[name][..., index]
        return network.parameters[node.value]

    value = Over(leaf)
    with np.errstate(all="ignore"):
        found = np.broadcast_to(value(formula.value), len(inputs))
        fault = bool(np.any(value(formula.fault)))
    return None if fault or not np.isfinite(found).all() else found


def prediction(network: Network, inputs: Floats, weights: Floats) -> float:
    """What predict says of one row."""
    where, row = network.where["predict"], {"weights": weights, "inputs": tuple(inputs)}
    try:
        answer = call(network, where, network.ask["predict"], row)
    except BeyondError:
        return math.inf
    except Stop:
        return math.nan
    return float(number(answer, where, network.at["predict"]))
