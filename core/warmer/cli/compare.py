"""`warmer compare RULE... --data FILE... --target COLUMN`: which rule is better, and by how much."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from warmer.cli.messages import HelpContext, say
from warmer.cli.options import AT_LEAST_ONE, NOT_NEGATIVE, network_options, number, one_of
from warmer.cli.output import plugins_speak_on_stderr, print_json, print_lines
from warmer.cli.parts import SEVERAL, table_options
from warmer.cli.progress_line import progress_line
from warmer.cli.running import signals
from warmer.contract.parameters import Bounds
from warmer.exceptions import UsageError

if TYPE_CHECKING:
    from warmer.comparing.compared import Compared

SHARE = Bounds(at_least=0, below=1)
OWN = {"jobs", "output", "recipe", "write_recipe", "as_json"}
"""What says how a comparison is run and shown, and not what is compared."""


def _options() -> list[click.Parameter]:
    def option(*names: str, **more: Any) -> click.Option:
        return click.Option(names, **more)

    beside = [
        each for each in network_options() if each.name in ("predictor", "comparison", "modifier")
    ]
    return [
        click.Argument(["rules"], nargs=-1, metavar="RULE..."),
        option("--data", multiple=True, metavar="FILE...",
               help="tables: files, or names of tables that come with warmer"),
        option("--target", multiple=True, metavar="COLUMN",
               help="column to predict; once for all tables, or once for each of them"),
        option("--seeds", **number(int, AT_LEAST_ONE), default="10", show_default=True,
               help="how many times each rule runs on each table, each time with other rows for "
               "the test, another order of the rows and another random start"),
        option("--test", **number(float, SHARE),
               help="share of the rows for the test; with 0 the rows learned from are tested  "
               "[default: 0.2]"),
        option("--folds", **number(int, SEVERAL),
               help="split the rows into so many parts, and test with each of them what is "
               "learned from the others"),
        option("--budget", default="1e6-predictions", show_default=True, metavar="N-UNIT",
               help="what each run may spend: so many predictions of a row (those that a rule "
               "probes among them), steps or seconds"),
        option("--reach", **number(float, NOT_NEGATIVE),
               help="error that counts for the cost  [default: a tenth is left of the way from "
               "the mean's error to the best run on the same rows]"),
        option("--batch-size", **number(int, AT_LEAST_ONE, "full"), default="full",
               show_default=True, help="rows that each step sees: a number, or full for all"),
        option("--weights", **number(float, None, "random"), default="0", show_default=True,
               help="where to start: a number, or random"),
        option("--features", multiple=True, metavar="COLUMNS",
               help="columns to predict from, with commas between them  [default: all but the "
               "target]"),
        option("--bias/--no-bias", default=True, show_default=True,
               help="learn an intercept as well"),
        option("--scale", **one_of(("standard", "none")), default="standard", show_default=True,
               help="what the rules see: features with mean 0 and spread 1, or as they are"),
        *table_options(),
        *beside,
        option("--jobs", **number(int, AT_LEAST_ONE), default="1", show_default=True,
               help="how many processes; the numbers are the same"),
        option("output", "-o", "--output", metavar="FOLDER",
               help="where runs.csv, table.txt and report.html go; finished runs are kept there, "
               "and not run again"),
        option("--recipe", metavar="FILE",
               help="a file of TOML with rules, data and options; what is typed as well wins"),
        option("--write-recipe", is_flag=True,
               help="print such a file for what is typed, and run nothing"),
        option("as_json", "--json", is_flag=True, help="print one JSON document"),
    ]  # fmt: skip


def compare(
    *, jobs: int, output: str | None, recipe: str | None, write_recipe: bool, as_json: bool,
    **asked: Any,
) -> int:  # fmt: skip
    """Compare rules; answers the exit code."""
    if output is not None and os.path.exists(output) and not os.path.isdir(output):
        raise UsageError(f"-o {output}: is not a folder")
    with plugins_speak_on_stderr():
        made = _asked(asked)
    with signals() as received, progress_line() as line:
        from warmer.comparing.compare_rules import run_asked

        with plugins_speak_on_stderr():
            found = run_asked(
                made, jobs, None, output, line, stop=lambda: bool(received)
            )
            paths = found.save(output) if output is not None and found.runs else []
    _show(found, as_json)
    say(*(f"note: {note}" for note in found.notes), *(f"note: wrote {path}" for path in paths))
    if received:
        again = f"; the same command goes on with them" if output is not None else ""
        say(f"interrupted: {len(found.runs)} of {found.total} runs are finished{again}")
        return 128 + received[0]
    return 1 if any(each.status == "failed" for each in found.runs) else 0


def _asked(asked: dict[str, Any]) -> Any:
    """What is to be compared, checked."""
    from warmer.comparing.asking import asked_of

    return asked_of(**asked)


def _show(found: "Compared", as_json: bool) -> None:
    if as_json:
        from warmer.comparing.compared_data import data_of

        print_json(data_of(found))
    else:
        print_lines(found.text())
