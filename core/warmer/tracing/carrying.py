"""Predict and compare of a network as plain data, to be carried to another process and read there.

Whoever reads it needs none of the plugins, and calls no code of theirs: it is arithmetic.
"""

from typing import Any

from warmer.formulas.derivative import Gradient, Term
from warmer.formulas.expression import Graph, Node, in_order
from warmer.plugins.network import Network
from warmer.tracing.network_formula import Comparing, Formula, Learning, Prediction
from warmer.tracing.reader import Reader

Carried = dict[str, Any]


def trace_assessment(network: Network, inputs: int) -> Formula:
    """Read predict and compare for a number of inputs; learn leaves every weight as it is.

    Raises:
        UntraceableError: something in them cannot be said by a formula.
    """
    reader = Reader(network, ("predict", "log_odds", "compare"))
    predict, compare = reader.predict(inputs), reader.compare()
    return Formula(network.weight_count(inputs), inputs, (), predict, compare, _nothing(predict))


def _nothing(predict: Prediction) -> Learning:
    graph = predict.value.graph
    return Learning(graph.symbol("weight"), (), graph.constant(0.0))


def carried(formula: Formula) -> Carried:
    """Predict and compare of a formula as dicts, tuples, texts and numbers."""
    predict, compare, gradient = formula.predict, formula.compare, formula.predict.gradient
    places: dict[int, int] = {}
    nodes: list[tuple[str, tuple[int, ...], Any]] = []

    def place(node: Node) -> int:
        for part in in_order(node):
            if id(part) not in places:
                places[id(part)] = len(nodes)
                arguments = tuple(places[id(each)] for each in part.arguments)
                whole = part.operation == "constant" and part.graph.is_int(part)
                value = int(part.value) if whole else part.value
                nodes.append((part.operation, arguments, value))
        return places[id(node)]

    return {
        "weights": formula.weights,
        "inputs": formula.inputs,
        "named": {name: place(node) for name, node in predict.named.items()},
        "predict_fault": place(predict.fault),
        "compare": tuple(map(place, (compare.error, compare.delta, compare.fault))),
        "gradient": gradient and {
            "terms": [(*term[:2], place(term.factor), term.other) for term in gradient.terms],
            "elements": {index: place(node) for index, node in gradient.elements.items()},
            "fault": place(gradient.fault),
        },
        "nodes": nodes,
    }  # fmt: skip


def read_carried(data: Carried) -> Formula:
    """The formula that `carried` has written down."""
    graph, nodes = Graph(), list[Node]()
    for operation, arguments, value in data["nodes"]:
        if operation == "constant":
            nodes.append(graph.constant(value))
            continue
        alike = Node(graph, operation, (), value)
        nodes.append(graph.again(alike, [nodes[place] for place in arguments]))
    found = None
    if data["gradient"] is not None:
        found = Gradient(
            [
                Term(start, stop, nodes[factor], other)
                for start, stop, factor, other in data["gradient"]["terms"]
            ],
            {index: nodes[place] for index, place in data["gradient"]["elements"].items()},
            nodes[data["gradient"]["fault"]],
        )
    named = {name: nodes[place] for name, place in data["named"].items()}
    predict = Prediction(
        named["prediction"], named.get("log_odds"), nodes[data["predict_fault"]], found
    )
    compare = Comparing(*(nodes[place] for place in data["compare"]))
    return Formula(data["weights"], data["inputs"], (), predict, compare, _nothing(predict))
