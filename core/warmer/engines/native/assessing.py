"""Assessing: predict and compare for rows of a batch, and the weight_delta of each.

Most predictions are made of sums over all weights; then the weight_delta of eight weights is one
product, written where it is used. A prediction that has single weights, or sums over some of
them, has its weight_delta put together in an array, stretch by stretch.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import attrs

from warmer.engines.native.arithmetic import Arithmetic, nonfinite
from warmer.engines.native.emitter import Emitter, Value, literal
from warmer.engines.native.layout import Cells, Chunk, Layout, dots
from warmer.engines.native.rows import Row
from warmer.formulas.derivative import Gradient
from warmer.formulas.expression import Node, in_order
from warmer.tracing.network_formula import Formula


@attrs.frozen(eq=False)
class Assessed:
    """What predict and compare say of one row.

    Parameters:
        factors, elements: the values of the gradient's terms and elements.
        vectors: the weights and inputs.
    """

    prediction: Value
    error: Value
    delta: Value
    fault: str
    factors: list[Value]
    elements: dict[int, Value]
    vectors: Mapping[str, Cells]


def assess(
    emitter: Emitter,
    layout: Layout,
    formula: Formula,
    gradient: Gradient | None,
    weights: Cells,
    rows: Sequence[Row],
    parameter: Callable[[Node], Value],
) -> list[Assessed]:
    """Write predict and compare of some rows, and with a gradient the parts of weight_delta."""
    vectors = [{"weights": weights, "inputs": row.inputs} for row in rows]
    predict = [*formula.predict.named.values(), formula.predict.fault]
    if gradient is not None:
        predict += [*(term.factor for term in gradient.terms), *gradient.elements.values()]
        predict.append(gradient.fault)
    sums = {}
    for node in in_order(*predict):
        if node.operation == "dot":
            part = layout.part(node.value[0][2] - node.value[0][1])
            pairs = [_sides(node, own, part) for own in vectors]
            sums[id(node)] = dots(emitter, part, pairs)

    def leaf(index: int, node: Node) -> Value:
        if node.operation == "dot":
            return sums[id(node)][index]
        if node.operation == "element":
            name, place = node.value
            return vectors[index][name].element(place)
        return parameter(node)

    return [
        _assess(emitter, formula, gradient, own, row.target, partial(leaf, index))
        for index, (row, own) in enumerate(zip(rows, vectors, strict=True))
    ]


def _sides(node: Node, vectors: Mapping[str, Cells], part: Layout) -> tuple[Cells, Cells]:
    """The two vectors that a sum of products multiplies."""
    left, right = (vectors[name].part(start, part) for name, start, _ in node.value)
    return left, right


def _assess(
    emitter: Emitter,
    formula: Formula,
    gradient: Gradient | None,
    vectors: Mapping[str, Cells],
    target: Value,
    leaf_of_row: Callable[[Node], Value],
) -> Assessed:
    known = {("", "target"): target}

    def leaf(node: Node) -> Value:
        return known.get(node.value) or leaf_of_row(node)

    predicting = Arithmetic(emitter, leaf)
    prediction = known["", "prediction"] = predicting.number(formula.predict.value)
    if formula.predict.log_odds is not None:
        known["", "log_odds"] = predicting.number(formula.predict.log_odds)
    comparing = Arithmetic(emitter, leaf)
    error = comparing.number(formula.compare.error)
    delta = known["", "delta"] = comparing.number(formula.compare.delta)
    faults = [predicting.fault(formula.predict.fault), comparing.fault(formula.compare.fault)]
    factors, elements = [], {}
    if gradient is not None:
        factors = [predicting.number(term.factor) for term in gradient.terms]
        elements = {i: predicting.number(node) for i, node in gradient.elements.items()}
        faults.append(predicting.fault(gradient.fault))
    return Assessed(prediction, error, delta, any_of(emitter, faults), factors, elements, vectors)


def is_plain(formula: Formula) -> bool:
    """Say whether predict is made of sums over all weights or inputs."""
    whole = (0, formula.weights)
    return all(
        node.operation == "dot" and all(span[1:] == whole for span in node.value)
        for node in in_order(*formula.predict.named.values(), formula.predict.fault)
        if node.operation in ("dot", "element")
    )


def weight_deltas(
    emitter: Emitter, chunk: Chunk, gradient: Gradient | None, assessed: Assessed
) -> Value:
    """The weight_delta of one row for a chunk of weights, where predict is plain."""
    total: Value | None = None
    for term, factor in zip(gradient.terms if gradient else (), assessed.factors, strict=True):
        part = _share(emitter, chunk, factor, assessed.vectors[term.other[0]])
        total = part if total is None else _add(emitter, total, part)
    return total or literal(0.0, chunk.width)


def put_weight_deltas(
    emitter: Emitter, layout: Layout, gradient: Gradient, assessed: Assessed, into: Cells
) -> None:
    """Write the weight_delta of one row into an array, whatever predict is made of."""
    into.fill(-0.0)  # changes no sum
    for start, stop in _untouched(gradient, layout.weights):
        into.part(start, layout.part(stop - start)).fill(0.0)
    for term, factor in zip(gradient.terms, assessed.factors, strict=True):
        part = layout.part(term.stop - term.start)
        mine = into.part(term.start, part)
        name, start, _ = term.other
        other = assessed.vectors[name].part(start, part)
        for chunk in part.each(emitter):
            share = _share(emitter, chunk, factor, other)
            mine.store(chunk, _add(emitter, mine.load(chunk), share))
    for index, value in assessed.elements.items():
        single = Layout(1).chunks()[0]
        mine = into.part(index, layout.part(1))
        mine.store(single, _add(emitter, mine.load(single), value))


def _share(emitter: Emitter, chunk: Chunk, factor: Value, other: Cells) -> Value:
    values = other.load(chunk)
    shared = emitter.splat(factor, chunk.width)
    return emitter.number(f"fmul {values.type} {shared}, {values}", chunk.width)


def _add(emitter: Emitter, left: Value, right: Value) -> Value:
    return emitter.number(f"fadd {left.type} {left}, {right}", left.width)


def _untouched(gradient: Gradient, weights: int) -> Iterator[tuple[int, int]]:
    """The stretches of weights that the prediction does not depend on."""
    spans = [(term.start, term.stop) for term in gradient.terms]
    spans += [(index, index + 1) for index in gradient.elements]
    reached = 0
    for start, stop in [*sorted(spans), (weights, weights)]:
        if start > reached:
            yield reached, start
        reached = max(reached, stop)


def any_of(emitter: Emitter, conditions: list[str]) -> str:
    """Say whether any of some truth values holds."""
    result = "false"
    for condition in conditions:
        if condition != "false":
            result = condition if result == "false" else emitter.let(f"or i1 {result}, {condition}")
    return result


def is_nonfinite(emitter: Emitter, value: Value) -> str:
    """Say whether any lane is infinite or not a number."""
    return emitter.any(nonfinite(emitter, value), value.width)
