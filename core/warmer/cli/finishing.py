"""A run on a table, from the first step to what is printed, saved and said of it."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import attrs

from warmer.cli.cutting import Read
from warmer.cli.explained import explain as explain_step
from warmer.cli.explained import names_of
from warmer.cli.folding import Folds
from warmer.cli.historyfile import HistoryFile, history_file, writer_of
from warmer.cli.kept import save_model
from warmer.cli.messages import say
from warmer.cli.output import plugins_speak_on_stderr, print_json, print_lines
from warmer.cli.plotfile import draw
from warmer.cli.running import run_rule, signals
from warmer.cli.tested import fold_lines, score_lines, test_run
from warmer.cli.trained import document_of, page_of, results_of
from warmer.cli.weights import weight_names
from warmer.exceptions import WarmerError

if TYPE_CHECKING:
    from warmer.plugins.network import Network
    from warmer.runs.results import Finding, Run


@attrs.frozen
class Wanted:
    """What is wanted of a run: options of the command line.

    Parameters:
        before, beside: what is shown with the result: lines above it, keys of its document.
    """

    explain: int | None
    history: str | None
    save: str | None
    as_json: bool
    plot: str | None = None
    before: Sequence[str] = ()
    beside: Mapping[str, Any] = attrs.field(factory=dict)


def no_folds(_received: Sequence[int]) -> Folds:
    """Nothing more is run."""
    return Folds()


def finish(
    network: "Network",
    observers: Sequence[Any],
    read: Read,
    wanted: Wanted,
    told: "Sequence[Finding]",
    more: Callable[[Sequence[int]], Folds] = no_folds,
    take: "Callable[..., Run] | None" = None,
    **task: Any,
) -> int:
    """Run a network on a table; answers the exit code.

    Parameters:
        told: what was said before the run.
        more: runs that follow, given the signals that end them.
        take, task: what runs it, and what it takes; see `run_rule`.
    """
    parts = read.parts
    prepared = parts.prepared
    with plugins_speak_on_stderr():
        names = weight_names(prepared, network)
    with contextlib.ExitStack() as stack:
        received = stack.enter_context(signals())
        file = None
        if wanted.history:
            file = stack.enter_context(history_file(wanted.history, names, prepared.target_names))
        watching = [*observers, *([writer_of(file)] if file else [])]
        task = {"steps": 0, **task}  # a run that is resumed knows how many
        finished = run_rule(
            network, received=received, told=told, observers=watching, take=take, **task
        )
        run = finished.run
        tests = test_run(network, run, parts)
        failed, noted = _saved(wanted.save, run, parts, tests)
        folded = more(received)
        explained = explain_step(
            wanted.explain, network, finished.task, run, names_of(prepared, network)
        )
        result = results_of(run, finished.error, prepared, network)
        notes = [*parts.notes, *told, *finished.notes, *(file.faults if file else ())]
        beside = [*tests.remarks, *folded.remarks, *noted]
        if wanted.as_json:
            document = document_of(network.rule, run, result, parts, tests.scores, folded.tests)
            notes += [*beside, *failed, *explained.notes]
            document |= {**wanted.beside, "notes": notes, **explained.data()}
            show = partial(print_json, document)
        else:
            page = page_of(network, read.table, parts, run, result)
            page = [*wanted.before, "", *page] if wanted.before else page
            lines = [*score_lines(tests.scores), *fold_lines(folded.tests)]
            show = partial(print_lines, [*page, *lines, *explained.lines()])
        failed += draw(
            wanted.plot, [("", run)], targets=prepared.target_names, weight=f"weight {names[0]}",
            cheap=bool(received),  # a curve is 200 passes over the rows, and somebody waits
        )  # fmt: skip
        failed += _show_and_keep(show, file)
    say(*finished.remarks, *beside, *failed, *explained.notes)
    codes = 1 if failed else finished.code, tests.code, folded.code, explained.code
    return next(filter(None, codes), 0)


def _saved(*what: Any) -> tuple[list[str], list[str]]:
    """Save the model; answers why that failed, and what is to be noted."""
    try:
        return [], save_model(*what)
    except WarmerError as error:
        return [str(error)], []


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
