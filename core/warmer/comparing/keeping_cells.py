"""The store of finished cells: a file with a line for each, to which lines are added."""

import contextlib
import json
import os
from collections.abc import Iterator
from typing import Any

from warmer.comparing.cells import Finished, Job, from_plain, to_plain
from warmer.contract.arguments import shown
from warmer.exceptions import PLUGIN_ERRORS, ParameterError, WarmerError
from warmer.storing.locking import locked

FILE = "cells.jsonl"
FORMAT = 1


class Kept:
    """Finished cells, by the key of their job; a cell is written as soon as it is finished.

    A line is written at once, and one that is not whole is no line: whatever ends the process, what
    was written before stands.

    Parameters:
        path: the file.
    """

    def __init__(self, path: str):
        self.path = path
        self._known: dict[str, Any] = {}
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
        with open(path, "rb") as file:
            content = file.read()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.ftruncate(self._descriptor, whole)  # what a killed process was writing
        for line in content[:whole].splitlines():
            with contextlib.suppress(ValueError, TypeError, KeyError):  # a line of somebody else's
                entry = json.loads(line)
                if entry["format"] == FORMAT:
                    self._known[entry["key"]] = entry["cell"]

    def __len__(self) -> int:
        return len(self._known)

    def get(self, job: Job) -> Finished | None:
        """What came of a job, if it is known."""
        plain = self._known.get(job.key() or "")
        try:
            return None if plain is None else from_plain(job.cell, plain)
        except ValueError:  # somebody has changed the line: it runs again
            return None

    def put(self, job: Job, finished: Finished) -> None:
        """Keep what came of a job; a run that failed, or cannot be recognised, is not kept.

        Raises:
            WarmerError: it cannot be written.
        """
        key = job.key()
        if key is None or finished.status == "failed":
            return
        entry = {"format": FORMAT, "key": key, "cell": to_plain(finished)}
        line = json.dumps(entry, allow_nan=False) + "\n"
        try:
            written = os.write(self._descriptor, line.encode())
        except OSError as error:
            raise WarmerError(f"{self.path}: {error.strerror or error}") from error
        if written < len(line.encode()):
            raise WarmerError(f"{self.path}: the disk is full")
        self._known[key] = entry["cell"]

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._descriptor)


def folder_of(name: str, folder: Any) -> str:
    """Check the name of a folder.

    Parameters:
        name: the argument that names it.

    Raises:
        ParameterError: it is none.
    """
    try:
        found = os.fsdecode(folder)
    except KeyboardInterrupt:
        raise
    except PLUGIN_ERRORS:  # somebody's __fspath__ may raise anything
        found = ""
    if not found or "\0" in found:
        raise ParameterError(f"{name} must be the name of a folder, got {shown(folder)}")
    return found


@contextlib.contextmanager
def kept_in(folder: Any) -> Iterator[Kept | None]:
    """The store in a folder, which is made where there is none; nobody else writes to it meanwhile.

    Parameters:
        folder: None for no store.

    Raises:
        UsageError: another comparison is writing to it.
        WarmerError: it cannot be made.
    """
    if folder is None:
        yield None
        return
    folder = folder_of("keep", folder)
    path = os.path.join(folder, FILE)
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise WarmerError(f"{folder}: {error.strerror or error}") from error
    with locked(path):
        try:
            kept = Kept(path)
        except OSError as error:
            raise WarmerError(f"{path}: {error.strerror or error}") from error
        try:
            yield kept
        finally:
            kept.close()
