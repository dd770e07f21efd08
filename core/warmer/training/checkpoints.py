"""Checkpoints: a run between two steps in a file, written whole, the one before it kept."""

import contextlib
import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import attrs
import numpy as np

from warmer.contract.arguments import shown
from warmer.contract.parameters import Bounds, check_number
from warmer.exceptions import DataError, ParameterError, UsageError, WarmerError
from warmer.models.headers import CHECKPOINT, COMMAND
from warmer.models.states import numbers_of
from warmer.runs.far import in_parts
from warmer.runs.outcome import Outcome
from warmer.runs.task import Array, State
from warmer.storing.atomic import write
from warmer.storing.container import encode, read
from warmer.storing.locking import locked
from warmer.storing.schema import Maybe, check_header

EVERY = 60.0  # seconds between two checkpoints
SHARE = 100  # by default, writing takes at most this part of the time


def _path(value: Any) -> str:
    try:
        path = os.fsdecode(value)
    except Exception:  # noqa: BLE001 - somebody's __fspath__ may raise anything
        path = ""
    if not path or "\0" in path:
        raise ParameterError(f"checkpoint: path must be the name of a file, got {shown(value)}")
    return os.path.realpath(path) if os.path.islink(path) else path


def _command(value: Any) -> Any:
    check_header("checkpoint", value, Maybe(COMMAND), "command")
    return value


def _every(value: Any) -> float | None:
    return None if value is None else check_number("every", value, float, Bounds(at_least=0))


@attrs.frozen
class Checkpoint:
    """Where a run keeps its checkpoints, and how often.

    Parameters:
        path: the file; the checkpoint before it is `path.previous`.
        every: seconds between two of them, at least; None for 60, or more where writing would
            take more than a hundredth of the time.
        command: how the command line reads the table again; None for programs.

    Raises:
        ParameterError: the path is none, or the seconds are negative.

    >>> Checkpoint("run.warmer", every=10).previous
    'run.warmer.previous'
    """

    path: str = attrs.field(converter=_path)
    every: float | None = attrs.field(default=None, converter=_every, kw_only=True)
    command: dict[str, Any] | None = attrs.field(
        default=None, converter=_command, kw_only=True, repr=False
    )

    @property
    def previous(self) -> str:
        """Where the checkpoint before the newest is."""
        return f"{self.path}.previous"


@attrs.frozen(eq=False)
class Loaded:
    """A checkpoint that was read.

    Parameters:
        path: the file that it was read from.
        header: what the run was asked for, and how far it has come.
        arrays: its numbers.
        warning: why it is not the newest one; None where it is.
    """

    path: str
    header: dict[str, Any]
    arrays: dict[str, Array]
    warning: str | None = None

    @property
    def ended(self) -> Outcome | None:
        """How the run ended; None where it can go on."""
        outcome = self.header["outcome"]
        return Outcome(**outcome) if outcome and self.header["ended"] else None


def load_checkpoint(where: Checkpoint) -> Loaded:
    """Read the newest checkpoint that is whole.

    Raises:
        DataError: there is none, or none of them is whole.
    """
    try:
        return _load(where.path)
    except DataError as newest:
        if not os.path.exists(where.previous):
            raise
        try:
            older = _load(where.previous)
        except DataError:
            raise newest from None
        step = older.header["step"]
        return attrs.evolve(older, warning=f"{newest}; the one before it is taken, of step {step}")


def _load(path: str) -> Loaded:
    header, arrays = read(path)
    if header.get("kind") != "checkpoint":
        raise DataError(f"{path}: is a model, not a checkpoint; go on with start=, or --start")
    check_header(path, header, CHECKPOINT)
    return Loaded(path, header, arrays)


def refuse_unfinished(where: Checkpoint) -> None:
    """Refuse to write over a run that has not ended, or over a file of another kind.

    Raises:
        UsageError: saying how to go on with it.
    """
    found = []
    for path in filter(os.path.lexists, (where.path, where.previous)):
        try:
            found.append(_load(path))
        except DataError as error:
            raise UsageError(f"checkpoint {error}; name another file, or remove it") from None
    if found and found[0].ended is None:  # the newest; the one before it has never ended
        step, steps = found[0].header["step"], found[0].header["task"]["steps"]
        raise UsageError(
            f"checkpoint {found[0].path}: holds a run at step {step} of {steps}; go on with it "
            f"(warmer resume {where.path}), or remove it"
        )


@contextlib.contextmanager
def only_run(where: Checkpoint | None) -> Iterator[None]:
    """See to it that no other run writes to a checkpoint."""
    if where is None:
        yield
        return
    with locked(where.path):
        yield


class Keeper:
    """Writes the checkpoints of one run. What cannot be written is reported, and tried again.

    Parameters:
        where: the file, and how often.
        header: what does not change while the run goes on.
        arrays: the numbers of that kind.
        changing: answers the numbers beside the state that a run has to go on with.
        rotate: whether the file there is, is whole, and so becomes the previous one.

    Raises:
        WarmerError: the first one cannot be written.
    """

    def __init__(
        self,
        where: Checkpoint,
        header: Mapping[str, Any],
        arrays: Mapping[str, Array],
        changing: Callable[[], dict[str, Array]],
        rotate: bool = True,
    ):
        self.reports: list[str] = []
        self._where, self._header, self._arrays = where, header, arrays
        self._changing, self._rotate = changing, rotate
        self._due = time.monotonic() + (EVERY if where.every is None else where.every)

    @contextlib.contextmanager
    def to_the_end(self, begun: State) -> Iterator[Callable[[State], None]]:
        """What is to be told of each state; the last one is written where a run is broken off."""
        last = begun

        def between(state: State) -> None:
            nonlocal last
            last = state
            if time.monotonic() >= self._due:
                self.write(state)

        try:
            yield between
        except BaseException:
            self.write(last)
            raise

    def write(self, state: State, outcome: Outcome | None = None, ended: bool = False) -> None:
        """Write a state, how the run ended, and whether no step is left to take."""
        try:
            self.put(state, outcome, ended)
        except WarmerError as error:
            report = str(error)
            if report not in self.reports:
                self.reports.append(report)

    def put(self, state: State, outcome: Outcome | None = None, ended: bool = False) -> None:
        """The same; raises a WarmerError where it fails."""
        where, began = self._where, time.monotonic()
        header = {
            **self._header, "step": state.step,
            "outcome": None if outcome is None else attrs.asdict(outcome), "ended": ended,
        }  # fmt: skip
        arrays = {**numbers_of(state), **self._arrays, **self._changing()}
        try:
            write(where.path, encode(header, arrays), where.previous if self._rotate else None)
            self._rotate = True
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise WarmerError(f"checkpoint {where.path}: cannot be written: {why}") from error
        finally:
            now = time.monotonic()
            wait = max(EVERY, SHARE * (now - began)) if where.every is None else where.every
            self._due = now + wait


def hash_of(arrays: Sequence[Array]) -> str:
    """Recognise data by their shapes and bytes: SHA-256, in hexadecimal."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.array([array.ndim, *array.shape], "<i8").tobytes())
        for part in in_parts(array):
            digest.update(np.ascontiguousarray(part, "<f8").data)
    return digest.hexdigest()
