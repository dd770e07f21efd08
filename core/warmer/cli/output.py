"""What the command line prints on stdout: one JSON document, or text for people."""

import contextlib
import json
import math
import shutil
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import click

from warmer.wording import visible

GAP = "  "


@contextlib.contextmanager
def plugins_speak_on_stderr() -> Iterator[None]:
    """Keep stdout for the result: whatever plugins print meanwhile goes to stderr."""
    original = sys.__stdout__  # plugins may print to it by that name
    sys.__stdout__ = sys.stderr  # type: ignore[misc, assignment] # final in typeshed
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    finally:
        sys.__stdout__ = original  # type: ignore[misc] # final in typeshed


def print_json(document: Any) -> None:
    """Print one document; numbers read back to the same bits, what is not finite is null."""
    click.echo(json.dumps(_finite(document), allow_nan=False))


def print_lines(lines: Sequence[str]) -> None:
    """Print lines of text; control characters, and what a terminal cannot show, are escaped."""
    click.echo("\n".join(visible(line.rstrip()) for line in lines))


def terminal_width() -> int | None:
    """How many characters a line may have; None where stdout is no terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def shown(value: float | None) -> str:
    """Write a number so that it reads back to the same bits; `-` where there is none."""
    return "-" if value is None else repr(value)


def signed(values: Sequence[float | None]) -> list[str]:
    """Write the numbers of a column, with room for a sign where one of them has it."""
    texts = [shown(value) for value in values]
    if not any(text.startswith("-") for text in texts):
        return texts
    return [text if text.startswith("-") else f" {text}" for text in texts]


def printable(text: str) -> str:
    """Write a name from the data on one line, with control characters escaped."""
    return text if text.isprintable() else repr(text)


def columns(table: Sequence[Sequence[str]]) -> list[str]:
    """Align the columns of a table on the left.

    >>> columns([("kind", "name"), ("rule", "alpha-scaled")])
    ['kind  name', 'rule  alpha-scaled']
    """
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]


def folded(table: Sequence[Sequence[str]], width: int | None) -> list[list[str]]:
    """Align a table; rows wider than `width` are folded into as few lines as possible.

    The first column stands alone on the left of each row's lines, and the lines below the first
    are indented.

    Parameters:
        table: a heading, and rows of the same length.
        width: how wide a line may be; None for any.

    Returns:
        The lines of each row.

    >>> for row in folded([("step", "weight", "error"), ("1", "0.5", "0.04")], width=16):
    ...     print(row)
    ['step  weight', '        error']
    ['   1  0.5', '        0.04']
    """
    first = max(len(row[0]) for row in table)
    count = len(table[0]) - 1
    for lines in range(1, count + 1):
        across = -(-count // lines)
        widths = [
            max(len(cell) for row in table for cell in row[1 + position :: across])
            for position in range(across)
        ]
        indent = GAP if lines > 1 else ""
        if width is None or first + len(indent) + sum(widths) + len(GAP) * across <= width:
            break

    def lay(row: Sequence[str]) -> list[str]:
        starts = range(1, count + 1, across)
        heads = [row[0].rjust(first)] + [" " * first + indent] * (len(starts) - 1)
        return [
            GAP.join([head, *map(str.ljust, row[start : start + across], widths)]).rstrip()
            for head, start in zip(heads, starts, strict=True)
        ]

    return [lay(row) for row in table]


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
