"""Memories: what a weight remembers for the rule, and for each modifier that has a memory."""

from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from warmer.contract.arguments import shown
from warmer.contract.blaming import place_of_method
from warmer.contract.check import evidence_of
from warmer.contract.hookspecs import Learned, hookimpl
from warmer.exceptions import HookError
from warmer.plugins.naming import Chosen


@attrs.frozen(eq=False)
class Owner:
    """A plugin that remembers something.

    Parameters:
        index: its place among the plugins of the network.
        name: how its fields are told from others, as in `clip.velocity`; empty for the rule.
        start: what each weight remembers at the start, a NamedTuple.
        span: where its numbers stand among all that is remembered.
    """

    index: int
    name: str
    start: Any
    span: slice

    @property
    def fields(self) -> list[str]:
        """Its fields, as histories and results name them."""
        return [f"{self.name}.{field}" if self.name else field for field in self.start._fields]

    def recall(self, memory: Iterable[Any]) -> Any:
        """Its own part of all that is remembered, as it expects it."""
        return type(self.start)(*[*memory][self.span])

    def own(self, answered: Any, where: str, answer: str, at: str) -> Sequence[Any]:
        """Check that a plugin answered as many numbers as it remembers.

        Parameters:
            where: which hook of whom it is, for messages.
            answer: what the hook answers beside the memory, such as weight.
            at: where its code stands, as it ends a message.

        Raises:
            HookError: saying what to write.
        """
        if isinstance(answered, tuple) and len(answered) == len(self.start):
            return answered
        if not self.start:
            fault = (
                f"answered the memory {shown(answered)}, and the class has no memory "
                f"(say return {answer}, or declare memory = Memory())"
            )
        else:
            remedy = f"{type(self.start).__name__}({', '.join(self.start._fields)})"
            memory = "no memory" if answered == () else f"the memory {shown(answered)}"
            fault = f"answered {memory} (say return {answer}, {remedy})"
        raise HookError(f"{where} {fault}{at}")


NOBODY = Owner(0, "", (), slice(0))
"""Who remembers nothing."""


def owners_of(plugins: Sequence[Chosen]) -> tuple[Owner, ...]:
    """Find which plugins remember something: the first one is the rule, the others modifiers."""
    owners: list[Owner] = []
    at, names = 0, {""}
    for index, chosen in enumerate(plugins):
        start = getattr(chosen.plugin, "memory", None)
        if not start or (index and chosen.kind != "modifier"):
            continue
        name, number = chosen.word if index else "", 1
        while index and name in names:
            number += 1
            name = f"{chosen.word}_{number}"
        names.add(name)
        owners.append(Owner(index, name, start, slice(at, at + len(start))))
        at += len(start)
    return tuple(owners)


class Memories:
    """What one weight remembers, by the plugin that it belongs to.

    Where modifiers around learn have memories of their own, it goes through learn in the place of
    the rule's memory, and each plugin is handed its own.
    """

    def __init__(self, owners: Sequence[Owner], memory: Iterable[Any]):
        self.parts: dict[int, Any] = {owner.index: owner.recall(memory) for owner in owners}


def hand_out(learn: Any, chosen: Chosen, index: int) -> Any:
    """Put a learn that asks for memory behind one that hands it its own.

    Parameters:
        learn: the method, marked as a hook.
        index: the place of its plugin among those of the network.
    """
    asked = evidence_of(type(chosen.plugin), "learn")
    if "memory" not in asked:
        return learn
    own = index if getattr(chosen.plugin, "memory", None) else 0  # else it is the rule's

    def given(evidence: dict[str, Any]) -> dict[str, Any]:
        evidence["memory"] = evidence["memory"].parts[own]
        return {name: evidence[name] for name in asked}

    @hookimpl
    def answer(  # type: ignore[no-untyped-def]
        weight, weight_delta, error_at, memory, error, step, steps, passes, weight_norm,
        weight_delta_norm, weights, weight_deltas, inputs, deltas, error_at_all, rng,
    ):  # fmt: skip
        return learn(**given(locals()))

    @hookimpl(wrapper=True)
    def wrap(  # type: ignore[no-untyped-def]
        weight, weight_delta, error_at, memory, error, step, steps, passes, weight_norm,
        weight_delta_norm, weights, weight_deltas, inputs, deltas, error_at_all, rng,
    ):  # fmt: skip
        learned = yield from learn(**given(locals()))
        if own == index:
            learned, memory.parts[own] = _pair(learned, chosen)
        return learned

    return wrap if chosen.kind == "modifier" else answer


def _pair(answer: Any, chosen: Chosen) -> tuple[Learned, Any]:
    """What a modifier with a memory answered: what was learned, and its own memory."""
    if isinstance(answer, Learned) or not (isinstance(answer, tuple) and len(answer) == 2):
        raise HookError(
            f"learn of {chosen.name} answered {shown(answer)} without its memory "
            f"(say return learned, {type(chosen.plugin.memory).__name__}(...))"
            f"{place_of_method(chosen.plugin, 'learn')}"
        )
    return answer
