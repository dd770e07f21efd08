"""One step explained: every line of it as a formula, with the numbers put in, and its value."""

from typing import Any

import attrs

from warmer.contract.arguments import shown
from warmer.wording import WIDTH, wrapped

MOST_CHARACTERS = 600
"""Characters of a formula; nobody reads a longer one."""


@attrs.frozen
class Names:
    """Names for the weights and targets of a run; without them they are numbered.

    Parameters:
        weights, targets: a name for each.
        about: a sentence or two on the inputs and weights.
    """

    weights: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    about: str | None = None


@attrs.frozen
class ExplainedLine:
    """One number of a step, and how it came about.

    Parameters:
        name: what it is called.
        value: the number, to the bit as the python engine computes it.
        formula: how it is computed; None where there is no formula.
        numbers: the same with the numbers put in, of the side of each branch that was taken; None
            where that would only repeat the value.
        because: for each branch, its condition with the numbers put in, and whether it holds.
    """

    name: str
    value: float
    formula: str | None = attrs.field(default=None, repr=shown)
    numbers: str | None = attrs.field(default=None, repr=shown)
    because: tuple[str, ...] = attrs.field(default=(), repr=shown)

    def __str__(self) -> str:
        sides = [short(side) for side in (self.formula, self.numbers, repr(self.value)) if side]
        whole = " = ".join((self.name, *sides))
        if len(whole) + 2 <= WIDTH:
            lines = [whole]
        else:
            margin = " " * len(self.name)
            lines = []
            for index, side in enumerate(sides):
                start = f"{self.name if index == 0 else margin} = "
                lines += wrapped(side, WIDTH - 2, start, f"{margin}   ")
        for reason in self.because:
            lines += wrapped(f"({reason})", WIDTH - 2, "  ", "   ")
        return "\n".join(f"  {line}" for line in lines)


def short(side: str) -> str:
    """A formula, or how long it is where that is too long to read."""
    if len(side) <= MOST_CHARACTERS:
        return side
    return f"(too long to read: {len(side):,} characters)"


@attrs.frozen
class ExplainedPart:
    """What one hook did, for one row or one weight.

    Parameters:
        hook: predict, compare or learn.
        title: who answered it, and for what, in words.
        lines: its numbers, in the order they were computed.
        row: the number of the row, from 0, as the data have it; None where it is about a weight
            or about the whole batch.
        weight: the number of the weight, from 0; None where it is about a row.
        note: what else there is to say: why there is no formula, or what the names stand for that
            only a side of a branch that was not taken uses.
    """

    hook: str
    title: str = attrs.field(repr=shown)
    lines: tuple[ExplainedLine, ...] = attrs.field(repr=shown)
    row: int | None = None
    weight: int | None = None
    note: str | None = attrs.field(default=None, repr=shown)

    def __str__(self) -> str:
        lines = [*wrapped(self.title), *map(str, self.lines)]
        if self.note:
            lines += wrapped(self.note, first="  ", rest="  ")
        return "\n".join(lines)


@attrs.frozen
class Explanation:
    """A step, explained: `str` writes it for people, and the fields are plain data.

    Parameters:
        step: its number, from 1.
        rows, weights: how many rows its batch had, and how many weights there are.
        parts: predict and compare for the first rows, then learn for the first weights.
        description: the chosen plugins by kind: names, distributions, versions, parameters.
        note: why the step could not be taken, where it could not.
        target: which target it is about, by its name or as `1 of 2`; None where there is one.
        about: what there is to know of the inputs and weights, such as that they are scaled.
    """

    step: int
    rows: int
    weights: int
    parts: tuple[ExplainedPart, ...] = attrs.field(repr=shown)
    description: dict[str, Any] = attrs.field(repr=False)
    note: str | None = attrs.field(default=None, repr=shown)
    target: str | None = attrs.field(default=None, repr=shown)
    about: str | None = attrs.field(default=None, repr=shown)

    def __str__(self) -> str:
        title = f"step {self.step}" + (f", target {self.target}" if self.target else "")
        said = ["\n".join(wrapped(text or "")) for text in (title, self.about, self.note)]
        return "\n\n".join(filter(None, [*said[:2], *map(str, self.parts), said[2]]))

    def lines(self, name: str) -> tuple[ExplainedLine, ...]:
        """Every line of a name, such as `weight`, in order.

        >>> import warmer
        >>> step = warmer.explain([2.0], [0.8], "alpha-scaled", alpha=0.1, weights=0.5)
        >>> [str(line).strip() for line in step.lines("delta")]
        ['delta = prediction - target = 1.0 - 0.8 = 0.19999999999999996']
        """
        return tuple(line for part in self.parts for line in part.lines if line.name == name)
