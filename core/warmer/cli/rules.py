"""`warmer rules`: what is installed, from where; `warmer rules NAME`: one plugin in full."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from warmer.cli.group import summary_of
from warmer.cli.messages import LONGEST, HelpContext, say
from warmer.cli.output import columns, plugins_speak_on_stderr, print_json, print_lines, printable
from warmer.contract.hookspecs import A_KIND, PLURAL
from warmer.contract.parameters import construct, parameters_of, values_of, word_of
from warmer.exceptions import PluginError, UsageError, said
from warmer.plugins.installed import Plugin
from warmer.plugins.naming import Chosen, find_any
from warmer.plugins.registry import Registry
from warmer.wording import wrapped

if TYPE_CHECKING:
    from warmer.explaining.network_text import HookFormula

BESIDE = "raw-gradient"
"""The rule in whose network predictors, comparisons and modifiers are shown."""


def complete_plugins(
    _ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the name of a plugin of any kind."""
    return [
        CompletionItem(plugin.name, help=plugin.kind)
        for plugin in Registry().plugins()
        if plugin.name.startswith(incomplete)
    ]


class _Rules(click.Command):
    context_class = HelpContext


@click.command(cls=_Rules, short_help="Show what is installed and from where.")
@click.argument("plugin", metavar="[NAME]", required=False, shell_complete=complete_plugins)
@click.option("--check", "checked", is_flag=True, help="import and check all that is listed")
@click.option("as_json", "--json", is_flag=True, help="print one JSON document")
def rules(plugin: str | None, checked: bool, as_json: bool) -> int:
    """Show what is installed and from where, or one plugin in full.

    NAME is the name of a rule or of any other plugin, `distribution/name`, or
    path/to/file.py:Class.

    The environment variable WARMER_PLUGINS says which distributions may be named beside
    warmer's own: unset all, empty none, else a list with commas.
    """
    if plugin is None:
        return _check(as_json) if checked else _list(as_json)
    if checked:
        raise UsageError(f"--check is for the whole list; {plugin} is checked whenever it is shown")
    shown, formulas, given = _show(plugin)
    if as_json:
        print_json(shown)
    else:
        print_lines(_page(shown, formulas, given))
    say(*(f"warning: {note}" for note in shown["notes"]))
    return 0


FIELDS = ("kind", "name", "distribution", "version")


def _list(as_json: bool) -> int:
    """List what may be named, from metadata alone; warn of what is installed and cannot be."""
    registry = Registry()
    plugins, misnamed = registry.plugins(), registry.misnamed()
    if as_json:
        print_json([_entry(plugin, plugin.misnaming) for plugin in (*plugins, *misnamed)])
    else:
        print_lines(columns([FIELDS, *([getattr(p, f) for f in FIELDS] for p in plugins)]))
    say(*(f"warning: {plugin.misnaming}" for plugin in misnamed))
    return 0


def _check(as_json: bool) -> int:
    """The same, each plugin imported and checked; 1 where one of them cannot be used."""
    registry = Registry()
    faults = {plugin: _fault(plugin) for plugin in registry.plugins()}
    misnamed = {plugin: plugin.misnaming for plugin in registry.misnamed()}
    if as_json:
        print_json([_entry(*each) for each in (faults | misnamed).items()])
    else:
        rows = [
            (*(getattr(plugin, field) for field in FIELDS), "broken" if fault else "good")
            for plugin, fault in faults.items()
        ]
        print_lines(columns([(*FIELDS, "check"), *rows]))
    found = [*filter(None, faults.values()), *filter(None, misnamed.values())]
    say(*found)
    return 1 if found else 0


def _entry(plugin: Plugin, note: str | None) -> dict[str, Any]:
    return {
        **{field: getattr(plugin, field) for field in (*FIELDS, "source")},
        "notes": list(filter(None, [note])),
    }


def _fault(plugin: Plugin) -> str | None:
    """Why a plugin cannot be used; None where it can."""
    try:
        with plugins_speak_on_stderr():
            plugin.load()
    except PluginError as error:
        return said(error, LONGEST)
    return None


def _show(asked: str) -> "tuple[dict[str, Any], list[HookFormula], Mapping[str, Any]]":
    """Load one plugin: it as plain data, its formulas, and the values that its name gives."""
    from warmer.contract.check import HOOKS, evidence_of, implementations_of

    with plugins_speak_on_stderr():
        named = find_any(asked, Registry())
        kind, cls = named.kind, named.plugin
        chosen = named.chosen({})
        notes = _notes(kind, chosen.plugin, named.name)
        formulas = _formulas(kind, chosen)
        defaults = values_of(construct(cls, {}, named.name))
    answered = implementations_of(cls)
    document = {
        "kind": kind,
        **{of: getattr(named, of) for of in ("name", "distribution", "version", "source")},
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
    return document, formulas, named.values


def _notes(kind: str, plugin: Any, name: str) -> list[str]:
    """Warnings about a plugin: a comparison, or a rule's own, whose delta is not the slope."""
    from warmer.contract.check import implementations_of

    if kind not in ("comparison", "rule") or "compare" not in implementations_of(type(plugin)):
        return []
    from warmer.training.fitting import misfit  # needs NumPy

    return list(filter(None, [misfit(plugin, name)]))


def _formulas(kind: str, chosen: Chosen) -> "list[HookFormula]":
    """The formulas of a rule's network; of any other plugin, those of the hooks that it answers."""
    import warmer

    if kind == "observer":
        return []
    if kind == "rule":
        return list(warmer.formula(chosen))
    if kind == "predictor":
        found = warmer.formula(BESIDE, predict=chosen)
        return [part for part in (found.predict, found.slope) if part]
    if kind == "comparison":
        return [warmer.formula(BESIDE, compare=chosen).compare]
    return _modified(chosen)


def _modified(chosen: Chosen) -> "list[HookFormula]":
    """The formulas of the hooks that a modifier changes, around a well-known network.

    One that is not for this network has the reason in their place.
    """
    import warmer
    from warmer.contract.check import evidence_of, implementations_of
    from warmer.explaining.network_text import HookFormula, noted

    hooks = implementations_of(type(chosen.plugin))
    try:
        parts = [part for part in warmer.formula(BESIDE, modifiers=[chosen]) if part.hook in hooks]
    except warmer.ContractError as error:
        reason, asked = str(error), sorted(evidence_of(type(chosen.plugin), "learn") & PLURAL)
        if asked:
            reason = f"learn of {chosen.name} asks for all weights at once ({', '.join(asked)})"
        return [HookFormula("learn", chosen.name, (), reason)]
    return [
        part if part.hook == "adjust" else noted(part, f"around {part.plugin.partition(' (')[0]}")
        for part in parts
    ]


def _page(
    shown: dict[str, Any], formulas: "Sequence[HookFormula]", given: Mapping[str, Any]
) -> list[str]:
    """Lay a plugin out as text; the values that its name gives stand behind the defaults."""
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
        words += [f"here {given[each['name']]!r}"] if each["name"] in given else []
        lines += ["", f"--{word_of(each['name'])} ({each['type']})"]
        lines += wrapped("; ".join(filter(None, words)), first=" " * 4, rest=" " * 4)
    return lines
