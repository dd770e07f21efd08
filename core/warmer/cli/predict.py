"""`warmer predict MODEL DATA`: the table, or some of its columns, with predictions beside them."""

import contextlib
import csv
import math
import tempfile
from collections.abc import Iterable, Sequence
from functools import partial
from typing import IO, TYPE_CHECKING, cast

import click

from warmer.cli.beginning import ended_by_signals, read_data
from warmer.cli.historyfile import check_output
from warmer.cli.messages import HelpContext, say
from warmer.cli.options import network_options
from warmer.cli.output import plugins_speak_on_stderr
from warmer.cli.parts import memory_option, names_in
from warmer.exceptions import UsageError, WarmerError

if TYPE_CHECKING:
    from warmer.models.model import Model
    from warmer.tables.table import Table

LARGE = 1 << 24  # characters of output that are kept in memory; more go through a temporary file
BLOCK = 1 << 20  # characters that are copied at a time


class _Predict(click.Command):
    context_class = HelpContext


def predict(
    model: str,
    data: str,
    output: str | None,
    keep: tuple[str, ...],
    memory: int | None,
    rule: str | None,
    predictor: object,
    modifier: tuple[object, ...],
) -> int:
    """Predict the rows of a table."""
    import warmer

    if output is not None:
        check_output("-o", output, data)
        check_output("-o", output, model)
    loaded = warmer.load(model, rule=rule, predict=predictor, modifiers=modifier)
    if loaded.recipe is None:
        raise UsageError(f"{model}: has learned from arrays, not from a table: use warmer.load")
    from warmer.tables.spool import folder

    with contextlib.ExitStack() as stack:
        stack.enter_context(ended_by_signals())
        table = read_data(data, None, memory)
        text = stack.enter_context(
            tempfile.SpooledTemporaryFile(LARGE, "w+", encoding="utf-8", newline="", dir=folder())
        )
        kept = names_in("--keep", table, keep)
        try:
            without, beyond = _predict(loaded, table, kept, cast("IO[str]", text))
            text.seek(0)
        except OSError as error:
            raise WarmerError(
                f"the predictions are kept in {folder()} until all are there: "
                f"{error.strerror or error}; name another folder with TMPDIR"
            ) from error
        parts = iter(partial(text.read, BLOCK), "")
        if output is None:
            for part in parts:
                click.echo(part, nl=False)
        else:
            _write(output, (part.encode() for part in parts))
    if without:
        rows = "1 row has" if without == 1 else f"{without} rows have"
        say(f"note: {rows} an empty cell, and so no prediction")
    if beyond:
        say(f"warning: {beyond} of the predictions do not fit 64 bits")
    return 0


def _predict(model: "Model", table: "Table", keep: Sequence[str], into: IO[str]) -> tuple[int, int]:
    """Write the predictions of a table as CSV, some rows at a time, so that a large one may be.

    Returns:
        How many rows have no prediction, and how many predictions do not fit 64 bits.
    """
    from warmer.models.predicted import answers

    assert model.recipe is not None
    if model.recipe.missing != "drop":
        model.recipe.refuse_holes(table)  # counted in the whole table
    without = beyond = 0
    header = True
    for _, part in table.blocks(width=len(model.recipe.features)):
        with plugins_speak_on_stderr():
            found, missing = answers(model, part)
        columns = {name: [*part.texts(name)] for name in keep}
        for target, values in found.items():
            name = _free(f"prediction {target}" if len(found) > 1 else "prediction", columns)
            columns[name] = ["" if value is None else _text(value) for value in values]
        writer = csv.writer(into, lineterminator="\n")
        if header:
            writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
        header, without = False, without + missing
        beyond += sum(
            isinstance(value, float) and not math.isfinite(value)
            for values in found.values() for value in values
        )  # fmt: skip
    return without, beyond


def _write(path: str, parts: Iterable[bytes]) -> None:
    from warmer.storing.atomic import write

    try:
        write(path, parts)
    except OSError as error:
        raise WarmerError(f"-o {path}: {error.strerror or error}") from error


def _text(value: object) -> str:
    return value if isinstance(value, str) else repr(value)


def _free(name: str, taken: "dict[str, list[str]]") -> str:
    """A name like this one that no column has."""
    return name if name not in taken else _free(f"{name}_", taken)


command = _Predict(
    "predict",
    callback=predict,
    help="Predict the rows of a table with a model that `warmer train --save` has written. Columns "
    "are found by name, and what was done to the table of the model is done again. A table comes "
    "out, as CSV: the columns of --keep, and `prediction`.",
    short_help="Predict a table with a saved model.",
    params=[
        click.Argument(["model"]),
        click.Argument(["data"], type=click.Path(readable=False, allow_dash=True)),
        click.Option(
            ["output", "-o", "--output"], metavar="FILE",
            help="where the table goes  [default: standard output]",
        ),
        click.Option(
            ["--keep"], multiple=True, metavar="COLUMNS",
            help="columns to keep beside the predictions, with commas between them, or given "
            "several times",
        ),
        memory_option(),
        click.Option(
            ["--rule"], metavar="NAME",
            help="the rule, where it predicts itself and was given as path/to/file.py:Class; "
            "--predict and --with likewise",
        ),
        *(option for option in network_options() if option.name in ("predictor", "modifier")),
    ],
)  # fmt: skip
