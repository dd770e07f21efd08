"""The history of a run, as columns."""

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np

from warmer.exceptions import UsageError
from warmer.runs.names import Names, numbered
from warmer.runs.outward import frame_from
from warmer.runs.task import Array, Task, brief

MOST_NUMBERS = 2_000_000  # what a history keeps by itself: 16 MB


@attrs.frozen(eq=False)
class History:
    """Recorded steps as NumPy columns; the first axis is the recorded step.

    Parameters:
        step: shape (recorded,), the numbers of the steps, from 1. A run that goes on with another
            one counts on.
        weights: shape (recorded, weights), at the start of the step.
        error: shape (recorded,), the batch's error at the start of the step.
        weight_deltas: shape (recorded, weights); None where the prediction has no derivative.
        prediction, delta: shape (recorded,), of the batch's row; None where a batch has several.
        names: what weights and targets are called.

    Where several targets were given, every column but `step` has a last axis of targets.
    """

    step: "np.ndarray[Any, np.dtype[np.int64]]" = attrs.field(repr=brief)
    weights: Array = attrs.field(repr=brief)
    error: Array = attrs.field(repr=brief)
    weight_deltas: Array | None = attrs.field(repr=brief)
    prediction: Array | None = attrs.field(repr=brief)
    delta: Array | None = attrs.field(repr=brief)
    names: Names | None = attrs.field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.step)

    def to_dict(self) -> dict[str, Array]:
        """The columns by name, each of shape (recorded,).

        There is `step`, and for each target `error`, `prediction` and `delta` (where they are
        known), and `weight NAME` and `weight_delta NAME` for each weight; of several targets the
        names begin with that of the target: `y1 error`.

        >>> import warmer
        >>> run = warmer.train([2.0], [0.8], "alpha-scaled", steps=2)
        >>> [*run.history.to_dict()]
        ['step', 'error', 'prediction', 'delta', 'weight x', 'weight_delta x']
        """
        targets = self.error[:, np.newaxis] if self.error.ndim == 1 else self.error
        weights = self.names.weights if self.names else numbered("x", self.weights.shape[1])
        named = self.names.targets if self.names else numbered("y", targets.shape[1])
        found: dict[str, Any] = {"step": self.step}
        for index, target in enumerate(named):
            prefix = f"{target} " if len(named) > 1 else ""
            for word in ("error", "prediction", "delta"):
                column = getattr(self, word)
                if column is not None:
                    found[f"{prefix}{word}"] = column.reshape(targets.shape)[:, index]
            for word in ("weight", "weight_delta"):
                column = getattr(self, f"{word}s")
                if column is not None:
                    own = column.reshape(*column.shape[:2], -1)[..., index]
                    found |= {f"{prefix}{word} {n}": own[:, k] for k, n in enumerate(weights)}
        return found

    def frame(self, library: str | None = None) -> Any:
        """The columns of `to_dict` as a frame.

        Parameters:
            library: `pandas`, `polars` or `pyarrow`; None for the first one that is installed.

        Raises:
            UsageError: it is not installed.
        """
        return frame_from(self.to_dict(), library)


def joined(pieces: Sequence[History], most: int, single: bool) -> History:
    """Put pieces that follow one another together, read-only.

    Parameters:
        pieces: at least one, all columns with a last axis of targets.
        most: how many steps to keep, the last ones.
        single: whether the axis of targets is left out.
    """

    def column(name: str) -> Any:
        parts = [getattr(piece, name) for piece in pieces]
        if parts[0] is None:
            return None
        values = np.concatenate(parts)[-most:]
        values = values[..., 0] if single and name != "step" else values
        values.flags.writeable = False
        return values

    names = [field.name for field in attrs.fields(History) if field.name != "names"]
    return History(**{name: column(name) for name in names}, names=pieces[0].names)


@attrs.frozen(eq=False)
class Record:
    """Room for the steps of a run, filled by an engine.

    Parameters:
        single: whether the history has no axis of targets.
        stride: every n-th step is recorded, from the first on; 0 for none.
        base: the step before the first that is recorded.
        weights, weight_deltas: shape (room, weights, targets).
        error, prediction, delta: shape (room, targets).
        names: what weights and targets are called.
    """

    single: bool
    stride: int
    base: int
    weights: Array
    error: Array
    weight_deltas: Array | None
    prediction: Array | None
    delta: Array | None
    names: Names

    @classmethod
    def of(cls, task: Task, room: int, stride: int, weight_deltas: bool, base: int = 0) -> "Record":
        """Make room for some recorded steps of a task."""
        weights, targets = task.weights.shape
        online = task.batches.size == 1

        def all_weights() -> Array:  # the weights of one target lie side by side
            return np.empty((room, targets, weights)).transpose(0, 2, 1)

        return cls(
            task.single,
            stride,
            base,
            all_weights(),
            np.empty((room, targets)),
            all_weights() if weight_deltas else None,
            np.empty((room, targets)) if online else None,
            np.empty((room, targets)) if online else None,
            task.names,
        )

    def place(self, step: int) -> int | None:
        """Where a step (from 1) is recorded; None where it is not."""
        if not self.stride or (step - 1 - self.base) % self.stride:
            return None
        return (step - 1 - self.base) // self.stride

    def put(
        self,
        place: int,
        target: int,
        weights: Any,
        error: float,
        weight_deltas: Any,
        prediction: float | None,
        delta: float | None,
    ) -> None:
        """Write what a step found for one target; what there is no column for is left out."""
        self.weights[place, :, target] = weights
        self.error[place, target] = error
        if self.weight_deltas is not None:
            self.weight_deltas[place, :, target] = weight_deltas
        if self.prediction is not None and self.delta is not None:
            self.prediction[place, target] = prediction
            self.delta[place, target] = delta

    def keep(self, block: "Record", last: int) -> None:
        """Copy the steps that belong here from a record that holds every step up to `last`."""
        if not self.stride:
            return
        places = slice(self._places(block.base), self._places(last))
        start = places.start * self.stride + self.base - block.base
        steps = slice(start, last - block.base, self.stride)
        self.weights[places] = block.weights[steps]
        self.error[places] = block.error[steps]
        for ours, theirs in (
            (self.weight_deltas, block.weight_deltas),
            (self.prediction, block.prediction),
            (self.delta, block.delta),
        ):
            if ours is not None and theirs is not None:
                ours[places] = theirs[steps]

    def history(self, first: int, last: int) -> History:
        """The recorded steps among those after `first` and up to `last`, read-only."""
        window = slice(self._places(first), self._places(last))

        def column(values: Array) -> Array:
            view = values[window]
            view = view[..., 0] if self.single else view.view()
            view.flags.writeable = False
            return view

        numbers = np.arange(window.start, window.stop, dtype=np.int64) * self.stride + self.base + 1
        return History(
            numbers,
            column(self.weights),
            column(self.error),
            None if self.weight_deltas is None else column(self.weight_deltas),
            None if self.prediction is None else column(self.prediction),
            None if self.delta is None else column(self.delta),
            self.names,
        )

    def _places(self, step: int) -> int:
        """How many steps up to this one are recorded."""
        return -(-(step - self.base) // self.stride) if self.stride else 0


def record_for(
    task: Task, history: int | str | None, weight_deltas: bool, taken: int = 0
) -> Record:
    """Make room for the history that a run was asked for.

    Parameters:
        taken: of the steps of the run, how many were taken earlier and are not recorded again.

    Raises:
        UsageError: there is not enough memory for it.
    """
    own = task.own_steps
    assert own is not None
    stride = stride_for(history, own, *task.weights.shape)
    skipped = taken // stride * stride if stride else 0
    room = -(-(own - skipped) // stride) if stride else 0
    try:
        return Record.of(task, room, stride, weight_deltas, task.first + skipped)
    except (MemoryError, ValueError):
        raise UsageError(f"a history of {room} steps needs more memory than there is") from None


def stride_for(history: int | str | None, steps: int, weights: int, targets: int) -> int:
    """Choose the stride: as asked, and by itself every step as long as 16 MB hold them.

    Beyond, the stride is odd, so that a swing from step to step shows.
    """
    if history is None:
        return 0
    if isinstance(history, int):
        return min(history, steps)
    return -(-steps * targets * (2 * weights + 3) // MOST_NUMBERS) | 1
