"""The history of a run as a file: a row for every step, `.csv` or `.jsonl`.

The rows are written as the steps are taken, into a temporary file in the same folder. Once the
result is printed, that file is renamed; where anything fails before, it is removed.
"""

import contextlib
import csv
import json
import math
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO

import attrs

from warmer.contract.hookspecs import hookimpl
from warmer.exceptions import UsageError, WarmerError
from warmer.storing.atomic import beside as temporary_name
from warmer.storing.atomic import sync_folder

if TYPE_CHECKING:
    from warmer.plugins.naming import Chosen
    from warmer.runs.history import History

EXTENSIONS = (".csv", ".jsonl")
STDIN = 0


def check_history(path: str, data: str) -> None:
    """Refuse a file that could not be written in the end, before anything is read.

    Parameters:
        path: where the history is to go.
        data: the table that will be read, which must not be overwritten.
    """
    if not os.path.isdir(path) and os.path.splitext(path)[1] not in EXTENSIONS:
        raise UsageError(f"--history {path}: must end in {' or '.join(EXTENSIONS)}")
    check_output("--history", path, data)


def check_output(option: str, path: str, data: str) -> None:
    """Refuse a file that could not be written in the end, before anything is read.

    Parameters:
        option: the one that names it.
        path: where it is to go.
        data: the table that will be read, which must not be overwritten.
    """
    target = os.path.realpath(path) if os.path.islink(path) else path
    folder = os.path.dirname(target) or "."
    why = None
    if os.path.isdir(path):
        why = "is a folder"
    elif not path or "\0" in path:
        why = "is no name of a file"
    elif not os.path.isdir(folder):
        why = f"there is no folder {folder}"
    elif os.path.exists(path) and not os.path.isfile(path):
        why = "is not a regular file"
    elif _is_one_file(path, STDIN if data == "-" else data):
        why = "is the table itself"
    elif _is_one_file(path, sys.stdout) or _is_one_file(path, sys.stderr):
        why = "is the file that the output goes to"
    elif not os.access(folder, os.W_OK | os.X_OK):
        why = f"no permission to write into {folder}"
    if why:
        raise UsageError(f"{option} {path}: {why}")


def check_observed(observers: "Sequence[Chosen]", data: str) -> None:
    """Refuse an observer that would write over the table."""
    for each in observers:
        path = getattr(each.plugin, "path", None)
        if isinstance(path, str) and _is_one_file(path, STDIN if data == "-" else data):
            raise UsageError(f"--observe {each.name}: {path} is the table itself")


def _is_one_file(path: str, other: str | int | TextIO) -> bool:
    """Say whether a path leads to the same file as another one, or as an open one."""
    try:
        there = other if isinstance(other, (str, int)) else other.fileno()
        return os.path.samestat(os.stat(path), os.stat(there))
    except (OSError, ValueError, AttributeError):  # one of them does not exist, or is closed
        return False


@attrs.define(eq=False)
class HistoryFile:
    """A file that becomes the history.

    Parameters:
        path: where it is to go, as it was asked for.
        weights, targets: what they are called.
        beside: its temporary name; None once it is renamed.
        file: the open file.
        failure: the first one while writing; None where all is well.
        names: of the columns, from the first step on.
    """

    path: str
    weights: Sequence[str]
    targets: Sequence[str]
    beside: str | None
    file: TextIO
    failure: OSError | None = None
    names: Sequence[str] = ()

    def write(self, steps: "History") -> None:
        """Write a row for each step; what fails is told by `finish`."""
        if self.failure is not None:
            return
        first = not self.names
        if first:
            self.names = self._columns(steps.weight_deltas is not None)
        try:
            _write(self.file, os.path.splitext(self.path)[1], self.names, _rows(steps), first)
        except OSError as error:
            self.failure = error

    def _columns(self, weight_deltas: bool) -> list[str]:
        """Name the columns; several targets stand after one another."""
        words = ("weight", "weight_delta") if weight_deltas else ("weight",)
        names = ["step"]
        for target in self.targets:
            prefix = f"{target} " if len(self.targets) > 1 else ""
            names.append(f"{prefix}error")
            names += [f"{prefix}{word} {each}" for word in words for each in self.weights]
        return names

    @property
    def faults(self) -> list[str]:
        """What has failed so far, in words: one sentence, or none."""
        return [] if self.failure is None else [_told(self.path, self.failure)]

    def finish(self) -> None:
        """Rename the file once it is whole and on the disk.

        Raises:
            WarmerError: it could not be written.
        """
        final = os.path.realpath(self.path)
        try:
            if self.failure is not None:
                raise self.failure
            assert self.beside is not None
            self.file.flush()
            os.fsync(self.file.fileno())
            os.replace(self.beside, final)
            self.beside = None
            sync_folder(final)
        except OSError as error:
            raise WarmerError(_told(self.path, error)) from error


@contextlib.contextmanager
def history_file(
    path: str, weights: Sequence[str], targets: Sequence[str]
) -> Iterator[HistoryFile]:
    """Open a temporary file beside the one that is asked for; it is removed unless it is finished.

    It has the mode of the file that it replaces.

    Raises:
        WarmerError: it cannot be made.
    """
    final = os.path.realpath(path)
    beside = temporary_name(final)
    mode = stat.S_IMODE(os.stat(final).st_mode) if os.path.exists(final) else None
    opener = partial(os.open, mode=0o666 if mode is None else mode)
    # "x": a file of this name would be somebody else's
    try:
        stream = open(  # noqa: SIM115 - it is closed with the history
            beside, "x", encoding="utf-8", newline="", opener=opener
        )
    except OSError as error:
        raise WarmerError(_told(path, error)) from error
    file = HistoryFile(path, weights, targets, beside, stream)
    try:
        if mode is not None:
            os.chmod(beside, mode)
        yield file
    finally:
        with contextlib.suppress(OSError):  # the disk is still full
            file.file.close()
        if file.beside is not None:
            os.unlink(file.beside)


def writer_of(file: HistoryFile) -> Any:
    """An observer that writes every step into a file."""
    from warmer.engines.streaming import EveryStep  # it needs NumPy

    class Writer(EveryStep):
        def take(self, steps: "History") -> None:
            file.write(steps)

        @hookimpl
        def run_ended(self) -> None:
            """A full disk is known before the result is printed."""
            try:
                file.file.flush()
            except OSError as error:
                file.failure = file.failure or error

    return Writer()


def _told(path: str, error: OSError) -> str:
    return f"--history {path}: {error.strerror or error}"


def _rows(steps: "History") -> "Iterator[tuple[Any, ...]]":
    """The steps as rows, in the order of the names."""
    columns = [steps.step.tolist()]
    for target in range(steps.error.shape[1]):
        columns.append(steps.error[:, target].tolist())
        for values in (steps.weights, steps.weight_deltas):
            if values is not None:
                columns += values[:, :, target].T.tolist()
    return zip(*columns, strict=True)


def _write(
    file: TextIO,
    extension: str,
    names: Sequence[str],
    rows: "Iterator[tuple[Any, ...]]",
    first: bool,
) -> None:
    if extension == ".csv":
        writer = csv.writer(file, lineterminator="\n")
        if first:
            writer.writerow(names)
        writer.writerows(rows)
        return
    for row in rows:
        record = {n: v if math.isfinite(v) else None for n, v in zip(names, row, strict=True)}
        file.write(json.dumps(record, allow_nan=False) + "\n")
