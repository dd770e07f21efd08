"""Rows of a text file: commas, semicolons or tabs, told apart by the line of the header."""

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

import attrs

from warmer.exceptions import DataError
from warmer.tables.files import UTF8
from warmer.tables.gathering import CELLS, Row
from warmer.tables.header import FIRST, check_separator, check_title, named, separator_of

BLOCK = 1 << 20  # bytes that are read at one time
LONGEST = 1 << 28  # of a line, so that a file without line ends does not fill the memory
_LINE_END = re.compile(rb"\r\n|\r|\n")


@attrs.frozen
class Layout:
    """What the first rows of a text file tell.

    Parameters:
        line: the line that names the columns, from 1.
        separator: what stands between cells.
        columns: the names; the first may be empty, where it numbers the rows.
        first: a few rows below.
    """

    line: int
    separator: str
    columns: tuple[str, ...]
    first: list[Row]


def layout_of(source: str, stream: IO[bytes]) -> Layout:
    """Read the line that names the columns, and what the rows below tell of them.

    Raises:
        DataError: it names no columns, or a row differs from it.
    """
    lines = lines_of(source, stream)
    start = [*itertools.islice(lines, 3)]
    if not "".join(start).strip() and not next((line for line in lines if line.strip()), ""):
        raise DataError(f"{source}: the file is empty")
    line, separator = separator_of(source, start)
    check_separator(f"{source}:{line}", start[line - 1 :], separator)
    stream.seek(0)
    rows = _rows(source, stream, line, separator)
    _, header = next(rows, (line, []))
    first = [*itertools.islice(rows, max(2, min(FIRST, CELLS // max(1, len(header)))))]
    check_title(f"{source}:{line}", header, first)
    columns = named(f"{source}:{line}", header or [""])
    layout = Layout(line, separator, columns, [])
    return attrs.evolve(layout, first=[*_checked(source, first, layout)])


def rows_of(source: str, stream: IO[bytes], layout: Layout) -> Iterator[Row]:
    """Yield each row below the header with the line that it starts on; blank ones may end the file.

    Raises:
        DataError: it is no text, a quote is not closed, a row is longer or shorter than the header.
    """
    stream.seek(0)
    rows = _rows(source, stream, layout.line, layout.separator)
    return _checked(source, itertools.islice(rows, 1, None), layout)


def most_rows(stream: IO[bytes]) -> int:
    """Count the ends of lines, and one more, quickly: there are not more rows than that."""
    stream.seek(0)
    lines = 1
    while block := stream.read(BLOCK):
        lines += max(block.count(b"\n"), block.count(b"\r"))
    return lines


def _checked(source: str, rows: Iterable[Row], layout: Layout) -> Iterator[Row]:
    """Yield rows that are as long as the header."""
    blank = 0
    width = len(layout.columns)
    for line, row in rows:
        if (len(row) != width or width == 1) and _is_blank(row):  # an error only if a row follows
            blank = blank or line
            continue
        if blank:
            raise DataError(f"{source}:{blank}: the line is blank")
        if len(row) != width:
            cells = "cell" if len(row) == 1 else "cells"
            raise DataError(
                f"{source}:{line}: the row has {len(row)} {cells}, the header has {width}"
            )
        yield line, row


def _is_blank(row: Sequence[str]) -> bool:
    """Say whether a row is a line of white space."""
    return len(row) < 2 and not "".join(row).strip()


def _rows(source: str, stream: IO[bytes], first: int, separator: str) -> Iterator[Row]:
    """Yield each row, from line `first` on, with the line that it starts on."""
    lines = itertools.islice(lines_of(source, stream), first - 1, None)
    reader = csv.reader(lines, delimiter=separator, strict=True, skipinitialspace=True)
    line = first
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + first
    except csv.Error as error:
        why = str(error)
        if "unexpected end" in why:
            why = "a quote is opened and never closed"
        elif "field limit" in why:
            limit = csv.field_size_limit()
            why = f"a cell is longer than {limit} characters; is a quote never closed?"
        elif "expected after" in why:
            why = "text follows a closing quote"
        raise DataError(f"{source}:{line}: {why}") from None


def lines_of(source: str, stream: IO[bytes]) -> Iterator[str]:
    """Yield the lines of a text in UTF-8, with their ends; a byte order mark is passed over.

    Raises:
        DataError: a byte is no text, or a line has no end; with the number of the line.
    """
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    number, parts, length = 1, [""], 0
    while True:
        block = stream.read(BLOCK)
        if b"\0" in block:
            place = f"{source}:{number + _line_ends(parts, block[: block.index(0)])}"
            raise DataError(f"{place}: a NUL byte; this is not a text file in UTF-8")
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            place = f"{source}:{number + _line_ends(parts, error.object[: error.start])}"
            byte = error.object[error.start]
            raise DataError(f"{place}: byte 0x{byte:02x} is not UTF-8; {UTF8}") from None
        parts.append(text)
        length += len(text)
        if length > LONGEST:
            raise DataError(f"{source}:{number}: the line is longer than {LONGEST} characters")
        if block and "\n" not in text and "\r" not in text:
            continue
        lines = io.StringIO("".join(parts), newline="").readlines()
        rest = lines.pop() if block and lines else ""  # its end may be in the next block
        number += len(lines)
        parts, length = [rest], len(rest)
        yield from lines
        if not block:
            return


def _line_ends(texts: Sequence[str], data: bytes) -> int:
    return len(_LINE_END.findall("".join(texts).encode() + data))
