"""A run on the command line: plugins kept off stdout, progress, signals, and how it ended."""

import contextlib
import os
import shlex
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from warmer.cli.output import plugins_speak_on_stderr
from warmer.contract.hookspecs import hookimpl
from warmer.exceptions import Stop
from warmer.plugins.installed import SHIPPED
from warmer.plugins.naming import find
from warmer.plugins.registry import Registry

if TYPE_CHECKING:
    from warmer.plugins.naming import Chosen
    from warmer.plugins.network import Network
    from warmer.runs.results import Finding, Run
    from warmer.runs.task import Task
    from warmer.training.checkpoints import Checkpoint

PROGRESS = "progress"  # the observer that long runs have on a terminal
SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]
CODES = {"budget": 0, "converged": 0, "diverged": 3, "stopped": 0}


class Finished(NamedTuple):
    """A run that is over.

    Parameters:
        run: as `warmer.train` returns it.
        task: what was run.
        error: at the final weights.
        code: the exit code.
        notes: what is noticed about the run, a sentence each.
        remarks: what is to be said on stderr once the result is printed, these notes among it.
    """

    run: "Run"
    task: "Task"
    error: Any
    code: int
    notes: list[str]
    remarks: list[str]


def run_rule(
    network: "Network",
    steps: int,
    received: Sequence[int],
    told: Sequence["Finding"],
    observers: Sequence[Any] = (),
    take: Callable[..., "Run"] | None = None,
    kept: "Checkpoint | None" = None,
    **task: Any,
) -> Finished:
    """Run a network as `warmer.train` does.

    Parameters:
        steps: how many steps to take.
        received: signals that end the run, after the steps that are being taken; see `signals`.
        told: what was said before the run; nothing is said twice about one topic.
        take: what runs it; by default `warmer.train`.
        kept: where it keeps its checkpoints.
        task: everything else that it takes.
    """
    import warmer

    take = take or partial(warmer.train, rule=network, steps=steps)

    stopper = _Stopper(received)
    with plugins_speak_on_stderr():
        with _progress(observers) as watching:
            run = take(observers=[*watching, stopper], **task)
        error, found = run.error, run.findings  # plugins answer, so while they speak on stderr
    code = CODES[run.outcome.status]
    topics = {finding.topic for finding in told}
    findings = [str(finding) for finding in found if finding.topic not in topics]
    remarks = [f"note: {text}" for text in run.reports]
    if run.outcome.status == "diverged":
        remarks.append("; ".join([f"diverged: {run.outcome.reason}", *findings]))
    else:
        remarks += [f"note: {finding}" for finding in findings]
    if received and run.outcome.status == "stopped":
        remarks.append(f"{run.outcome.reason} after {steps_in_words(run.outcome.steps)}")
        if kept is not None and not any(r.startswith("checkpoint ") for r in run.reports):
            remarks[-1] += f"; `warmer resume {shlex.quote(kept.path)}` goes on with it"
        code = 128 + received[0]
    return Finished(run, stopper.task, error, code, [*run.reports, *findings], remarks)


def outcome_of(run: "Run") -> dict[str, Any]:
    """How a run ended, as plain data."""
    outcome = run.outcome
    return {"status": outcome.status, "reason": outcome.reason, "steps": outcome.steps}


def engine_of(run: "Run") -> dict[str, str]:
    """Which engine took the steps and why, as plain data."""
    return {"name": run.engine, "reason": run.engine_reason}


def steps_in_words(steps: int) -> str:
    """Count steps.

    >>> steps_in_words(1), steps_in_words(2)
    ('1 step', '2 steps')
    """
    return f"{steps} step" + ("s" if steps != 1 else "")


def endings(run: "Run") -> list[tuple[str, str]]:
    """Say how a run ended, and which engine ran it; why it diverged is said on stderr."""
    outcome = run.outcome
    ending = f"{outcome.status}: {outcome.reason}"
    if outcome.status in ("diverged", "stopped"):
        ending = f"{outcome.status} after {steps_in_words(outcome.steps)}"
    if outcome.status == "stopped":
        ending += f": {outcome.reason}"
    return [("outcome", ending), ("engine", f"{run.engine}: {run.engine_reason}")]


@contextlib.contextmanager
def signals() -> Iterator[list[int]]:
    """Take note of the first Ctrl-C, SIGTERM or SIGHUP; a second one ends the process at once.

    A second one raises KeyboardInterrupt first, so that nothing is left behind.
    """
    received: list[int] = []
    before: dict[int, Any] = {}

    def take_note(number: int, _frame: Any) -> None:
        received.append(number)
        for each, handler in before.items():
            signal.signal(each, handler if callable(handler) else give_up)

    def give_up(number: int, _frame: Any) -> None:
        restore()
        received.append(number)
        raise KeyboardInterrupt

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    if threading.current_thread() is threading.main_thread():
        for number in SIGNALS:
            if signal.getsignal(number) not in (signal.SIG_IGN, None):
                before[number] = signal.signal(number, take_note)
    try:
        yield received
    except KeyboardInterrupt:
        restore()
        if len(received) > 1:  # it would have ended the process without a word
            os.kill(os.getpid(), received[-1])
        raise
    finally:
        restore()


class _Stopper:
    """An observer that keeps the task, and ends the run once a signal was received."""

    task: "Task"

    def __init__(self, received: Sequence[int]):
        self._received = received

    @hookimpl
    def run_started(self, task: "Task") -> None:
        self.task = task

    @hookimpl
    def steps_taken(self) -> None:
        if self._received:
            name = signal.Signals(self._received[0]).name
            raise Stop(f"interrupted ({name})", signal=self._received[0])


@contextlib.contextmanager
def _progress(observers: Sequence["Chosen"]) -> Iterator[list["Chosen"]]:
    """All who are to be told of the run: on a terminal the line of progress is among them.

    It is wiped in the end, whatever ends the run.
    """
    if sys.stderr is None or sys.stderr.closed or not sys.stderr.isatty():
        yield [*observers]
        return
    shown = [each for each in observers if (each.distribution, each.name) == (SHIPPED, PROGRESS)]
    added = [] if shown else [find(PROGRESS, "observer", Registry()).chosen({})]
    try:
        yield [*observers, *added]
    finally:
        for each in (*shown, *added):
            each.plugin.run_ended()
