"""`warmer train RULE DATA --target COLUMN`: a table in, coefficients in its own units out."""

import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from warmer.cli.explained import check_explain, names_of
from warmer.cli.explained import explain as explain_step
from warmer.cli.group import RuleGroup
from warmer.cli.historyfile import (
    HistoryFile,
    check_history,
    check_observed,
    history_file,
    writer_of,
)
from warmer.cli.messages import say
from warmer.cli.options import AT_LEAST_ONE, NOT_NEGATIVE, network_options, number, one_of
from warmer.cli.outfile import check_plot, draw, plot_option
from warmer.cli.output import plugins_speak_on_stderr, print_json, print_lines
from warmer.cli.running import run_rule, signals
from warmer.cli.trained import document_of, page_of, results_of
from warmer.cli.weights import read_weights, start_of, weight_names
from warmer.exceptions import UsageError, WarmerError
from warmer.tables.header import normal

if TYPE_CHECKING:
    import numpy as np

    from warmer.plugins.network import Network
    from warmer.runs.results import Finding
    from warmer.tables.preparation import Prepared
    from warmer.tables.table import Table

FULL = "full"
SCALES = ("standard", "none")  # as in tables.preparation, which needs NumPy


def _params() -> Sequence[click.Parameter]:
    def option(*names: str, **more: Any) -> click.Option:
        return click.Option(names, **more)

    return [
        click.Argument(["data"], type=click.Path(readable=False, allow_dash=True)),
        option("--target", multiple=True, required=True, metavar="COLUMN",
               help="column to predict; may be given several times"),
        option("--features", multiple=True, metavar="COLUMNS",
               help="columns to predict from, with commas between them, or given several "
               "times  [default: all but the targets]"),
        option("--bias/--no-bias", default=True, show_default=True,
               help="learn an intercept as well"),
        option("--scale", **one_of(SCALES), default="standard", show_default=True,
               help="what the rule sees: features with mean 0 and spread 1, or as they are"),
        option("--weights", default="0", show_default=True, callback=read_weights,
               metavar="NUMBERS",
               help="where to start, in the data's own units: one number for all, or with commas "
               "one for each feature, and then the intercept; or random"),
        option("--steps", **number(int, AT_LEAST_ONE), default="1000", show_default=True,
               help="how many steps to take"),
        option("--batch-size", **number(int, AT_LEAST_ONE, FULL), default=FULL,
               show_default=True, help="rows that each step sees: a number, or full for all"),
        option("--seed", **number(int, NOT_NEGATIVE),
               help="shuffle the rows for every pass; also starts the chance in rules that use it, "
               "and random weights"),
        option("--tolerance", **number(float, NOT_NEGATIVE),
               help="stop once no weight, as the rule sees it, moves more than this in a whole "
               "pass over the rows  [default: take all steps]"),
        option("--history", metavar="FILE",
               help="write every step into FILE.csv or FILE.jsonl; the weights there are as the "
               "rule sees them, that is, of scaled features"),
        plot_option("draw the run into FILE.svg: the error along its way, and over its steps"),
        *network_options(),
        option("--threads", **number(int, AT_LEAST_ONE),
               help="how many may share the rows of a batch, in the native engine; the bits are "
               "the same  [default: one on each core, up to 16]"),
        option("as_json", "--json", is_flag=True, help="print one JSON document"),
    ]  # fmt: skip


def _train(
    network: "Network",
    observers: Sequence[Any],
    *,
    data: str,
    target: tuple[str, ...],
    features: tuple[str, ...],
    bias: bool,
    scale: str,
    weights: list[float] | str,
    steps: int,
    explain: int | None,
    history: str | None,
    plot: str | None,
    as_json: bool,
    **task: Any,
) -> int:
    check_explain(explain, steps)
    if history is not None:
        check_history(history, data)
    check_plot(plot, data)
    check_observed(observers, data)
    import warmer

    table = warmer.read_table(data)
    prepared = warmer.prepare(table, target, _features(table, features), bias, scale)
    with plugins_speak_on_stderr():
        start = start_of(prepared, network, weights, task["seed"])
        names = weight_names(prepared, network)
    task |= _arrays(prepared, start)
    told = _warn(prepared, network, task)
    with contextlib.ExitStack() as stack:
        received = stack.enter_context(signals())
        file = None
        if history:
            file = stack.enter_context(history_file(history, names, prepared.target_names))
        watching = [*observers, *([writer_of(file)] if file else [])]
        finished = run_rule(network, steps, received, told, watching, **task)
        run, called = finished.run, names_of(prepared, network)
        explained = explain_step(explain, network, finished.task, run, called)
        result = results_of(run, finished.error, prepared, network)
        notes = [*prepared.notes, *told, *finished.notes, *(file.faults if file else ())]
        if as_json:
            document = document_of(network.rule, run, result)
            notes += explained.notes
            show = partial(print_json, {**document, "notes": notes, **explained.data()})
        else:
            page = page_of(network, table, prepared, run, result)
            show = partial(print_lines, [*page, *explained.lines()])
        undrawn = draw(
            plot, [("", run)], targets=prepared.target_names, weight=f"weight {names[0]}"
        )
        failed = [*_show_and_keep(show, file), *undrawn]
    say(*finished.remarks, *failed, *explained.notes)
    return (1 if failed else finished.code) or explained.code


def _arrays(prepared: "Prepared", start: "np.ndarray") -> dict[str, Any]:
    """What the rule learns from; one target stands without an axis of its own."""
    targets = prepared.targets
    if targets.shape[1] == 1:
        targets, start = targets[:, 0], start[:, 0]
    return {"inputs": prepared.inputs, "targets": targets, "weights": start}


def _warn(prepared: "Prepared", network: "Network", task: dict[str, Any]) -> "tuple[Finding, ...]":
    """Say what was noticed about the table, and what speaks against the run; answers the latter."""
    from warmer.training.findings import foreseen
    from warmer.training.tasks import batches_of

    rows = len(prepared.inputs)
    with plugins_speak_on_stderr():
        batches = batches_of(rows, task["batch_size"], task["seed"])
        warnings = foreseen(network, prepared.inputs, batches)
    say(*(f"note: {note}" for note in prepared.notes))
    say(*(f"warning: {warning}" for warning in warnings))
    return warnings


def _show_and_keep(show: Callable[[], None], file: HistoryFile | None) -> list[str]:
    """Print the result and then keep the history, each of them even if the other fails.

    Returns:
        Why there is no history, if so.
    """
    try:
        show()
    except OSError:  # nobody reads it
        if file is not None:
            file.finish()
        raise
    try:
        if file is not None:
            file.finish()
    except WarmerError as failure:
        return [str(failure)]
    return []


def _features(table: "Table", asked: Sequence[str]) -> list[str] | None:
    """The columns that --features names; an exact name wins over a list with commas."""
    names: list[str] = []
    for text in asked:
        parts = (
            [text] if normal(text) in table.columns else [part.strip() for part in text.split(",")]
        )
        if "" in parts:
            raise UsageError(f"--features {text!r} holds an empty name")
        names += parts
    return names or None


train = RuleGroup(
    "train",
    "Let a rule learn from a table, and print coefficients in the data's own units. DATA is a "
    "CSV file with a header line, or - for standard input.",
    _params,
    _train,
)
