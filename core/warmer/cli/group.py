"""A group with one command for each rule, made when the rule is named."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from warmer.cli.messages import HelpContext, name_of
from warmer.cli.options import PREFIX, Several, options_of, with_first_step
from warmer.cli.output import plugins_speak_on_stderr
from warmer.contract.parameters import parameters_of, word_of
from warmer.exceptions import ParameterError, UsageError, WarmerError, said
from warmer.plugins.installed import Plugin
from warmer.plugins.naming import Named, find
from warmer.plugins.registry import Registry
from warmer.wording import visible

if TYPE_CHECKING:
    from warmer.plugins.network import Network


def load(name: str) -> Named:
    """Load the one rule that is named: as an entry point, or as `path/to/file.py:Class`.

    Raises:
        WarmerError: there is none of that name, or it cannot be used.
    """
    with plugins_speak_on_stderr():
        return find(name, "rule", Registry())


def assembled(named: Named, values: dict[str, Any]) -> "Network":
    """Assemble the network that the options of a command say, taking their values away."""
    from warmer.plugins.choosing import network

    context = click.get_current_context()
    own = {name: values.pop(PREFIX + name) for name in parameters_of(named.plugin)}
    for name in named.values:
        if context.get_parameter_source(PREFIX + name) is not ParameterSource.COMMANDLINE:
            del own[name]  # the default, which stands beside the name
    predictor, comparison = values.pop("predictor"), values.pop("comparison")
    with plugins_speak_on_stderr():
        rule = named.chosen(own)
        return network(
            rule, predict=predictor, compare=comparison, modifiers=values.pop("modifier")
        )


def each_assembled(named: Named, values: dict[str, Any]) -> "list[tuple[str, Network]]":
    """Assemble a network for each value of the one parameter that has several.

    Returns:
        Each with what it is called among the others: nothing where it is alone.

    Raises:
        UsageError: more than one parameter has several values.
    """
    lists = [name for name, value in values.items() if isinstance(value, Several)]
    if len(lists) > 1:
        names = " and ".join(f"--{word_of(name.removeprefix(PREFIX))}" for name in lists)
        raise UsageError(f"{names} have several values each: give several to one of them")
    if not lists:
        return [("", assembled(named, values))]
    (name,), several = lists, values.pop(lists[0])
    kept = dict(values)
    found = []
    for value in several:
        values.update(kept, **{name: value})
        called = f"{name.removeprefix(PREFIX)}={value!r}"
        found.append((called, assembled(named, values)))
    return found


def listed(kind: str = "rule") -> dict[str, Plugin]:
    """List what may be named, by the shortest name that is unambiguous; imports nothing."""
    plugins = Registry().plugins(kind)
    count = Counter(plugin.name for plugin in plugins)
    return {p.name if count[p.name] == 1 else p.qualified: p for p in plugins}


def summary_of(plugin: type) -> str:
    """The first line of what a class says of itself; empty where it says nothing."""
    text = plugin.__doc__
    return text.strip().partition("\n")[0] if isinstance(text, str) else ""


def origin_of(plugin: Plugin) -> str:
    """Say where a plugin comes from, in a list."""
    return visible(f"from {plugin.origin}")


class RuleCommand(click.Command):
    """A command for one rule; its help shows the rule's parameters first."""

    context_class = HelpContext

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words; `--explain` takes the next one only where it is a number.

        A parameter of the rule, and a plugin that there can be one of, is given once.
        """
        args = with_first_step(args)
        if not ctx.resilient_parsing:
            _, _, given = self.make_parser(ctx).parse_args(list(args))
            for option, times in Counter(given).items():
                once = (option.name or "").startswith((PREFIX, "predictor", "comparison"))
                if once and times > 1:
                    raise ParameterError(f"{name_of(option)} is given twice")
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the rule's parameters, and then what the command itself takes."""
        records: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record and isinstance(parameter, click.Option):
                records[(parameter.name or "").startswith(PREFIX)].append(record)
        for title, rows in (("Parameters of the rule", records[True]), ("Options", records[False])):
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


class RuleGroup(click.Group):
    """One command for each rule. Listing imports no plugin; naming one imports that one.

    Parameters:
        name: the group's own name.
        help: what the command does, for any rule.
        params: a function that makes the options and arguments beside those of the rule.
        action: called with the network, the observers and the values of those; returns the exit
            code.
        several: whether a number of the rule may have several values; the action is called with
            pairs of name and network then.
        explains: whether it has `--explain`.
    """

    context_class = HelpContext

    def __init__(
        self,
        name: str,
        help: str,  # noqa: A002 - click's word
        params: Callable[[], Sequence[click.Parameter]],
        action: Callable[..., int],
        several: bool = False,
        explains: bool = True,
    ):
        told = "; with --explain a step is shown as formulas, and with the numbers put in"
        super().__init__(
            name,
            help=help,
            short_help=help.partition(".")[0] + ".",
            no_args_is_help=False,
            options_metavar=None,
            subcommand_metavar="RULE ...",
            epilog="A rule may also be path/to/file.py:Class. "
            f"`warmer {name} RULE --help` lists its options{told if explains else ''}.",
        )
        self._params = params
        self._action = action
        self._several = several

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the rules, from metadata alone."""
        return list(listed())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load the one rule that is named, and make its command."""
        try:
            named = load(cmd_name)
        except WarmerError:
            if ctx.resilient_parsing:  # for a shell's completion: nothing is said
                return None
            raise

        def callback(**values: Any) -> int:
            what = (each_assembled if self._several else assembled)(named, values)
            return self._action(what, values.pop("observer", ()), **values)

        about = said(summary_of(named.plugin))
        with plugins_speak_on_stderr():
            own = options_of(named.plugin, named.values, self._several)
        return RuleCommand(
            cmd_name,
            params=[*own, *self._params()],
            callback=callback,
            help=f"{cmd_name}: {about or 'a rule'}\n\n{self.help}",
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Ask for a rule where none is named."""
        if not args and not ctx.resilient_parsing:
            raise click.UsageError(
                f"name a rule: {', '.join(listed()) or 'none may be named'}", ctx
            )
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the rules with where they come from."""
        rows = [(name, origin_of(plugin)) for name, plugin in listed().items()]
        if rows:
            with formatter.section("Rules"):
                formatter.write_dl(rows)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the names of rules, from metadata alone."""
        return [
            CompletionItem(name, help=origin_of(plugin))
            for name, plugin in listed().items()
            if name.startswith(incomplete) and name.isprintable()
        ] + click.Command.shell_complete(self, ctx, incomplete)
