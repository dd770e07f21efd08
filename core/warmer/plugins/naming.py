"""Names of plugins as people write them: `NAME:parameter=value:parameter=value`."""

import re
from collections.abc import Mapping
from itertools import product
from typing import Any

import attrs

from warmer.contract.arguments import shown
from warmer.contract.parameters import Parameter, construct, parameters_of, values_of, word_of
from warmer.exceptions import ParameterError, UsageError
from warmer.plugins.installed import ANY, kind_of
from warmer.plugins.registry import Registry, is_file_reference, kind_of_name, load_file
from warmer.tables.numbers import parse_number, parse_whole
from warmer.wording import did_you_mean

PARAMETER = re.compile(r":(?=[A-Za-z_][A-Za-z0-9_-]*=)")
"""Where a parameter begins; any other colon belongs to a path or to a value."""


@attrs.frozen(eq=False)
class Chosen:
    """A plugin that was chosen for a run, with the name that it was chosen by."""

    kind: str
    name: str
    plugin: Any
    distribution: str | None = None
    version: str | None = None

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Pickle what is from a file by its path: nobody can import its class."""
        if is_file_reference(self.name):
            return _from_file, (self.kind, self.name, values_of(self.plugin))
        return super().__reduce_ex__(protocol)

    @property
    def word(self) -> str:
        """Its name as it stands in formulas: one word, as `clip_norm`."""
        word = self.name.replace("-", "_")
        return word if word.isidentifier() else type(self.plugin).__name__

    def description(self) -> dict[str, Any]:
        """Name, origin and parameter values, as plain data."""
        return {
            "name": self.name,
            "distribution": self.distribution,
            "version": self.version,
            "parameters": values_of(self.plugin),
        }


@attrs.frozen(eq=False)
class Named:
    """A plugin that was named: its class, and the parameters that stand beside its name."""

    kind: str
    name: str
    plugin: type
    distribution: str | None
    version: str | None
    source: str
    values: Mapping[str, Any]

    @property
    def reference(self) -> str:
        """The name that is never ambiguous: `distribution/name`, or `path/to/file.py:Class`."""
        return f"{self.distribution}/{self.name}" if self.distribution else self.name

    def chosen(self, parameters: Mapping[str, Any]) -> Chosen:
        """Make the plugin, from these parameters and those beside its name.

        Raises:
            ParameterError: one is given in both places, or does not fit.
        """
        for name in parameters:
            if name in self.values:
                raise ParameterError(
                    f"{self.kind} {self.name}: {name} is given twice, beside the name and apart"
                )
        own = construct(self.plugin, {**self.values, **parameters}, f"{self.kind} {self.name}")
        return Chosen(self.kind, self.name, own, self.distribution, self.version)


def _from_file(kind: str, reference: str, values: Mapping[str, Any]) -> Chosen:
    """A plugin from a file as it was; raises UsageError where there is none."""
    plugin = construct(load_file(reference, kind), values, f"{kind} {reference}")
    return Chosen(kind, reference, plugin)


def find(text: str, kind: str, registry: Registry, files: bool = True) -> Named:
    """Find the plugin that a text names: `NAME`, `distribution/NAME` or `path/to/file.py:Class`.

    Parameters:
        text: the name, and behind it `:parameter=value` as often as there are parameters to say.
        kind: of which kind it is to be.
        files: whether a file that is named is run.

    Raises:
        UsageError: no such plugin, or a parameter that it does not have or take.
        PluginError: it cannot be imported, or does not keep the contract.
    """
    reference, *said = PARAMETER.split(text)
    origin: tuple[str, str | None, str | None, str]
    if not is_file_reference(reference):
        found = registry.find(reference, kind)
        origin = found.name, found.distribution, found.version, found.source
        plugin = found.load()
    elif files:
        plugin, origin = load_file(reference, kind), (reference, None, None, reference)
    else:
        raise UsageError(
            f"{kind} {shown(text)}: files are not run where WARMER_PLUGINS or "
            "Registry(allowed=...) says what may be named (give the class itself)"
        )
    name, distribution, version, source = origin
    kind = kind_of(plugin) if kind == ANY else kind
    values = _values(f"{kind} {name}", parameters_of(plugin), said)
    return Named(kind, name, plugin, distribution, version, source, values)


def find_each(text: str, kind: str, registry: Registry, files: bool = True) -> list[Named]:
    """Find the plugin that a text names, once for each combination of the values in it.

    A value may be several with commas between them, `alpha-scaled:alpha=0.01,0.1`; those of a
    parameter that is any text are one value, commas and all.

    Parameters: as for `find`; raises as it does.

    >>> from warmer.plugins.registry import Registry
    >>> [each.values for each in find_each("alpha-scaled:alpha=0.01,0.1", "rule", Registry())]
    [{'alpha': 0.01}, {'alpha': 0.1}]
    """
    reference, *said = PARAMETER.split(text)
    named = find(reference, kind, registry, files)
    known, whose = parameters_of(named.plugin), f"{named.kind} {named.name}"
    several = product(*(_alternatives(known, each) for each in said))
    return [attrs.evolve(named, values=_values(whose, known, list(each))) for each in several]


def _alternatives(known: Mapping[str, Parameter], said: str) -> list[str]:
    """What is said of a parameter, once for each of its values."""
    written, _, text = said.partition("=")
    words = {word_of(name): parameter for name, parameter in known.items()}
    parameter = words.get(written.replace("_", "-").strip("-"))
    if parameter and parameter.type is str and not parameter.bounds.choices:
        return [said]
    return [f"{written}={value.strip()}" for value in text.split(",")]


def find_any(text: str, registry: Registry) -> Named:
    """Find the plugin that a text names, of whatever kind; raises as `find` does."""
    reference = PARAMETER.split(text)[0]
    if is_file_reference(reference):
        return find(text, ANY, registry)
    return find(text, kind_of_name(reference, registry), registry)


def _values(whose: str, known: Mapping[str, Parameter], said: list[str]) -> dict[str, Any]:
    """Read what is said behind a name, each as `parameter=value`."""
    words = {word_of(name): name for name in known}
    values: dict[str, Any] = {}
    for each in said:
        written, _, text = each.partition("=")
        word = written.replace("_", "-").strip("-")
        if word not in words:
            has = "its parameters are " + ", ".join(words) if words else "it has none"
            raise ParameterError(
                f"{whose} has no parameter {written!r}{did_you_mean(word, words)}; {has}"
            )
        if words[word] in values:
            raise ParameterError(f"{whose}: {written} is given twice")
        values[words[word]] = _value(whose, known[words[word]], text)
    return values


def _value(whose: str, parameter: Parameter, text: str) -> Any:
    """Read one value as its type."""
    if parameter.type is str:
        return text
    if parameter.type is bool:
        if text not in ("true", "false"):
            raise ParameterError(f"{whose}: {parameter.name} must be true or false, got {text!r}")
        return text == "true"
    what = "a whole number" if parameter.type is int else "a number"
    try:
        return parse_whole(text) if parameter.type is int else parse_number(text)
    except ValueError as error:
        why = error if text.strip() else "nothing is given"
        raise ParameterError(f"{whose}: {parameter.name} must be {what}: {why}") from None
