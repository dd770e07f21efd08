"""weight_delta in plain Python: from the derivative of the prediction, row by row."""

import math
from collections.abc import Iterable, Sequence

from warmer.engines.calling import BeyondError, call
from warmer.exceptions import HookError
from warmer.formulas.derivative import Gradient
from warmer.formulas.evaluation import evaluate, leaf_of
from warmer.formulas.expression import Node, UntraceableError
from warmer.formulas.sums import Floats, block_of, sum_in_order
from warmer.plugins.network import Network
from warmer.tracing.reader import trace_prediction

DELTA = ("", "delta")


class WeightDeltas:
    """Computes weight_delta for every weight of a network.

    Attributes:
        gradient: the derivative of the prediction, or None where it has none.
        why_not: why it has none, in that case.
    """

    def __init__(self, network: Network, inputs: int):
        self._network = network
        self._values = network.parameters
        self.gradient, self.why_not = _gradient(network, inputs)

    def require(self) -> None:
        """Raise a HookError unless the prediction has a derivative."""
        if self.gradient is None:
            raise HookError(
                f"{self._network.rule.name} asks for weight_delta, and predict of "
                f"{self._network.predictor.name} has no derivative: {self.why_not}"
            )

    def mean(
        self, weights: Floats, rows: Iterable[Floats], deltas: Sequence[float]
    ) -> Sequence[float]:
        """Mean over the rows of delta * d prediction / d weight, for every weight.

        Raises:
            BeyondError, HookError: as the same arithmetic would in Python.
        """
        if len(deltas) == 1:
            return self._of_row(weights, next(iter(rows)), deltas[0])
        blocks: list[list[float]] = []
        block = block_of(len(deltas))
        for index, (inputs, delta) in enumerate(zip(rows, deltas, strict=True)):
            row = self._of_row(weights, inputs, delta)
            if index % block == 0:
                blocks.append(row)
            else:
                blocks[-1] = [total + value for total, value in zip(blocks[-1], row, strict=True)]
        return [sum_in_order(column) / len(deltas) for column in zip(*blocks, strict=True)]

    def for_history(
        self, weights: Floats, rows: Iterable[Floats], deltas: Sequence[float]
    ) -> Sequence[float]:
        """The same where nothing but the history asks: nan where Python would raise."""
        try:
            return self.mean(weights, rows, deltas)
        except (HookError, BeyondError):
            return [math.nan] * len(weights)

    def _of_row(self, weights: Floats, inputs: Floats, delta: float) -> list[float]:
        assert self.gradient is not None
        vectors = {"weights": weights, "inputs": inputs}
        terms, elements = self.gradient.terms, self.gradient.elements
        if len(terms) == 1 and not elements and terms[0].stop - terms[0].start == len(weights):
            shared = self._factor(terms[0].factor, weights, inputs, delta)
            name, start, stop = terms[0].other
            return [shared * other for other in vectors[name][start:stop]]
        parts: list[list[float]] = [[] for _ in weights]
        for term in terms:
            shared = self._factor(term.factor, weights, inputs, delta)
            name, start, _ = term.other
            stop = start + term.stop - term.start
            others = vectors[name][start:stop]
            for part, other in zip(parts[term.start : term.stop], others, strict=True):
                part.append(shared * other)
        for index, node in elements.items():
            parts[index].append(self._factor(node, weights, inputs, delta))
        return [sum_in_order(values) if values else 0.0 for values in parts]

    def _factor(self, node: Node, weights: Floats, inputs: Floats, delta: float) -> float:
        if node.value == DELTA:
            return delta
        known = {**self._values, DELTA: delta}
        where = f"the derivative of {self._network.predictor.name}"
        leaf = leaf_of(weights, inputs)
        return float(call(self._network, where, lambda _: evaluate(node, known, leaf), {}))


def _gradient(network: Network, inputs: int) -> tuple[Gradient | None, str]:
    try:
        prediction = trace_prediction(network, inputs)
    except UntraceableError as error:
        return None, str(error)
    return prediction.gradient, prediction.why_no_gradient
