"""What is installed: the plugins that distributions name, read from their metadata alone."""

import json
import os
import re
import sys
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from importlib import metadata
from pathlib import Path
from typing import Any

import attrs

from warmer.contract.arguments import shown
from warmer.contract.check import check, implementations_of
from warmer.contract.hookspecs import KINDS
from warmer.exceptions import PLUGIN_ERRORS, LoadError, blame

SHIPPED = "warmer"
RULES = "warmer_rules"
"""The distribution that ships with warmer itself, and the package that its plugins are in."""
ANY = "plugin"
"""The kind of a plugin whose hooks are to say its kind."""
NAME = re.compile(r"[a-z][a-z0-9-]*")


def normal(distribution: str) -> str:
    """Write the name of a distribution as it is compared: `my-rules` for `My.Rules`."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


@attrs.frozen
class Plugin:
    """A plugin that may be named: where it comes from, and how it is loaded."""

    kind: str
    name: str
    distribution: str
    version: str
    source: str
    _load: Callable[[], Any] = attrs.field(repr=False, eq=False)

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
        if NAME.fullmatch(self.name):
            return None
        return (
            f"{self.kind} {self.name!r} of {self.origin} cannot be named: a name has lower-case "
            "letters, digits and hyphens, and starts with a letter (its package has to rename it)"
        )

    def load(self) -> type:
        """Import the plugin's class and check that it keeps the contract.

        Raises:
            LoadError: it cannot be imported, whatever its package did, or is no class.
            ContractError: it can, and does not keep the contract.
        """
        where = f"{self.name} ({self.source}, from {self.origin})"
        try:
            cls: type = self._load()
            kind = kind_of(cls) if self.kind == ANY and isinstance(cls, type) else self.kind
        except KeyboardInterrupt:
            raise
        except PLUGIN_ERRORS as error:  # a package may even call sys.exit
            raise LoadError(f"{self.kind} {where} cannot be imported: {blame(error)}") from error
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


@lru_cache(maxsize=8)
def shipped_by_name(kind: str) -> dict[str, Plugin]:
    """List the plugins of a kind that warmer ships, by name; nobody can add to them."""
    shipped = [plugin for plugin in installed(kind) if plugin.distribution == SHIPPED]
    return {plugin.name: plugin for plugin in shipped if plugin.misnaming is None}


def _search_path() -> tuple[tuple[str, int], ...]:
    """Where distributions are looked for, and when each place last changed."""

    def changed(place: str) -> int:
        try:
            return os.stat(place or ".").st_mtime_ns
        except OSError:
            return 0

    return tuple((place, changed(place)) for place in sys.path)


@lru_cache(maxsize=64)
def _read(kind: str, _where: tuple[tuple[str, int], ...]) -> tuple[Plugin, ...]:
    """Read the metadata for a kind, anew when a place changes."""
    group, own = f"warmer.{kind}s", own_distribution()
    theirs = [(point, point.dist) for point in _entry_points(group)]
    ours = [(point, own) for point in own.entry_points.select(group=group)] if own else []
    found = {}
    for point, distribution in [*theirs, *ours]:
        name = normal(_said(distribution, "name"))
        if name and (name != SHIPPED or distribution is own):
            version, load = _said(distribution, "version"), partial(_import, point)
            plugin = Plugin(kind, point.name, name, version, point.value, load)
            found[name, point.name, point.value] = plugin  # once, where it is listed twice
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


def _entry_points(group: str) -> Iterable[metadata.EntryPoint]:
    """The entry points of a group, of all distributions whose metadata can be read."""
    try:
        return metadata.entry_points(group=group)
    except Exception:  # noqa: BLE001 - one damaged file: look at every distribution by itself
        found: dict[str, metadata.EntryPoints] = {}
        for distribution in metadata.distributions():
            try:
                found.setdefault(_said(distribution, "name"), distribution.entry_points)
            except Exception:  # noqa: BLE001 - the damaged one
                continue
        return [point for points in found.values() for point in points if point.group == group]


def _said(distribution: metadata.Distribution | None, field: str) -> str:
    """What a distribution says of itself; empty where it does not or cannot be read."""
    try:
        return getattr(distribution, field, "") or ""
    except Exception:  # noqa: BLE001 - its metadata is missing or damaged
        return ""
