"""The formula of a whole network: predict, compare and learn, read through pluggy's own hooks."""

from collections.abc import Callable
from typing import Any

import attrs

from warmer.exceptions import HookError
from warmer.formula.derivative import Gradient, gradient
from warmer.formula.expression import Node, UntraceableError, Vector, shape
from warmer.formula.trace import Tracer, symbolic
from warmer.network import UNASKED, Network, bind, comparison, learned, number

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


@attrs.frozen
class Formula:
    """The three formulas of a network, for a number of weights; equal where they say the same.

    Parameters:
        memory: the names of what a weight remembers, in the order of `learn.memory`.
    """

    weights: int
    memory: tuple[str, ...]
    predict: Prediction = attrs.field(eq=False)
    compare: Comparing = attrs.field(eq=False)
    learn: Learning = attrs.field(eq=False)
    shape: tuple[Any, ...] = attrs.field(init=False, repr=False)

    @shape.default
    def _shape(self) -> tuple[Any, ...]:
        predict, compare, learn = self.predict, self.compare, self.learn
        return shape(
            predict.value, predict.fault, compare.error, compare.delta, compare.fault,
            learn.weight, *learn.memory, learn.fault,
        )  # fmt: skip


def trace_network(network: Network, weights: int) -> Formula:
    """Read a whole network.

    Raises:
        UntraceableError: something in it cannot be said by a formula; the message names the
            hook, the reason and the line.
    """
    reader = _Reader(network)
    return Formula(
        weights,
        getattr(network.memory, "_fields", ()),
        reader.predict(weights),
        reader.compare(),
        reader.learn(),
    )


def trace_prediction(network: Network, weights: int) -> Prediction:
    """Read predict for a number of weights; raises as `trace_network` does."""
    return _Reader(network).predict(weights)


def trace_compare(network: Network) -> Comparing:
    """Read compare; raises as `trace_network` does."""
    return _Reader(network).compare()


def trace_learn(network: Network) -> Learning:
    """Read learn; raises as `trace_network` does."""
    return _Reader(network).learn()


class _Reader:
    """Calls the hooks of symbolic twins of a network's plugins, modifiers included."""

    def __init__(self, network: Network):
        self._network = network
        self._tracer = Tracer()
        twins = [
            symbolic(chosen.plugin, self._tracer.graph, str(index))
            for index, chosen in enumerate(network.plugins)
        ]
        self._hook = bind(twins, network.names, len(network.modifiers))

    def predict(self, weights: int) -> Prediction:
        graph = self._tracer.graph
        vectors = [Vector(graph, name, 0, weights) for name in ("weights", "inputs")]

        def run() -> tuple[Node, ...]:
            answer = self._hook.predict(weights=vectors[0], inputs=vectors[1])
            return (graph.lift(number(answer, self._network.where["predict"])),)

        return Prediction(*self._read("predict", run))

    def compare(self) -> Comparing:
        graph = self._tracer.graph
        known = {name: graph.symbol(name) for name in ("prediction", "target")}

        def run() -> tuple[Node, ...]:
            answer = comparison(self._hook.compare(**known), self._network.where["compare"])
            return graph.lift(answer.error), graph.lift(answer.delta)

        return Comparing(*self._read("compare", run))

    def learn(self) -> Learning:
        network, graph = self._network, self._tracer.graph
        if network.plural:
            raise UntraceableError(f"learn of {network.rule.name} asks for all weights at once")
        memory = network.memory
        evidence = {
            **UNASKED,
            **{name: graph.symbol(name) for name in ("weight", "weight_delta", "error", "step")},
            "error_at": lambda candidate: graph.make("error_at", number(candidate, "error_at")),
        }
        if memory:
            fields = (graph.symbol(field, "memory") for field in memory._fields)
            evidence["memory"] = type(memory)(*fields)

        def run() -> tuple[Node, ...]:
            answer = self._hook.learn(**evidence)
            if len(answer.memory) != len(memory):
                raise UntraceableError(
                    f"it answers {len(answer.memory)} memories, not {len(memory)}"
                )
            moved, remembered = learned(answer, memory, network.where["learn"])
            return (graph.lift(moved), *map(graph.lift, remembered))

        weight, *remembered, fault = self._read("learn", run)
        return Learning(weight, tuple(remembered), fault)

    def _read(self, hook: str, run: Callable[[], tuple[Node, ...]]) -> tuple[Node, ...]:
        """Trace one hook; two readings must agree, or it depends on more than its evidence."""
        try:
            results = self._tracer.explore(run)
            if any(a is not b for a, b in zip(results, self._tracer.explore(run), strict=True)):
                raise UntraceableError("two readings of it differ: it depends on chance or on time")
        except HookError as error:
            raise UntraceableError(str(error)) from error
        except Exception as error:
            why = str(error)
            if not isinstance(error, UntraceableError):
                why = f"{type(error).__name__}: {error}"
            where = f"{hook} of {self._network.names[hook]}"
            raise UntraceableError(f"{where}: {why}{_line(error)}") from error
        return results


def parameter_values(network: Network) -> dict[tuple[str, str], Any]:
    """The values of every parameter's symbol, by (owner, name)."""
    return {
        (str(index), name): value
        for index, chosen in enumerate(network.plugins)
        for name, value in chosen.description()["parameters"].items()
    }


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
