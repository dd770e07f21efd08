"""`warmer train RULE DATA --target COLUMN`: a table in, coefficients in its own units out."""

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from warmer.cli.beginning import ended_by_signals, read_data
from warmer.cli.cutting import read_parts
from warmer.cli.explained import check_explain
from warmer.cli.finishing import Wanted, finish
from warmer.cli.folding import Folds, arrays_of, data_of, run_folds
from warmer.cli.group import RuleGroup
from warmer.cli.historyfile import check_history, check_observed
from warmer.cli.kept import check_kept, keep_options, start_model
from warmer.cli.messages import say
from warmer.cli.on_cluster import cluster_option, read_there, refuse_nearby
from warmer.cli.options import AT_LEAST_ONE, NOT_NEGATIVE, network_options, number
from warmer.cli.output import plugins_speak_on_stderr
from warmer.cli.parts import Parts, names_in, part_options, task_options
from warmer.cli.plotfile import check_plot, plot_option
from warmer.exceptions import UsageError

if TYPE_CHECKING:
    from warmer.plugins.network import Network
    from warmer.runs.results import Finding


def _params() -> Sequence[click.Parameter]:
    def option(*names: str, **more: Any) -> click.Option:
        return click.Option(names, **more)

    return [
        *task_options(),
        option("--tolerance", **number(float, NOT_NEGATIVE),
               help="stop once no weight, as the rule sees it, moves more than this in a whole "
               "pass over the rows  [default: take all steps]"),
        *part_options(),
        *keep_options(),
        option("--history", metavar="FILE",
               help="write every step into FILE.csv or FILE.jsonl; the weights there are as the "
               "rule sees them, that is, of scaled features"),
        plot_option("draw the run into FILE.svg: the error along its way, and over its steps"),
        *network_options(),
        option("--threads", **number(int, AT_LEAST_ONE),
               help="how many may share the rows of a batch, in the native engine; the bits are "
               "the same  [default: one on each core, up to 16]"),
        cluster_option(),
        option("as_json", "--json", is_flag=True, help="print one JSON document"),
    ]  # fmt: skip


def _train(
    network: "Network",
    observers: Sequence[Any],
    *,
    data: str | None,
    shipped: str | None,
    target: tuple[str, ...],
    features: tuple[str, ...],
    bias: bool,
    scale: str,
    categories: str | None,
    missing: str,
    without: tuple[str, ...],
    memory: int | None,
    weights: list[float] | str,
    test: float | None,
    folds: int | None,
    valid: float | None,
    explain: int | None,
    history: str | None,
    plot: str | None,
    save: str | None,
    checkpoint: str | None,
    checkpoint_every: float | None,
    start: str | None,
    cluster: str | None,
    as_json: bool,
    **task: Any,
) -> int:
    first = 0
    if test is not None and folds is not None:
        raise UsageError("--folds tests with every row in turn; leave --test out")
    if checkpoint is not None and folds is not None:
        raise UsageError(
            "--checkpoint keeps one run, and --folds takes several; leave --checkpoint out"
        )
    if start is not None and folds is not None:
        raise UsageError(
            "--folds tests with rows that the model of --start may have learned from; "
            "leave --start out"
        )
    if history is not None:
        check_history(history, data or "")
    check_observed(observers, data or "")
    check_plot(plot, data or "")
    check_kept(data or "", history=history, save=save, checkpoint=checkpoint, plot=plot)
    model = start_model(start, target)
    if model is not None:
        first = model.state.step
    check_explain(explain, task["steps"], first)
    how: dict[str, Any] = {
        "targets": [*target], "features": features, "bias": bias, "scale": scale,
        "categories": categories, "missing": missing, "without": without,
    }  # fmt: skip
    command: dict[str, Any] = {
        "data": data, "shipped": shipped, "how": how, "test": test, "valid": valid,
        "table": None if model is None or model.recipe is None else model.recipe.to_dict(),
    }  # fmt: skip
    with contextlib.ExitStack() as there:
        with ended_by_signals():
            if cluster is not None:
                refuse_nearby()
                read = there.enter_context(read_there(cluster, data, how))
                command["how"] = read.how
            else:
                table = read_data(data, shipped, memory)
                how["features"] = names_in("--features", table, features) or None
                how["without"] = names_in("--without", table, without)
                read = read_parts(table, command, task["seed"], folds)
            if model is not None:
                arrays = {**data_of(read.parts), "start": model}
            else:
                arrays = arrays_of(network, read.parts, weights, task["seed"])
            told = _warn(read.parts, network, task, cluster is None)
        if checkpoint is not None:
            import warmer

            kept = warmer.Checkpoint(checkpoint, every=checkpoint_every, command=command)
            arrays |= {"checkpoint": kept, "kept": kept}
        wanted = Wanted(explain, history, save, as_json, plot)

        def more(received: Sequence[int]) -> Folds:
            asked = {"folds": folds, "valid": valid}
            return run_folds(network, read.whole, read.how, asked, received, weights, **task)

        return finish(network, observers, read, wanted, told, more, **task, **arrays)


def _warn(
    parts: Parts, network: "Network", task: dict[str, Any], here: bool
) -> "tuple[Finding, ...]":
    """Say what was noticed about the table, and what speaks against the run; answers the latter.

    Parameters:
        here: whether the rows are, and not on a cluster.
    """
    from warmer.training.findings import faults_of, foreseen
    from warmer.training.tasks import batches_of

    inputs = parts.prepared.inputs
    with plugins_speak_on_stderr():
        batches = batches_of(len(inputs), task["batch_size"], task["seed"])
        warnings = foreseen(network, inputs, batches) if here else faults_of(network)
    say(*(f"note: {note}" for note in parts.notes))
    say(*(f"warning: {warning}" for warning in warnings))
    return warnings


train = RuleGroup(
    "train",
    "Let a rule learn from a table, and print coefficients in the data's own units. DATA is a "
    "file of CSV, TSV, JSON Lines, NPY, NPZ or Parquet, or - for standard input.",
    _params,
    _train,
)
