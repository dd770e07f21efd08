"""The reader: calls a network's hooks with symbols, through pluggy, and checks what it read."""

import types
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from warmer.contract.answers import comparison, number
from warmer.contract.check import implementations_of
from warmer.exceptions import PLUGIN_ERRORS, HookError, WarmerError, blame
from warmer.formulas.derivative import gradient
from warmer.formulas.expression import RELATIONS, Graph, Node, UntraceableError, shape
from warmer.formulas.keeping import Kept
from warmer.formulas.signs import never_negative
from warmer.formulas.vector import Vector, wants_more
from warmer.plugins.adjusting import Adjuster
from warmer.plugins.network import Network
from warmer.tracing import samples as check
from warmer.tracing.network_formula import Comparing, Formula, Learning, Prediction
from warmer.tracing.stages import LEARN, Hooks, ask
from warmer.tracing.tracer import Tracer, symbolic
from warmer.tracing.twins import Globals

NUMBERS = (
    "weight", "weight_delta", "error", "step", "steps", "passes", "weight_norm",
    "weight_delta_norm",
)  # fmt: skip
"""The evidence for one weight that is a number."""

PASSED = Kept[bool](most=10_000)
"""Formulas that have been checked on sample numbers, with the classes that they were read from."""


def trace_network(network: Network, inputs: int) -> Formula:
    """Read a whole network for a number of inputs.

    Raises:
        UntraceableError: something in it cannot be said by a formula; the message names the
            hook, the reason and the line.
    """
    reader = Reader(network, ("predict", "log_odds", "compare", "adjust", "learn"))
    parts = reader.predict(inputs), reader.compare(), reader.adjust_and_learn()
    return Formula(network.weight_count(inputs), inputs, network.fields, *parts)


def trace_prediction(network: Network, inputs: int) -> Prediction:
    """Read predict for a number of inputs; raises as `trace_network` does."""
    return Reader(network, ("predict", "log_odds")).predict(inputs)


def trace_compare(network: Network) -> Comparing:
    """Read compare; raises as `trace_network` does."""
    return Reader(network, ("compare",)).compare()


def trace_learn(network: Network) -> Learning:
    """Read learn; raises as `trace_network` does."""
    return Reader(network, ("learn",)).learn()


def trace_adjust_and_learn(network: Network) -> Learning:
    """Read learn of what all modifiers answer, as engines do; raises as `trace_network` does."""
    return Reader(network, ("adjust", "learn")).adjust_and_learn()


def trace_adjust(network: Network, index: int) -> Learning:
    """Read what one modifier answers as weight_delta; raises as `trace_network` does."""
    return Reader(network, ("adjust",)).adjust(index)


class Reader:
    """Calls the hooks of symbolic twins of a network's plugins, modifiers included.

    Parameters:
        hooks: those that will be read; a plugin that has none of them has no say.

    Of learn there are two readings. People read each hook by itself: what `learn` makes of
    weight_delta. Engines take them as one: learn of what the modifiers answered, in which a norm
    is a node of its own.
    """

    def __init__(self, network: Network, hooks: Iterable[str]):
        self._network = network
        self._values = network.parameters
        self._tracer = Tracer()
        twins = {
            index: _hooks_of(chosen.plugin, symbolic(chosen.plugin, self._tracer.graph, str(index)))
            for index, chosen in enumerate(network.plugins)
            if not implementations_of(type(chosen.plugin)).keys().isdisjoint(hooks)
        }
        self._hook = _bound(network, twins)
        self._adjust = (
            [partial(_answer, twins[each.index]["adjust"]) for each in network.adjusters]
            if "adjust" in hooks
            else []
        )

    def predict(self, inputs: int) -> Prediction:
        """Read predict for a number of inputs; raises UntraceableError where it cannot."""
        graph, where, at = self._tracer.graph, self._network.where["predict"], self._network.at
        try:
            graph.lengths = {"weights": self._network.weight_count(inputs), "inputs": inputs}
        except WarmerError as error:
            raise UntraceableError(str(error)) from error
        vectors = {name: Vector(graph, name, 0, count) for name, count in graph.lengths.items()}

        def answers(hook: Any, **row: Any) -> tuple[Any, ...]:
            prediction = number(hook.predict(**row), where, at["predict"])
            if not self._network.odds:
                return (prediction,)
            odds = hook.log_odds(**row, prediction=prediction)
            return prediction, number(odds, self._network.where["log_odds"], at["log_odds"])

        def run() -> tuple[Node, ...]:
            return tuple(map(graph.lift, answers(self._hook, **vectors)))

        def call(**row: Any) -> tuple[Any, ...]:
            return answers(self._network.hook, **row)

        samples = check.of_predict(graph.lengths, self._values, call)
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
        graph = self._tracer.graph
        said = self._network.where["compare"], self._network.at["compare"]
        known = {name: graph.symbol(name) for name in ("prediction", "log_odds", "target")}

        def run() -> tuple[Node, ...]:
            answer = comparison(self._hook.compare(**known), *said)
            error, delta = map(graph.lift, answer)
            if not never_negative(error):
                graph.guard("<", error, graph.constant(0.0))
            return error, delta

        def call(**row: Any) -> Sequence[float]:
            return comparison(self._network.hook.compare(**row), *said)

        return Comparing(*self._read("compare", run, check.of_compare(self._values, call)))

    def learn(self) -> Learning:
        """Read learn for one weight, by itself; raises UntraceableError where it cannot."""
        return self._stages([LEARN], composed=False)

    def adjust(self, index: int) -> Learning:
        """Read what one modifier answers as weight_delta (in `weight`), by itself."""
        return self._stages([index], composed=False)

    def adjust_and_learn(self) -> Learning:
        """Read learn after all that modifiers answer; raises UntraceableError where it cannot."""
        return self._stages([*range(len(self._network.adjusters)), LEARN], composed=True)

    def _stages(self, stages: Sequence[int], composed: bool) -> Learning:
        """Read some of adjust and learn, each given what the one before it answered."""
        network, graph = self._network, self._tracer.graph
        if network.plural and LEARN in stages:
            raise UntraceableError(
                f"learn of {network.rule.name} asks for all weights at once{self._place('learn')}"
            )
        hooks = Hooks(self._hook.learn if LEARN in stages else _answer, self._adjust)
        for stage in stages:
            if stage != LEARN and network.adjusters[stage].plural:
                place = self._place("adjust", network.adjusters[stage])
                where = network.adjusters[stage].where
                raise UntraceableError(f"{where} asks for all weights at once{place}")

        def literal(stages: Sequence[int], *given: Any) -> tuple[Any, ...]:
            called = Hooks(network.hook.learn, [each.hook for each in network.adjusters])
            return ask(network, called, stages, *given)

        evidence: dict[str, Any] = {name: graph.symbol(name) for name in NUMBERS}
        evidence["error_at"] = partial(_probe, graph, network.at["learn"])
        norm = partial(graph.make, "norm") if composed else None
        memory = [graph.symbol(field, "memory") for field in network.fields]
        now, faults = evidence["weight_delta"], []
        for count, stage in enumerate(stages, 1):
            run = partial(
                ask, network, hooks, [stage], {**evidence, "weight_delta": now}, memory, norm
            )
            call = partial(literal, stages[:count])
            samples = check.of_learn(network.fields, self._values, call, composed)
            lifted = partial(_lifted, graph, run)
            adjuster = None if stage == LEARN else network.adjusters[stage]
            hook = "adjust" if adjuster else "learn"
            now, *memory, fault = self._read(hook, lifted, samples, adjuster)
            faults.append(fault)
        return Learning(now, tuple(memory), graph.any_of(faults))

    def _read(
        self,
        hook: str,
        run: Callable[[], tuple[Node, ...]],
        samples: Iterator[check.Sample],
        adjuster: Adjuster | None = None,
    ) -> tuple[Node, ...]:
        """Trace one hook, and check what was read, unless the same has passed before."""
        where = adjuster.where if adjuster else self._network.where[hook]
        try:
            results = self._tracer.explore(run)
            classes = tuple(type(chosen.plugin) for chosen in self._network.plugins)
            said = shape(*results), where, classes
            if not PASSED.get(said):
                if list(map(id, results)) != list(map(id, self._tracer.explore(run))):
                    raise UntraceableError(
                        "two readings of it differ: it depends on chance or on time"
                    )
                check.check(results[:-1], results[-1], samples)
                PASSED.put(said, True, len(said[0]))
        except HookError as error:
            raise UntraceableError(str(error)) from error  # it names the place
        except KeyboardInterrupt:
            raise
        except PLUGIN_ERRORS as error:
            why = str(error) if isinstance(error, UntraceableError) else blame(error)
            lengths = self._tracer.graph.lengths
            if hook == "predict" and lengths:
                why += wants_more(error, lengths["weights"], lengths["inputs"])
            place = _line(error) or self._place(hook, adjuster)
            raise UntraceableError(f"{where}: {why}{place}") from error
        return results

    def _place(self, hook: str, adjuster: Adjuster | None = None) -> str:
        """Where the hook's own source begins, for errors that arise nowhere in particular."""
        network = self._network
        answering = {
            "predict": network.predictor, "compare": network.comparison, "learn": network.rule
        }  # fmt: skip
        chosen = adjuster.chosen if adjuster else answering[hook]
        code = getattr(type(chosen.plugin), hook).__code__
        return f" ({code.co_filename}:{code.co_firstlineno})"


def _lifted(graph: Graph, run: Callable[[], tuple[Any, ...]]) -> tuple[Node, ...]:
    return tuple(map(graph.lift, run()))


def _probe(graph: Graph, at: str, candidate: Any) -> Node:
    """Record a call of error_at, which Python refuses to answer where the error is not finite."""
    probed = graph.lift(number(candidate, "the weight that error_at is asked for", at))
    if probed.operation in RELATIONS:
        raise UntraceableError("error_at is asked of True or False, not of a number")
    node = graph.make("error_at", probed)
    graph.guard("nonfinite", node)
    return node


def _hooks_of(plugin: object, twin: Any) -> dict[str, Any]:
    """Take the hooks out of a twin; pluggy, looking for hooks, would evaluate its properties."""
    return {hook: getattr(twin, hook) for hook in implementations_of(type(plugin))}


def _bound(network: Network, twins: dict[int, dict[str, Any]]) -> Any:
    """Bind the hooks of twins as pluggy does; without modifiers each has one answer."""
    if any(network.plugins[index].kind == "modifier" for index in twins):
        return network.bind(twins)
    hooks = {hook: partial(_answer, m) for twin in twins.values() for hook, m in twin.items()}
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
