"""The registry: which plugins there are, and how one is found by name.

Installed is not active. Listing reads the metadata of installed distributions; nothing is
imported until it is named, so a broken package can harm nobody else.
"""

import os
from collections.abc import Callable, Iterable
from importlib.machinery import SourceFileLoader
from typing import Any

from warmer.contract.arguments import check_choice, check_names, shown
from warmer.contract.check import check
from warmer.contract.hookspecs import A_KIND, KINDS
from warmer.exceptions import LoadError, UnknownNameError, UsageError
from warmer.plugins.installed import (
    NAME,
    SHIPPED,
    Plugin,
    installed,
    misplaced,
    normal,
    shipped_by_name,
)
from warmer.wording import did_you_mean

SAID = {
    "rule": "it stands in the place of RULE",
    "predictor": "--predict {0}, or predict={0!r}",
    "comparison": "--compare {0}, or compare={0!r}",
    "modifier": "--with {0}, or modifiers=[{0!r}]",
    "observer": "--observe {0}, or observers=[{0!r}]",
}
"""How a plugin of each kind is asked for, on the command line and in Python."""


class Registry:
    """The plugins of this environment, and those that you register yourself.

    Parameters:
        allowed: which distributions may be named beside warmer's own: a name or a list of them.
            Without it, the environment variable `WARMER_PLUGINS` decides (unset: all; empty: only
            what warmer ships; else a list with commas).

    Raises:
        ParameterError: `allowed` holds something else than names.

    >>> import warmer
    >>> [plugin.name for plugin in warmer.Registry(allowed=[]).plugins("rule")]
    ['alpha-scaled', 'hot-and-cold', 'raw-gradient']
    """

    def __init__(self, allowed: Iterable[str] | None = None):
        self._who = "allowed"  # who decides what may be named
        if allowed is None and "WARMER_PLUGINS" in os.environ:
            self._who = "WARMER_PLUGINS"
            allowed = filter(None, map(str.strip, os.environ["WARMER_PLUGINS"].split(",")))
        if allowed is not None:
            names = check_names("allowed", allowed, "names of distributions")
            allowed = {SHIPPED, *map(normal, names)}
        self._allowed = allowed
        self._registered: list[Plugin] = []

    @property
    def restricted(self) -> bool:
        """Whether only some distributions may be named; then no name runs a file."""
        return self._allowed is not None

    def register(self, name: str, plugin: type, kind: str = "rule") -> None:
        """Add a class of your own under a name, in this registry only.

        Raises:
            UsageError: the name is taken, or is not lower-case words joined by hyphens; there is
                no such kind; the plugin is no class.
            ContractError: the class does not keep the contract.
        """
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise UsageError(
                f"plugin name {shown(name)}: use lower-case letters, digits and hyphens"
            )
        check_choice("kind", kind, KINDS)
        if not isinstance(plugin, type):
            raise UsageError(
                f"plugin must be a class, got {shown(plugin)} (an object needs no name: give it "
                "to train as it is)"
            )
        check(plugin, kind, name)
        same = [found for found in self.plugins(kind) if found.name == name]
        if same:
            raise UsageError(f"{kind} {name!r} already exists: {same[0].qualified}")
        source = f"{plugin.__module__}:{plugin.__qualname__}"
        self._registered.append(Plugin(kind, name, "registered", "", source, lambda: plugin))

    def plugins(self, kind: str | None = None) -> list[Plugin]:
        """List what may be named, sorted by kind and name; imports nothing."""
        return [plugin for plugin in self._admitted(kind, installed) if plugin.misnaming is None]

    def misnamed(self, kind: str | None = None) -> list[Plugin]:
        """List what is installed and cannot be named; `misnaming` of each says why.

        Its name is none, it stands in a misspelt group, or the metadata of its package are damaged.
        """
        return [p for p in self._admitted(kind, installed, misplaced) if p.misnaming]

    def _admitted(
        self, kind: str | None, *sources: Callable[[str], Iterable[Plugin]]
    ) -> list[Plugin]:
        if kind is not None:
            check_choice("kind", kind, KINDS)
        found, allowed = list(self._registered), self._allowed
        for each in KINDS if kind is None else (kind,):
            listed = [plugin for source in sources for plugin in source(each)]
            found += [p for p in listed if allowed is None or p.distribution in allowed]
        order = list(KINDS)
        wanted = [plugin for plugin in found if kind in (None, plugin.kind)]
        return sorted(wanted, key=lambda p: (order.index(p.kind), p.name, p.distribution))

    def find(self, name: str, kind: str = "rule") -> Plugin:
        """Find one plugin by its name or by `distribution/name`.

        A bare name that warmer ships always means the shipped plugin. Where nothing else has the
        name, a plugin is found whose package's metadata are at fault: to load it says how.

        Raises:
            UnknownNameError: no plugin of that name (with the nearest name and the list), or
                the name stands in two distributions (naming both), or twice in one.
            UsageError: there is no such kind; the name is no text.
        """
        check_choice("kind", kind, KINDS)
        if not isinstance(name, str):
            raise UsageError(f"name must be text, got {shown(name)}")
        shipped = shipped_by_name(kind).get(name)
        if shipped:
            return shipped
        known = self.plugins(kind)
        matches = _called(name, known)
        if not matches:
            matches = _called(name, [p for p in self.misnamed(kind) if p.fault])
        if len(matches) == 1:
            return matches[0]
        if len({plugin.distribution for plugin in matches}) == 1:
            sources = " and ".join(shown(plugin.source) for plugin in matches)
            raise UnknownNameError(
                f"{kind} {name!r} is named {len(matches)} times by {matches[0].origin}: for "
                f"{sources} (its package has to rename them)"
            )
        if matches:
            choices = " or ".join(plugin.qualified for plugin in matches)
            raise UnknownNameError(
                f"{kind} {name!r} stands in {len(matches)} distributions: say {choices}"
            )
        names = {p.qualified if "/" in name else p.name: None for p in known}
        raise UnknownNameError(
            f"no {kind} is called {name!r}{did_you_mean(name, names)}; "
            f"there is {', '.join(names) or 'none'}{self.hint(name, kind)}"
        )

    def hint(self, name: str, kind: str | None = None) -> str:
        """Say, after a semicolon, why a plugin of this name may not be named; else nothing."""
        if not isinstance(name, str):
            raise UsageError(f"name must be text, got {shown(name)}")
        if name.endswith(".py"):
            return f"; a class in a file is named {name}:Class"
        if ":" in name:
            return "; parameters stand behind a name as NAME:parameter=value:parameter=value"
        for other in KINDS if kind is not None else ():
            if any(name in (plugin.name, plugin.qualified) for plugin in self.plugins(other)):
                return f"; {name} is {A_KIND[other]}: {SAID[other].format(name)}"
        for plugin in self.misnamed(kind):
            if name.casefold() in (plugin.name.casefold(), plugin.qualified.casefold()):
                return f"; {plugin.misnaming}"
        if self._allowed is not None:
            for each in KINDS if kind is None else (kind,):
                for plugin in installed(each):
                    if name in (plugin.name, plugin.qualified) and not plugin.misnaming:
                        return f"; {plugin.distribution} has one, but {self._who} does not admit it"
        return ""


def kind_of_name(name: str, registry: Registry) -> str:
    """Say of which kind a plugin is; a name that stands in several kinds means the rule.

    Raises:
        UnknownNameError: no plugin of that name.
    """
    known = registry.plugins()
    bare = name.rpartition("/")[2]
    for plugins in (known, [plugin for plugin in registry.misnamed() if plugin.fault]):
        for kind in KINDS:
            if any((plugin.kind, plugin.name) == (kind, bare) for plugin in plugins):
                return kind
    names = list(dict.fromkeys(plugin.name for plugin in known))
    hint = registry.hint(name)
    if not hint and "WARMER_PLUGINS" in os.environ:
        hint = "; WARMER_PLUGINS says what may be named"
    raise UnknownNameError(
        f"no plugin is called {name!r}{did_you_mean(name, names)}; "
        f"there is {', '.join(names)}{hint}"
    )


def _called(name: str, plugins: Iterable[Plugin]) -> list[Plugin]:
    """Pick the plugins of a name, or of `distribution/name`."""
    distribution, slash, bare = name.partition("/")
    if not slash:
        return [plugin for plugin in plugins if plugin.name == name]
    return [p for p in plugins if (p.distribution, p.name) == (normal(distribution), bare)]


def registry_of(registry: "Registry | None") -> Registry:
    """The registry that was given, or one of all that is installed.

    Raises:
        UsageError: it is something else.
    """
    if registry is None:
        return Registry()
    if not isinstance(registry, Registry):
        raise UsageError(f"registry must be a warmer.Registry, got {shown(registry)}")
    return registry


def load_file(reference: str, kind: str = "rule") -> type:
    """Load a class from `path/to/file.py:Class`, and check that it keeps the contract.

    Parameters:
        kind: of which kind it is to be; ANY for the one that its hooks make it.

    Raises:
        UsageError: there is no such file or no such class in it.
        LoadError: the file cannot be run.
        ContractError: the class does not keep the contract.
    """
    import importlib.util

    path, _, attribute = reference.rpartition(":")
    if not os.path.isfile(path):
        raise UsageError(f"{path}: no such file")
    spec = importlib.util.spec_from_file_location(os.path.basename(path)[:-3], path)
    if spec is None or spec.loader is None:
        raise UsageError(f"{path}: is not a Python file")
    if isinstance(spec.loader, SourceFileLoader):
        spec.loader = _FromSource(spec.name, path)
    module, loader = importlib.util.module_from_spec(spec), spec.loader

    def load() -> Any:
        loader.exec_module(module)
        if not isinstance(vars(module).get(attribute), type):
            raise _NoClassError
        return vars(module)[attribute]

    try:
        return Plugin(kind, attribute, path, "", reference, load).load()
    except LoadError as error:
        if not isinstance(error.__cause__, _NoClassError):
            raise
        classes = [
            name
            for name, value in vars(module).items()
            if issubclass(type(value), type) and value.__module__ == module.__name__
        ]
        raise UsageError(
            f"{path}: there is no class {attribute!r}{did_you_mean(attribute, classes)}; "
            f"there is {', '.join(classes) or 'none'}"
        ) from None


def is_file_reference(name: str) -> bool:
    """Say whether a name is of the form `path/to/file.py:Class`."""
    return ".py:" in name


class _FromSource(SourceFileLoader):
    """Loads a file as it is now: bytecode is told by size and second, and files change faster."""

    def path_stats(self, path: Any) -> Any:
        """Say that nothing is known of a file, so that no bytecode is read or written."""
        raise OSError(path)


class _NoClassError(Exception):
    """A file does not hold the class that was named."""
