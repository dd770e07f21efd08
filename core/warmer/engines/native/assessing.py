"""Assessing: predict and compare for rows of a batch, and the weight_delta of each."""

from collections.abc import Callable, Mapping, Sequence

import attrs

from warmer.engines.native.arithmetic import Arithmetic, nonfinite
from warmer.engines.native.emitter import Emitter, Value, double, literal
from warmer.engines.native.layout import Cells, Chunk, Layout, dots
from warmer.engines.native.rows import Row
from warmer.symbolic.derivative import Gradient
from warmer.symbolic.expression import Node, in_order
from warmer.symbolic.rule import Formula


@attrs.frozen(eq=False)
class Assessed:
    """What predict and compare say of one row."""

    prediction: Value
    error: Value
    delta: Value
    fault: str
    factors: list[tuple[Value, Cells]]
    elements: dict[int, Value]


def assess(
    emitter: Emitter,
    layout: Layout,
    formula: Formula,
    gradient: Gradient | None,
    weights: Cells,
    rows: Sequence[Row],
    parameter: Callable[[Node], Value],
) -> list[Assessed]:
    """Write predict and compare of rows, and where asked for what weight_delta is made of."""
    vectors = [{"weights": weights, "inputs": row.inputs} for row in rows]
    predict = [formula.predict.value, formula.predict.fault]
    if gradient is not None:
        predict += [*(term.factor for term in gradient.terms), *gradient.elements.values()]
        predict.append(gradient.fault)
    sums = {
        id(node): dots(emitter, layout, [(v[left[0]], v[right[0]]) for v in vectors])
        for node in in_order(*predict)
        if node.operation == "dot"
        for left, right in [node.value]
    }
    return [
        _assess(emitter, formula, gradient, own, row.target, parameter,
                {node: values[index] for node, values in sums.items()})
        for index, (row, own) in enumerate(zip(rows, vectors, strict=True))
    ]  # fmt: skip


def _assess(
    emitter: Emitter,
    formula: Formula,
    gradient: Gradient | None,
    vectors: Mapping[str, Cells],
    target: Value,
    parameter: Callable[[Node], Value],
    sums: Mapping[int, Value],
) -> Assessed:
    known: dict[str, Value] = {"target": target}

    def leaf(node: Node) -> Value:
        if node.operation == "dot":
            return sums[id(node)]
        if node.operation == "element":
            name, index = node.value
            return vectors[name].element(index)
        owner, name = node.value
        return parameter(node) if owner else known[name]

    predicting = Arithmetic(emitter, leaf)
    prediction = known["prediction"] = predicting.number(formula.predict.value)
    comparing = Arithmetic(emitter, leaf)
    error = comparing.number(formula.compare.error)
    delta = known["delta"] = comparing.number(formula.compare.delta)
    faults = [predicting.fault(formula.predict.fault), comparing.fault(formula.compare.fault)]
    factors, elements = [], {}
    if gradient is not None:
        factors = [
            (predicting.number(term.factor), vectors[term.other[0]]) for term in gradient.terms
        ]
        elements = {i: predicting.number(node) for i, node in gradient.elements.items()}
        faults.append(predicting.fault(gradient.fault))
    return Assessed(prediction, error, delta, any_of(emitter, faults), factors, elements)


def weight_deltas(emitter: Emitter, chunk: Chunk, assessed: Assessed) -> Value:
    """The weight_delta of one row, for a chunk of weights."""
    total: Value | None = None
    for factor, other in assessed.factors:
        values = other.load(chunk)
        share = emitter.splat(factor, chunk.width)
        part = emitter.number(f"fmul {values.type} {share}, {values}", chunk.width)
        total = (
            part
            if total is None
            else emitter.number(f"fadd {part.type} {total}, {part}", chunk.width)
        )
    return _with_elements(emitter, chunk, total, assessed)


def _with_elements(
    emitter: Emitter, chunk: Chunk, total: Value | None, assessed: Assessed
) -> Value:
    """Add the parts that belong to single weights (only where chunks are written out)."""
    result = total or literal(0.0, chunk.width)
    for index, value in assessed.elements.items():
        lane = index - int(chunk.start)
        if not 0 <= lane < chunk.width:
            continue
        part = value
        if total is not None:
            part = emitter.number(f"fadd double {emitter.lane(result, lane)}, {value}")
        if chunk.width == 1:
            return part
        result = emitter.number(
            f"insertelement {double(chunk.width)} {result}, double {part}, i32 {lane}",
            chunk.width,
        )
    return result


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
