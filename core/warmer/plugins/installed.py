"""What is installed: the plugins that distributions name, read from their metadata alone."""

import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from importlib import metadata
from pathlib import Path
from typing import Any

import attrs

from warmer.contract.arguments import shown
from warmer.contract.blaming import at, place_of
from warmer.contract.check import check, implementations_of
from warmer.contract.hookspecs import KINDS
from warmer.exceptions import PLUGIN_ERRORS, LoadError, PluginError, blame
from warmer.wording import did_you_mean

SHIPPED = "warmer"
RULES = "warmer_rules"
"""The distribution that ships with warmer itself, and the package that its plugins are in."""
ANY = "plugin"
"""The kind of a plugin whose hooks are to say its kind."""
NAME = re.compile(r"[a-z][a-z0-9-]*")
GROUPS = {f"warmer.{kind}s": kind for kind in KINDS}
"""The groups of entry points, and the kind of plugin that each is for."""
NAMELESS = "unnamed"
"""What a distribution is called whose metadata give it no name."""
DAMAGED = "the entry_points.txt of its package is damaged"

Where = tuple[tuple[str, int], ...]
Declared = tuple[metadata.EntryPoint, metadata.Distribution | None]


def normal(distribution: str) -> str:
    """Write the name of a distribution as it is compared: `my-rules` for `My.Rules`."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


@attrs.frozen
class Plugin:
    """A plugin that may be named: where it comes from, and how it is loaded.

    `fault` says what is wrong with its package's metadata; None where nothing is.
    """

    kind: str
    name: str
    distribution: str
    version: str
    source: str
    _load: Callable[[], Any] = attrs.field(repr=False, eq=False)
    fault: str | None = None
    _remedy: str = attrs.field(default="", repr=False, eq=False)

    @property
    def qualified(self) -> str:
        """The name that is never ambiguous: `distribution/name`."""
        return f"{self.distribution}/{self.name}"

    @property
    def origin(self) -> str:
        """Distribution and version, for messages."""
        return f"{self.distribution} {self.version}".rstrip()

    @property
    def misnaming(self) -> str | None:
        """Why it cannot be named, in a sentence; None where it can."""
        fault = self.fault
        if fault is None and not NAME.fullmatch(self.name):
            fault = (
                "a name has lower-case letters, digits and hyphens, and starts with a letter "
                "(its package has to rename it)"
            )
        return fault and f"{self.kind} {self.name!r} of {self.origin} cannot be named: {fault}"

    def load(self) -> type:
        """Import the plugin's class and check that it keeps the contract.

        Raises:
            LoadError: it cannot be imported, whatever its package did, or is no class; or the
                metadata of its package are at fault.
            ContractError: it can, and does not keep the contract.
        """
        try:
            return self._checked()
        except PluginError as error:
            raise type(error)(f"{error}{self._remedy}") from error.__cause__

    def _checked(self) -> type:
        if self.fault:
            raise LoadError(self.misnaming)
        where = f"{self.name} ({self.source}, from {self.origin})"
        try:
            cls: type = self._load()
            kind = kind_of(cls) if self.kind == ANY and isinstance(cls, type) else self.kind
        except KeyboardInterrupt:
            raise
        except PLUGIN_ERRORS as error:  # a package may even call sys.exit
            why = f"{blame(error)}{at(place_of(error))}"
            raise LoadError(f"{self.kind} {where} cannot be imported: {why}") from error
        if not isinstance(cls, type):
            raise LoadError(f"{self.kind} {where} is no class, but {shown(cls)}")
        check(cls, kind, where)
        return cls


def kind_of(plugin: type) -> str:
    """Say of which kind a class is, by the hooks that it implements; a rule where by none."""
    hooks = implementations_of(plugin)
    if any(options.get("wrapper") or options.get("hookwrapper") for _, options in hooks.values()):
        return "modifier"
    return next((kind for kind, answered in KINDS.items() if {*answered} & {*hooks}), "rule")


def installed(kind: str) -> tuple[Plugin, ...]:
    """List the plugins of a kind that installed distributions name; imports nothing."""
    return _read(kind, _search_path())


def misplaced(kind: str) -> tuple[Plugin, ...]:
    """List the plugins that stand in a group whose name is close to that of a kind."""
    return _read_misplaced(kind, _search_path())


@lru_cache(maxsize=8)
def shipped_by_name(kind: str) -> dict[str, Plugin]:
    """List the plugins of a kind that warmer ships, by name; nobody can add to them."""
    shipped = [plugin for plugin in installed(kind) if plugin.distribution == SHIPPED]
    return {plugin.name: plugin for plugin in shipped if plugin.misnaming is None}


def _search_path() -> Where:
    """The folders where distributions are looked for, and when each last changed."""

    def changed(place: str) -> int:
        try:
            return os.stat(place or ".").st_mtime_ns
        except OSError:
            return 0

    return tuple((place, changed(place)) for place in sys.path)


@lru_cache(maxsize=64)
def _read(kind: str, where: Where) -> tuple[Plugin, ...]:
    """Read the metadata for a kind, again when a folder changes."""
    group, own = f"warmer.{kind}s", own_distribution()
    whole, damaged = _entry_points(where)
    ours = [(point, own) for point in own.entry_points.select(group=group)] if own else []
    found = _plugins(kind, [*_of_group(whole, group), *ours], own)
    broken = [declared for declared in damaged if declared[0].group == group]
    return (*found, *_plugins(kind, broken, own, DAMAGED))


@lru_cache(maxsize=64)
def _read_misplaced(kind: str, where: Where) -> tuple[Plugin, ...]:
    """Read what stands in a misspelt group, of packages that seem to be meant for warmer."""
    whole, _ = _entry_points(where)
    found: tuple[Plugin, ...] = ()
    for group in sorted(whole.groups - {*GROUPS}):
        meant = did_you_mean(group, GROUPS)
        if repr(f"warmer.{kind}s") in meant:
            fault = f"its package names the group {group!r}{meant}"
            declared = [each for each in _of_group(whole, group) if _is_for_warmer(*each)]
            found += _plugins(kind, declared, own_distribution(), fault)
    return found


def _is_for_warmer(point: metadata.EntryPoint, distribution: metadata.Distribution | None) -> bool:
    needed = getattr(distribution, "requires", None) or ()
    return point.group.casefold().startswith(SHIPPED) or any(
        re.match(rf"{SHIPPED}\b", each, re.IGNORECASE) for each in needed
    )


def _of_group(whole: Any, group: str) -> list[Declared]:
    return [(point, point.dist) for point in whole.select(group=group)]


def _plugins(
    kind: str,
    declared: Iterable[Declared],
    own: metadata.Distribution | None,
    fault: str | None = None,
) -> tuple[Plugin, ...]:
    """Make plugins of entry points, each once though it is listed twice."""
    found = {}
    for point, distribution in declared:
        name, version = _name_and_version(distribution)
        if name == SHIPPED and distribution is not own:
            continue
        why, remedy = fault, f"; to remove it: pip uninstall {name}"
        if not name:
            place = distribution.locate_file("") if distribution else ""
            why = fault or f"the METADATA of its package in {place} are missing or damaged"
            name, remedy = NAMELESS, "; to mend it, install it again"
        if distribution is own:
            remedy = ""
        found[name, point.name, point.value] = Plugin(
            kind, point.name, name, version, point.value, partial(_import, point), why, remedy
        )
    return tuple(found.values())


def own_distribution() -> metadata.Distribution | None:
    """The distribution of the warmer that runs, though others of its name lie before it."""
    named = metadata.distributions(name=SHIPPED)
    return max(filter(_ships_rules, named), key=_has_what_runs, default=None)


def _has_what_runs(distribution: metadata.Distribution) -> bool:
    """Whether the package that runs is where a distribution has it, or an editable one's source."""
    here = Path(__file__).resolve()
    if Path(str(distribution.locate_file("warmer/plugins/installed.py"))).resolve() == here:
        return True
    try:
        origin = json.loads(distribution.read_text("direct_url.json") or "{}")
        folders = [folder.as_uri() for folder in here.parents]
        return bool(origin["dir_info"]["editable"]) and origin["url"] in folders
    except Exception:  # noqa: BLE001 - there is none, or it is damaged
        return False


def _ships_rules(distribution: metadata.Distribution) -> bool:
    try:
        return any(point.module.startswith(f"{RULES}.") for point in distribution.entry_points)
    except Exception:  # noqa: BLE001 - its metadata is missing or damaged
        return False


def _import(point: metadata.EntryPoint) -> Any:
    if not point.pattern.match(point.value):
        raise ImportError(f"{point.value!r} is not of the form module:Class")
    return point.load()


@lru_cache(maxsize=8)
def _entry_points(_where: Where) -> tuple[Any, tuple[Declared, ...]]:
    """All entry points, by `groups` and `select`; and what can be read of damaged files."""
    try:
        return metadata.entry_points(), ()
    except Exception:  # noqa: BLE001 - one damaged file: look at every distribution by itself
        found: dict[str, metadata.EntryPoints] = {}
        damaged: dict[str, list[Declared]] = {}
        for distribution in metadata.distributions():
            name, _ = _name_and_version(distribution)
            if name in found or name in damaged:
                continue
            try:
                found[name] = distribution.entry_points
            except Exception:  # noqa: BLE001 - the damaged one
                damaged[name] = [(point, distribution) for point in _legible(distribution)]
        whole = metadata.EntryPoints(point for points in found.values() for point in points)
        return whole, tuple(each for points in damaged.values() for each in points)


def _legible(distribution: metadata.Distribution) -> Iterator[metadata.EntryPoint]:
    """Read what can be read of a damaged entry_points.txt."""
    try:
        text = distribution.read_text("entry_points.txt") or ""
    except Exception:  # noqa: BLE001 - it is no text
        return
    group = ""
    for line in map(str.strip, text.splitlines()):
        name, equals, value = map(str.strip, line.partition("="))
        if line.startswith("[") and line.endswith("]"):
            group = line[1:-1]
        elif equals:
            yield metadata.EntryPoint(name, value, group)


def _name_and_version(distribution: metadata.Distribution | None) -> tuple[str, str]:
    """What a distribution is called; empty where it does not say or cannot be read.

    `distribution.metadata` would parse the whole of a long description.
    """
    try:
        texts = (distribution.read_text(file) for file in ("METADATA", "PKG-INFO") if distribution)
        head = next(filter(None, texts), "").partition("\n\n")[0]
    except Exception:  # noqa: BLE001 - its metadata is missing or damaged
        return "", ""
    said = dict(re.findall(r"^(Name|Version):[ \t]*(.*?)\s*$", head, re.M))
    return normal(said.get("Name", "")), said.get("Version", "")
