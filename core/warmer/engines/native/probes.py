"""Probes: `error_at` for many weights in one pass over a batch's rows.

If only weight i changes, only its lane of the sum of products changes. So for eight weights at
once, lane l of a vector holds the whole sum as it would be if the weight in lane l were its
candidate, added in the documented order; predict and compare then work on eight such sums.
"""

from collections.abc import Callable

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
    layout: Layout,
    formula: Formula,
    weights: Cells,
    batch: Batch,
    probes: list[Probe],
    parameter: Callable[[Node], Value],
    fault: str,
) -> None:
    """Write the pass over the rows that fills the errors of some probes.

    Parameters:
        fault: a variable that is set where Python itself would raise.
    """
    sums = [probe.errors for probe in probes]
    if not in_lanes(formula):
        for probe in probes:
            _one_by_one(emitter, layout, formula, weights, batch, probe, parameter, fault)
        return

    def body(rows: list[Row]) -> None:
        (row,) = rows
        if layout.weights <= LANES:
            (chunk,) = layout.chunks()
            for probe in probes:
                sums_of_row = _short_sums(emitter, weights, row, chunk, probe)
                _add(emitter, formula, row, chunk, probe, sums_of_row, parameter, fault)
        else:
            _long(emitter, layout, formula, weights, row, probes, parameter, fault)

    for_each_row(emitter, layout, batch, sums, body, fault)
    for probe in probes:
        for chunk in layout.each(emitter):
            mean = probe.errors.mean(chunk, batch)
            probe.errors.total.store(chunk, mean)


def in_lanes(formula: Formula) -> bool:
    """Say whether a candidate changes but one lane of one sum, of weights and inputs."""
    nodes = in_order(*formula.predict.named.values(), formula.predict.fault)
    sums = [node.value for node in nodes if node.operation == "dot"]
    return is_plain(formula) and all({left[0], right[0]} == {"weights", "inputs"}
                                     for left, right in sums) and len(sums) <= 1  # fmt: skip


def _one_by_one(
    emitter: Emitter,
    layout: Layout,
    formula: Formula,
    weights: Cells,
    batch: Batch,
    probe: "Probe",
    parameter: Callable[[Node], Value],
    fault: str,
) -> None:
    """Put each candidate into its weight's place, and predict and compare all rows anew."""
    scalar = Layout(1).chunks()[0]
    error = Sum(emitter, Layout(1), None, None)

    def body(rows: list[Row]) -> None:
        for row in assess(emitter, layout, formula, None, weights, rows, parameter):
            error.add(scalar, row.error)
            emitter.raise_flag(fault, row.fault)

    places = weights.pointer, probe.candidates.pointer, probe.errors.total.pointer
    with emitter.loop("0", str(layout.weights), "weight") as index:
        weight, candidate, answer = (emitter.address(str(place), index) for place in places)
        before = emitter.load("double", weight)
        emitter.store("double", emitter.load("double", candidate), weight)
        for_each_row(emitter, layout, batch, [error], body, fault)
        emitter.store("double", str(error.mean(scalar, batch)), answer)
        emitter.store("double", before, weight)


def _short_sums(emitter: Emitter, weights: Cells, row: Row, chunk: Chunk, probe: Probe) -> Value:
    """Left to right: lane l holds the sum with the candidate of weight l."""
    inputs, type_ = row.inputs.load(chunk), double(chunk.width)
    old = emitter.number(f"fmul {type_} {weights.load(chunk)}, {inputs}", chunk.width)
    new = emitter.number(f"fmul {type_} {probe.candidates.load(chunk)}, {inputs}", chunk.width)
    total: Value | None = None
    for term in range(chunk.width):
        lanes = [term + chunk.width if lane == term else term for lane in range(chunk.width)]
        part = emitter.shuffle(old, lanes, new)
        total = (
            part if total is None else emitter.number(f"fadd {type_} {total}, {part}", chunk.width)
        )
    assert total is not None
    return total


def _long(
    emitter: Emitter,
    layout: Layout,
    formula: Formula,
    weights: Cells,
    row: Row,
    probes: list[Probe],
    parameter: Callable[[Node], Value],
    fault: str,
) -> None:
    """More than eight weights: eight lanes, of which one sum each is replaced."""
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
            _add(emitter, formula, row, chunk, probe, total, parameter, fault)


def _replaced(
    emitter: Emitter,
    layout: Layout,
    chunk: Chunk,
    candidate: Value,
    product: Callable[[Cells, Chunk], Value],
    weights: Cells,
) -> Value:
    """The lanes' sums with the products of one chunk replaced, where chunks are a loop."""
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


def _add(
    emitter: Emitter,
    formula: Formula,
    row: Row,
    chunk: Chunk,
    probe: Probe,
    sums_of_products: Value,
    parameter: Callable[[Node], Value],
    fault: str,
) -> None:
    """Predict and compare for a vector of sums, and add the errors to the probe's."""
    known = {"target": emitter.splat(row.target, chunk.width)}

    def leaf(node: Node) -> Value:
        if node.operation == "dot":
            return sums_of_products
        owner, name = node.value
        return parameter(node) if owner else known[name]

    predicting = Arithmetic(emitter, leaf, chunk.width)
    known["prediction"] = predicting.number(formula.predict.value)
    if formula.predict.log_odds is not None:
        known["log_odds"] = predicting.number(formula.predict.log_odds)
    comparing = Arithmetic(emitter, leaf, chunk.width)
    probe.errors.add(chunk, comparing.number(formula.compare.error))
    faults = [predicting.fault(formula.predict.fault), comparing.fault(formula.compare.fault)]
    emitter.raise_flag(fault, any_of(emitter, faults))
