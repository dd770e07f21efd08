"""Stages: what adjust and learn make of weight_delta for one weight, one after another."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from warmer.contract.answers import number
from warmer.plugins.network import UNASKED, Network

LEARN = -1
"""The stage that is learn; the others are the places of the modifiers that adjust."""


class Hooks(NamedTuple):
    """What is called at each stage: the hooks of plugins, or of twins of them."""

    learn: Callable[..., Any]
    adjust: Sequence[Callable[..., Any]]


def ask(
    network: Network,
    hooks: Hooks,
    stages: Sequence[int],
    evidence: Mapping[str, Any],
    memory: Sequence[Any],
    norm: Callable[[Any], Any] | None = None,
) -> tuple[Any, ...]:
    """Ask some stages, each with what the one before it answered.

    Parameters:
        evidence: for one weight, with weight_delta as it comes into the first of these stages.
        memory: the numbers of all fields.
        norm: answers the root of the sum of squares over all weights; None where the evidence has
            weight_norm and weight_delta_norm already.

    Returns:
        What the last stage answered: weight_delta of adjust or the new weight of learn; and the
        numbers of all fields.

    Raises:
        HookError: a stage answered something else.
    """
    now = evidence["weight_delta"]
    for stage in stages:
        given = {**UNASKED, **evidence, "weight_delta": now}
        if norm is not None:
            given |= {"weight_norm": norm(given["weight"]), "weight_delta_norm": norm(now)}
        if stage == LEARN:
            where, at = network.where["learn"], network.at["learn"]
            given["memory"] = network.recall(memory)
            now, memory = network.moved(hooks.learn(**given), given["memory"], memory)
        else:
            adjuster = network.adjusters[stage]
            where, at = adjuster.where, adjuster.at
            given["memory"] = adjuster.owner and adjuster.owner.recall(memory)
            now, memory = adjuster.adjusted(hooks.adjust[stage](**given), memory)
        now, *memory = (number(value, where, at) for value in (now, *memory))
    return now, *memory
