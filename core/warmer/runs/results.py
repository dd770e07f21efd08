"""What the ways in give: a whole run, or one step at a time."""

from collections.abc import Callable, Iterator
from typing import Any, Literal

import attrs
import numpy as np

from warmer.exceptions import PLUGIN_ERRORS, DataError, UsageError
from warmer.runs.history import History
from warmer.runs.names import Names
from warmer.runs.outcome import Outcome
from warmer.runs.task import Array, State, brief


def _brief(values: Any) -> str:
    """Write a number, or an array of one for each target, on one line."""
    return repr(values) if isinstance(values, (int, float, type(None))) else brief(values)


class Finding(str):
    """A sentence about a run: a `str` that also says which topic it is about.

    >>> Finding("stalling: the last steps moved no weight at all", "course").topic
    'course'
    """

    topic: str

    def __new__(cls, text: str, topic: str) -> "Finding":
        """Make a finding of its text and its topic."""
        finding = super().__new__(cls, text)
        finding.topic = topic
        return finding

    def __reduce__(self) -> tuple[type["Finding"], tuple[str, str]]:
        return Finding, (str(self), self.topic)


@attrs.frozen(eq=False)
class Validation:
    """What was seen of rows that nothing is learned from; the run has the weights of the least.

    Parameters:
        step: after which step the error was least: an int, or shape (targets,); 0 is the start.
        error: the least error: a float, or shape (targets,).
        steps: shape (looks,), after which steps it was looked at, from the start on.
        errors: shape (looks,), or (looks, targets).
    """

    step: Any = attrs.field(repr=_brief)
    error: Any = attrs.field(repr=_brief)
    steps: "np.ndarray[Any, np.dtype[np.int64]]" = attrs.field(repr=brief, converter=np.asarray)
    errors: Array = attrs.field(repr=brief)


@attrs.frozen(eq=False, slots=False, repr=False)
class Run:
    """What a run came to. It can be pickled, and it prints nothing.

    Parameters:
        state: the last one, as plain values, from which another run can go on
            (`train(..., start=run)`).
        fields: the names of what each weight remembers, in the order of `state.memory`.
        single: whether one target was given without an axis of its own, and is shown so.
        outcome: how it ended, and why.
        history: the recorded steps, or None where they were switched off.
        description: the chosen plugins by kind: names, distributions, versions, parameters.
        engine: which engine took the steps.
        engine_reason: why it was this one.
        reports: observers that failed and were switched off, and what to install for large
            work, a sentence each.
        names: what its inputs, weights and targets are called.
        validation: what was seen of the rows of `valid`; None without them.
    """

    state: State
    fields: tuple[str, ...]
    single: bool
    outcome: Outcome
    history: History | None
    description: dict[str, Any]
    engine: str
    engine_reason: str
    reports: tuple[str, ...]
    _evaluate: Any
    _find: Any
    _draw: Any
    _modelled: Any
    names: Names
    validation: Validation | None = None
    _found: dict[str, Any] = attrs.field(init=False, factory=dict)

    def __repr__(self) -> str:
        told = {
            "rule": repr(self.description["rule"]["name"]),
            "outcome": repr(self.outcome.status),
            "steps": self.outcome.steps,
            "engine": repr(self.engine),
            "weights": brief(self.weights),
        }
        if "error" in self._found:  # it may take as long as a step, so nobody computes it to look
            told["error"] = _brief(self.error)
        return f"Run({', '.join(f'{name}={value}' for name, value in told.items())})"

    @property
    def weights(self) -> Array:
        """Shape (weights,), or (weights, targets) where several targets were given."""
        return self._shaped(self.state.weights)

    @property
    def coefficients(self) -> dict[str, Any]:
        """The weights by name; where several targets were given, by target and name.

        Names are those of the columns of a frame; of arrays `x1`, `x2` and so on, or `x` alone.

        Raises:
            UsageError: the predictor says how many weights it has, so they belong to no columns.

        >>> import warmer
        >>> run = warmer.train([[2.0, 1.0]], [0.8], "alpha-scaled", alpha=0.1, steps=100)
        >>> {name: round(weight, 6) for name, weight in run.coefficients.items()}
        {'x1': 0.32, 'x2': 0.16}
        """
        if self.names.counted:
            predictor = self.description["predictor"]["name"]
            raise UsageError(
                f"the weights of {predictor} belong to no columns: look at run.weights"
            )
        return self.names.by_name(self.state.weights, self.single)

    @property
    def memory(self) -> dict[str, Array]:
        """What each weight remembers, by field, shaped like the weights."""
        return dict(zip(self.fields, map(self._shaped, self.state.memory), strict=True))

    def _shaped(self, values: Array) -> Array:
        return values[..., 0] if self.single else values

    @property
    def error(self) -> Any:
        """The error over all rows at the final weights: a float, or shape (targets,).

        Computed when first asked for, from the arrays that `train` was given.
        """
        return self._once("error", lambda: self.error_at(self.weights))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the diagnosis says about it, a sentence each.

        `finding.topic` is `course` (how the steps went), `comparison`, `log odds`, `reach` or
        `chance`. Computed when first asked for, from the arrays that `train` was given: on large
        tables it may take as long as many steps.
        """
        found: tuple[Finding, ...] = self._once("findings", self._find)
        return found

    def _once(self, name: str, compute: Callable[[], Any]) -> Any:
        if name not in self._found:
            self._found[name] = compute()
        return self._found[name]

    def error_at(self, weights: Any) -> Any:
        """The error over all rows at other weights: a float, or shape (targets,).

        Parameters:
            weights: shaped as those of the run.

        Raises:
            DataError: they have another shape.
            UsageError: the run was pickled, which leaves the data behind.
        """
        if self._evaluate is None:
            raise UsageError(
                "a run that was pickled has only its history: the data to compute an error at "
                "other weights did not come along; train it again"
            )
        try:
            matrix = np.asarray(weights, dtype=float)
        except KeyboardInterrupt:
            raise
        except PLUGIN_ERRORS:  # somebody's __array__ may raise anything
            raise DataError(f"weights must be numbers, got {type(weights).__name__}") from None
        if matrix.shape != self.weights.shape:
            raise DataError(f"weights must have the shape {self.weights.shape}, got {matrix.shape}")
        return self._evaluate(matrix.reshape(len(matrix), -1))

    def plot(
        self, path: Any = None, *, ax: Any = None, of: Literal["walk", "steps"] | None = None
    ) -> Any:
        """Draw how the run walked on the curve of its error, and its error over steps.

        With one weight the curve is the error over that weight; with more, the error along the line
        from the first weights to the last (see `warmer.error_curve`, which is what the picture
        costs). Of a run that was pickled, only the error over steps can be drawn.

        Parameters:
            path: a file that ends in `.svg`; None for none.
            ax: matplotlib axes to draw on, or a sequence with one for each panel. One alone gets
                the error over steps, unless `of` says otherwise.
            of: `walk` or `steps` for one of the two; None for both.

        Returns:
            The picture, which a notebook shows; `picture.svg()` is its text.

        Raises:
            UsageError: the run kept no history, or what is asked for cannot be drawn.
            WarmerError: the file cannot be written.

        >>> import warmer
        >>> run = warmer.train([2.0], [0.8], "alpha-scaled", alpha=0.1, weights=0.5, steps=20)
        >>> run.plot().title
        'alpha-scaled alpha=0.1: the error over the weight and the error over steps'
        """
        if of is None and hasattr(ax, "plot"):
            of = "steps"
        picture = self._draw([("", self)], of)
        if path is not None:
            picture.save(path)
        if ax is not None:
            picture.draw(ax)
        return picture

    def _repr_html_(self) -> str:
        """What a notebook shows: what costs nothing to draw, and the line of `repr`."""
        from html import escape  # only for notebooks

        told = f"<p><code>{escape(repr(self))}</code></p>"
        if self.history is None:
            return told
        return f"{self._draw([('', self)], 'steps', cheap=True)._repr_html_()}{told}"

    def model(self, prepared: Any = None, scores: Any = None) -> Any:
        """The network with its final weights, to predict, to save, and to go on with.

        Parameters:
            prepared: what `warmer.prepare` answered, where the rows came from a table; then the
                same is done to the tables that the model predicts.
            scores: figures to keep with it: numbers by target column, part of the table and name.

        Returns:
            A `warmer.Model`.
        """
        return self._modelled(self, prepared, scores)

    def __getstate__(self) -> dict[str, Any]:
        found = {"error": self.error, "findings": self.findings}
        return {**self.__dict__, "_found": found, "_evaluate": None, "_find": None}


@attrs.frozen(eq=False)
class Step:
    """One step, as `steps` gives it; arrays are shaped as in `Run` and `History`.

    Parameters:
        step: its number, from 1.
        weights: at the start of the step.
        error: the batch's error at the start of the step.
        weight_deltas: None where the prediction has no derivative.
        prediction, delta: of the batch's row; None where a batch has several.
        new_weights: after the step.
    """

    step: int
    weights: Array = attrs.field(repr=brief)
    error: Any = attrs.field(repr=_brief)
    weight_deltas: Array | None = attrs.field(repr=brief)
    prediction: Any = attrs.field(repr=_brief)
    delta: Any = attrs.field(repr=_brief)
    new_weights: Array = attrs.field(repr=brief)


class Steps:
    """An iterator over the steps of a run. Stop whenever you like.

    `outcome` is None while steps may follow, and then says how the run ended.
    """

    def __init__(self, iterator: "Iterator[Step | Outcome]"):
        self._iterator = iterator
        self.outcome: Outcome | None = None

    def __iter__(self) -> "Steps":
        return self

    def __next__(self) -> Step:
        if self.outcome is None:
            following = next(self._iterator)
            if isinstance(following, Step):
                return following
            self.outcome = following
        raise StopIteration
