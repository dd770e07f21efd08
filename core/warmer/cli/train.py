"""`warmer train RULE DATA --target COLUMN`: a table in, coefficients in its own units out."""

import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from warmer.cli.explained import check_explain, names_of
from warmer.cli.explained import explain as explain_step
from warmer.cli.group import RuleGroup
from warmer.cli.historyfile import HistoryFile, check_history, history_file, writer_of
from warmer.cli.messages import say
from warmer.cli.options import AT_LEAST_ONE, NOT_NEGATIVE, network_options, number, one_of
from warmer.cli.output import (
    columns,
    plugins_speak_on_stderr,
    print_json,
    print_lines,
    printable,
    shown,
    signed,
)
from warmer.cli.running import endings, engine_of, misfit_of, outcome_of, run_rule, signals
from warmer.cli.weights import about_numbers, read_weights, start_of, weight_names
from warmer.contract.parameters import describe
from warmer.exceptions import UsageError, WarmerError
from warmer.tables.header import normal
from warmer.wording import wrapped

if TYPE_CHECKING:
    from warmer.plugins.network import Chosen, Network
    from warmer.runs.results import Run
    from warmer.tables.preparation import Prepared
    from warmer.tables.table import Table

WIDEST_NAME = 50
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
        *network_options(),
        option("--threads", **number(int, AT_LEAST_ONE),
               help="how many may share the rows of a batch, in the native engine; the bits are "
               "the same  [default: one on each core, up to 16]"),
        option("as_json", "--json", is_flag=True, help="print one JSON document"),
    ]  # fmt: skip


def _train(
    chosen: "Chosen",
    *,
    data: str,
    target: tuple[str, ...],
    features: tuple[str, ...],
    bias: bool,
    scale: str,
    weights: list[float] | str,
    steps: int,
    batch_size: int | str,
    seed: int | None,
    tolerance: float | None,
    history: str | None,
    predict: Any,
    compare: Any,
    engine: str,
    threads: int | None,
    explain: int | None,
    as_json: bool,
) -> int:
    check_explain(explain, steps)
    if history is not None:
        check_history(history, data)
    import warmer
    from warmer.plugins.choosing import assemble
    from warmer.plugins.registry import registry_of

    table = warmer.read_table(data)
    prepared = warmer.prepare(table, target, _features(table, features), bias, scale)
    with plugins_speak_on_stderr():
        network = assemble(chosen, {}, predict, compare, (), registry_of(None))
        start = start_of(prepared, network, weights, seed)
        names = weight_names(prepared, network)
    task: dict[str, Any] = {
        "rule": chosen,
        "batch_size": batch_size,
        "seed": seed,
        "predict": predict,
        "compare": compare,
    }
    said = _warn(prepared, compare, task)
    with contextlib.ExitStack() as stack:
        received = stack.enter_context(signals())
        file = None
        if history:
            file = stack.enter_context(history_file(history, names, prepared.target_names))
        finished = run_rule(
            steps,
            received,
            said,
            [writer_of(file)] if file else [],
            inputs=prepared.inputs,
            targets=prepared.targets if len(target) > 1 else prepared.targets[:, 0],
            weights=start if len(target) > 1 else start[:, 0],
            tolerance=tolerance,
            engine=engine,
            threads=threads,
            **task,
        )
        explained = explain_step(
            explain, finished.run, names_of(prepared, network),
            inputs=prepared.inputs, targets=prepared.targets, weights=start, **task,
        )  # fmt: skip
        result = _result(finished.run, finished.error, prepared, network)
        notes = [*said, *finished.notes, *(file.faults if file else ()), *explained.notes]
        if as_json:
            document = {**_document(chosen, finished.run, result), "notes": notes}
            show = partial(print_json, {**document, **explained.data()})
        else:
            page = _page(chosen, table, prepared, network, finished.run, result)
            show = partial(print_lines, [*page, *explained.lines()])
        failed = _show_and_keep(show, file)
    say(*finished.remarks, *failed, *explained.notes)
    return (1 if failed else finished.code) or explained.code


def _warn(prepared: "Prepared", compare: str | None, task: dict[str, Any]) -> list[str]:
    """Say what was noticed about the table, and what speaks against the run; answers both."""
    import warmer

    warnings = misfit_of(task["rule"], compare)
    with plugins_speak_on_stderr():
        advice = warmer.diagnose(prepared.inputs, **task)
    warnings += filter(None, [advice])
    say(*(f"note: {note}" for note in prepared.notes))
    say(*(f"warning: {warning}" for warning in warnings))
    return [*prepared.notes, *warnings]


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


def _result(
    run: "Run", error: Any, prepared: "Prepared", network: "Network"
) -> dict[str, dict[str, Any]]:
    """Coefficients, intercept and error in the data's own units, for each target.

    Weights that belong to no columns stand under `weights` as they are, and there are no
    coefficients.
    """
    matrix = run.weights.reshape(len(run.weights), -1)
    errors = [error] if run.weights.ndim == 1 else error.tolist()
    if network.counted:
        return {
            target: {
                "coefficients": None, "intercept": None, "weights": column, "error": error
            }
            for target, column, error in zip(
                prepared.target_names, matrix.T.tolist(), errors, strict=True
            )
        }  # fmt: skip
    line = prepared.to_data_units(matrix)
    return {
        target: {
            "coefficients": dict(
                zip(prepared.features, line.coefficients[:, index].tolist(), strict=True)
            ),
            "intercept": None if line.intercept is None else float(line.intercept[index]),
            "error": errors[index],
        }
        for index, target in enumerate(prepared.target_names)
    }


def _document(chosen: "Chosen", run: "Run", result: dict[str, dict[str, Any]]) -> dict[str, Any]:
    values = list(result.values())
    return {
        "rule": chosen.description(),
        "outcome": outcome_of(run),
        "engine": engine_of(run),
        **(
            values[0]
            if len(values) == 1
            else {part: {target: r[part] for target, r in result.items()} for part in values[0]}
        ),
    }


def _page(
    chosen: "Chosen",
    table: "Table",
    prepared: "Prepared",
    network: "Network",
    run: "Run",
    result: dict[str, dict[str, Any]],
) -> list[str]:
    """Lay the result out as text, a block for each target."""
    rule = " ".join(filter(None, [chosen.name, describe(chosen.description()["parameters"])]))
    rows = f"{table.rows} rows" if table.rows > 1 else "1 row"
    lines = [f"{printable(rule)}: {rows} of {table.source}"]
    names = [*map(_short, prepared.features), "(intercept)"]
    if network.counted:
        names = [f"weight {name}" for name in weight_names(prepared, network)]
    for target, found in result.items():
        values = found["weights"] if network.counted else [*found["coefficients"].values()]
        if prepared.bias and not network.counted:
            values.append(found["intercept"])
        table_rows = [(f"  {n}", v) for n, v in zip(names, signed(values), strict=False)]
        lines += ["", _short(target), *columns(table_rows)]
    if network.counted:
        lines += ["", *wrapped(about_numbers(prepared, network))]
    several = len(result) > 1
    errors = [
        (f"error of {_short(target)}" if several else "error", shown(found["error"]))
        for target, found in result.items()
    ]
    return [*lines, "", *columns([*errors, *endings(run)])]


def _short(text: str) -> str:
    short = printable(text)
    return short if len(short) <= WIDEST_NAME else short[: WIDEST_NAME - 3] + "..."


train = RuleGroup(
    "train",
    "Let a rule learn from a table, and print coefficients in the data's own units. DATA is a "
    "CSV file with a header line, or - for standard input.",
    _params,
    _train,
)
