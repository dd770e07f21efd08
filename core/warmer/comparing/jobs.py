"""Many jobs: one after another, or through any executor, with the same answers in either case."""

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for_any
from multiprocessing.reduction import ForkingPickler
from typing import Any, TypeVar

import attrs

from warmer.contract.arguments import shown
from warmer.contract.parameters import Bounds, check_number
from warmer.exceptions import PLUGIN_ERRORS, UsageError, WarmerError, blame

J = TypeVar("J")
R = TypeVar("R")

AHEAD = 2  # jobs that wait for each worker, so that none waits for a job
UNKNOWN = 32  # workers of an executor that is given, where nobody says how many it has
CANNOT = "a job cannot be run in another process: {}"


@attrs.frozen
class Progress:
    """How far many jobs have come.

    Parameters:
        done, total: how many.
        seconds_left: about how long the others take; None where nothing says so yet.
    """

    done: int
    total: int
    seconds_left: float | None


def run_jobs(
    jobs: Iterable[J],
    work: Callable[[J], R],
    lost: Callable[[J], R],
    *,
    workers: int = 1,
    executor: Executor | None = None,
    stop: Callable[[], bool] = bool,
) -> Iterator[tuple[J, R]]:
    """Run jobs, and answer each with its result as soon as it is there.

    One worker is this process: job by job. More are processes of their own, which last as long as
    this call; or those of the executor that is given. Few jobs are sent ahead, so that there may
    be any number of them.

    Parameters:
        work: a function that can be sent, as a job can.
        lost: what is answered for a job whose worker ended without an answer, and whose second try,
            alone, ended so as well.
        workers: how many processes.
        executor: any of `concurrent.futures`: of joblib, Dask, Ray. It is not shut down.
        stop: asked between jobs whether to begin no other; those that run are waited for.

    Raises:
        WarmerError: as `work` does; jobs that were sent are waited for.
        UsageError: `executor` is none.
    """
    if executor is None and workers == 1:
        for job in jobs:
            if stop():
                return
            yield job, work(job)
        return
    if executor is not None and not callable(getattr(executor, "submit", None)):
        raise UsageError(f"executor must have a method submit, got {shown(executor)}")
    yield from _Team(work, lost, workers, executor, stop).run(iter(jobs))


def checked_workers(jobs: Any) -> int:
    """Check a number of processes."""
    return int(check_number("jobs", jobs, int, Bounds(at_least=1, at_most=1024)))


class _Team:
    """Sends jobs to an executor, and takes their results.

    A worker that ends without an answer breaks an executor of processes, and every job that was
    sent with it. Which one was to blame cannot be known: each is tried again, alone.
    """

    def __init__(self, work: Any, lost: Any, workers: int, given: Executor | None, stop: Any):
        self._work, self._lost, self._stop, self._given = work, lost, stop, given
        self._workers = workers
        self._told, self._tell = multiprocessing.Pipe(duplex=False)  # that workers are to end
        self._room = AHEAD * (workers if given is None or workers > 1 else UNKNOWN)
        self._executor = given or self._processes(workers)
        self._sent: dict[Future[Any], Any] = {}

    def run(self, jobs: Iterator[Any]) -> Iterator[tuple[Any, Any]]:
        more = True
        try:
            while more or self._sent:
                while more and len(self._sent) < self._room:
                    job = None if self._stop() else next(jobs, None)
                    more = job is not None
                    if more and not self._send(job):
                        yield from self._again([job])
                done, _ = wait(self._sent, return_when=FIRST_COMPLETED)
                broken = []
                for future in done:
                    job = self._sent.pop(future)
                    answered, answer = _answer(future)
                    if answered:
                        yield job, answer
                    else:
                        broken.append(job)
                if broken:
                    yield from self._again(broken)
                if self._stop():
                    more = False
                    self._call_back()
        except KeyboardInterrupt:  # nobody is waited for
            self._tell.send_bytes(b"!")
            raise
        finally:
            self._call_back()
            if self._given is None:
                self._executor.shutdown(wait=True)
            self._tell.close()
            self._told.close()

    def _send(self, job: Any) -> bool:
        try:
            self._sent[self._submit(self._executor, job)] = job
        except BrokenExecutor:
            return False
        return True

    def _submit(self, executor: Executor, job: Any) -> "Future[Any]":
        """Send a job; to processes of our own as bytes, so that one that cannot be sent is refused.

        An executor of processes that finds out by itself may never shut down (Python 3.13).
        """
        if self._given is not None:
            return executor.submit(self._work, job)
        try:
            sent = bytes(ForkingPickler.dumps((self._work, job)))  # as the executor would itself
        except KeyboardInterrupt:
            raise
        except PLUGIN_ERRORS as error:
            raise WarmerError(CANNOT.format(blame(error))) from error
        return executor.submit(_work_on, sent)

    def _call_back(self) -> None:
        """Call back the jobs that have not begun."""
        for future in [future for future in self._sent if future.cancel()]:
            del self._sent[future]

    def _again(self, jobs: list[Any]) -> Iterator[tuple[Any, Any]]:
        """Try jobs again whose worker ended, each alone; those that were sent with them too."""
        if self._given is None:
            wait(self._sent)
            for future, job in list(self._sent.items()):
                answered, answer = _answer(future)
                if answered:
                    yield job, answer
                else:
                    jobs.append(job)
            self._sent.clear()
            self._executor.shutdown(wait=True)
        for job in jobs:
            yield job, self._alone(job)
        if self._given is None:
            self._executor = self._processes(self._workers)

    def _alone(self, job: Any) -> Any:
        own = self._given or self._processes(1)
        try:
            answered, answer = _answer(self._submit(own, job))
            return answer if answered else self._lost(job)
        except BrokenExecutor:
            raise WarmerError(f"the executor is broken: {shown(own)}") from None
        finally:
            if self._given is None:
                own.shutdown(wait=True)

    def _processes(self, count: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(count, initializer=_begin_worker, initargs=(self._told,))


def _answer(future: "Future[Any]") -> tuple[bool, Any]:
    """Whether a job was answered, and how; what it raised itself is raised here."""
    try:
        return True, future.result()
    except WarmerError:
        raise
    except (BrokenExecutor, CancelledError):
        return False, None
    except KeyboardInterrupt:
        raise
    except PLUGIN_ERRORS as error:  # executors have words of their own for a worker that is gone
        if type(error).__module__.partition(".")[0] in ("distributed", "ray", "joblib"):
            return False, None
        raise WarmerError(CANNOT.format(blame(error))) from error


def _work_on(sent: bytes) -> Any:
    """Do what was sent by the process that began this one."""
    work, job = ForkingPickler.loads(sent)
    return work(job)


def _begin_worker(told: Connection) -> None:
    """Leave signals and stdout to the parent, and end when it ends, or tells so."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    sys.stdout = sys.stderr
    threading.Thread(target=_end_with_parent, args=(told,), daemon=True).start()


def _end_with_parent(told: Connection) -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for_any([parent.sentinel, told])
        os._exit(1)


class Clock:
    """Tells how far many jobs have come, from how long those took that were run."""

    def __init__(self, total: int):
        self._total, self._done, self._ran = total, 0, 0
        self._began = time.monotonic()

    def done(self, ran: bool) -> Progress:
        """Note one more; whether it was run, or was known already."""
        self._done += 1
        self._ran += ran
        left = None
        if self._ran:
            elapsed = time.monotonic() - self._began
            left = elapsed / self._ran * (self._total - self._done)
        return Progress(self._done, self._total, left)
