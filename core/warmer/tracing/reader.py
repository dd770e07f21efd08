"""The reader: calls a network's hooks with symbols, through pluggy, and checks what it read."""

import types
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from warmer.contract.answers import comparison, number
from warmer.contract.check import implementations_of
from warmer.exceptions import PLUGIN_ERRORS, HookError, blame
from warmer.formulas.derivative import gradient
from warmer.formulas.expression import RELATIONS, Graph, Node, UntraceableError, shape
from warmer.formulas.keeping import Kept
from warmer.formulas.vector import Vector, wants_more
from warmer.plugins.network import UNASKED, Network, bind
from warmer.tracing import samples as check
from warmer.tracing.network_formula import Comparing, Formula, Learning, Prediction
from warmer.tracing.tracer import Tracer, symbolic
from warmer.tracing.twins import Globals

PASSED = Kept[bool](most=10_000)
"""Formulas that have been checked on sample numbers, with the classes that they were read from."""


def trace_network(network: Network, weights: int) -> Formula:
    """Read a whole network for a number of weights.

    Raises:
        UntraceableError: something in it cannot be said by a formula; the message names the
            hook, the reason and the line.
    """
    reader = Reader(network, ("predict", "log_odds", "compare", "learn"))
    fields = network.fields
    return Formula(weights, fields, reader.predict(weights), reader.compare(), reader.learn())


def trace_prediction(network: Network, weights: int) -> Prediction:
    """Read predict for a number of weights; raises as `trace_network` does."""
    return Reader(network, ("predict", "log_odds")).predict(weights)


def trace_compare(network: Network) -> Comparing:
    """Read compare; raises as `trace_network` does."""
    return Reader(network, ("compare",)).compare()


def trace_learn(network: Network) -> Learning:
    """Read learn; raises as `trace_network` does."""
    return Reader(network, ("learn",)).learn()


class Reader:
    """Calls the hooks of symbolic twins of a network's plugins, modifiers included.

    Parameters:
        hooks: those that will be read; a plugin that has none of them has no say.
    """

    def __init__(self, network: Network, hooks: Iterable[str]):
        self._network = network
        self._values = network.parameters
        self._tracer = Tracer()
        concerned = [
            (index, chosen.plugin)
            for index, chosen in enumerate(network.plugins)
            if not implementations_of(type(chosen.plugin)).keys().isdisjoint(hooks)
        ]
        twins = [
            _hooks_of(plugin, symbolic(plugin, self._tracer.graph, str(index)))
            for index, plugin in concerned
        ]
        first = len(network.plugins) - len(network.modifiers)
        modifiers = sum(index >= first for index, _ in concerned)
        self._hook = _bound(twins, network.names, modifiers)

    def predict(self, weights: int) -> Prediction:
        """Read predict for a number of weights; raises UntraceableError where it cannot."""
        graph, where = self._tracer.graph, self._network.where["predict"]
        graph.weights = weights
        vectors = [Vector(graph, name, 0, weights) for name in ("weights", "inputs")]

        def answers(hook: Any, **row: Any) -> tuple[Any, ...]:
            prediction = number(hook.predict(**row), where)
            if not self._network.odds:
                return (prediction,)
            odds = hook.log_odds(**row, prediction=prediction)
            return prediction, number(odds, self._network.where["log_odds"])

        def run() -> tuple[Node, ...]:
            row = dict(zip(("weights", "inputs"), vectors, strict=True))
            return tuple(map(graph.lift, answers(self._hook, **row)))

        def call(**row: Any) -> tuple[Any, ...]:
            return answers(self._network.hook, **row)

        samples = check.of_predict(weights, self._values, call)
        graph.merging = False
        try:
            value, *odds, fault = self._read("predict", run, samples)
        finally:
            graph.merging = True
        read = partial(Prediction, value, odds[0] if odds else None, fault)
        try:
            return read(gradient(odds[0] if odds else value, graph.symbol("delta")))
        except UntraceableError as error:
            return read(None, f"{error}{self._place('predict')}")

    def compare(self) -> Comparing:
        """Read compare; raises UntraceableError where it cannot."""
        graph, where = self._tracer.graph, self._network.where["compare"]
        known = {name: graph.symbol(name) for name in ("prediction", "log_odds", "target")}

        def run() -> tuple[Node, ...]:
            return tuple(map(graph.lift, comparison(self._hook.compare(**known), where)))

        def call(**row: Any) -> Sequence[float]:
            return comparison(self._network.hook.compare(**row), where)

        return Comparing(*self._read("compare", run, check.of_compare(self._values, call)))

    def learn(self) -> Learning:
        """Read learn for one weight; raises UntraceableError where it cannot."""
        network, graph = self._network, self._tracer.graph
        if network.plural:
            raise UntraceableError(
                f"learn of {network.rule.name} asks for all weights at once{self._place('learn')}"
            )
        memory = network.memory
        fields = network.fields
        numbers = "weight", "weight_delta", "error", "step"
        evidence: dict[str, Any] = {name: graph.symbol(name) for name in numbers}
        evidence["error_at"] = partial(_probe, graph)

        def answers(
            hook: Any, evidence: dict[str, Any], memories: Sequence[Any]
        ) -> tuple[Any, ...]:
            given = {**UNASKED, **evidence}
            if memory:
                given["memory"] = type(memory)(*memories)
            moved, remembered = network.moved(hook.learn(**given))
            return (moved, *remembered)

        def run() -> tuple[Node, ...]:
            symbols = [graph.symbol(field, "memory") for field in fields]
            return tuple(map(graph.lift, answers(self._hook, evidence, symbols)))

        def call(*given: Any) -> tuple[Any, ...]:
            return answers(network.hook, *given)

        samples = check.of_learn(fields, self._values, call)
        weight, *remembered, fault = self._read("learn", run, samples)
        return Learning(weight, tuple(remembered), fault)

    def _read(
        self, hook: str, run: Callable[[], tuple[Node, ...]], samples: Iterator[check.Sample]
    ) -> tuple[Node, ...]:
        """Trace one hook, and check what was read, unless the same has passed before."""
        try:
            results = self._tracer.explore(run)
            classes = tuple(type(chosen.plugin) for chosen in self._network.plugins)
            said = shape(*results), classes
            if not PASSED.get(said):
                if list(map(id, results)) != list(map(id, self._tracer.explore(run))):
                    raise UntraceableError(
                        "two readings of it differ: it depends on chance or on time"
                    )
                check.check(results[:-1], results[-1], samples)
                PASSED.put(said, True, len(said[0]))
        except HookError as error:
            raise UntraceableError(f"{error}{self._place(hook)}") from error
        except KeyboardInterrupt:
            raise
        except PLUGIN_ERRORS as error:
            why = str(error) if isinstance(error, UntraceableError) else blame(error)
            if hook == "predict" and self._tracer.graph.weights:
                why += wants_more(error, self._tracer.graph.weights)
            place = _line(error) or self._place(hook)
            raise UntraceableError(f"{self._network.where[hook]}: {why}{place}") from error
        return results

    def _place(self, hook: str) -> str:
        """Where the hook's own source begins, for errors that arise nowhere in particular."""
        network = self._network
        answering = {
            "predict": network.predictor, "compare": network.comparison, "learn": network.rule
        }  # fmt: skip
        code = getattr(type(answering[hook].plugin), hook).__code__
        return f" ({code.co_filename}:{code.co_firstlineno})"


def _probe(graph: Graph, candidate: Any) -> Node:
    """Record a call of error_at, which Python refuses to answer where the error is not finite."""
    probed = graph.lift(number(candidate, "error_at"))
    if probed.operation in RELATIONS:
        raise UntraceableError("error_at is asked of True or False, not of a number")
    node = graph.make("error_at", probed)
    graph.guard("nonfinite", node)
    return node


def _hooks_of(plugin: object, twin: Any) -> dict[str, Any]:
    """Take the hooks out of a twin; pluggy, looking for hooks, would evaluate its properties."""
    return {hook: getattr(twin, hook) for hook in implementations_of(type(plugin))}


def _bound(twins: list[dict[str, Any]], names: dict[str, str], modifiers: int) -> Any:
    """Bind the hooks of twins as pluggy does; without modifiers each has one answer."""
    if modifiers:
        made = [
            type("Hooks", (), {h: staticmethod(m) for h, m in twin.items()})() for twin in twins
        ]
        return bind(made, names, modifiers)
    hooks = {hook: partial(_answer, method) for twin in twins for hook, method in twin.items()}
    return types.SimpleNamespace(**hooks)


def _answer(method: Any, **evidence: Any) -> Any:
    """Call a hook with the evidence that it names."""
    code = method.__func__.__code__
    return method(*(evidence[name] for name in code.co_varnames[1 : code.co_argcount]))


def _line(error: BaseException) -> str:
    """Where in a plugin's source an error arose: the last line of code that knows symbols."""
    trace, where = error.__traceback__, ""
    while trace is not None:
        if isinstance(trace.tb_frame.f_globals, Globals):
            where = f" ({trace.tb_frame.f_code.co_filename}:{trace.tb_lineno})"
        trace = trace.tb_next
    return where
