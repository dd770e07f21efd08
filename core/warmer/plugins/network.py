"""A network: the chosen plugins, bound to the hooks of a plugin manager of their own."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import attrs

from warmer.contract.answers import comparison, full, number
from warmer.contract.arguments import shown
from warmer.contract.blaming import place_of_method
from warmer.contract.check import evidence_of, implementations_of
from warmer.contract.hookspecs import PLURAL, SINGULAR, Learned, Rule, hookimpl
from warmer.contract.manager import Manager
from warmer.contract.parameters import values_of
from warmer.exceptions import HookError
from warmer.plugins.odds import LogOdds

UNASKED = dict.fromkeys(sorted(SINGULAR | PLURAL | {"memory", "error", "step"}))


@attrs.frozen(eq=False)
class Chosen:
    """A plugin that was chosen for a run, with the name that it was chosen by."""

    kind: str
    name: str
    plugin: Any
    distribution: str | None = None
    version: str | None = None

    def description(self) -> dict[str, Any]:
        """Name, origin and parameter values, as plain data."""
        return {
            "name": self.name,
            "distribution": self.distribution,
            "version": self.version,
            "parameters": values_of(self.plugin),
        }


class _Answers:
    """Wraps every implementation first, so that modifiers always receive the full form."""

    def __init__(self, who: Mapping[str, tuple[str, str]]):
        self._who = who

    @hookimpl(wrapper=True)
    def predict(self) -> Any:
        return number((yield), *self._who["predict"])

    @hookimpl(wrapper=True)
    def log_odds(self) -> Any:
        return number((yield), *self._who["log_odds"])

    @hookimpl(wrapper=True)
    def compare(self) -> Any:
        return comparison((yield), *self._who["compare"])

    @hookimpl(wrapper=True)
    def learn(self) -> Any:
        return full((yield), *self._who["learn"])


@attrs.frozen(eq=False)  # with slots: attrs keeps cached properties without a lock
class Network:
    """The plugins of one run, callable through pluggy's hooks.

    Parameters:
        rule, predictor, comparison: what answers learn, predict and compare; the rule itself
            where it brings its own.
        modifiers: wrappers, the first one closest to the rule.
    """

    rule: Chosen
    predictor: Chosen
    comparison: Chosen
    modifiers: tuple[Chosen, ...] = ()

    @cached_property
    def hook(self) -> Any:
        """The hooks: `hook.predict(weights=..., inputs=...)` and so on."""
        return bind([chosen.plugin for chosen in self.plugins], self.who, len(self.modifiers))

    @cached_property
    def plugins(self) -> tuple[Chosen, ...]:
        """Every plugin once: rule, predictor, comparison, what answers log_odds, modifiers."""
        odds = [self.odds] if self.odds else []
        main = {id(c.plugin): c for c in (self.rule, self.predictor, self.comparison, *odds)}
        return (*main.values(), *self.modifiers)

    @cached_property
    def odds(self) -> Chosen | None:
        """Who answers log_odds; None where the comparison does not ask for them."""
        if "log_odds" not in evidence_of(type(self.comparison.plugin), "compare"):
            return None
        changed = any("predict" in implementations_of(type(c.plugin)) for c in self.modifiers)
        if not changed and "log_odds" in implementations_of(type(self.predictor.plugin)):
            return self.predictor
        return Chosen("predictor", self.predictor.name, LogOdds())

    @cached_property
    def parameters(self) -> dict[tuple[str, str], Any]:
        """The value of every parameter, by its plugin's place and its name."""
        return {
            (str(index), name): value
            for index, chosen in enumerate(self.plugins)
            for name, value in values_of(chosen.plugin).items()
        }

    @property
    def names(self) -> dict[str, str]:
        """Who answers each hook, for messages."""
        return {
            "predict": self.predictor.name,
            "log_odds": self.predictor.name,
            "compare": self.comparison.name,
            "learn": self.rule.name,
        }

    @cached_property
    def who(self) -> dict[str, tuple[str, str]]:
        """Who answers each hook, modifiers apart, and where its code stands, for messages."""
        answering = {"predict": self.predictor, "compare": self.comparison, "learn": self.rule}
        if self.odds:
            answering["log_odds"] = self.odds
        return {
            hook: (f"{hook} of {chosen.name}", place_of_method(chosen.plugin, hook))
            for hook, chosen in answering.items()
        }

    @cached_property
    def at(self) -> dict[str, str]:
        """Where the code stands that has the last word in each hook, for messages."""
        last = {
            hook: place_of_method(chosen.plugin, hook)
            for chosen in self.modifiers
            for hook in implementations_of(type(chosen.plugin))
        }
        return {hook: place for hook, (_, place) in self.who.items()} | last

    @cached_property
    def where(self) -> dict[str, str]:
        """Each hook with all who answer it, for messages."""

        def modified(hook: str) -> str:
            own = [c.name for c in self.modifiers if hook in implementations_of(type(c.plugin))]
            return f" (modified by {', '.join(own)})" if own else ""

        return {hook: f"{hook} of {name}{modified(hook)}" for hook, name in self.names.items()}

    @cached_property
    def evidence(self) -> frozenset[str]:
        """The evidence that somebody asks for in learn."""
        return frozenset().union(
            *(evidence_of(type(chosen.plugin), "learn") for chosen in self.plugins)
        )

    @cached_property
    def asks_for_weight_deltas(self) -> bool:
        """Whether somebody asks for weight_delta, of one weight or of all."""
        return bool(self.evidence & {"weight_delta", "weight_deltas"})

    @cached_property
    def plural(self) -> bool:
        """Whether learn runs once per step instead of once per weight."""
        return bool(evidence_of(type(self.rule.plugin), "learn") & PLURAL)

    @cached_property
    def modified(self) -> bool:
        """Whether a modifier answers learn."""
        return any("learn" in implementations_of(type(c.plugin)) for c in self.modifiers)

    @property
    def memory(self) -> Any:
        """What every weight remembers at the start; an empty tuple for rules without memory."""
        return getattr(self.rule.plugin, "memory", ())

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of what every weight remembers."""
        return getattr(self.memory, "_fields", ())

    def learned(self, answer: Any) -> Learned:
        """Bring what learn answered to its full form; what a modifier answers must have it.

        Raises:
            HookError: it is nothing, or a modifier's and something else.
        """
        where, at = self.where["learn"], self.at["learn"]
        if not self.modified:
            return full(answer, where, at)
        if not isinstance(answer, Learned):
            remedy = "does a modifier lack its return?"
            if answer is not None:
                remedy = "a modifier returns a Learned: say learned._replace(weight=...)"
            raise HookError(f"{where} answered {shown(answer)} ({remedy}){at}")
        return answer

    def moved(self, answer: Any) -> tuple[float, tuple[float, ...]]:
        """Check what learn answered for one weight: the new weight, and as many memories.

        Raises:
            HookError: it is something else.
        """
        where, at, memory = self.where["learn"], self.at["learn"], self.memory
        if type(answer) is float and not memory and not self.modified:
            return answer, ()
        learned = self.learned(answer)
        if not isinstance(learned.memory, tuple) or len(learned.memory) != len(memory):
            raise HookError(f"{where} {self._memory_fault(learned.memory)}{at}")
        return (
            number(learned.weight, where, at),
            tuple(number(each, where, at) for each in learned.memory),
        )

    def _memory_fault(self, answered: Any) -> str:
        """Say what is wrong with a memory that learn answered, and what to write."""
        if not self.memory:
            return (
                f"answered the memory {shown(answered)}, and the class has no memory "
                "(say return weight, or declare memory = Memory())"
            )
        name, fields = type(self.memory).__name__, ", ".join(self.fields)
        if answered == ():
            return f"answered no memory (say return weight, {name}({fields}))"
        return f"answered the memory {shown(answered)} (say return weight, {name}({fields}))"

    def description(self) -> dict[str, Any]:
        """The chosen plugins by kind, as plain data."""
        return {
            "rule": self.rule.description(),
            "predictor": self.predictor.description(),
            "comparison": self.comparison.description(),
            "modifiers": [modifier.description() for modifier in self.modifiers],
        }


def bind(plugins: Sequence[Any], who: Mapping[str, tuple[str, str]], modifiers: int) -> Any:
    """Register plugins with a fresh manager, in order, and return its hooks.

    pluggy runs the wrapper that was registered last outermost; the answers of the
    implementations are brought to their full form before any modifier sees them.
    """
    manager = Manager(Rule)
    for plugin in plugins[: len(plugins) - modifiers]:
        manager.register(plugin)
    if modifiers:
        manager.register(_Answers(who))
    for plugin in plugins[len(plugins) - modifiers :]:
        manager.register(plugin)
    manager.check_pending()
    return manager.hook
