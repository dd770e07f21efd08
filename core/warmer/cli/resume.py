"""`warmer resume FILE`: go on with a run that was interrupted, to the same end."""

import contextlib
from functools import partial
from glob import has_magic
from typing import Any

import click

from warmer.cli.beginning import ended_by_signals, read_data
from warmer.cli.cutting import read_parts
from warmer.cli.finishing import Wanted, finish
from warmer.cli.historyfile import check_history
from warmer.cli.kept import check_kept, every_option, save_option
from warmer.cli.messages import HelpContext, say
from warmer.cli.on_cluster import cluster_option, read_there
from warmer.cli.options import network_options
from warmer.cli.output import plugins_speak_on_stderr
from warmer.cli.parts import memory_option
from warmer.exceptions import UsageError


class _Resume(click.Command):
    context_class = HelpContext


def resume(
    file: str,
    data: str | None,
    memory: int | None,
    rule: str | None,
    save: str | None,
    history: str | None,
    checkpoint_every: float | None,
    cluster: str | None,
    as_json: bool,
    engine: str,
    predictor: object,
    comparison: object,
    modifier: tuple[object, ...],
    observer: tuple[object, ...],
) -> int:
    """Go on with the run that a checkpoint of `warmer train` holds."""
    import warmer
    from warmer.cli.folding import data_of
    from warmer.plugins.choosing import choose
    from warmer.plugins.recalling import recalled
    from warmer.plugins.registry import Registry
    from warmer.training.checkpoints import load_checkpoint

    where = warmer.Checkpoint(file, every=checkpoint_every)
    loaded = load_checkpoint(where)
    command, asked = loaded.header["command"], loaded.header["task"]
    if command is None:
        raise UsageError(f"{file}: was written by a program: warmer.resume goes on with it")
    data = data or command["data"]
    if history is not None:
        check_history(history, data or "")
    check_kept(data or "", history=history, save=save)
    with plugins_speak_on_stderr():
        given: dict[str, Any] = {
            "rule": rule, "predict": predictor, "compare": comparison,
            "modifiers": modifier,
        }  # fmt: skip
        if rule is not None:
            parameters = loaded.header["plugins"]["rule"]["parameters"]
            given["rule"] = choose(rule, "rule", Registry(), parameters)
        network = recalled(
            loaded.path,
            loaded.header["plugins"],
            Registry(),
            {**given, "modifiers": modifier or None},
        )
    with contextlib.ExitStack() as there:
        with ended_by_signals():
            if cluster is not None:
                read = there.enter_context(read_there(cluster, data, command["how"]))
            elif has_magic(data or ""):
                raise UsageError(f"{data}: was read on a cluster; say --cluster, or name one file")
            else:
                table = read_data(data, None if data else command["shipped"], memory)
                read = read_parts(table, command, asked["seed"])
        say(*(f"note: {note}" for note in read.parts.notes))
        take = partial(warmer.resume, where, **given)
        task = {**data_of(read.parts), "engine": engine}
        wanted = Wanted(None, history, save, as_json)
        return finish(network, observer, read, wanted, (), take=take, kept=where, **task)


def _command() -> click.Command:
    beside = ("engine", "predictor", "comparison", "modifier", "observer")
    return _Resume(
        "resume",
        callback=resume,
        help="Go on with an interrupted run, from the checkpoint that `warmer train --checkpoint "
        "FILE` has written, to the same bits. The table is read again, and must be the same.",
        short_help="Go on with an interrupted run.",
        params=[
            click.Argument(["file"]),
            click.Argument(["data"], required=False),
            click.Option(
                ["--rule"], metavar="NAME",
                help="the rule, where it was given as path/to/file.py:Class; --predict, --compare "
                "and --with likewise",
            ),
            memory_option(),
            save_option(),
            click.Option(
                ["--history"], metavar="FILE",
                help="write the steps that are still to be taken into FILE.csv or FILE.jsonl",
            ),
            every_option(),
            cluster_option(),
            *(option for option in network_options() if option.name in beside),
            click.Option(["as_json", "--json"], is_flag=True, help="print one JSON document"),
        ],
    )  # fmt: skip


command = _command()
