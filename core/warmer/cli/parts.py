"""The parts of a table on the command line: rows to learn from, to stop by, and to test with."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import click

from warmer.cli.options import AT_LEAST_ONE, NOT_NEGATIVE, number, one_of
from warmer.cli.weights import read_weights
from warmer.contract.parameters import Bounds
from warmer.exceptions import UsageError
from warmer.tables.allowed import bytes_of
from warmer.tables.header import normal

if TYPE_CHECKING:
    import numpy as np

    from warmer.tables.preparation import Prepared
    from warmer.tables.splitting import Split
    from warmer.tables.table import Table

SHARE = Bounds(above=0, below=1)
FULL = "full"
SCALES = ("standard", "none")  # as in tables.preparation, which needs NumPy
SEVERAL = Bounds(at_least=2)


def table_options() -> list[click.Parameter]:
    """Options that say what is done about text, holes and columns of no use."""
    return [
        click.Option(
            ["--categories"], **one_of(("one-hot",)),
            help="take columns of text: an input of 0 and 1 for each of the words in it; without "
            "this, text is refused",
        ),
        click.Option(
            ["--missing"], **one_of(("refuse", "drop", "mean")), default="refuse",
            show_default=True,
            help="what to do about empty cells, and NA, nan, null or ? among numbers: refuse "
            "them, drop such rows, or fill in the mean (for text the most frequent word)",
        ),
        click.Option(
            ["--without"], multiple=True, metavar="COLUMNS",
            help="columns to leave out, with commas between them, or given several times",
        ),
    ]  # fmt: skip


def memory_option() -> click.Option:
    """The option that bounds the memory of a table."""

    def read(_ctx: click.Context, _param: click.Parameter, text: str | None) -> int | None:
        return None if text is None else bytes_of(text, "--memory")

    return click.Option(
        ["--memory"], metavar="SIZE", callback=read,
        help="memory that the table and all that is made of it may take, such as 2GB; a larger "
        "one lies in temporary files, and gives the same bits  [default: half of the machine's]",
    )  # fmt: skip


def task_options(one_target: bool = False) -> list[click.Parameter]:
    """The table, what is done to it, and how the rule goes over its rows."""
    targets = "column to predict" if one_target else "column to predict; may be given several times"

    def option(*names: str, **more: Any) -> click.Option:
        return click.Option(names, **more)

    return [
        click.Argument(["data"], type=click.Path(readable=False, allow_dash=True), required=False),
        option("shipped", "--data", metavar="NAME",
               help="in the place of DATA a table that comes with warmer: norris, longley, noint1, "
               "streetlights, toes or iris"),
        option("--target", multiple=True, required=True, metavar="COLUMN", help=targets),
        option("--features", multiple=True, metavar="COLUMNS",
               help="columns to predict from, with commas between them, or given several "
               "times  [default: all but the targets]"),
        option("--bias/--no-bias", default=True, show_default=True,
               help="learn an intercept as well"),
        option("--scale", **one_of(SCALES), default="standard", show_default=True,
               help="what the rule sees: features with mean 0 and spread 1, or as they are"),
        *table_options(),
        memory_option(),
        option("--weights", default="0", show_default=True, callback=read_weights,
               metavar="NUMBERS",
               help="where to start, in the data's own units: one number for all, or with commas "
               "one for each feature, and then the intercept; or random"),
        option("--steps", **number(int, AT_LEAST_ONE), default="1000", show_default=True,
               help="how many steps to take"),
        option("--batch-size", **number(int, AT_LEAST_ONE, FULL), default=FULL,
               show_default=True, help="rows that each step sees: a number, or full for all"),
        option("--seed", **number(int, NOT_NEGATIVE),
               help="shuffle the rows for every pass; also starts the chance in rules that use it, "
               "and random weights"),
    ]  # fmt: skip


def part_options() -> list[click.Parameter]:
    """Options that keep rows apart."""
    return [
        click.Option(
            ["--test"], **number(float, SHARE),
            help="keep this share of the rows apart, by the seed, and say how well they are "
            "predicted; nothing is learned from them",
        ),
        click.Option(
            ["--folds"], **number(int, SEVERAL),
            help="split the rows into so many parts, by the seed, and test with each of them "
            "what is learned from the others",
        ),
        click.Option(
            ["--valid"], **number(float, SHARE),
            help="keep this share apart and stop once the error over it falls no more; the "
            "weights are those where it was least",
        ),
        click.Option(
            ["--patience"], **number(int, AT_LEAST_ONE), default="20", show_default=True,
            help="how many looks at --valid to wait for less error",
        ),
        click.Option(
            ["--every"], **number(int, AT_LEAST_ONE), default="50", show_default=True,
            help="how many steps lie between two looks at --valid",
        ),
    ]  # fmt: skip


def names_in(option: str, table: "Table", asked: Sequence[str]) -> list[str]:
    """The columns that an option names; an exact name wins over a list with commas."""
    names: list[str] = []
    for text in asked:
        exact = normal(text) in table.columns
        parts = [text] if exact else [part.strip() for part in text.split(",")]
        if "" in parts:
            raise UsageError(f"{option} {text!r} holds an empty name")
        names += parts
    return names


@attrs.frozen(eq=False)
class Part:
    """Rows that nothing is learned from, as the rule would see them.

    Parameters:
        inputs: (rows, inputs).
        targets: (rows, targets).
    """

    inputs: "np.ndarray"
    targets: "np.ndarray"


@attrs.frozen(eq=False)
class Parts:
    """A table in parts.

    Parameters:
        prepared: the rows to learn from; all that was learned of the table comes from them.
        valid, test: the others; None where there are none.
        notes: what was noticed, a sentence each.
    """

    prepared: "Prepared"
    valid: Part | None
    test: Part | None
    notes: tuple[str, ...]

    @property
    def rows(self) -> dict[str, int]:
        """How many rows each part has."""
        parts = {"valid": self.valid, "test": self.test}
        count = {name: len(part.inputs) for name, part in parts.items() if part is not None}
        return {"train": len(self.prepared.inputs), **count}


def parts_of(table: "Table", how: Mapping[str, Any], split: "Split | None") -> Parts:
    """Prepare the rows to learn from, and do the same to the others.

    Parameters:
        how: what `prepare` is told, or the `recipe` of a model.
        split: which rows are which; None where all are to learn from.

    Raises:
        DataError: a part cannot be prepared.
    """
    if split is None:
        prepared = _prepared(table, how)
        return Parts(prepared, None, None, prepared.notes)
    prepared = _prepared(table.take(split.train), how)
    notes = [*prepared.notes]

    def part(rows: "np.ndarray", name: str) -> Part | None:
        if not len(rows):
            return None
        own = table.take(rows)
        strangers = prepared.recipe.unseen(own)
        if strangers:
            more = f", the first of {len(strangers)}" if len(strangers) > 1 else ""
            notes.append(
                f"{strangers[0]} is among the rows for {name} alone{more}; its inputs are 0"
            )
        return Part(prepared.transform(own, unseen="zero"), prepared.recipe.goals(own))

    return Parts(
        prepared, part(split.valid, "validation"), part(split.test, "the test"), tuple(notes)
    )


def _prepared(table: "Table", how: Mapping[str, Any]) -> "Prepared":
    """Learn from a table what is to be done to it, or do what a model has learned."""
    import warmer

    recipe = how.get("recipe")
    if recipe is None:
        return warmer.prepare(table, **how)
    return warmer.Prepared(recipe.transform(table), recipe.goals(table), recipe, table.notes)
