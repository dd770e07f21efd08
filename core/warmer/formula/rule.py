"""The formula of a whole network: predict, compare and learn, read through pluggy's own hooks."""

from collections.abc import Callable
from typing import Any

import attrs

from warmer.exceptions import HookError
from warmer.formula.derivative import Gradient, gradient
from warmer.formula.expression import Graph, Node, UntraceableError, Vector, same
from warmer.formula.trace import explore, symbolic
from warmer.network import UNASKED, Network, bind

Run = Callable[[Graph], tuple[Node, ...]]


@attrs.frozen(eq=False)
class Prediction:
    """The formula of predict, and of the weight_delta that follows from it.

    Parameters:
        value: the prediction, from elements and sums of products of weights and inputs.
        fault: holds where Python itself would raise.
    """

    value: Node
    fault: Node

    def gradient(self) -> Gradient:
        """Derive the parts of `delta * d prediction / d weight`.

        Raises:
            UntraceableError: an operation of it has no derivative here.
        """
        return gradient(self.value, self.value.graph.symbol("delta"))


@attrs.frozen(eq=False)
class Comparing:
    """The formula of compare: `error` and `delta`, from `prediction` and `target`."""

    error: Node
    delta: Node
    fault: Node


@attrs.frozen(eq=False)
class Learning:
    """The formula of learn, from the evidence for one weight.

    Parameters:
        weight: the new weight.
        memory: what the weight will remember, in the order of the memory's fields.
        fault: holds where Python itself would raise.
    """

    weight: Node
    memory: tuple[Node, ...]
    fault: Node


@attrs.frozen(eq=False)
class Formula:
    """The three formulas of a network, for a number of weights."""

    weights: int
    predict: Prediction
    compare: Comparing
    learn: Learning


def trace_network(network: Network, weights: int) -> Formula:
    """Read a whole network.

    Raises:
        UntraceableError: something in it cannot be said by a formula; the message names the
            hook, the reason and the line.
    """
    return Formula(
        weights, trace_prediction(network, weights), trace_compare(network), trace_learn(network)
    )


def trace_prediction(network: Network, weights: int) -> Prediction:
    """Read predict for a number of weights; raises as `trace_network` does."""

    def run(graph: Graph) -> tuple[Node, ...]:
        vectors = [Vector(graph, name, 0, weights) for name in ("weights", "inputs")]
        answer = _hooks(network, graph).predict(weights=vectors[0], inputs=vectors[1])
        return (graph.lift(answer),)

    return Prediction(*_read("predict", network, run))


def trace_compare(network: Network) -> Comparing:
    """Read compare; raises as `trace_network` does."""

    def run(graph: Graph) -> tuple[Node, ...]:
        answer = _hooks(network, graph).compare(
            prediction=graph.symbol("prediction"), target=graph.symbol("target")
        )
        return graph.lift(answer.error), graph.lift(answer.delta)

    return Comparing(*_read("compare", network, run))


def trace_learn(network: Network) -> Learning:
    """Read learn; raises as `trace_network` does."""
    if network.plural:
        raise UntraceableError(f"learn of {network.rule.name} asks for all weights at once")
    memory = network.memory

    def run(graph: Graph) -> tuple[Node, ...]:
        evidence = {
            **UNASKED,
            **{name: graph.symbol(name) for name in ("weight", "weight_delta", "error", "step")},
            "error_at": lambda candidate: graph.make("error_at", candidate),
        }
        if memory:
            evidence["memory"] = type(memory)(
                *(graph.symbol(field, "memory") for field in memory._fields)
            )
        answer = _hooks(network, graph).learn(**evidence)
        if len(answer.memory) != len(memory):
            raise UntraceableError(f"it answers {len(answer.memory)} memories, not {len(memory)}")
        return (graph.lift(answer.weight), *map(graph.lift, answer.memory))

    weight, *remembered, fault = _read("learn", network, run)
    return Learning(weight, tuple(remembered), fault)


def parameter_values(network: Network) -> dict[tuple[str, str], Any]:
    """The values of every parameter's symbol, by (owner, name)."""
    return {
        (str(index), name): value
        for index, chosen in enumerate(network.plugins)
        for name, value in chosen.description()["parameters"].items()
    }


def _hooks(network: Network, graph: Graph) -> Any:
    """Bind symbolic twins of the network's plugins, modifiers included, in the same order."""
    twins = [
        symbolic(chosen.plugin, graph, str(index)) for index, chosen in enumerate(network.plugins)
    ]
    return bind(twins, network.names, len(network.modifiers))


def _read(hook: str, network: Network, run: Run) -> tuple[Node, ...]:
    """Trace one hook; two readings must agree, or it depends on more than its evidence."""
    try:
        results = explore(run)
        if not all(map(same, results, explore(run))):
            raise UntraceableError("two readings of it differ: it depends on chance or on time")
    except HookError as error:
        raise UntraceableError(str(error)) from error
    except Exception as error:  # noqa: BLE001 - a plugin may raise anything
        why = (
            str(error)
            if isinstance(error, UntraceableError)
            else f"{type(error).__name__}: {error}"
        )
        raise UntraceableError(f"{hook} of {network.names[hook]}: {why}{_line(error)}") from error
    return results


def _line(error: BaseException) -> str:
    """Where in a plugin's source an error arose: the last line outside of warmer's core."""
    trace, where = error.__traceback__, ""
    while trace is not None:
        code = trace.tb_frame.f_code
        module = trace.tb_frame.f_globals.get("__name__", "")
        if module.split(".")[0] not in ("warmer", "pluggy"):
            where = f" ({code.co_filename}:{trace.tb_lineno})"
        trace = trace.tb_next
    return where
