"""`warmer play RULE`: a page on which a rule walks in the browser."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from warmer.cli.beginning import ended_by_signals, read_data
from warmer.cli.cutting import read_parts
from warmer.cli.folding import arrays_of
from warmer.cli.group import RuleGroup, load
from warmer.cli.historyfile import check_output
from warmer.cli.messages import say
from warmer.cli.options import AT_LEAST_ONE, NOT_NEGATIVE, network_options, number, one_of
from warmer.cli.output import plugins_speak_on_stderr, print_lines
from warmer.cli.parts import memory_option, names_in, table_options
from warmer.cli.weights import read_weights, weight_names
from warmer.contract.parameters import Bounds
from warmer.exceptions import UsageError

if TYPE_CHECKING:
    from warmer.plugins.network import Network
    from warmer.tables.table import Table

MOST = 100_000
EXTENSIONS = (".html", ".htm")
BESIDE = ("predictor", "comparison", "modifier")  # of the options of a network, those of a page


def _params() -> Sequence[click.Parameter]:
    def option(*names: str, **more: Any) -> click.Option:
        return click.Option(names, **more)

    steps = Bounds(at_least=1, at_most=MOST)
    return [
        click.Argument(["data"], type=click.Path(readable=False, allow_dash=True), required=False),
        option("output", "-o", metavar="FILE", required=True, help="the page, FILE.html"),
        option("against", "--against", metavar="RULE", help="a second rule beside the first"),
        option("--input", **number(), help="of one row: what the network sees  [default: 0.5]"),
        option("--goal", **number(), help="of one row: what it should predict  [default: 0.8]"),
        option("shipped", "--data", metavar="NAME",
               help="in the place of DATA a table that comes with warmer"),
        option("--target", metavar="COLUMN", help="of a table: the column to predict"),
        option("--features", multiple=True, metavar="COLUMNS",
               help="columns to predict from  [default: all but the target]"),
        option("--bias/--no-bias", default=True, show_default=True,
               help="of a table: learn an intercept as well"),
        option("--scale", **one_of(("standard", "none")), default="standard",
               show_default=True, help="what the rule sees of a table"),
        *table_options(),
        memory_option(),
        option("--weights", callback=_read_weights, metavar="NUMBERS",
               help="where to start, as in train  [default: 0.5 for one row, 0 for a table]"),
        option("--steps", **number(int, steps), default="100", show_default=True,
               help="how many steps the run takes"),
        option("--batch-size", **number(int, AT_LEAST_ONE, "full"), default="full",
               show_default=True, help="rows that each step sees, in the order of the table"),
        option("--seed", **number(int, NOT_NEGATIVE),
               help="for random weights, and the chance in rules without a formula"),
        *(each for each in network_options() if each.name in BESIDE),
    ]  # fmt: skip


def _read_weights(ctx: click.Context, param: click.Parameter, text: str | None) -> Any:
    return None if text is None else read_weights(ctx, param, text)


def _play(
    network: "Network",
    _observers: Sequence[Any],
    *,
    data: str | None,
    shipped: str | None,
    memory: int | None,
    output: str,
    against: str | None,
    input: float | None,  # noqa: A002 - the option's name
    goal: float | None,
    target: str | None,
    weights: Any,
    seed: int | None,
    **asked: Any,
) -> int:
    if not output.lower().endswith(EXTENSIONS):
        raise UsageError(f"-o {output}: must end in .html")
    check_output("-o", output, data or "")
    networks = [network] if against is None else [network, _beside(network, against)]
    how = {key: asked.pop(key) for key in ("features", "bias", "scale", "categories", "missing",
                                           "without")}  # fmt: skip
    if data is None and shipped is None:
        _refuse_table(("target", "memory", *how))
        arrays: dict[str, Any] = {
            "inputs": [0.5 if input is None else input],
            "targets": [0.8 if goal is None else goal],
            "weights": 0.5 if weights is None else _one(weights),
            "names": (),
        }
    else:
        if target is None:
            raise UsageError("name the column to predict with --target")
        for option, value in (("--input", input), ("--goal", goal)):
            if value is not None:
                raise UsageError(f"{option} is for one row; a table has rows of its own")
        with ended_by_signals():
            table = read_data(data, shipped, memory)
        arrays = _of_table(network, table, target, how, weights, seed)
    from warmer.playing.making import page_of

    with plugins_speak_on_stderr():
        page = page_of(networks, seed=seed, **arrays, **asked)
    page.save(output)
    print_lines([f"{output}: {page.title}, {asked['steps']} steps, {len(page.html) / 1000:.0f} kB"])
    return 0


def _beside(network: "Network", against: str) -> "Network":
    """The network of a second rule, with all else as in the first."""
    from warmer.plugins.choosing import network as assembled

    def unless_own(chosen: Any) -> Any:
        return None if chosen is network.rule else chosen

    with plugins_speak_on_stderr():
        return assembled(
            load(against).chosen({}),
            predict=unless_own(network.predictor),
            compare=unless_own(network.comparison),
            modifiers=network.modifiers,
        )


def _one(weights: Any) -> Any:
    """The weight to start from, or all of them where the predictor has several."""
    return weights[0] if isinstance(weights, list) and len(weights) == 1 else weights


def _refuse_table(names: Sequence[str]) -> None:
    """Refuse what is said of a table where there is none."""
    source = click.get_current_context().get_parameter_source
    given = next((name for name in names if source(name) is ParameterSource.COMMANDLINE), None)
    if given:
        raise UsageError(f"--{given} is for a table, and there is none: name a file, or --data")


def _of_table(
    network: "Network",
    table: "Table",
    target: str,
    how: dict[str, Any],
    weights: Any,
    seed: int | None,
) -> dict[str, Any]:
    """The rows of a table as the rule sees them, where it starts, and the weights' names."""
    told = {
        **how, "targets": [target],
        "features": names_in("--features", table, how["features"]) or None,
        "without": names_in("--without", table, how["without"]),
    }  # fmt: skip
    command = {"how": told, "table": None, "test": None, "valid": None}
    parts = read_parts(table, command, seed).parts
    say(*(f"note: {note}" for note in parts.notes))
    arrays = arrays_of(network, parts, [0.0] if weights is None else weights, seed)
    del arrays["valid"]
    return {**arrays, "names": weight_names(parts.prepared, network)}


play = RuleGroup(
    "play",
    "Make a page on which a rule walks: step by step, with a slider for each of its numbers, for "
    "one weight or for a table. DATA is a file as for train.",
    _params,
    _play,
    explains=False,
)
