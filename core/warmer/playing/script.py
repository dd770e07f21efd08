"""A network as JavaScript: what predict, compare, the modifiers and learn compute."""

import json
from collections.abc import Iterable, Mapping, Sequence

from warmer.explaining.explanation import MOST_CHARACTERS, short
from warmer.explaining.sheet import Part, adjust_key, parts_of, slope_of, symbol_names
from warmer.formulas.derivative import Gradient
from warmer.formulas.expression import Node
from warmer.formulas.javascript import Statements
from warmer.formulas.text import Definition, TextWriter, is_computed
from warmer.playing.filling import NumbersWriter, conditions
from warmer.plugins.network import Network
from warmer.tracing.network_formula import Learning
from warmer.tracing.reader import trace_adjust, trace_compare, trace_learn, trace_prediction

ROW = "p, weights, inputs"  # what predict is given, in the page


class NetworkScript:
    """Writes a network for a number of inputs.

    Raises:
        UntraceableError: something in it cannot be said by a formula.
    """

    def __init__(self, network: Network, inputs: int):
        self._network, self._inputs = network, inputs
        self._names = symbol_names(network)
        self._parts = parts_of(network, inputs)
        self.helpers: set[str] = set()

    def seeing(self) -> dict[str, str]:
        """Write predict and compare alone, which a recorded run has where they can be read."""
        return {"predict": self._predict(), "compare": self._compare()}

    def whole(self) -> dict[str, str]:
        """Write all that a step takes, each function by its name."""
        network = self._network
        adjusters = enumerate(network.adjusters)
        stages = [self._stage(adjust_key(index), trace_adjust(network, index),
                              "weight_delta_norm" in each.evidence, each.where)
                  for index, each in adjusters]  # fmt: skip
        norm = network.asks_for_weight_deltas and "weight_delta_norm" in network.evidence
        stages.append(self._stage("learn", trace_learn(network), norm, network.where["learn"]))
        return {
            **self.seeing(),
            "slope": self._slope() if network.asks_for_weight_deltas else "null",
            "stages": f"[{', '.join(stages)}]",
            "weightNorm": json.dumps("weight_norm" in network.evidence),
            "explainPredict": self._explain("predict", ROW),
            "explainCompare": self._explain("compare", "p, e"),
            "explainSlope": self._explain_slope(),
        }

    def _predict(self) -> str:
        traced = trace_prediction(self._network, self._inputs)
        return self._function(ROW, {**traced.named, "fault": traced.fault})

    def _compare(self) -> str:
        traced = trace_compare(self._network)
        results = {"error": traced.error, "delta": traced.delta, "fault": traced.fault}
        return self._function("p, e", results)

    def _stage(self, key: str, traced: Learning, norm: bool, where: str) -> str:
        said = self._statements([traced.weight, *traced.memory, traced.fault])
        memory = ", ".join(said.of(node) for node in traced.memory)
        answer = f"value: {said.of(traced.weight)}, memory: [{memory}]"
        body = _body(said, f"{{ {answer}, fault: {said.of(traced.fault)} }}")
        return written(
            {
                "hook": json.dumps(where),
                "norm": json.dumps(norm),
                "ask": f"(p, e, m) => {body}",
                "explain": self._explain(key, "p, e, m"),
            }
        )

    def _slope(self) -> str:
        gradient = self._gradient()
        factors = [term.factor for term in gradient.terms]
        said = self._statements([*factors, *gradient.elements.values(), gradient.fault])
        terms = ", ".join(
            f"[{start}, {stop}, {said.of(factor)}, {other[0]}, {other[1]}]"
            for start, stop, factor, other in gradient.terms
        )
        elements = ", ".join(f"[{at}, {said.of(node)}]" for at, node in gradient.elements.items())
        answer = f"{{ terms: [{terms}], elements: [{elements}], fault: {said.of(gradient.fault)} }}"
        return f"({ROW}, e) => {_body(said, answer)}"

    def _gradient(self) -> Gradient:
        return slope_of(self._network, self._inputs).gradient

    def _explain(self, key: str, arguments: str) -> str:
        """Write what answers the lines of a part: name, formula, the same with numbers, value."""
        part = self._parts[key]
        return f"({arguments}) => {self._lines(part.lines, part)}"

    def _explain_slope(self) -> str:
        """The same of weight_delta, which is read for stretches of weights."""
        part = self._parts.get("slope")
        if part is None or len(part.lines) > 8:
            return "null"
        if self._inputs > 1:
            writer = TextWriter(part.named, self._names)
            lines = [[line.name, short(writer.define(line))] for line in part.lines]
            return f"() => {json.dumps(lines)}"
        return f"({ROW}, e) => {self._lines(part.lines, part)}"

    def _lines(self, lines: Sequence[Definition], part: Part) -> str:
        nodes = [line.node for line in lines]
        choosing = conditions(*nodes)
        kept = {id(node) for node in nodes} | set(part.named)
        said = self._statements([*nodes, *choosing], kept)
        plain = TextWriter(part.named, self._names)
        numbers = NumbersWriter(part.named, self._names, said.of)
        told = []
        for line in lines:
            formula = plain.define(line)
            filled = "null"
            if is_computed(line.node) and len(formula) <= MOST_CHARACTERS:
                filled = f"`{numbers.define(line)}`"
            told.append(
                f"[{json.dumps(line.name)}, {json.dumps(short(formula))}, "
                f"{filled}, {said.of(line.node)}]"
            )
        return _body(said, f"[\n{', '.join(told)}\n]")

    def _function(self, arguments: str, results: Mapping[str, Node]) -> str:
        said = self._statements(results.values())
        answers = ", ".join(
            f"{name}: {said.of(node)}"
            for name, node in results.items()
            if name != "fault" or not node.is_constant(0)
        )
        return f"({arguments}) => {_body(said, f'{{ {answers} }}')}"

    def _statements(self, results: Iterable[Node], kept: Iterable[int] = ()) -> Statements:
        said = Statements(results, self._symbol, frozenset(kept))
        self.helpers |= said.helpers
        return said

    def _symbol(self, symbol: tuple[str, str]) -> str:
        """What a symbol is called in the page: evidence, a memory, or a parameter."""
        owner, name = symbol
        if owner == "memory":
            return f"m[{self._network.fields.index(name)}]"
        if not owner:
            return f"e.{name}"
        label = self._names[symbol]
        return f"p.{label}" if label.isidentifier() else f"p[{json.dumps(label)}]"


def _body(said: Statements, answer: str) -> str:
    if not said.lines:
        return f"({answer})"
    lines = "".join(f"  {line}\n" for line in said.lines)
    return f"{{\n{lines}  return {answer};\n}}"


def written(members: Mapping[str, str], like: Mapping[str, str] | None = None) -> str:
    """Write an object.

    Parameters:
        like: the members of the first network, from which equal ones are taken.
    """
    if like:
        members = {name: text for name, text in members.items() if like.get(name) != text}
    first = "...NETWORKS[0],\n" if like else ""
    return "{\n" + first + "".join(f"{name}: {text},\n" for name, text in members.items()) + "}"
