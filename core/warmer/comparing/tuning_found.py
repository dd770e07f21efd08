"""What `tune` finds, as a plain value: the table, its borders, the value to use, and a picture."""

from typing import Any

import attrs

from warmer.comparing.tuning_marks import Tried
from warmer.pictures.picture import Picture
from warmer.pictures.ranges import Point, range_panel

NOTHING_WORKS = "no value works"


@attrs.frozen(eq=False, repr=False)
class Tuning:
    """Which values of a parameter work. A notebook shows its picture, and what was found.

    Parameters:
        rule: name, distribution, version, and the values of the other parameters.
        parameter: the name of the one that was tuned.
        steps: of each run.
        value: the one to use; None where no value works.
        low, high: the first and the last of the good values around it.
        limit: where values cease to work, known to 1 %; None where none was too high.
        theory: the limit of the linear network with squared error, where that is what was run and
            the rule takes a share of weight_delta by this parameter; `theory_formula` says it.
        table: every value that was tried, in order (`Tried`).
    """

    rule: dict[str, Any]
    parameter: str
    steps: int
    value: Any
    low: Any
    high: Any
    limit: float | None
    theory: float | None
    theory_formula: str | None
    table: tuple[Tried, ...]

    def __repr__(self) -> str:
        told = f"{self.parameter}={self.value!r}, good from {self.low!r} to {self.high!r}"
        found = told if self.value is not None else f"parameter={self.parameter!r}, value=None"
        return f"Tuning({self.rule['name']!r}, {found}, {len(self.table)} values tried)"

    @property
    def tested(self) -> bool:
        """Whether the value was chosen by rows that nothing was learned from."""
        return any(each.test_error is not None for each in self.table)

    def sentences(self) -> list[str]:
        """Say what was found, a sentence each."""
        name, last = self.parameter, self.table[-1]
        if self.value is None:
            said = [f"{NOTHING_WORKS} from {self.table[0].value!r} to {last.value!r}"]
        else:
            by = ", by the error over the rows of the test" if self.tested else ""
            said = [f"use {name} {self.value!r}{by}", f"good from {self.low!r} to {self.high!r}"]
            beyond = f"works up to {last.value!r}, the highest that was tried"
            said.append(beyond if self.limit is None else f"too high from about {self.limit:.4g}")
        if self.theory is not None:
            said.append(
                f"in theory each step is stable below {self.theory:.4g} = {self.theory_formula}"
            )
        return said

    def plot(self, path: Any = None, *, ax: Any = None) -> Picture:
        """Draw the error after the run over the parameter.

        Parameters:
            path: a file that ends in `.svg`; None for none.
            ax: matplotlib axes to draw on.

        Returns:
            The picture, which a notebook shows; `picture.svg()` is its text.

        Raises:
            UsageError: the file's name does not end in `.svg`, or `ax` are no axes.
            WarmerError: the file cannot be written.
        """
        points = [
            Point(each.value, each.error, each.test_error, each.mark, each.outcome, each.why)
            for each in self.table
        ]
        title = f"{self.rule['name']}: the error after {self.steps} steps over {self.parameter}"
        panel = range_panel(points, self.parameter, self.value, self.limit, self.theory)
        picture = Picture(title, "; ".join(self.sentences()) + ".", ((panel,),))
        if path is not None:
            picture.save(path)
        if ax is not None:
            picture.draw(ax)
        return picture

    def _repr_html_(self) -> str:
        from html import escape  # only for notebooks

        return f"{self.plot()._repr_html_()}<p>{escape('; '.join(self.sentences()))}</p>"
