"""What a library of tensors is given of a rule: the formula of one weight, and what it asks for."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import attrs

from warmer.contract.check import implementations_of
from warmer.contract.parameters import parameters_of
from warmer.exceptions import ParameterError, UsageError
from warmer.formulas.expression import Node, UntraceableError, in_order
from warmer.plugins.choosing import assemble
from warmer.plugins.network import Network
from warmer.plugins.registry import registry_of
from warmer.tracing.network_formula import Learning
from warmer.tracing.reader import trace_adjust_and_learn
from warmer.training.tasks import number_of_steps


@attrs.frozen(eq=False)
class Ported:
    """A rule and its modifiers, read as one formula.

    Parameters:
        network: the rule and its modifiers, with their parameters.
        learn: the new weight and memory, from the evidence for one weight.
    """

    network: Network
    learn: Learning

    @cached_property
    def name(self) -> str:
        """What the rule is called."""
        return self.network.rule.name

    @cached_property
    def results(self) -> tuple[Node, ...]:
        """The new weight, and what the weight will remember."""
        return self.learn.weight, *self.learn.memory

    @cached_property
    def start(self) -> dict[str, float]:
        """What every weight remembers at the start, by field."""
        return dict(zip(self.network.fields, self.network.start, strict=True))

    @cached_property
    def numbers(self) -> dict[str, float]:
        """The rule's parameters that are numbers of the formula, and so may change with time."""
        plugin = self.network.rule.plugin
        declared = parameters_of(type(plugin)).values()
        return {each.name: getattr(plugin, each.name) for each in declared if each.type is float}

    @cached_property
    def asked(self) -> frozenset[str]:
        """The evidence that the formula really uses."""
        nodes = in_order(*self.results)
        symbols = {node.value for node in nodes if node.operation == "symbol"}
        probes = {node.operation for node in nodes if node.operation == "error_at"}
        return frozenset({name for owner, name in symbols if not owner} | probes)

    @cached_property
    def places(self) -> dict[tuple[str, str], int]:
        """The identity of the node of each symbol, by its owner and name."""
        graph = self.learn.weight.graph
        named = {("", "weight"), ("", "weight_delta")} | {("memory", each) for each in self.start}
        used = {node.value for node in in_order(*self.results) if node.operation == "symbol"}
        return {(owner, name): id(graph.symbol(name, owner)) for owner, name in used | named}

    @cached_property
    def own(self) -> dict[int, Any]:
        """The values of all parameters, by the identity of their node."""
        values = self.network.parameters
        return {place: values[key] for key, place in self.places.items() if key in values}

    def known(self, values: Mapping[str, Any], evidence: Mapping[str, Any]) -> dict[int, Any]:
        """The values of leaves that are the same for every weight, by the identity of their node.

        Parameters:
            values: the rule's parameters, as far as they differ from its own.
            evidence: by name.
        """
        found = dict(self.own)
        for owner, named in (("0", values), ("", evidence)):
            for name, value in named.items():
                if (owner, name) in self.places:
                    found[self.places[owner, name]] = value
        return found


def port(
    rule: Any,
    parameters: Mapping[str, Any],
    modifiers: Sequence[Any],
    registry: Any,
    steps: int | None,
    per_pass: int | None,
) -> Ported:
    """Read a rule and its modifiers as the formula of a new weight.

    Raises:
        UsageError: it has none, or it is about more than the weights.
        ParameterError: `steps` or `per_pass` is no number of steps.
    """
    for name, value in (("steps", steps), ("per_pass", per_pass)):
        if value is not None:
            number_of_steps(name, value)
    network = assemble(rule, parameters, None, None, modifiers, registry_of(registry))
    for chosen in (network.rule, *network.modifiers):
        for hook in ("predict", "compare"):
            if hook in implementations_of(type(chosen.plugin)):
                raise UsageError(
                    f"{chosen.kind} {chosen.name} has a {hook} of its own, and here your model "
                    "and its loss say what that is; only adjust and learn can be taken along"
                )
    try:
        found = Ported(network, trace_adjust_and_learn(network))
    except UntraceableError as error:
        raise UsageError(f"{network.rule.name} cannot work on tensors: {error}") from error
    if "passes" in found.asked and per_pass is None:
        raise UsageError(
            f"{found.name} asks for passes; say per_pass=, the number of steps of one pass over "
            "the data"
        )
    return found


def varies(leaf: Node) -> bool:
    """Whether a symbol is no plain number: what differs from weight to weight, and the loss."""
    owner, name = leaf.value
    return owner == "memory" or (owner == "" and name in ("weight", "weight_delta", "error"))


def counted(step: Any, steps: int | None, per_pass: int | None) -> dict[str, Any]:
    """What a step is told of its place in the training, of its number from 1."""
    passes = (step - 1) // per_pass if per_pass else 0.0
    return {"step": step, "steps": float(steps or 0), "passes": passes}


def check_changing(ported: Ported, names: Sequence[str]) -> None:
    """Refuse to change what is no number of the formula.

    Raises:
        ParameterError: no such parameter, or one that makes another formula of the rule.
    """
    for name in names:
        if name not in ported.numbers:
            raise ParameterError(
                f"rule {ported.name} has no number {name!r} that a group or a schedule may set; "
                f"it has {', '.join(ported.numbers) or 'none'}"
            )
