"""`warmer predict MODEL DATA`: the table, or some of its columns, with predictions beside them."""

import csv
import io
import math

import click

from warmer.cli.historyfile import check_output
from warmer.cli.messages import HelpContext, say
from warmer.cli.options import network_options
from warmer.cli.output import plugins_speak_on_stderr
from warmer.cli.parts import names_in
from warmer.exceptions import UsageError, WarmerError


class _Predict(click.Command):
    context_class = HelpContext


def predict(
    model: str,
    data: str,
    output: str | None,
    keep: tuple[str, ...],
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
    table = warmer.read_table(data)
    kept = {name: table.texts(name) for name in names_in("--keep", table, keep)}
    from warmer.models.predicted import answers

    with plugins_speak_on_stderr():
        found, without = answers(loaded, table)
    several = len(found) > 1
    columns = {name: list(values) for name, values in kept.items()}
    for target, values in found.items():
        name = _free(f"prediction {target}" if several else "prediction", columns)
        columns[name] = ["" if value is None else _text(value) for value in values]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    if output is None:
        click.echo(text.getvalue(), nl=False)
    else:
        _write(output, text.getvalue())
    if without:
        rows = "1 row has" if without == 1 else f"{without} rows have"
        say(f"note: {rows} an empty cell, and so no prediction")
    beyond = sum(
        isinstance(value, float) and not math.isfinite(value)
        for values in found.values() for value in values
    )  # fmt: skip
    if beyond:
        say(f"warning: {beyond} of the predictions do not fit 64 bits")
    return 0


def _write(path: str, text: str) -> None:
    from warmer.storing.atomic import write

    try:
        write(path, [text.encode()])
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
        click.Option(
            ["--rule"], metavar="NAME",
            help="the rule, where it predicts itself and was given as path/to/file.py:Class; "
            "--predict and --with likewise",
        ),
        *(option for option in network_options() if option.name in ("predictor", "modifier")),
    ],
)  # fmt: skip
