"""Adjusting: a modifier answers the weight_delta that the rule is to see."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import attrs

from warmer.contract.arguments import shown
from warmer.contract.blaming import place_of_method
from warmer.contract.check import evidence_of
from warmer.contract.hookspecs import PLURAL
from warmer.exceptions import HookError
from warmer.plugins.binding import Ask, asking
from warmer.plugins.memories import Owner
from warmer.plugins.naming import Chosen


@attrs.frozen(eq=False)
class Adjuster:
    """A modifier with an adjust hook.

    Parameters:
        index: its place among the plugins of the network.
        hook: its adjust, as pluggy calls it.
        owner: what it remembers; None for nothing.
    """

    index: int
    chosen: Chosen
    hook: Any
    owner: Owner | None

    @cached_property
    def ask(self) -> Ask:
        """The same, called with evidence by name."""
        return asking(self.hook)

    @property
    def where(self) -> str:
        """Which hook of whom it is, for messages."""
        return f"adjust of {self.chosen.name}"

    @property
    def at(self) -> str:
        """Where its code stands, as it ends a message."""
        return place_of_method(self.chosen.plugin, "adjust")

    @property
    def evidence(self) -> frozenset[str]:
        """What it asks for."""
        return evidence_of(type(self.chosen.plugin), "adjust")

    @property
    def plural(self) -> bool:
        """Whether it is asked once for all weights."""
        return bool(self.evidence & PLURAL)

    def adjusted(self, answer: Any, memory: Sequence[Any]) -> tuple[Any, list[Any]]:
        """Take apart what it answered: weight_delta, and the numbers of all fields.

        Raises:
            HookError: it is nothing, or lacks the memory.
        """
        at = self.at
        if answer is None:
            raise HookError(f"{self.where} answered None (is a return missing?){at}")
        after = list(memory)
        if self.owner is None or "memory" not in self.evidence:
            return answer, after
        if not (isinstance(answer, tuple) and len(answer) == 2):
            raise HookError(
                f"{self.where} answered {shown(answer)} without its memory "
                f"(say return weight_delta, {type(self.owner.start).__name__}(...)){at}"
            )
        own = self.owner.own(answer[1], self.where, "weight_delta", at)
        after[self.owner.span] = own
        return answer[0], after
