"""`warmer check PLUGIN`: whether a plugin is right, in one report."""

import click

from warmer.cli.messages import HelpContext
from warmer.cli.options import one_of
from warmer.cli.output import plugins_speak_on_stderr, print_json, print_lines
from warmer.cli.rules import complete_plugins
from warmer.contract.hookspecs import KINDS


class _Check(click.Command):
    context_class = HelpContext


@click.command("check", cls=_Check, short_help="Check that a plugin is right.")
@click.argument("plugin", metavar="PLUGIN", shell_complete=complete_plugins)
@click.option("--kind", help="of which kind it is to be", **one_of(tuple(KINDS)))
@click.option(
    "--expect-failure",
    "expected",
    metavar="LAW",
    multiple=True,
    help="a law that it does not keep, and is not to; may be given several times",
)
@click.option("as_json", "--json", is_flag=True, help="print one JSON document")
def check(plugin: str, kind: str | None, expected: tuple[str, ...], as_json: bool) -> int:
    """Check that a plugin is right: a few steps on small tables, on every engine.

    PLUGIN is a name, `distribution/name`, or path/to/file.py:Class. It ends with 0 where the
    plugin keeps every law that applies to it, and all of them could be checked; else with 1.
    """
    from warmer.testing.kit import check as check_plugin  # needs NumPy

    with plugins_speak_on_stderr():
        report = check_plugin(
            plugin, kind=kind, expected_failures=dict.fromkeys(expected, "as was said")
        )
    if as_json:
        print_json(report.as_data())
    else:
        print_lines(str(report).splitlines())
    return 0 if report.passed else 1
