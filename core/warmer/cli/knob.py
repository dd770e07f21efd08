"""`warmer knob RULE`: one weight, one input, one goal, and every number of every step."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from warmer.cli.explained import check_explain
from warmer.cli.explained import explain as explain_step
from warmer.cli.group import RuleGroup
from warmer.cli.messages import say
from warmer.cli.options import network_options, number
from warmer.cli.output import (
    columns,
    folded,
    plugins_speak_on_stderr,
    print_json,
    print_lines,
    printable,
    shown,
    signed,
    terminal_width,
)
from warmer.cli.running import endings, engine_of, outcome_of, run_rule, signals
from warmer.contract.parameters import Bounds, describe
from warmer.exceptions import UsageError

if TYPE_CHECKING:
    from warmer.plugins.network import Network
    from warmer.runs.results import Run

HEADING = ("step", "prediction", "error", "delta", "weight_delta", "weight")
SHOWN = 40  # steps that are shown without --all
ENDS = 10  # of more, so many from each end
MOST = 1_000_000


def _params() -> Sequence[click.Parameter]:
    def value(name: str, default: float, what: str) -> click.Option:
        return click.Option([name], **number(), default=repr(default), show_default=True, help=what)

    return [
        value("--input", 0.5, "what the network sees"),
        value("--goal", 0.8, "what it should predict"),
        value("--weight", 0.5, "where the weight starts"),
        click.Option(
            ["--steps"],
            **number(int, Bounds(at_least=1, at_most=MOST)),
            default="20",
            show_default=True,
            help="how many steps to take",
        ),
        click.Option(["show_all", "--all"], is_flag=True, help="show every step, however many"),
        *network_options(),
        click.Option(["as_json", "--json"], is_flag=True, help="print one JSON document"),
    ]


def _knob(
    network: "Network",
    observers: Sequence[Any],
    *,
    input: float,  # noqa: A002 - the option's name
    goal: float,
    weight: float,
    steps: int,
    show_all: bool,
    engine: str,
    explain: int | None,
    as_json: bool,
) -> int:
    check_explain(explain, steps)
    from warmer.training.findings import faults_of

    _check_one_weight(network)
    with plugins_speak_on_stderr():
        warnings = faults_of(network)
    with signals() as received:
        run, task, error, code, notes, remarks = run_rule(
            network, steps, received, warnings, observers,
            inputs=[input], targets=[goal], weights=weight, history=1, engine=engine,
        )  # fmt: skip
    explained = explain_step(explain, network, task, run)
    notes = [*warnings, *notes, *explained.notes]
    records = _records(run)
    rule = network.rule.description()
    if as_json:
        document = _document(rule, run, error, records)
        print_json({**document, "notes": notes, **explained.data()})
    else:
        name = " ".join(filter(None, [network.rule.name, describe(rule["parameters"])]))
        end = [
            ("final weight", shown(float(run.weights[0]))),
            ("final error", shown(error)),
            *endings(run),
        ]
        head = f"{printable(name)}: input {input!r}, goal {goal!r}, weight {weight!r}"
        print_lines([head, "", *_table(records, show_all), "", *columns(end), *explained.lines()])
    say(*(f"warning: {warning}" for warning in warnings), *remarks, *explained.notes)
    return code or explained.code


def _check_one_weight(network: "Network") -> None:
    """Refuse a predictor that has more weights than one for one input."""
    with plugins_speak_on_stderr():
        count = network.weight_count(1)
    if count > 1:
        raise UsageError(
            f"knob turns one weight, and {network.predictor.name} has {count} for one input: use "
            "warmer train with a table"
        )


def _document(
    rule: dict[str, Any], run: "Run", error: float, records: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "rule": rule,
        "outcome": outcome_of(run),
        "engine": engine_of(run),
        "weight": float(run.weights[0]),
        "error": error,
        "history": records,
    }


def _records(run: "Run") -> list[dict[str, Any]]:
    """The steps of a run with one weight and one row, as plain data."""
    history = run.history
    assert history is not None

    def column(values: Any) -> list[Any]:
        return [None] * len(history) if values is None else values.reshape(-1).tolist()

    names = ("step", "weight", "prediction", "error", "delta", "weight_delta")
    values = (
        history.step,
        history.weights,
        history.prediction,
        history.error,
        history.delta,
        history.weight_deltas,
    )
    return [dict(zip(names, row, strict=True)) for row in zip(*map(column, values), strict=True)]


def _table(records: Sequence[dict[str, Any]], show_all: bool) -> list[str]:
    """Lay the steps out below one another; where they are many, both ends of them."""
    many = len(records) > SHOWN and not show_all
    rows_shown = [*records[:ENDS], *records[-ENDS:]] if many else records
    columns_shown = [signed([record[name] for record in rows_shown]) for name in HEADING]
    heading, *rows = folded([HEADING, *zip(*columns_shown, strict=True)], terminal_width())
    if many:
        left_out = len(records) - 2 * ENDS
        rows.insert(ENDS, [f"... {left_out} steps left out: --all or --json shows them ..."])
    return [*heading, *(line for row in rows for line in row)]


knob = RuleGroup(
    "knob",
    "Turn one knob: let a rule learn one weight from one input, and show every number.",
    _params,
    _knob,
)
