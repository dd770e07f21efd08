"""Plugins in files: written down by name, and looked up again among what is installed.

A file holds names, never code and never an import path. What was given as a class, an object or a
file has no name that could be looked up; whoever reads the file gives it again.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from warmer.contract.check import implementations_of
from warmer.contract.counting import has_weight_count
from warmer.contract.parameters import values_of
from warmer.exceptions import DataError, UnknownNameError, UsageError
from warmer.plugins.choosing import assemble, choose
from warmer.plugins.installed import NAME
from warmer.plugins.naming import Chosen, find
from warmer.plugins.network import Network
from warmer.plugins.registry import Registry

ARGUMENTS = {"rule": "rule", "predictor": "predict", "comparison": "compare"}
"""The kinds of a network's plugins, and the arguments that name them."""


def written_down(network: Network) -> dict[str, Any]:
    """The plugins of a network as plain data: their description, and which hooks they answer."""
    return {
        **{kind: _plain(getattr(network, kind)) for kind in ARGUMENTS},
        "modifiers": [_plain(each) for each in network.modifiers],
    }


def _plain(chosen: Chosen) -> dict[str, Any]:
    cls = type(chosen.plugin)
    hooks = [*implementations_of(cls), *(["weight_count"] if has_weight_count(cls) else [])]
    return {**chosen.description(), "hooks": sorted(hooks)}


def without_name(plugins: Mapping[str, Any]) -> list[str]:
    """The arguments that must be given again, since nothing can be looked up for them."""
    unnamed = [
        argument
        for kind, argument in ARGUMENTS.items()
        if plugins[kind]["distribution"] is None
        and (kind == "rule" or plugins[kind] != plugins["rule"])
    ]
    modifiers = any(each["distribution"] is None for each in plugins["modifiers"])
    return unnamed + ["modifiers"] * modifiers


def recalled(
    source: str,
    plugins: Mapping[str, Any],
    registry: Registry,
    given: Mapping[str, Any],
) -> Network:
    """The network that was written down.

    Parameters:
        source: how errors name the file.
        plugins: as `written_down` has made them, their shape checked.
        registry: where names are looked up.
        given: what has no name to be looked up, by the argument of `train`; modifiers in order.

    Raises:
        DataError: something is not installed, or was not given again.
        UsageError: something is given that has a name in the file, or has other parameters there.
        PluginError: a plugin cannot be imported, or does not keep the contract.
    """
    check_given(source, plugins, given)
    rule = one(source, plugins["rule"], "rule", registry, given.get("rule"))
    beside = {}
    for kind, hook in (("predictor", "predict"), ("comparison", "compare")):
        own = hook in plugins["rule"]["hooks"]
        entry, what = plugins[kind], given.get(ARGUMENTS[kind])
        beside[hook] = None if own else one(source, entry, kind, registry, what)
    modifiers = some_modifiers(source, plugins["modifiers"], registry, given.get("modifiers"))
    return assemble(rule, {}, beside["predict"], beside["compare"], modifiers, registry)


def check_given(source: str, plugins: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    """Refuse a plugin that is given although its name stands in the file; raises UsageError."""
    needed = without_name(plugins)
    for argument, what in given.items():
        if what is not None and argument not in needed:
            raise UsageError(f"{source}: {argument} is named in the file; leave it out here")


def some_modifiers(
    source: str, entries: Sequence[Mapping[str, Any]], registry: Registry, given: Any = None
) -> list[Chosen]:
    """The modifiers that were written down, in order; of those without a name, the next given."""
    rest = list(given or ())
    unnamed = sum(each["distribution"] is None for each in entries)
    if rest and len(rest) != unnamed:
        raise UsageError(
            f"{source}: {unnamed} modifiers have to be given again, and {len(rest)} are given"
        )
    return [
        one(
            source, each, "modifier", registry,
            rest.pop(0) if rest and each["distribution"] is None else None,
        )
        for each in entries
    ]  # fmt: skip


def one(source: str, entry: Mapping[str, Any], kind: str, registry: Registry, given: Any) -> Chosen:
    """One plugin that was written down; raises as `recalled` does."""
    name, distribution, values = entry["name"], entry["distribution"], entry["parameters"]
    if distribution is None:
        if given is None:
            argument = ARGUMENTS.get(kind, "modifiers")
            raise DataError(
                f"{source}: {kind} {name} was given as a class or a file, which no name leads to: "
                f"say {argument}=... (on the command line --{argument if kind == 'rule' else kind})"
            )
        return _given(source, given, kind, registry, values)
    if not NAME.fullmatch(name):
        raise DataError(f"{source}: {kind} {name!r:.60} is no name of a plugin")
    try:
        return find(f"{distribution}/{name}", kind, registry, files=False).chosen(values)
    except UnknownNameError as error:
        raise DataError(
            f"{source}: needs {kind} {name} of {distribution} {entry['version']}: {error}"
        ) from None


def _given(
    source: str, given: Any, kind: str, registry: Registry, values: Mapping[str, Any]
) -> Chosen:
    """A plugin that is given again; it has the parameters that it had."""
    if isinstance(given, (str, type)):
        return choose(given, kind, registry, values)
    chosen = choose(given, kind, registry)
    if values_of(chosen.plugin) != values:
        raise UsageError(f"{source}: {kind} {chosen.name} had other parameters: {dict(values)}")
    return chosen
