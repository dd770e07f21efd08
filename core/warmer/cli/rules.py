"""`warmer rules`: what is installed, from where; `warmer rules NAME`: one plugin in full."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from warmer.cli.group import summary_of
from warmer.cli.messages import HelpContext, say
from warmer.cli.options import flag
from warmer.cli.output import columns, plugins_speak_on_stderr, print_json, print_lines, printable
from warmer.contract.hookspecs import A_KIND, KINDS
from warmer.contract.parameters import construct, parameters_of, values_of
from warmer.exceptions import UnknownNameError, said
from warmer.plugins.installed import ANY, Plugin, kind_of
from warmer.plugins.registry import Registry, is_file_reference, load_file
from warmer.wording import did_you_mean, wrapped

if TYPE_CHECKING:
    from warmer.explaining.network_text import HookFormula

BESIDE = "raw-gradient"
"""The rule in whose network predictors, comparisons and modifiers are shown."""


def _complete(
    _ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    return [
        CompletionItem(plugin.name, help=plugin.kind)
        for plugin in Registry().plugins()
        if plugin.name.startswith(incomplete)
    ]


class _Rules(click.Command):
    context_class = HelpContext


@click.command(cls=_Rules, short_help="Show what is installed and from where.")
@click.argument("plugin", metavar="[NAME]", required=False, shell_complete=_complete)
@click.option("as_json", "--json", is_flag=True, help="print one JSON document")
def rules(plugin: str | None, as_json: bool) -> int:
    """Show what is installed and from where, or one plugin in full.

    NAME is the name of a rule or of any other plugin, `distribution/name`, or
    path/to/file.py:Class.

    The environment variable WARMER_PLUGINS says which distributions may be named beside
    warmer's own: unset all, empty none, else a list with commas.
    """
    if plugin is None:
        _list(as_json)
    else:
        shown, formulas = _show(plugin)
        if as_json:
            print_json(shown)
        else:
            print_lines(_page(shown, formulas))
        say(*(f"warning: {note}" for note in shown["notes"]))
    return 0


def _list(as_json: bool) -> None:
    fields = ("kind", "name", "distribution", "version")
    registry = Registry()
    plugins, misnamed = registry.plugins(), registry.misnamed()
    if as_json:
        print_json(
            [
                {
                    **{field: getattr(plugin, field) for field in (*fields, "source")},
                    "notes": list(filter(None, [plugin.misnaming])),
                }
                for plugin in (*plugins, *misnamed)
            ]
        )
    else:
        print_lines(columns([fields, *([getattr(p, f) for f in fields] for p in plugins)]))
    say(*(f"warning: {plugin.misnaming}" for plugin in misnamed))


def _find(asked: str) -> Plugin:
    """Find a plugin of any kind; a name that stands in several kinds means the rule."""
    registry = Registry()
    known = registry.plugins()
    bare = asked.rpartition("/")[2]
    for kind in KINDS:
        if any((plugin.kind, plugin.name) == (kind, bare) for plugin in known):
            return registry.find(asked, kind)
    names = list(dict.fromkeys(plugin.name for plugin in known))
    hint = registry.hint(asked)
    if not hint and "WARMER_PLUGINS" in os.environ:
        hint = "; WARMER_PLUGINS says what may be named"
    raise UnknownNameError(
        f"no plugin is called {asked!r}{did_you_mean(asked, names)}; "
        f"there is {', '.join(names)}{hint}"
    )


def _show(asked: str) -> "tuple[dict[str, Any], list[HookFormula]]":
    """Load one plugin and say what there is to say of it, as plain data; and its formulas."""
    from warmer.contract.check import HOOKS, evidence_of, implementations_of

    with plugins_speak_on_stderr():
        if is_file_reference(asked):
            cls = load_file(asked, ANY)
            kind = kind_of(cls)
            origin: tuple[str | None, ...] = (asked, None, None, asked)
        else:
            found = _find(asked)
            cls = found.load()
            kind = found.kind
            origin = (found.name, found.distribution, found.version, found.source)
        example = construct(cls, {}, asked)
        notes = _notes(kind, example, origin[0] or asked)
        formulas = _formulas(kind, cls)
    defaults = values_of(example)
    answered = implementations_of(cls)
    document = {
        "kind": kind,
        **dict(zip(("name", "distribution", "version", "source"), origin, strict=True)),
        "summary": summary_of(cls),
        "formula": [line for each in formulas for line in each.full.splitlines()] or None,
        "parameters": [
            {
                "name": each.name,
                "type": each.type.__name__,
                "default": defaults[each.name],
                "range": str(each.bounds),
                "help": each.help,
            }
            for each in parameters_of(cls).values()
        ],
        "evidence": {
            hook: [name for name in order if name in evidence_of(cls, hook)]
            for hook, order in HOOKS.items()
            if hook in answered
        },
        "notes": notes,
    }
    return document, formulas


def _notes(kind: str, plugin: Any, name: str) -> list[str]:
    """What is to be said against a plugin: a comparison, or a rule's own, that does not fit."""
    from warmer.contract.check import implementations_of

    if kind not in ("comparison", "rule") or "compare" not in implementations_of(type(plugin)):
        return []
    from warmer.training.fitting import misfit  # needs NumPy

    return list(filter(None, [misfit(plugin, name)]))


def _formulas(kind: str, cls: type) -> "list[HookFormula]":
    """The formulas of a rule's network; of any other plugin, those of the hooks that it answers."""
    import warmer
    from warmer.contract.check import implementations_of

    if kind == "observer":
        return []
    if kind == "rule":
        return list(warmer.formula(cls))
    if kind == "predictor":
        found = warmer.formula(BESIDE, predict=cls)
        return [part for part in (found.predict, found.slope) if part]
    if kind == "comparison":
        return [warmer.formula(BESIDE, compare=cls).compare]
    return _modified(cls, list(implementations_of(cls)))


def _modified(cls: type, hooks: Sequence[str]) -> "list[HookFormula]":
    """What a modifier makes of the hooks that it wraps, around a network that all know."""
    import warmer
    from warmer.explaining.network_text import noted

    try:
        parts = warmer.formula(BESIDE, modifiers=[cls])
    except warmer.ContractError:  # it asks for what this network has not
        return []
    inner = [part.plugin.partition(" (")[0] for part in parts]
    return [
        noted(part, f"around {name}")
        for part, name in zip(parts, inner, strict=True)
        if part.hook in hooks
    ]


def _page(shown: dict[str, Any], formulas: "Sequence[HookFormula]") -> list[str]:
    """Lay a plugin out as text."""
    summary = f"{printable(shown['name'])}: {said(shown['summary']) or A_KIND[shown['kind']]}"
    lines = [*wrapped(summary), ""]
    if formulas:
        for line in "\n".join(map(str, formulas)).splitlines():
            lines += wrapped(line, first=" " * 4, rest=" " * 8)
        lines.append("")
    facts = [("kind", shown["kind"])]
    if shown["distribution"]:
        facts.append(("from", f"{shown['distribution']} {shown['version']}".rstrip()))
    facts.append(("source", printable(shown["source"])))
    for hook, names in shown["evidence"].items():
        facts.append(("hook", f"{hook}({', '.join(names)})"))
    lines += columns(facts)
    for each in shown["parameters"]:
        words = [said(each["help"]), each["range"], f"default {each['default']!r}"]
        lines += ["", f"{flag(each['name'])} ({each['type']})"]
        lines += wrapped("; ".join(filter(None, words)), first=" " * 4, rest=" " * 4)
    return lines
