"""`warmer knob RULE`: one weight, one input, one goal, and every number of every step."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from warmer.cli.explained import check_explain
from warmer.cli.explained import explain as explain_step
from warmer.cli.group import RuleGroup
from warmer.cli.messages import say
from warmer.cli.options import network_options, number
from warmer.cli.output import plugins_speak_on_stderr, print_json, print_lines
from warmer.cli.plotfile import check_plot, draw, plot_option
from warmer.cli.running import run_rule, signals
from warmer.cli.turned import Turned, document_of, page_of
from warmer.contract.parameters import Bounds
from warmer.exceptions import UsageError

if TYPE_CHECKING:
    from warmer.plugins.network import Network

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
        plot_option("draw the weight walking on its error, and the error over steps, to FILE.svg"),
        *network_options(),
        click.Option(["as_json", "--json"], is_flag=True, help="print one JSON document"),
    ]


def _knob(
    networks: "Sequence[tuple[str, Network]]",
    observers: Sequence[Any],
    *,
    input: float,  # noqa: A002 - the option's name
    goal: float,
    weight: float,
    steps: int,
    show_all: bool,
    plot: str | None,
    engine: str,
    explain: int | None,
    as_json: bool,
) -> int:
    check_explain(explain, steps)
    check_plot(plot)
    if len(networks) > 1 and observers:
        raise UsageError("--observe is for one run, and several values make several")
    _check_one_weight(networks[0][1])
    task = {
        "steps": steps, "observers": observers, "inputs": [input], "targets": [goal],
        "weights": weight, "history": 1, "engine": engine,
    }  # fmt: skip
    runs: list[Turned] = []
    with signals() as received:
        for name, network in networks:
            if not received:
                runs.append(_turned(name, network, explain, received, task))
    failed = draw(plot, [(each.name, each.finished.run) for each in runs])
    if as_json:
        print_json(document_of(runs))
    else:
        told = f"input {input!r}, goal {goal!r}, weight {weight!r}"
        print_lines(page_of(runs, told, show_all))
    say(*(remark for each in runs for remark in each.remarks), *failed)
    return max(each.code for each in runs) or (1 if failed else 0)


def _turned(
    name: str,
    network: "Network",
    explain: int | None,
    received: Sequence[int],
    task: dict[str, Any],
) -> Turned:
    """Run one network on the one row."""
    from warmer.training.findings import faults_of

    with plugins_speak_on_stderr():
        warnings = faults_of(network)
    finished = run_rule(network, received=received, told=warnings, **task)
    explained = explain_step(explain, network, finished.task, finished.run)
    return Turned(name, network, finished, warnings, explained)


def _check_one_weight(network: "Network") -> None:
    """Refuse a predictor that has more weights than one for one input."""
    with plugins_speak_on_stderr():
        count = network.weight_count(1)
    if count > 1:
        raise UsageError(
            f"knob turns one weight, and {network.predictor.name} has {count} for one input: use "
            "warmer train with a table"
        )


knob = RuleGroup(
    "knob",
    "Turn one knob: let a rule learn one weight from one input, and show every number.",
    _params,
    _knob,
    several=True,
)
