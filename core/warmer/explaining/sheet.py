"""The lines of a network's formula: prediction, delta, error, weight_delta, memory, weight."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from types import MappingProxyType

import attrs

from warmer.contract.check import evidence_of
from warmer.contract.hookspecs import COMMON, PLURAL, SINGULAR
from warmer.contract.parameters import parameters_of
from warmer.formulas.derivative import Gradient
from warmer.formulas.expression import Node, UntraceableError, in_order
from warmer.formulas.joining import joined
from warmer.formulas.text import Definition, Symbols, definitions, is_computed
from warmer.formulas.vector import is_whole
from warmer.plugins.network import Network
from warmer.tracing.network_formula import Learning, Prediction
from warmer.tracing.reader import trace_adjust, trace_compare, trace_learn, trace_prediction

TRIED, FALLBACKS = 5, (2, 3, 4, 5, 1)
"""Inputs that predict is read for, to see whether it reads the same for any number; and else."""

EVIDENCE = COMMON | SINGULAR | PLURAL | {"delta", "prediction", "log_odds", "target", "input"}


@attrs.frozen(eq=False)
class Part:
    """The formula of one hook, or why there is none.

    Parameters:
        hook: predict, compare, slope (of the prediction: weight_delta), adjust or learn.
        lines: what it answers, and before that what several of these have in common.
        named: what expressions are called, by their identity.
        reason: why there is no formula; None where there is one.
    """

    hook: str
    lines: tuple[Definition, ...] = ()
    named: Mapping[int, str] = attrs.field(factory=dict)
    reason: str | None = None


@attrs.frozen(eq=False)
class Slope:
    """How weight_delta follows from a prediction; None instead of a gradient, with the reason."""

    prediction: Prediction
    gradient: Gradient

    @property
    def weights(self) -> int:
        """How many there are."""
        return self.prediction.value.graph.lengths["weights"]

    def of(self, index: int, stop: int | None = None) -> tuple[Node, dict[int, str]]:
        """Write the weight_delta of one weight as an expression, with the names of its parts.

        Parameters:
            stop: where a stretch of weights ends that begins with this one, to write it for all.
        """
        graph = self.prediction.value.graph
        total, named = None, {}
        for name, result in self.prediction.named.items():
            for side in _sides(result):
                named[id(side)] = name
        for term in self.gradient.terms:
            if term.start <= index < term.stop:
                vector, start, _ = term.other
                first = start + index - term.start
                other = graph.element(vector, first)
                if start == term.start:
                    named[id(other)] = {"inputs": "input", "weights": "weight"}[vector]
                elif stop is not None and stop - index > 1:  # what each of them is multiplied with
                    other = graph.symbol(f"{vector}[{first}:{first + stop - index}]")
                share = graph.make("*", term.factor, other)
                total = share if total is None else total + share
        if index in self.gradient.elements:
            share = self.gradient.elements[index]
            total = share if total is None else total + share
        return graph.constant(0.0) if total is None else total, named

    def stretches(self) -> list[tuple[int, int]]:
        """Split the weights into stretches that have the same formula."""
        ends = {0, self.weights}
        for term in self.gradient.terms:
            ends |= {term.start, term.stop}
        for index in self.gradient.elements:
            ends |= {index, index + 1}
        bounds = sorted(ends)
        return list(pairwise(bounds))


def _sides(result: Node) -> list[Node]:
    """The sides of a result that appear only in their own slope."""
    sides: list[Node] = []
    seen, others = set(), []
    stack = [result]
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.operation == "select":
            others.append(node.arguments[0])
            stack += node.arguments[1:]
        elif is_computed(node):
            sides.append(node)
            others += node.arguments
    used = {id(node) for node in in_order(*others)}
    return [side for side in sides if id(side) not in used]


def parts_of(network: Network, inputs: int) -> dict[str, Part]:
    """Read every hook of a network that can be read, into lines, for a number of inputs.

    `slope` is there where somebody asks for weight_delta.
    """
    names = memory_names(network)
    taken = {*EVIDENCE, *symbol_names(network).values(), *names}

    def predict() -> Part:
        return _part("predict", trace_prediction(network, inputs).named.items(), taken)

    def compare() -> Part:
        traced = trace_compare(network)
        return _part("compare", [("delta", traced.delta), ("error", traced.error)], taken)

    def slope() -> Part:
        known = slope_of(network, inputs)
        beside = predicted.named if _stands_on(known.prediction.value, predicted) else {}
        lines: list[Definition] = []
        named: dict[int, str] = {}
        for start, stop in known.stretches():
            place = f"[{start}]" if stop == start + 1 else f"[{start}:{stop}]"
            name = "weight_delta" if stop - start == known.weights else f"weight_deltas{place}"
            part = slope_part(known, start, taken, name, beside, stop)
            lines += part.lines
            named |= part.named
        return Part("slope", tuple(lines), named)

    def learn() -> Part:
        return learning("learn", trace_learn(network), memory_of(network), "weight")

    def adjust(index: int) -> Part:
        span = memory_of(network, index)
        return learning("adjust", trace_adjust(network, index), span, "weight_delta")

    def learning(hook: str, traced: Learning, remembered: Sequence[int], answer: str) -> Part:
        results = joined([*(traced.memory[at] for at in remembered), traced.weight])
        called = [*(names[at] for at in remembered), answer]
        return _part(hook, zip(called, results, strict=True), taken)

    predicted = _read(predict)
    readers = [compare, *([slope] if network.asks_for_weight_deltas else [])]
    return {
        "predict": predicted,
        **{reader.__name__: _read(reader) for reader in readers},
        **{
            adjust_key(index): _read(partial(adjust, index), "adjust")
            for index in range(len(network.adjusters))
        },
        "learn": _read(learn),
    }


def adjust_key(index: int) -> str:
    """Under which key the part of a modifier that adjusts stands, by its place among them."""
    return f"adjust {index}"


def memory_of(network: Network, adjuster: int | None = None) -> list[int]:
    """Which fields of memory learn answers, or (by its place) a modifier that adjusts."""
    if adjuster is not None:
        owner = network.adjusters[adjuster].owner
        owners = [owner] if owner else []
    else:
        asking = [
            "memory" in evidence_of(type(chosen.plugin), "learn") for chosen in network.plugins
        ]
        owners = [owner for owner in network.owners if asking[owner.index]]
    return [at for owner in owners for at in range(owner.span.start, owner.span.stop)]


def inputs_to_read(network: Network, wanted: int | None = None) -> tuple[int, bool]:
    """Say for how many inputs to read predict, and whether it reads the same for any number.

    Parameters:
        wanted: how many were asked for; None for any, or else a few.
    """
    if _reads_alike(network, wanted or TRIED):
        return wanted or TRIED, True
    return wanted or next(filter(partial(_can_be_read, network), FALLBACKS), FALLBACKS[0]), False


def _can_be_read(network: Network, inputs: int) -> bool:
    try:
        trace_prediction(network, inputs)
    except UntraceableError:
        return False
    return True


def _reads_alike(network: Network, inputs: int) -> bool:
    """Whether predict stands on sums over all weights and all inputs alone."""
    if not _can_be_read(network, inputs):
        return False
    nodes = in_order(*trace_prediction(network, inputs).named.values())
    return all(
        node.operation != "element"
        and (node.operation != "dot" or all(is_whole(node.graph, span) for span in node.value))
        for node in nodes
    )


def slope_of(network: Network, inputs: int) -> Slope:
    """Read how weight_delta follows from predict; raises UntraceableError where it cannot."""
    traced = trace_prediction(network, inputs)
    if traced.gradient is None:
        where = network.where["predict"]
        raise UntraceableError(f"{where} has no derivative: {traced.why_no_gradient}")
    return Slope(traced, traced.gradient)


def slope_part(
    slope: Slope,
    index: int,
    taken: set[str],
    name: str = "weight_delta",
    beside: Mapping[int, str] = MappingProxyType({}),
    stop: int | None = None,
) -> Part:
    """Write the weight_delta of one weight, or of a stretch that begins with it, in lines.

    Parameters:
        taken: names in use, added to.
        beside: what parts of the prediction are called in lines that stand before these.
        stop: where the stretch ends.
    """
    node, named = slope.of(index, stop)
    return _part("slope", [(name, node)], taken, {**beside, **named})


def _stands_on(prediction: Node, part: Part) -> bool:
    """Whether a part was written from this very reading of the prediction."""
    return any(line.node is prediction for line in part.lines)


def memory_names(network: Network) -> list[str]:
    """The names of the new memories: their fields, with `new_` before one that is taken."""
    taken = {*EVIDENCE, *symbol_names(network).values()}
    return [f"new_{field}" if field in taken else field for field in network.fields]


def symbol_names(network: Network) -> Symbols:
    """The names of parameters: `plugin.name` where two plugins have one of the same name."""
    plugins = network.plugins
    names = Counter(
        name for chosen in plugins for name in parameters_of(type(chosen.plugin))
    ) + Counter(EVIDENCE)
    used: Counter[str] = Counter()
    found = {}
    for index, chosen in enumerate(plugins):
        owner = chosen.word
        used[owner] += 1
        owner += f"_{used[owner]}" if used[owner] > 1 else ""
        for name in parameters_of(type(chosen.plugin)):
            found[str(index), name] = f"{owner}.{name}" if names[name] > 1 else name
    return found


def _part(
    hook: str,
    results: Iterable[tuple[str, Node]],
    taken: set[str],
    named: Mapping[int, str] | None = None,
) -> Part:
    names = dict(named or {})
    lines = tuple(definitions(results, names, taken))
    taken.update(line.name for line in lines)
    return Part(hook, lines, names)


def _read(reader: Callable[[], Part], hook: str | None = None) -> Part:
    try:
        return reader()
    except UntraceableError as error:
        return Part(hook or reader.__name__, reason=str(error))
