"""`warmer tune RULE DATA --target y`: the values of a parameter that work, and the one to use."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from warmer.cli.beginning import ended_by_signals, read_data
from warmer.cli.cutting import read_parts
from warmer.cli.finishing import Wanted, finish
from warmer.cli.folding import arrays_of
from warmer.cli.group import RuleGroup
from warmer.cli.kept import check_kept, save_option
from warmer.cli.messages import say
from warmer.cli.options import AT_LEAST_ONE, PREFIX, network_options, number
from warmer.cli.output import plugins_speak_on_stderr, print_json, print_lines
from warmer.cli.parts import SHARE, names_in, task_options
from warmer.cli.plotfile import check_plot, plot_option
from warmer.cli.progress_line import progress_line
from warmer.cli.ranged import data_of, head_of, page_of
from warmer.contract.parameters import Bounds, word_of
from warmer.exceptions import UsageError, WarmerError

if TYPE_CHECKING:
    from warmer.cli.cutting import Read
    from warmer.comparing.tuning_found import Tuning
    from warmer.plugins.network import Network

NOT_HERE = ("observer", "explain")  # they are for one run
SEVERAL = Bounds(at_least=2, at_most=100_000)


def _params() -> Sequence[click.Parameter]:
    def option(*names: str, **more: Any) -> click.Option:
        return click.Option(names, **more)

    network = [each for each in network_options() if each.name not in NOT_HERE]
    return [
        *task_options(one_target=True),
        option("--parameter", metavar="NAME",
               help="the parameter to tune  [default: the rule's only number, or alpha]"),
        option("low", "--from", **number(), help="the lowest value to try"),
        option("high", "--to", **number(), help="the highest value to try"),
        option("--values", **number(int, SEVERAL),
               help="how many values the first grid has  [default: 4 for each power of ten]"),
        option("--test", **number(float, SHARE),
               help="keep this share of the rows apart, by the seed, and choose the value by the "
               "error over them"),
        option("--apply", is_flag=True, help="train with the value, as `warmer train` does"),
        save_option(),
        plot_option("draw the error over the parameter into FILE.svg"),
        *network,
        option("--threads", **number(int, AT_LEAST_ONE),
               help="how many may share the values; the bits are the same  [default: one on each "
               "core]"),
        option("as_json", "--json", is_flag=True, help="print one JSON document"),
    ]  # fmt: skip


def _tune(
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
    parameter: str | None,
    low: float | None,
    high: float | None,
    values: int | None,
    test: float | None,
    apply: bool,
    save: str | None,
    plot: str | None,
    as_json: bool,
    **task: Any,
) -> int:
    name = _parameter(network, parameter)
    if save is not None and not apply:
        raise UsageError("--save keeps what is trained with the value: say --apply as well")
    check_plot(plot, data or "")
    check_kept(data or "", save=save, plot=plot)
    with ended_by_signals():
        table = read_data(data, shipped, memory)
        how: dict[str, Any] = {
            "targets": [*target], "features": names_in("--features", table, features) or None,
            "bias": bias, "scale": scale, "categories": categories, "missing": missing,
            "without": names_in("--without", table, without),
        }  # fmt: skip
        command = {"how": how, "test": test, "valid": None, "table": None}
        read = read_parts(table, command, task["seed"])
    if (count := len(read.parts.prepared.target_names)) > 1:
        raise UsageError(f"tune takes one target, and there are {count}: tune each by itself")
    arrays = arrays_of(network, read.parts, weights, task["seed"])
    span = {"parameter": name, "low": low, "high": high, "values": values}
    tuning = _tuned(network, read, arrays, **span, **task)
    failed = _draw(plot, tuning)
    say(*(f"note: {note}" for note in read.parts.notes))
    if not apply or tuning.value is None:
        rule = network.rule.description()
        if as_json:
            print_json({"rule": rule, "tuning": data_of(tuning), "notes": [*read.parts.notes]})
        else:
            print_lines([head_of(tuning, read), "", *page_of(tuning)])
        say(*failed)
        if tuning.value is None:
            say("there is no value to train with" if apply else "no value works")
            return 3
        return 1 if failed else 0
    from warmer.comparing.tuning_trial import network_with

    chosen = network_with(network, tuning.parameter, tuning.value)
    wanted = Wanted(None, None, save, as_json, before=(head_of(tuning, read), "", *page_of(tuning)),
                    beside={"tuning": data_of(tuning)})  # fmt: skip
    code = finish(chosen, observers, read, wanted, (), **task, **arrays)
    say(*failed)
    return code or (1 if failed else 0)


def _tuned(network: "Network", read: "Read", arrays: dict[str, Any], **more: Any) -> "Tuning":
    """Tune with the rows to learn from, and where some were kept apart, by those of the test."""
    import warmer

    test = read.parts.test
    beside = None if test is None else (test.inputs, test.targets[:, 0])
    arrays = {name: each for name, each in arrays.items() if name != "valid"}
    with progress_line(_words) as told, plugins_speak_on_stderr():
        return warmer.tune(rule=network, test=beside, progress=told, **arrays, **more)


def _words(done: int, total: int) -> str:
    return f"{done} of {total} values tried"


def _parameter(network: "Network", word: str | None) -> str | None:
    """The parameter's name, from what people type; its own option must not be given as well."""
    from warmer.comparing.tuning import tuned_parameter

    typed = None if word is None else word.replace("-", "_")
    own = type(network.rule.plugin)
    if typed is not None and not hasattr(own, typed) and hasattr(own, f"{typed}_"):
        typed = f"{typed}_"  # a keyword of Python
    name = tuned_parameter(network, typed).name
    source = click.get_current_context().get_parameter_source(PREFIX + name)
    if source is ParameterSource.COMMANDLINE:
        raise UsageError(
            f"--{word_of(name)} is what is tuned: leave it out, or name another with --parameter"
        )
    return name


def _draw(path: str | None, tuning: "Tuning") -> list[str]:
    """Draw what was found into a file; answers why there is no picture, if so."""
    if path is None:
        return []
    try:
        tuning.plot(path)
    except WarmerError as failure:
        return [str(failure)]
    return []


tune = RuleGroup(
    "tune",
    "Find the values of a parameter that work for a table, and the one to use. Each is a run of "
    "its own; nothing is kept of them.",
    _params,
    _tune,
    explains=False,
)
