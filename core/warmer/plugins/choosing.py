"""Choosing plugins: names, classes or objects in, a network out."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from warmer.contract.arguments import check_list, shown
from warmer.contract.check import HOOKS, check, evidence_of, implementations_of
from warmer.contract.hookspecs import A_KIND, PLURAL, SINGULAR
from warmer.contract.parameters import construct
from warmer.exceptions import ContractError, ParameterError, UsageError
from warmer.plugins.naming import Chosen, find
from warmer.plugins.network import Network
from warmer.plugins.registry import Registry, registry_of

RULE = "alpha-scaled"
"""The rule of who names none, where one may be left out."""
NUMBERS = "linear", "squared-error"
CHANCES = "logistic", "log-loss"
"""The predictor and the comparison of who names none, for targets that are numbers or classes."""


def choose(
    what: Any, kind: str, registry: Registry, parameters: Mapping[str, Any] | None = None
) -> Chosen:
    """Turn a name (with parameters, as `find` reads it), a class or an object into a plugin.

    Raises:
        UsageError: no such name, or parameters that do not fit.
        PluginError: it cannot be imported, or does not keep the contract.
    """
    values = parameters or {}
    if isinstance(what, Chosen):
        if what.kind != kind:
            raise UsageError(f"{what.name} is {A_KIND[what.kind]}, and {A_KIND[kind]} is wanted")
        if values:
            raise UsageError(
                f"{kind} {what.name} has its parameters already; say {', '.join(values)} where it "
                "is named"
            )
        return what
    if isinstance(what, str):
        return find(what, kind, registry, files=not registry.restricted).chosen(values)
    cls = class_of(what, kind)
    check(cls, kind, cls.__name__)
    if isinstance(what, type):
        return Chosen(kind, cls.__name__, construct(what, values, f"{kind} {cls.__name__}"))
    if values:
        raise UsageError(
            f"{kind} {cls.__name__} is an object already; give it {', '.join(values)} "
            "when you make it"
        )
    return Chosen(kind, cls.__name__, what)


def class_of(what: Any, kind: str) -> type:
    """The class of what is given for a plugin, as a class or an object.

    Raises:
        UsageError: there is nothing of a plugin about it.
    """
    cls = what if isinstance(what, type) else type(what)
    named = (hook for hook in HOOKS if hasattr(cls, hook))
    if not (attrs.has(cls) or any(named) or implementations_of(cls)) or cls is Network:
        raise UsageError(
            f"{kind} must be a name, path/to/file.py:Class, a class with hooks or an object of "
            f"one, got {shown(what)}"
        )
    return cls


def rule(what: Any, /, *, registry: Registry | None = None, **parameters: Any) -> Chosen:
    """Name a rule with its parameters, for `train` and its like.

    There they can be keywords as well, as long as none is called like an argument of `train`.

    Parameters:
        what: a name, `distribution/name`, `path/to/file.py:Class`, a class or an object.
        registry: where names are looked up; by default all that is installed.
        **parameters: the rule's own.

    Raises:
        UsageError: no such rule, or parameters that do not fit.
        PluginError: it cannot be imported, or does not keep the contract.

    >>> import warmer
    >>> chosen = warmer.rule("alpha-scaled", alpha=0.5)
    >>> warmer.train([1.0], [1.0], chosen, steps=1).weights.tolist()
    [0.5]
    """
    return choose(what, "rule", registry_of(registry), parameters)


def network(
    rule: Any,
    *,
    predict: Any = None,
    compare: Any = None,
    modifiers: Sequence[Any] = (),
    registry: Registry | None = None,
    **parameters: Any,
) -> Network:
    """Assemble a network once, for `train`, `steps`, `explain`, `formula` and `diagnose`.

    Each of them takes it in the place of the rule.

    Parameters:
        rule: a name, `distribution/name`, `path/to/file.py:Class`, a class or an object.
        predict, compare: a predictor and a comparison, named like the rule; by default
            `linear` and `squared-error`, or the rule's own.
        modifiers: named like the rule, the first one closest to it.
        registry: where names are looked up; by default all that is installed.
        **parameters: the rule's own.

    Raises:
        UsageError: no such plugin, parameters that do not fit, or two plugins for one hook.
        PluginError: one cannot be imported, or does not keep the contract.

    >>> import warmer
    >>> network = warmer.network("alpha-scaled", alpha=0.5, predict="logistic")
    >>> warmer.train([1.0], [1.0], network, steps=1).weights.tolist()
    [0.0625]
    """
    return assemble(rule, parameters, predict, compare, modifiers, registry_of(registry))


def choose_all(what: Any, kind: str, registry: Registry) -> tuple[Chosen, ...]:
    """Choose plugins from a list, or the one that is named.

    Raises:
        UsageError: it is no list, or as `choose`.
    """
    listed = check_list(f"{kind}s", what, f"{kind}s")
    return tuple(choose(each, kind, registry) for each in listed)


def assemble(
    rule: Any,
    parameters: Mapping[str, Any],
    predict: Any,
    compare: Any,
    modifiers: Sequence[Any],
    registry: Registry,
    defaults: tuple[str, str] = NUMBERS,
) -> Network:
    """Choose every plugin of a network and check that they fit together.

    A rule that brings its own predict or compare is used for it, and then none may be named. A
    network that is assembled already is taken as it is.

    Parameters:
        defaults: the predictor and the comparison of who names none.

    Raises:
        UsageError: two plugins for one hook, or the same object twice.
        ContractError: a modifier asks for evidence that the rule's kind of learn does not get.
        ParameterError: `parameters` are no mapping of names, or a plugin does not take one.
    """
    if not (isinstance(parameters, Mapping) and all(isinstance(each, str) for each in parameters)):
        raise ParameterError(
            f"parameters must be a mapping of names to values, got {shown(parameters)}"
        )
    if isinstance(rule, Network):
        named = {"predict": predict, "compare": compare, "modifiers": modifiers, **parameters}
        beside = [name for name, value in named.items() if value is not None and value != ()]
        if beside:
            raise UsageError(
                f"the network of {rule.rule.name} is assembled already; say {', '.join(beside)} "
                "to warmer.network"
            )
        return rule
    chosen = choose(rule, "rule", registry, parameters)
    own = implementations_of(type(chosen.plugin))

    def answering(hook: str, kind: str, named: Any, default: str) -> Chosen:
        if hook not in own:
            return choose(default if named is None else named, kind, registry)
        if named is not None:
            raise UsageError(f"rule {chosen.name} brings its own {hook}; name no {kind} beside it")
        return chosen

    network = Network(
        chosen,
        answering("predict", "predictor", predict, defaults[0]),
        answering("compare", "comparison", compare, defaults[1]),
        choose_all(modifiers, "modifier", registry),
    )
    if len({id(c.plugin) for c in network.plugins}) < len(network.plugins):
        raise UsageError("the same modifier object is given twice; make two of them")
    _check_modifiers(network)
    return network


def _check_modifiers(network: Network) -> None:
    """Refuse modifiers that ask for what the other plugins do not give; raises ContractError."""
    for modifier in network.modifiers:
        if "log_odds" in evidence_of(type(modifier.plugin), "compare") and not network.odds:
            raise ContractError(
                f"modifier {modifier.name} asks for log_odds, and {network.comparison.name} "
                "compares without them"
            )
    wrong, kinds = (SINGULAR, "all weights") if network.plural else (PLURAL, "one weight")
    for modifier in network.modifiers:
        asked = evidence_of(type(modifier.plugin), "learn") & wrong
        if asked:
            raise ContractError(
                f"modifier {modifier.name} asks for {', '.join(sorted(asked))}, "
                f"but learn of {network.rule.name} is asked for {kinds} at a time"
            )
        asks = "memory" in evidence_of(type(modifier.plugin), "learn")
        if asks and not (getattr(modifier.plugin, "memory", None) or network.fields):
            raise ContractError(
                f"modifier {modifier.name} asks for memory, and {network.rule.name} remembers "
                "nothing"
            )
    if network.adjusters and not network.asks_for_weight_deltas:
        raise ContractError(
            f"modifier {network.adjusters[0].chosen.name} adjusts weight_delta, which "
            f"{network.rule.name} does not ask for"
        )
