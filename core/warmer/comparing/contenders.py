"""Contenders: the rules that are compared, as plain values that a worker makes networks of."""

import hashlib
import os
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import attrs

from warmer.contract.arguments import check_list
from warmer.contract.parameters import parameters_of, values_of, word_of
from warmer.exceptions import PluginError, UsageError
from warmer.plugins.choosing import assemble
from warmer.plugins.naming import Chosen, find, find_each
from warmer.plugins.network import Network
from warmer.plugins.registry import Registry, is_file_reference

REGISTERED = "registered"  # the distribution of what a program has registered itself
BESIDE = {"predictor": "--predict", "comparison": "--compare", "modifier": "--with"}


@attrs.frozen(eq=False)
class Part:
    """A plugin as it is sent to a process: by its name and its parameters, or as it was given.

    Parameters:
        kind: of which kind it is.
        reference: `distribution/name` or `path/to/file.py:Class`; None where nothing leads to it.
        values: its parameters, where there is a reference.
        given: the plugin itself, where there is none.
    """

    kind: str
    reference: str | None
    values: Mapping[str, Any]
    given: Chosen | None

    def chosen(self) -> Chosen:
        """Make the plugin."""
        if self.reference is None:
            assert self.given is not None
            return self.given
        admitted = Registry(allowed=[self.reference.partition("/")[0]])  # it was admitted already
        return find(self.reference, self.kind, admitted).chosen(self.values)


@attrs.frozen(eq=False)
class Contender:
    """One of the rules that are compared, with what stands beside it.

    Parameters:
        name: what it is called in tables: as it is written on the command line.
        rule: the rule.
        beside: the predictor and the comparison where they were named, and the modifiers in order.
        sources: hashes of the files that its plugins stand in; None for what stands in no file.
        plugins: the description of its plugins by kind.
        words: how it is typed on the command line, word by word; None where it has no name there.
    """

    name: str
    rule: Part
    beside: tuple[Part, ...]
    sources: list[str | None] = attrs.field(repr=False)
    plugins: Mapping[str, Any] = attrs.field(repr=False)
    words: list[str] | None = attrs.field(repr=False)

    @property
    def identity(self) -> Any:
        """What its results depend on, as plain data: names, versions, sources, parameters.

        None where the source of a plugin cannot be read.
        """
        return None if None in self.sources else [self.plugins, self.sources]

    def network(self) -> Network:
        """Make its network.

        Raises:
            PluginError: a plugin cannot be made, or its file is another one than it was.
        """
        made = [part.chosen() for part in self.beside]
        named = {chosen.kind: chosen for chosen in made}
        modifiers = [chosen for chosen in made if chosen.kind == "modifier"]
        pair = named.get("predictor"), named.get("comparison")
        made_network = assemble(self.rule.chosen(), {}, *pair, modifiers, Registry())
        both = zip(_sources(made_network), self.sources, strict=True)
        if any(here and there and here != there for here, there in both):
            raise PluginError(f"{self.name} was changed while it was compared: start again")
        return made_network


def contenders_of(
    rules: Any,
    predict: Any = None,
    compare: Any = None,
    modifiers: Sequence[Any] = (),
    registry: Registry | None = None,
) -> list[Contender]:
    """The contenders of a comparison, in the order in which they are named.

    Parameters:
        rules: names, classes, objects or whole networks (see `warmer.network`), or one of them. A
            name may have several values of a parameter, which makes a contender of each.
        predict, compare, modifiers: what stands beside each of them.

    Raises:
        UsageError: there is none, or as `warmer.network`.
    """
    registry = registry or Registry()
    listed = [rules] if isinstance(rules, (Chosen, Network, type)) else rules
    named = {"predictor": predict is not None, "comparison": compare is not None}
    networks, kinds = [], []
    for one in check_list("rules", listed, "rules"):
        whole = isinstance(one, Network)
        for each in [one] if whole else _each(one, registry):
            networks.append(each if whole else assemble(
                each, {}, predict, compare, modifiers, registry))  # fmt: skip
            kinds.append({kind for kind, told in named.items() if told or whole})
    if not networks:
        raise UsageError("rules is empty: name at least one rule")
    told = _told_apart([network.rule for network in networks])
    names = [_typed(network.rule, told) for network in networks]
    _check_one_measure(names, networks)
    count, seen = Counter(names), Counter[str]()
    found = []
    for name, network, told_kinds in zip(names, networks, kinds, strict=True):
        seen[name] += 1
        own = f"{name} ({seen[name]})" if count[name] > 1 else name
        found.append(_contender(own, network, told_kinds))
    return found


def _check_one_measure(names: Sequence[str], networks: Sequence[Network]) -> None:
    """Refuse networks whose errors are no numbers of one kind, since nobody could rank them."""
    first, *others = [
        (type(each.comparison.plugin),
         {} if each.comparison is each.rule else values_of(each.comparison.plugin))
        for each in networks
    ]  # fmt: skip
    for number, other in enumerate(others, start=1):
        if other != first:
            one, two = (networks[at].comparison.name for at in (0, number))
            raise UsageError(
                f"{names[0]} and {names[number]} do not measure the same error, so they cannot be "
                f"compared: the comparisons are {one} and {two}; give all rules the same one"
            )


def _each(rule: Any, registry: Registry) -> list[Any]:
    """A rule that is named, once for each combination of its values."""
    if not isinstance(rule, str):
        return [rule]
    return [
        named.chosen({}) for named in find_each(rule, "rule", registry, not registry.restricted)
    ]


def _contender(name: str, network: Network, kinds: Collection[str]) -> Contender:
    """A contender.

    Parameters:
        kinds: of the plugins beside the rule that are not the usual ones.
    """
    beside = [*(each for each in _pair(network) if each.kind in kinds), *network.modifiers]
    rule, *others = map(_part, (network.rule, *beside))
    words = [_typed(network.rule)]
    words += [word for each in beside for word in (BESIDE[each.kind], _typed(each))]
    typed = None if any(part.reference is None for part in (rule, *others)) else words
    told = network.description()
    return Contender(name, rule, tuple(others), _sources(network), told, typed)


def _pair(network: Network) -> list[Chosen]:
    """The predictor and the comparison, where they are not the rule itself."""
    pair = network.predictor, network.comparison
    return [each for each in pair if each is not network.rule]


def _sources(network: Network) -> list[str | None]:
    chosen = network.rule, *_pair(network), *network.modifiers
    return [_source(each.plugin) for each in chosen]


def _part(chosen: Chosen) -> Part:
    """A plugin as it can be sent; what has no name that leads to it is sent as it is."""
    if is_file_reference(chosen.name):
        reference = chosen.name
    elif chosen.distribution in (None, REGISTERED):
        return Part(chosen.kind, None, {}, chosen)
    else:
        reference = f"{chosen.distribution}/{chosen.name}"
    return Part(chosen.kind, reference, values_of(chosen.plugin), None)


def _told_apart(rules: Sequence[Chosen]) -> set[tuple[str, str]]:
    """The parameters, with their rules, that have several values among some rules."""
    values: dict[tuple[str, str], set[str]] = {}
    for rule in rules:
        for name, value in values_of(rule.plugin).items():
            values.setdefault((rule.name, name), set()).add(repr(value))
    return {key for key, several in values.items() if len(several) > 1}


def _typed(chosen: Chosen, told: Collection[tuple[str, str]] = ()) -> str:
    """A plugin as it is typed, with those parameters that are not at their defaults.

    Parameters:
        told: names of plugins and parameters that are written in any case.
    """
    known = parameters_of(type(chosen.plugin))
    said = [
        f":{word_of(name)}={_written(value)}"
        for name, value in values_of(chosen.plugin).items()
        if known[name].default != value or (chosen.name, name) in told
    ]
    return chosen.name + "".join(said)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else repr(value).removesuffix(".0")


def _source(plugin: object) -> str | None:
    """Recognise the code of a plugin by the files that its methods stand in, as a hash.

    What these import from elsewhere is told by the version of its distribution alone. None where
    there is no file, as for a class that was typed into an interpreter.
    """
    methods = [value for cls in type(plugin).__mro__ for value in vars(cls).values()]
    codes = [getattr(getattr(method, "__func__", method), "__code__", None) for method in methods]
    digest, found = hashlib.sha256(), False
    for path in sorted({code.co_filename for code in codes if code is not None}):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                digest.update(file.read())
            found = True
    return digest.hexdigest() if found else None
