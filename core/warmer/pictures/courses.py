"""What is drawn of a run: its course for one target, and in words."""

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from warmer.contract.parameters import describe
from warmer.pictures.curve import errors_of
from warmer.runs.results import Run
from warmer.runs.task import Array


@attrs.frozen(eq=False)
class Course:
    """How a run went for one of its targets.

    Parameters:
        run: with its history.
        target: its number, from 0.
        name: what it is called among others; empty where it is alone.
        final: the error over all rows at the end; nan where nobody computed it.
        weight: what the one weight is called.
    """

    run: Run
    target: int
    name: str
    final: float
    weight: str = "weight"

    @property
    def steps(self) -> "NDArray[np.int64]":
        """The numbers of the recorded steps, from 1."""
        assert self.run.history is not None
        return self.run.history.step

    @property
    def errors(self) -> Array:
        """The errors at the start of the recorded steps."""
        return errors_of(self.run, self.target)

    @property
    def ended(self) -> float:
        """After which step it had its final weights; with `valid` not always the last one."""
        seen = self.run.validation
        last = self.run.state.step if seen is None else np.ravel(seen.step)[self.target]
        return float(last)

    @property
    def kept(self) -> bool:
        """Whether the final weights are those of a step before the last one."""
        return self.ended < self.run.state.step

    @property
    def mark(self) -> str:
        """What its end is called."""
        return "the weights that it kept" if self.kept else f"the end ({self.run.outcome.status})"

    @property
    def note(self) -> str:
        """How the run ended."""
        return f"{self.run.outcome.status}: {self.run.outcome.reason}"

    def told(self) -> str:
        """What is seen, in a sentence.

        >>> import warmer
        >>> run = warmer.train([2.0], [0.8], "alpha-scaled", weights=0.5, steps=3)
        >>> Course(run, 0, "", run.error).told()
        'the error falls from 0.04 to 0.00187 in 3 steps (budget: all 3 steps were taken)'
        """
        begins = f"{self.name}: " if self.name else ""
        steps = self.run.outcome.steps
        taken = f"in {steps} step" + ("s" if steps != 1 else "")
        errors = self.errors
        if not len(errors):
            return f"{begins}no step was recorded ({self.note})"
        first, last = errors[0], errors[-1] if np.isnan(self.final) else self.final
        how = f"{'falls' if last < first else 'rises'} from {first:.3g} to {last:.3g}"
        if last == first:
            how = f"is {first:.3g} at the start and at the end"
        return f"{begins}the error {how} {taken} ({self.note})"


def heading(run: Run) -> str:
    """The rule of a run with its parameters.

    >>> import warmer
    >>> heading(warmer.train([2.0], [0.8], "alpha-scaled", steps=1))
    'alpha-scaled alpha=0.1'
    """
    rule = run.description["rule"]
    return " ".join(filter(None, [rule["name"], describe(rule["parameters"])]))


def courses_of(
    run: Run, name: str, known: bool, targets: Sequence[str] = (), weight: str = "weight"
) -> list[Course]:
    """The courses of a run, one for each target.

    Parameters:
        name: of the run among others.
        known: whether its final error is computed.
        targets: what they are called.
    """
    count = 1 if run.weights.ndim == 1 else run.weights.shape[1]
    finals = np.atleast_1d(run.error) if known else np.full(count, np.nan)
    called = [""] if count == 1 else list(targets) or [f"target {n + 1}" for n in range(count)]
    return [
        Course(run, number, ", ".join(filter(None, [name, each])), float(finals[number]), weight)
        for number, each in enumerate(called)
    ]
