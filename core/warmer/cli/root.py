"""The commands: knob, play, train, tune, compare, predict, show, resume, rules, check and new."""

import click

import warmer as package
from warmer.cli.checking import check
from warmer.cli.compare import command as compare
from warmer.cli.knob import knob
from warmer.cli.messages import HelpContext
from warmer.cli.new import new
from warmer.cli.output import print_lines
from warmer.cli.play import play
from warmer.cli.predict import command as predict
from warmer.cli.resume import command as resume
from warmer.cli.rules import rules
from warmer.cli.show import command as show
from warmer.cli.train import train
from warmer.cli.tune import tune
from warmer.wording import did_you_mean


class _Commands(click.Group):
    """A group that keeps the order of its commands and answers a misspelt one."""

    context_class = HelpContext

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order they were added."""
        return list(self.commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        command = super().get_command(ctx, cmd_name)
        if command is None and not ctx.resilient_parsing:
            known = self.list_commands(ctx)
            raise click.UsageError(
                f"there is no command {cmd_name!r}{did_you_mean(cmd_name, known)}; "
                f"there is {', '.join(known)}"
            )
        return command


_HELP = """Learning rules as plain arithmetic: run by name, shown number by number.

\b
warmer rules                                 what is installed
warmer rules alpha-scaled                    one of them, with its formula
warmer knob alpha-scaled                     one weight, every number
warmer knob alpha-scaled --explain           and how a step comes about
warmer play alpha-scaled -o PAGE.html        the same in a browser, to play with
warmer train alpha-scaled DATA --target y    a table
warmer tune alpha-scaled DATA --target y     which alpha works
warmer compare RULE... --data DATA...        which rule is better, and by how much
warmer predict MODEL DATA                    a table, with a saved model
warmer show MODEL                            what a saved model is
warmer resume FILE                           a run that was interrupted
warmer check alpha-scaled                    whether a plugin is right
warmer new my-rule                           a package for a rule of your own
"""


def _version(ctx: click.Context, _param: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        print_lines([f"warmer {package.__version__}"])
        ctx.exit()


@click.group(
    cls=_Commands,
    help=_HELP,
    invoke_without_command=True,
    subcommand_metavar="COMMAND ...",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version and exit.",
)
@click.pass_context
def warmer(ctx: click.Context) -> None:
    """Show the help where no command is named."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


for command in (
    knob, play, train, tune, compare, predict, show, resume, rules, check, new,
):  # fmt: skip
    warmer.add_command(command)
