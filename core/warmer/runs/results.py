"""What the ways in give: a whole run, or one step at a time."""

from collections.abc import Iterator
from typing import Any

import attrs
import numpy as np

from warmer.runs.history import History
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
        findings: what the diagnosis says about it, a sentence each; `finding.topic` is `course`
            (how the steps went), `comparison`, `log odds`, `reach` or
            `chance`.
        reports: observers that failed and were switched off, and what to install for large
            work, a sentence each.
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
    findings: tuple[Finding, ...]
    reports: tuple[str, ...]
    _evaluate: Any
    _modelled: Any
    validation: Validation | None = None
    _found: list[Any] = attrs.field(init=False, factory=list)

    def __repr__(self) -> str:
        told = {
            "rule": repr(self.description["rule"]["name"]),
            "outcome": repr(self.outcome.status),
            "steps": self.outcome.steps,
            "engine": repr(self.engine),
            "weights": brief(self.weights),
        }
        if self._found:  # it may take as long as a step, so nobody computes it to look
            told["error"] = _brief(self.error)
        return f"Run({', '.join(f'{name}={value}' for name, value in told.items())})"

    @property
    def weights(self) -> Array:
        """Shape (weights,), or (weights, targets) where several targets were given."""
        return self._shaped(self.state.weights)

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
        if not self._found:
            self._found.append(self._evaluate())
        return self._found[0]

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
        return {**self.__dict__, "_found": [self.error], "_evaluate": None}


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
