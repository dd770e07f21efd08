"""Probes: `error_at` for many weights in one pass over a batch's rows.

If only weight i changes, only its lane of the sum of products changes. So for eight weights at
once, lane l of a vector holds the whole sum as it would be if the weight in lane l were its
candidate, added in the documented order; predict and compare then work on eight such sums.
"""

from collections.abc import Callable, Iterator

from warmer.engines.native.arithmetic import Arithmetic
from warmer.engines.native.assessing import any_of, assess, is_plain
from warmer.engines.native.emitter import Emitter, Value, double, literal
from warmer.engines.native.layout import Cells, Chunk, Layout, widen
from warmer.engines.native.rows import Batch, Row, Sum, for_each_row
from warmer.formulas.expression import Node, in_order
from warmer.formulas.sums import LANES
from warmer.tracing.network_formula import Formula


def phases(formula: Formula) -> list[list[Node]]:
    """The error_at nodes of learn, in groups whose candidates need only the groups before."""
    learn = formula.learn
    depth: dict[int, int] = {}
    groups: list[list[Node]] = []
    for node in in_order(learn.weight, *learn.memory, learn.fault):
        below = max((depth[id(argument)] for argument in node.arguments), default=0)
        depth[id(node)] = below
        if node.operation == "error_at":
            depth[id(node)] = below + 1
            groups += [[] for _ in range(below + 1 - len(groups))]
            groups[below].append(node)
    return groups


class Probe:
    """One error_at of learn: the candidates of all weights, and the errors there."""

    def __init__(self, emitter: Emitter, layout: Layout, node: Node, pointers: list[str | None]):
        self.node = node
        self.candidates = Cells(emitter, layout, pointers[0])
        self.errors = Sum(emitter, layout, pointers[1], pointers[2])


def write_probes(
    emitter: Emitter,
    formula: Formula,
    weights: Cells,
    batch: Batch,
    probes: list[Probe],
    parameter: Callable[[Node], Value],
) -> None:
    """Write the pass over the rows that fills the errors of some probes."""
    layout = probes[0].errors.layout
    if not in_lanes(formula):
        for probe in probes:
            _one_by_one(emitter, formula, weights, batch, probe, parameter)
        return
    sums_of_row = _short_sums if layout.weights <= LANES else _long_sums

    def body(rows: list[Row]) -> None:
        (row,) = rows
        for probe, chunk, sums in sums_of_row(emitter, layout, weights, row, probes):
            target = emitter.splat(row.target, chunk.width)
            error, failed = _compared(emitter, formula, sums, target, parameter)
            probe.errors.add(chunk, error)
            emitter.raise_flag(batch.fault, failed)

    for_each_row(emitter, batch, [probe.errors for probe in probes], body)
    for probe in probes:
        for chunk in layout.each(emitter):
            mean = probe.errors.mean(chunk, batch)
            probe.errors.total.store(chunk, mean)


def in_lanes(formula: Formula) -> bool:
    """Say whether a candidate changes one lane of one sum of weights and inputs, and no more."""
    nodes = in_order(*formula.predict.named.values(), formula.predict.fault)
    sums = [node.value for node in nodes if node.operation == "dot"]
    return is_plain(formula) and all({left[0], right[0]} == {"weights", "inputs"}
                                     for left, right in sums) and len(sums) <= 1  # fmt: skip


def _one_by_one(
    emitter: Emitter,
    formula: Formula,
    weights: Cells,
    batch: Batch,
    probe: Probe,
    parameter: Callable[[Node], Value],
) -> None:
    """Put each candidate into its weight's place, and predict and compare all rows anew."""
    layout, scalar = probe.errors.layout, Layout(1).chunks()[0]
    error = Sum(emitter, Layout(1), None, None)

    def body(rows: list[Row]) -> None:
        for row in assess(emitter, layout, formula, None, weights, rows, parameter):
            error.add(scalar, row.error)
            emitter.raise_flag(batch.fault, row.fault)

    places = weights.pointer, probe.candidates.pointer, probe.errors.total.pointer
    with emitter.loop("0", str(layout.weights), "weight") as index:
        weight, candidate, answer = (emitter.address(str(place), index) for place in places)
        before = emitter.load("double", weight)
        emitter.store("double", emitter.load("double", candidate), weight)
        for_each_row(emitter, batch, [error], body)
        emitter.store("double", str(error.mean(scalar, batch)), answer)
        emitter.store("double", before, weight)


Sums = Iterator[tuple[Probe, Chunk, Value]]
"""For each probe and chunk of weights: the sums of products with their candidates, one a lane."""


def _short_sums(
    emitter: Emitter, layout: Layout, weights: Cells, row: Row, probes: list[Probe]
) -> Sums:
    """Up to eight weights, left to right: lane l holds the sum with the candidate of weight l."""
    (chunk,) = layout.chunks()
    type_ = double(chunk.width)
    for probe in probes:
        inputs = row.inputs.load(chunk)
        old = emitter.number(f"fmul {type_} {weights.load(chunk)}, {inputs}", chunk.width)
        new = emitter.number(f"fmul {type_} {probe.candidates.load(chunk)}, {inputs}", chunk.width)
        total: Value | None = None
        for term in range(chunk.width):
            lanes = [term + chunk.width if lane == term else term for lane in range(chunk.width)]
            part = emitter.shuffle(old, lanes, new)
            total = emitter.number(f"fadd {type_} {total}, {part}", chunk.width) if total else part
        assert total is not None
        yield probe, chunk, total


def _long_sums(
    emitter: Emitter, layout: Layout, weights: Cells, row: Row, probes: list[Probe]
) -> Sums:
    """More than eight weights: a candidate changes one of eight lanes, whose sum is added anew."""
    type_ = double(LANES)

    def product(cells: Cells, chunk: Chunk) -> Value:
        left, right = cells.load(chunk), row.inputs.load(chunk)
        return widen(emitter, emitter.number(f"fmul {left.type} {left}, {right}", chunk.width))

    base = emitter.variable(type_, str(literal(-0.0, LANES)))
    before: list[Value] = []
    products: list[Value] = []
    for chunk in layout.each(emitter):
        if layout.unrolled:
            products.append(product(weights, chunk))
            before.append(Value(emitter.load(type_, base), LANES))
            emitter.add(base, products[-1])
        else:
            emitter.add(base, product(weights, chunk))
    lanes = Value(emitter.load(type_, base), LANES)
    pairs = emitter.number(
        f"fadd {type_} {lanes}, {emitter.shuffle(lanes, [(i + 4) % 8 for i in range(8)])}", LANES
    )
    fours = emitter.number(
        f"fadd {type_} {pairs}, {emitter.shuffle(pairs, [i ^ 2 for i in range(8)])}", LANES
    )
    others = [
        emitter.shuffle(lanes, [(i + 4) % 8 for i in range(8)]),
        emitter.shuffle(pairs, [i ^ 2 for i in range(8)]),
        emitter.shuffle(fours, [i ^ 1 for i in range(8)]),
    ]
    for chunk in layout.each(emitter):
        for probe in probes:
            candidate = product(probe.candidates, chunk)
            if chunk.number is not None:
                total = emitter.number(f"fadd {type_} {before[chunk.number]}, {candidate}", LANES)
                for later in products[chunk.number + 1 :]:
                    total = emitter.number(f"fadd {type_} {total}, {later}", LANES)
            else:
                total = _replaced(emitter, layout, chunk, candidate, product, weights)
            for other in others:
                total = emitter.number(f"fadd {type_} {total}, {other}", LANES)
            if chunk.width < LANES:
                total = emitter.shuffle(total, range(chunk.width))
            yield probe, chunk, total


def _replaced(
    emitter: Emitter,
    layout: Layout,
    chunk: Chunk,
    candidate: Value,
    product: Callable[[Cells, Chunk], Value],
    weights: Cells,
) -> Value:
    """The lanes' sums with the products of one chunk replaced, in a loop over chunks."""
    type_ = double(LANES)
    total = emitter.variable(type_, str(literal(-0.0, LANES)))
    for each in layout.each(emitter):
        mine = emitter.let(f"icmp eq i64 {each.start}, {chunk.start}")
        ours = product(weights, each)
        emitter.add(
            total,
            emitter.number(f"select i1 {mine}, {type_} {candidate}, {type_} {ours}", LANES),
        )
    return Value(emitter.load(type_, total), LANES)


def _compared(
    emitter: Emitter,
    formula: Formula,
    sums: Value,
    target: Value,
    parameter: Callable[[Node], Value],
) -> tuple[Value, str]:
    """Predict and compare for a vector of sums: the errors, and where Python would raise."""
    known = {("", "target"): target}

    def leaf(node: Node) -> Value:
        if node.operation == "dot":
            return sums
        return known.get(node.value) or parameter(node)

    predicting = Arithmetic(emitter, leaf, sums.width)
    known["", "prediction"] = predicting.number(formula.predict.value)
    if formula.predict.log_odds is not None:
        known["", "log_odds"] = predicting.number(formula.predict.log_odds)
    comparing = Arithmetic(emitter, leaf, sums.width)
    error = comparing.number(formula.compare.error)
    faults = [predicting.fault(formula.predict.fault), comparing.fault(formula.compare.fault)]
    return error, any_of(emitter, faults)
