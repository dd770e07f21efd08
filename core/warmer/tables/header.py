"""The line that names the columns: found below a title, and refused where it names none."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence

from warmer.exceptions import DataError
from warmer.tables.numbers import parse_number

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_OTHERS = {"|": "pipes"}
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[ \t]*(?:\r\n|\r|\n|\Z)', re.IGNORECASE)  # Excel reads it
FIRST = 200  # rows to search for the header below a title


def separator_of(source: str, lines: Sequence[str]) -> tuple[int, str]:
    """Tell what separates the cells; answers the number of the line that names the columns, too.

    It is the first of comma, semicolon and tab that this line has as often as the line below;
    else the first that it has. Excel's line `sep=;` says it, and is passed over.
    """
    match = _SEPARATOR_LINE.match(lines[0])
    if match:
        if match[1] not in SEPARATORS:
            word = _OTHERS.get(match[1], quoted(match[1]))
            raise DataError(f"{source}:1: the file says that it is separated by {word}; use commas")
        return 2, match[1]
    first, second, *_ = [*lines, "", ""]
    found = [separator for separator in SEPARATORS if _cells(first.strip(" \r\n"), separator) > 1]
    for separator in found:
        if _cells(first, separator) == _cells(second, separator):
            return 1, separator
    for separator in found:
        if separator == "," or not _cells(second, ",") > 1:
            return 1, separator
    return 1, ","


def _cells(line: str, separator: str) -> int:
    """Count the cells of a line that is separated so."""
    try:
        row = next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
    except csv.Error:
        return 0
    return len(row)


def check_separator(place: str, lines: Sequence[str], separator: str) -> None:
    """Refuse a file whose first line is one cell and looks like several."""
    first, second, *_ = [*lines, "", ""]
    if _cells(first, separator) > 1:
        return
    words = [
        word
        for other, word in _OTHERS.items()
        if other in first.strip() and (other in second or "," not in second)
    ]
    names, cells = first.split(), second.split()
    numbers = any(_is_number(cell.replace(",", ".")) for cell in cells)
    if numbers and len(names) > 1 and len(cells) - len(names) in (0, 1):  # 1: rows have names
        words.append("blanks")
    if words:
        raise DataError(
            f"{place}: there is one column, {quoted(first.strip())}: "
            f"the file looks separated by {words[0]}; use commas"
        )


def check_title(
    place: str, header: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]]
) -> None:
    """Refuse a title or a comment that stands where the header should be.

    A title is one cell, and a comment begins with `#`. The first line is one of them where the
    next row of another kind holds names alone; above numbers it is the header.
    """

    def apart(row: Sequence[str]) -> bool:
        return len(row) < 2 or not any(map(str.strip, row[1:])) or row[0].lstrip().startswith("#")

    line, names = next(((line, row) for line, row in rows if not apart(row)), (0, []))
    if apart(header) and any(header) and names and not any(map(_is_number, names)):
        title = ", ".join(filter(None, map(str.strip, header)))
        raise DataError(
            f"{place}: {quoted(title)} seems to be a title or a comment, and line {line} to name "
            "the columns; delete what stands above it"
        )


def named(place: str, row: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the columns, refusing what cannot be a header.

    The first may be empty where all others are not: it numbers the rows.
    """
    names = normals(map(str.strip, row))
    if "".join(names) == "" and len(names) < 2:
        raise DataError(f"{place}: the line is blank; it must name the columns")
    if any(names) and all(map(_is_number, filter(None, names))):
        raise DataError(
            f"{place}: there seems to be no header, only numbers ({listed(names)}); "
            "the first line must name the columns"
        )
    return distinct(place, names, numbered=not names[0] and all(names[1:]))


def distinct(place: str, names: Sequence[str], numbered: bool = False) -> tuple[str, ...]:
    """Return names of columns, refusing an empty one and one that stands twice.

    Parameters:
        place: how errors name the table or the line.
        names: one for each column.
        numbered: whether the first may be empty, since it numbers the rows.
    """
    names = normals(names)
    places: dict[str, int] = {}
    for position, name in enumerate(names, start=1):
        if not name and not numbered:
            raise DataError(f"{place}: column {position} of {len(names)} has no name")
        if name in places:
            raise DataError(
                f"{place}: columns {places[name]} and {position} are both {quoted(name)}"
            )
        places[name] = position
    return names


def _is_number(text: str) -> bool:
    """Say whether a text reads as a number."""
    try:
        parse_number(text)
    except ValueError:
        return False
    return True


def normals(names: Iterable[str]) -> tuple[str, ...]:
    """Return names in Unicode's normal form C."""
    return tuple(map(normal, names))


def normal(name: str) -> str:
    """Return a name in Unicode's normal form C, in which what looks the same is the same.

    >>> normal("Gro\N{COMBINING DIAERESIS}ße") == "Größe"
    True
    """
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def quoted(text: str) -> str:
    r"""Return a text as messages show it: in quotes, on one line, not too long.

    >>> print(quoted("two\nlines"))
    'two\nlines'
    """
    return repr(text if len(text) <= 40 else text[:37] + "...")


def listed(names: Sequence[str], most: int = 8) -> str:
    """List a few names and count the rest."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(map(quoted, names[:most])) + more
