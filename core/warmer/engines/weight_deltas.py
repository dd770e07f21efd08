"""weight_delta in plain Python: from the derivative of the prediction, row by row."""

import math
from array import array
from collections.abc import Iterator
from typing import Any, NamedTuple

from warmer.engines.calling import BeyondError, call
from warmer.exceptions import HookError
from warmer.network import Network
from warmer.sums import block_of, sum_in_order
from warmer.symbolic.derivative import Gradient
from warmer.symbolic.evaluate import evaluate, leaf_of
from warmer.symbolic.expression import Node, UntraceableError
from warmer.symbolic.readings import trace_prediction
from warmer.task import Array

Floats = tuple[float, ...]
FEW = 64  # rows that are turned into floats at once


class Batch(NamedTuple):
    """The rows of one step, and their targets of one network."""

    inputs: Array
    targets: Array

    def rows(self) -> Iterator[tuple[Floats, float]]:
        """Each row as floats, with its target; a few at a time, since floats take their room."""
        for start in range(0, len(self.inputs), FEW):
            few = slice(start, start + FEW)
            inputs, targets = self.inputs[few].tolist(), self.targets[few].tolist()
            yield from zip(map(tuple, inputs), targets, strict=True)


class WeightDeltas:
    """Computes weight_delta for every weight of a network.

    Attributes:
        gradient: the derivative of the prediction, or None where it has none.
        why_not: says so in the second case.
    """

    def __init__(self, network: Network, weights: int):
        self._network = network
        self._values = network.parameters
        self.gradient, self.why_not = _gradient(network, weights)

    def require(self) -> None:
        """Raise a HookError unless the prediction has a derivative."""
        if self.gradient is None:
            raise HookError(
                f"{self._network.rule.name} asks for weight_delta, and predict of "
                f"{self._network.predictor.name} has no derivative: {self.why_not}"
            )

    def mean(self, weights: Floats, batch: Batch, deltas: "array[float]") -> list[float]:
        """Mean over the rows of delta * d prediction / d weight, for every weight.

        Raises:
            BeyondError, HookError: as the same arithmetic would in Python.
        """
        assert self.gradient is not None
        blocks: list[list[float]] = []
        block = block_of(len(deltas))
        for index, ((inputs, _), delta) in enumerate(zip(batch.rows(), deltas, strict=True)):
            row = self._of_row(self.gradient, weights, inputs, delta)
            if index % block == 0:
                blocks.append(row)
            else:
                blocks[-1] = [total + value for total, value in zip(blocks[-1], row, strict=True)]
        return [sum_in_order(column) / len(deltas) for column in zip(*blocks, strict=True)]

    def for_history(self, weights: Floats, batch: Batch, deltas: "array[float]") -> list[float]:
        """The same where nothing but the history asks: nan where Python would raise."""
        try:
            return self.mean(weights, batch, deltas)
        except (HookError, BeyondError):
            return [math.nan] * len(weights)

    def _of_row(
        self, gradient: Gradient, weights: Floats, inputs: Floats, delta: float
    ) -> list[float]:
        vectors = {"weights": weights, "inputs": inputs}
        known = {**self._values, ("", "delta"): delta}
        leaf = leaf_of(weights, inputs)
        where = f"the derivative of {self._network.predictor.name}"

        def factor(node: Node) -> float:
            return float(call(self._network, where, evaluate, node=node, known=known, leaf=leaf))

        parts: list[list[float]] = [[] for _ in weights]
        for term in gradient.terms:
            shared = factor(term.factor)
            name, start, _ = term.other
            for index in range(term.start, term.stop):
                parts[index].append(shared * vectors[name][start + index - term.start])
        for index, node in gradient.elements.items():
            parts[index].append(factor(node))
        return [sum_in_order(values) if values else 0.0 for values in parts]


def _gradient(network: Network, weights: int) -> tuple[Any, str]:
    try:
        prediction = trace_prediction(network, weights)
    except UntraceableError as error:
        return None, str(error)
    return prediction.gradient, prediction.why_no_gradient
