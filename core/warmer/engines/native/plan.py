"""The plan of a kernel: what is written out and what is a loop, and what a formula promises."""

from warmer.engines.native.arithmetic import CALLED, keeps
from warmer.engines.native.assessing import is_plain
from warmer.engines.native.kind import Kind
from warmer.engines.native.layout import MOST_UNROLLED, MOST_UNROLLED_SUMS, Layout
from warmer.engines.native.probes import in_lanes, phases
from warmer.engines.native.team import width
from warmer.formulas.expression import in_order
from warmer.formulas.sums import LANES
from warmer.tracing.network_formula import Formula

MOST_WRITTEN = 10_000  # operations that are written out: more would take too long to compile
MOST_IN_PLACE = 64  # weights or inputs that a prediction of single weights has written out


def cost(formula: Formula) -> int:
    """Count what learn does with each weight; a function of the C library takes a call a lane."""
    learn = formula.learn
    nodes = in_order(learn.weight, *learn.memory, learn.fault)
    return sum(LANES if node.operation in CALLED else 1 for node in nodes if node.arguments)


def layout_for(formula: Formula, kind: Kind) -> Layout:
    """Choose whether instructions are written for every vector of weights, or a loop."""
    if not is_plain(formula):
        return Layout(kind.weights, max(kind.weights, kind.inputs) <= MOST_IN_PLACE)
    summed = not (kind.online or phases(formula))
    narrow = kind.weights <= (MOST_UNROLLED_SUMS if summed else MOST_UNROLLED)
    return Layout(kind.weights, narrow and kind.weights * cost(formula) <= MOST_WRITTEN)


def sticky(formula: Formula) -> bool:
    """Say whether a weight or memory that left the floats is sure never to come back."""
    graph, learn = formula.learn.weight.graph, formula.learn
    remembered = [graph.symbol(field, "memory") for field in formula.memory]
    return keeps(learn.weight, graph.symbol("weight")) and all(map(keeps, learn.memory, remembered))


def readings(formula: Formula) -> int:
    """About how often a step works through the numbers of its batch: once, and for the probes."""
    probes = sum(map(len, phases(formula))) * formula.weights
    return 1 + (-(-probes // LANES) if in_lanes(formula) else probes)


def block_stride(formula: Formula, weights: int) -> int:
    """How many numbers the sums of one block may take: of errors, and of weight_delta or probes."""
    probed = max(map(len, phases(formula)), default=0)
    return width(1) + width(weights) * max(1, probed)


def scratch_size(formula: Formula, weights: int) -> int:
    """How many numbers of scratch memory a kernel may need."""
    probes = sum(map(len, phases(formula)))
    return weights * (4 + 3 * probes)
