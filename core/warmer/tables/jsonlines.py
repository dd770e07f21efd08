"""JSON Lines: an object on each line, all with the same names; read strictly."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any

from warmer.exceptions import DataError
from warmer.tables.delimited import lines_of
from warmer.tables.gathering import Row, Stores, gather
from warmer.tables.header import distinct, listed, normals, quoted
from warmer.tables.table import Table


class _NotStrictError(ValueError):
    """What Python's reader would take, and JSON does not have."""


def read_json_lines(
    source: str, stream: IO[bytes], texts: Sequence[str], stores_of: Callable[[int], Stores]
) -> Table:
    """Read a table with an object on each line; `null` is an empty cell, true is 1 and false is 0.

    Parameters:
        texts: columns that are kept as they are written.
        stores_of: where so many columns go.

    Raises:
        DataError: a line is no such object, or has other names than the first.
    """
    first = next(_objects(source, stream), None)
    if first is None:
        raise DataError(f"{source}: the file is empty")
    line, found = first
    if not found:
        raise DataError(f"{source}:{line}: the object is empty; it must name the columns")
    names = distinct(f"{source}:{line}", [*map(str.strip, found)])
    kept = {index for index, name in enumerate(names) if name in texts}
    stores = stores_of(len(names))
    columns, lines = gather(lambda: _rows(source, stream, names), stores, kept)
    return Table(source, names, columns, lines, spool=stores.spool)


def _rows(source: str, stream: IO[bytes], names: Sequence[str]) -> Iterator[Row]:
    """Yield the cells of each line in the order of the first one, as texts."""
    for line, found in _objects(source, stream):
        given = dict(zip(normals(map(str.strip, found)), found.values(), strict=True))
        missing = [name for name in names if name not in given]
        if missing or len(given) != len(names):
            unknown = [name for name in given if name not in names]
            what = f"no {listed(missing)}" if missing else f"{listed(unknown)} as well"
            raise DataError(f"{source}:{line}: there is {what}; the first line names the columns")
        yield line, [_cell(f"{source}:{line}", name, given[name]) for name in names]


def _cell(place: str, name: str, value: Any) -> str:
    """Return a value as the text of a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if not isinstance(value, str):
        kind = "a list" if isinstance(value, list) else "an object"
        raise DataError(f"{place}: column {quoted(name)}: holds {kind}, not a number or a text")
    return value


def _objects(source: str, stream: IO[bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the object on each line, its numbers as they are written."""
    stream.seek(0)
    blank = 0
    for line, text in enumerate(lines_of(source, stream), start=1):
        if not text.strip():
            blank = blank or line
            continue
        if blank:
            raise DataError(f"{source}:{blank}: the line is blank")
        try:
            found = json.loads(
                text, parse_float=str, parse_int=str, parse_constant=_no_constant,
                object_pairs_hook=_without_doubles,
            )  # fmt: skip
        except json.JSONDecodeError as error:
            raise DataError(
                f"{source}:{line}: is not JSON: {error.msg} at character {error.pos + 1}"
            ) from None
        except _NotStrictError as error:
            raise DataError(f"{source}:{line}: {error}") from None
        except RecursionError:
            raise DataError(f"{source}:{line}: is nested too deeply") from None
        if not isinstance(found, dict):
            raise DataError(f"{source}:{line}: must be an object, with a name for each cell")
        yield line, found


def _no_constant(text: str) -> Any:
    raise _NotStrictError(f"{text} is not a finite number")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _NotStrictError(f"the name {quoted(twice)} stands twice")
    return found
