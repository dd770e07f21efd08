"""`warmer compare RULE... --data TABLE... --target COLUMN`: which rule is better, by how much."""

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from warmer.cli.messages import HelpContext, say
from warmer.cli.options import AT_LEAST_ONE, NOT_NEGATIVE, number, one_of
from warmer.cli.output import plugins_speak_on_stderr, print_json, print_lines
from warmer.cli.parts import SEVERAL, table_options
from warmer.cli.progress_line import in_words, progress_line
from warmer.cli.running import signals
from warmer.contract.parameters import Bounds
from warmer.exceptions import Stop, UsageError
from warmer.plugins.naming import find, find_each
from warmer.plugins.registry import Registry

if TYPE_CHECKING:
    from warmer.comparing.compared import Compared
    from warmer.comparing.jobs import Progress

SHARE = Bounds(at_least=0, below=1)
FULL, RANDOM = "full", "random"
LISTS = ("--data", "--target")
"""Options that take every word up to the next option."""


class _Compare(click.Command):
    context_class = HelpContext

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words; `--data A.csv B.csv` is `--data A.csv --data B.csv`."""
        return super().parse_args(ctx, spread(args))


def spread(words: Sequence[str]) -> list[str]:
    """Repeat an option that takes several words before each of them.

    >>> spread(["a", "--data", "b", "c", "--seeds", "3", "d"])
    ['a', '--data', 'b', '--data', 'c', '--seeds', '3', 'd']
    """
    found: list[str] = []
    option, taken = None, 0
    for word in words:
        if word[:1] == "-" and word != "-":
            option, taken = word if word in LISTS else None, 0
        elif option is not None:
            found += [option] if taken else []
            taken += 1
        found.append(word)
    return found


def compare(
    *, jobs: int, output: str | None, recipe: str | None, write_recipe: bool, as_json: bool,
    **values: Any,
) -> int:  # fmt: skip
    """Compare rules; answers the exit code."""
    import warmer

    if output is not None and os.path.exists(output) and not os.path.isdir(output):
        raise UsageError(f"-o {output}: is not a folder")
    asked = _asked(values, recipe)
    if write_recipe:
        from warmer.comparing import compare_recipe

        click.echo(compare_recipe.write_recipe(asked), nl=False)
        return 0
    with signals() as received:
        with progress_line(in_words) as line, plugins_speak_on_stderr():

            def progress(told: "Progress") -> None:
                line(told)
                if received:
                    raise Stop("interrupted")

            found = warmer.compare(**_made(asked), jobs=jobs, keep=output, progress=progress)
            paths = found.save(output) if output is not None and found.runs else []
        _show(found, as_json)
    say(*(f"note: {note}" for note in (*found.notes, *(f"wrote {path}" for path in paths))))
    if received:
        again = "; the same command goes on" if output is not None else ""
        say(f"interrupted: {len(found.runs)} of {found.total} runs are finished{again}")
        return 128 + received[0]
    return 1 if any(each.status == "failed" for each in found.runs) else 0


def _asked(values: dict[str, Any], recipe: str | None) -> dict[str, Any]:
    """What is to be compared: what a recipe says, and what is typed, which wins."""
    context = click.get_current_context()
    typed = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE and value != ()
    }
    for name in ("features", "without"):
        if name in typed:
            typed[name] = [each.strip() for text in typed[name] for each in text.split(",")]
    said: dict[str, Any] = {}
    if recipe is not None:
        from warmer.comparing.compare_recipe import read_recipe

        said = read_recipe(recipe)
    for one, other in (("test", "folds"), ("folds", "test")):
        if one in typed and other not in typed:
            said.pop(other, None)
    asked = {**said, **typed}
    for name, what in (
        ("rules", "name a rule, or several"),
        ("data", "name a table with --data, or several"),
        ("target", "name the column to predict with --target"),
    ):
        if not asked.get(name):
            raise UsageError(what)
    return asked


def _made(asked: dict[str, Any]) -> dict[str, Any]:
    """The plugins made; a file is run, whatever WARMER_PLUGINS says of distributions."""
    registry = Registry()
    made = dict(asked)
    made["rules"] = [
        named.chosen({}) for text in asked["rules"] for named in find_each(text, "rule", registry)
    ]
    for name, kind in (("predict", "predictor"), ("compare", "comparison")):
        if asked.get(name) is not None:
            made[name] = find(asked[name], kind, registry).chosen({})
    named_modifiers = asked.get("modifiers", ())
    made["modifiers"] = [find(text, "modifier", registry).chosen({}) for text in named_modifiers]
    return made


def _show(found: "Compared", as_json: bool) -> None:
    if as_json:
        from warmer.comparing.compared_data import data_of

        print_json(data_of(found))
    else:
        print_lines(found.text())


def _params() -> list[click.Parameter]:
    def option(*names: str, **more: Any) -> click.Option:
        return click.Option(names, **more)

    def plugin(name: str, option_: str, kind: str, help_: str, several: bool = False) -> Any:
        about = {"metavar": "NAME", "help": help_, "shell_complete": completing(kind)}
        return option(name, option_, multiple=several, **about)

    return [
        click.Argument(["rules"], nargs=-1, metavar="RULE...", shell_complete=completing("rule")),
        option("--data", multiple=True, metavar="TABLE...",
               help="files, or names of tables that come with warmer"),
        option("--target", multiple=True, metavar="COLUMN...",
               help="the column to predict: one for all tables, or one for each of them"),
        option("--seeds", **number(int, AT_LEAST_ONE), default="10", show_default=True,
               help="how often each rule runs on each table: with other rows for the test, "
               "another order of the rows, and another start where that is random"),
        option("--test", **number(float, SHARE),
               help="share of the rows for the test; with 0 the rows learned from are tested  "
               "[default: 0.2]"),
        option("--folds", **number(int, SEVERAL),
               help="split the rows into so many parts, and test with each of them what is "
               "learned from the others"),
        option("--budget", default="1e6-predictions", show_default=True, metavar="N-UNIT",
               help="what each run may spend: predictions of a row, those that a rule probes "
               "among them; steps; or seconds"),
        option("--reach", **number(float, NOT_NEGATIVE),
               help="the error that counts for the cost  [default: where a tenth is left of the "
               "way from the mean's error to the best run]"),
        option("--batch-size", **number(int, AT_LEAST_ONE, FULL), default=FULL,
               show_default=True, help="rows that each step sees: a number, or full for all"),
        option("--weights", **number(float, None, RANDOM), default="0", show_default=True,
               help="where to start: a number, in the data's own units, or random"),
        option("--features", multiple=True, metavar="COLUMNS",
               help="columns to predict from, with commas between them, or given several "
               "times  [default: all but the target]"),
        option("--bias/--no-bias", default=True, show_default=True,
               help="learn an intercept as well"),
        option("--scale", **one_of(("standard", "none")), default="standard", show_default=True,
               help="what the rules see: features with mean 0 and spread 1, or as they are"),
        *table_options(),
        plugin("predict", "--predict", "predictor",
               "predictor beside the rules  [default: linear, or the rule's own]"),
        plugin("compare", "--compare", "comparison",
               "comparison beside the rules  [default: squared-error, or the rule's own]"),
        plugin("modifiers", "--with", "modifier",
               "modifier around the rules; given several times, the first is closest to them",
               True),
        option("--jobs", **number(int, AT_LEAST_ONE), default="1", show_default=True,
               help="how many processes run; the numbers are the same"),
        option("output", "-o", "--output", metavar="FOLDER",
               help="where the runs, the table and the report go; finished runs are kept there "
               "and not run again"),
        option("--recipe", metavar="FILE",
               help="rules, tables and options in a file of TOML; what is typed wins"),
        option("--write-recipe", is_flag=True,
               help="print such a file for what is typed, and run nothing"),
        option("as_json", "--json", is_flag=True, help="print one JSON document"),
    ]  # fmt: skip


def completing(kind: str) -> Callable[..., list[str]]:
    """What completes the names of a kind of plugins, from metadata alone."""

    def complete(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
        found = Registry().plugins(kind)
        return [plugin.name for plugin in found if plugin.name.startswith(incomplete)]

    return complete


command = _Compare(
    "compare",
    callback=compare,
    help="Compare rules on tables: every rule with the same rows, orders, starts and budget. RULE "
    "is a name; with several values of a parameter, as alpha-scaled:alpha=0.01,0.1, it is a rule "
    "for each of them. The table says how well each does and what it costs; whether the "
    "differences are more than chance is tested where there are six tables or more.",
    short_help="Compare rules on tables.",
    params=_params(),
)
