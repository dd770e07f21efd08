"""The history of a run as a file: a row for every step, `.csv` or `.jsonl`."""

import csv
import json
import math
import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from warmer.exceptions import UsageError, WarmerError

if TYPE_CHECKING:
    from warmer.history import History
    from warmer.preparation import Prepared

EXTENSIONS = (".csv", ".jsonl")


def check_history(path: str, data: str) -> None:
    """Refuse, before anything is read, a file that could not be written in the end.

    Parameters:
        path: where the history is to go.
        data: the table that will be read, which must not be overwritten.
    """
    folder = os.path.dirname(path) or "."
    why = None
    if os.path.isdir(path):
        why = "is a folder"
    elif os.path.splitext(path)[1] not in EXTENSIONS:
        why = f"must end in {' or '.join(EXTENSIONS)}"
    elif not os.path.isdir(folder):
        why = f"there is no folder {folder}"
    elif os.path.exists(path) and not os.path.isfile(path):
        why = "is not a regular file"
    elif os.path.exists(path) and os.path.exists(data) and os.path.samefile(path, data):
        why = "is the table itself"
    elif not os.access(os.path.dirname(os.path.realpath(path)), os.W_OK | os.X_OK):
        why = f"no permission to write into {folder}"
    if why:
        raise UsageError(f"--history {path}: {why}")


def write_history(path: str, history: "History", prepared: "Prepared") -> None:
    """Write the whole file or nothing: into a file beside it, which then takes its name."""
    names, columns = _columns(history, prepared)
    rows = zip(*columns, strict=True)
    final = os.path.realpath(path)
    folder, base = os.path.split(final)
    beside = os.path.join(folder, f".{base}.{os.getpid()}.tmp")
    try:
        try:
            with open(beside, "x", encoding="utf-8", newline="") as file:
                _write(file, os.path.splitext(path)[1], names, rows)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, final)
            _sync(folder)
        finally:
            if os.path.exists(beside):
                os.unlink(beside)
    except OSError as error:
        raise WarmerError(f"--history {path}: {error.strerror or error}") from error


def _columns(history: "History", prepared: "Prepared") -> tuple[list[str], list[list[Any]]]:
    """Name the columns and take them apart; several targets stand after one another."""
    inputs = weight_names(prepared)
    several = len(prepared.target_names) > 1
    names, columns = ["step"], [history.step.tolist()]
    for index, target in enumerate(prepared.target_names):
        prefix = f"{target} " if several else ""

        def column(values: Any, at: int = index) -> Any:
            return values[..., at] if several else values

        names.append(f"{prefix}error")
        columns.append(column(history.error).tolist())
        for word, values in (("weight", history.weights), ("weight_delta", history.weight_deltas)):
            if values is not None:
                names += [f"{prefix}{word} {each}" for each in inputs]
                columns += column(values).T.tolist()
    return names, columns


def weight_names(prepared: "Prepared") -> list[str]:
    """Name the weights: by their features, and the last one `bias` where there is one."""
    features = list(prepared.features)
    return [*features, _free("bias", features)] if prepared.bias else features


def _free(name: str, taken: Sequence[str]) -> str:
    """A name like this one that no column has."""
    return name if name not in taken else _free(f"{name}_", taken)


def _write(
    file: TextIO, extension: str, names: Sequence[str], rows: "Iterator[tuple[Any, ...]]"
) -> None:
    if extension == ".csv":
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)
        return
    for row in rows:
        record = {n: v if math.isfinite(v) else None for n, v in zip(names, row, strict=True)}
        file.write(json.dumps(record, allow_nan=False) + "\n")


def _sync(folder: str) -> None:
    """Have the new name itself on the disk, where the system can do that."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
