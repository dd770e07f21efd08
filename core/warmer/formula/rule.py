"""The formula of a whole network: predict, compare and learn, read through pluggy's own hooks."""

from typing import Any

import attrs

from warmer.exceptions import HookError
from warmer.formula.derivative import Gradient, gradient
from warmer.formula.expression import Graph, Node, UntraceableError, Vector
from warmer.formula.trace import explore, symbolic
from warmer.network import Network, bind


@attrs.frozen(eq=False)
class Prediction:
    """The formula of predict and of the weight_delta that follows from it.

    Parameters:
        value: the prediction, from elements and sums of products of weights and inputs.
        gradient: the parts of `delta * d prediction / d weight`, from `delta`.
        fault: holds where Python itself would raise.
    """

    value: Node
    gradient: Gradient
    fault: Node


def owners(network: Network) -> dict[tuple[str, str], Any]:
    """The values of every parameter symbol, by (owner, name)."""
    return {
        (str(index), name): value
        for index, chosen in enumerate(network.plugins)
        for name, value in chosen.description()["parameters"].items()
    }


def trace_prediction(network: Network, weights: int) -> Prediction:
    """Read predict for a number of weights.

    Raises:
        UntraceableError: predict does what no formula can say, or has no derivative.
    """

    def run(graph: Graph) -> tuple[Node, ...]:
        vectors = [Vector(graph, name, 0, weights) for name in ("weights", "inputs")]
        answer = hooks(network, graph).predict(weights=vectors[0], inputs=vectors[1])
        return (graph.lift(answer),)

    graph, (value,), fault = _explore(run)
    return Prediction(value, gradient(value, graph.symbol("delta")), fault)


def hooks(network: Network, graph: Graph) -> Any:
    """Bind symbolic twins of the network's plugins, modifiers included, in the same order."""
    twins = [
        symbolic(chosen.plugin, graph, str(index)) for index, chosen in enumerate(network.plugins)
    ]
    return bind(twins, network.names, len(network.modifiers))


def _explore(run: Any) -> tuple[Graph, tuple[Node, ...], Node]:
    try:
        return explore(run)
    except (UntraceableError, HookError):
        raise
    except Exception as error:
        raise UntraceableError(f"{type(error).__name__}: {error}") from error
