"""A network: the chosen plugins, bound to the hooks of a plugin manager of their own."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from numbers import Integral
from typing import Any

import attrs

from warmer.contract.answers import full
from warmer.contract.arguments import shown
from warmer.contract.blaming import at as standing_at
from warmer.contract.blaming import place_of, place_of_method
from warmer.contract.check import evidence_of, implementations_of
from warmer.contract.counting import has_weight_count
from warmer.contract.hookspecs import COMMON, PLURAL, SINGULAR, Learned
from warmer.contract.parameters import values_of
from warmer.exceptions import PLUGIN_ERRORS, HookError, UsageError, blame
from warmer.plugins.adjusting import Adjuster
from warmer.plugins.binding import Ask, asking, bind
from warmer.plugins.memories import NOBODY, Memories, Owner, hand_out, owners_of
from warmer.plugins.naming import Chosen
from warmer.plugins.odds import LogOdds

UNASKED = dict.fromkeys(sorted(SINGULAR | PLURAL | COMMON))


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
        plugins = [c.plugin for c in self.plugins]
        if not self.shares_memory:
            return bind(plugins, self.who, len(self.modifiers))
        named = [{h: getattr(p, h) for h in implementations_of(type(p))} for p in plugins]
        return self.bind(dict(enumerate(named)))

    @cached_property
    def ask(self) -> dict[str, Ask]:
        """The same, called with evidence by name: `ask["predict"]({"weights": ..., ...})`."""
        return {name: asking(getattr(self.hook, name)) for name in self.names}

    def bind(self, methods: Mapping[int, Mapping[str, Any]]) -> Any:
        """Bind methods as the hooks of a manager of their own.

        Parameters:
            methods: by the place of their plugin among `plugins`, and by the name of the hook.
        """
        hooks = []
        for index, named in sorted(methods.items()):
            own = {hook: method for hook, method in named.items() if hook != "adjust"}
            if self.shares_memory and "learn" in own:
                own["learn"] = hand_out(own["learn"], self.plugins[index], index)
            hooks.append(type("Hooks", (), {n: staticmethod(m) for n, m in own.items()})())
        modifiers = sum(self.plugins[index].kind == "modifier" for index in methods)
        return bind(hooks, self.who, modifiers)

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
    def adjusters(self) -> tuple[Adjuster, ...]:
        """The modifiers that adjust weight_delta, in their order."""
        return tuple(
            Adjuster(
                index,
                chosen,
                bind([chosen.plugin], self.who, 0).adjust,
                next((owner for owner in self.owners if owner.index == index), None),
            )
            for index, chosen in enumerate(self.plugins)
            if chosen.kind == "modifier" and "adjust" in implementations_of(type(chosen.plugin))
        )

    @cached_property
    def evidence(self) -> frozenset[str]:
        """The evidence that somebody asks for, in learn or in adjust."""
        return frozenset().union(
            *(
                evidence_of(type(chosen.plugin), hook)
                for chosen in self.plugins
                for hook in ("adjust", "learn")
            )
        )

    @cached_property
    def asks_for_weight_deltas(self) -> bool:
        """Whether somebody asks for weight_delta in learn, of one weight or of all."""
        asked = frozenset().union(
            *(evidence_of(type(chosen.plugin), "learn") for chosen in self.plugins)
        )
        return bool(asked & {"weight_delta", "weight_deltas", "weight_delta_norm"})

    @cached_property
    def plural(self) -> bool:
        """Whether learn runs once per step instead of once per weight."""
        return bool(evidence_of(type(self.rule.plugin), "learn") & PLURAL)

    @cached_property
    def modified(self) -> bool:
        """Whether a modifier answers learn."""
        return any("learn" in implementations_of(type(c.plugin)) for c in self.modifiers)

    @cached_property
    def owners(self) -> tuple[Owner, ...]:
        """Who remembers something: the rule, and modifiers."""
        return owners_of(self.plugins)

    @property
    def start(self) -> tuple[float, ...]:
        """What every weight remembers at the start, in the order of `fields`."""
        return tuple(value for owner in self.owners for value in owner.start)

    @property
    def counted(self) -> bool:
        """Whether the predictor says how many weights it has; else each input has its own."""
        return has_weight_count(type(self.predictor.plugin))

    def weight_count(self, inputs: int) -> int:
        """How many weights the network has for so many inputs.

        Raises:
            UsageError: the predictor says itself that it does not take so many.
            HookError: it fails, or answers something else than a whole number of at least 1.
        """
        if not self.counted:
            return inputs
        counting: Any = self.predictor.plugin.weight_count
        where = f"weight_count of {self.predictor.name}, asked for {inputs_in_words(inputs)},"
        try:
            count = counting(inputs)
        except (KeyboardInterrupt, UsageError):
            raise
        except PLUGIN_ERRORS as error:
            raise HookError(
                f"{where} failed: {blame(error)}{standing_at(place_of(error))}"
            ) from error
        if isinstance(count, bool) or not isinstance(count, Integral) or count < 1:
            raise HookError(
                f"{where} answered {shown(count)}, not a whole number of at least 1"
                f"{place_of_method(self.predictor.plugin, 'weight_count')}"
            )
        return int(count)

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of what every weight remembers: `field`, or of a modifier `name.field`."""
        return tuple(field for owner in self.owners for field in owner.fields)

    @cached_property
    def shares_memory(self) -> bool:
        """Whether a modifier around learn has a memory of its own."""
        remembering = {owner.index for owner in self.owners} - {0}
        return any(
            "memory" in evidence_of(type(self.plugins[i].plugin), "learn") for i in remembering
        )

    def recall(self, memory: Iterable[Any]) -> Any:
        """What learn is given as memory, from the numbers of all fields."""
        if self.shares_memory:
            return Memories(self.owners, memory)
        own = [owner for owner in self.owners if owner.index == 0]
        return own[0].recall(memory) if own else None

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

    def moved(self, answer: Any, recalled: Any, memory: Sequence[Any]) -> tuple[Any, list[Any]]:
        """Take apart what learn answered: the new weight, and the numbers of all fields.

        Parameters:
            recalled: what learn was given as memory.
            memory: the numbers of all fields before.

        Raises:
            HookError: it is something else, or the memory has another length.
        """
        learned, where = self.learned(answer), self.where["learn"]
        if not self.owners:
            NOBODY.own(learned.memory, where, "weight", self.at["learn"])
            return learned.weight, []
        after = list(memory)
        for owner in self.owners:
            if owner.index == 0:
                own = learned.memory
            elif isinstance(recalled, Memories):
                own = recalled.parts[owner.index]
            else:
                continue
            after[owner.span] = owner.own(own, where, "weight", self.at["learn"])
        return learned.weight, after

    def description(self) -> dict[str, Any]:
        """The chosen plugins by kind, as plain data."""
        return {
            "rule": self.rule.description(),
            "predictor": self.predictor.description(),
            "comparison": self.comparison.description(),
            "modifiers": [modifier.description() for modifier in self.modifiers],
        }


def inputs_in_words(inputs: int) -> str:
    """Count inputs.

    >>> inputs_in_words(1), inputs_in_words(2)
    ('1 input', '2 inputs')
    """
    return f"{inputs} input" + ("s" if inputs != 1 else "")
