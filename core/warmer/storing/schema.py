"""What a header must look like: every key that there is, and no other."""

from collections.abc import Mapping
from typing import Any

import attrs

from warmer.contract.arguments import shown
from warmer.exceptions import DataError

NUMBER = (int, float)
PLAIN = (int, float, str, bool)


@attrs.frozen
class Listed:
    """A list of values that are all like this one."""

    each: Any


@attrs.frozen
class Maybe:
    """A value like this one, or null."""

    each: Any


@attrs.frozen
class Named:
    """An object with any keys, whose values are all like this one."""

    each: Any


def check_header(source: str, value: Any, wanted: Any, where: str = "the header") -> None:
    """Check a value of a header against what it must look like.

    Parameters:
        source: how errors name the file.
        wanted: a type, or a tuple of types (None for null); a mapping, whose keys are needed and
            no others allowed; a Listed, Named or Maybe of one of these.
        where: which part of the header it is, for messages.

    Raises:
        DataError: naming the part.
    """
    if isinstance(wanted, Mapping):
        if not isinstance(value, dict):
            raise _refusal(source, where, value)
        for key in (*wanted, *value):
            if (key in wanted) != (key in value):
                what = "lacks" if key in wanted else "has an unknown"
                raise DataError(f"{source}: {where} {what} {shown(key)}")
        for key, each in wanted.items():
            check_header(source, value[key], each, f"{where}, {key}")
    elif isinstance(wanted, Listed):
        if not isinstance(value, list):
            raise _refusal(source, where, value)
        for each in value:
            check_header(source, each, wanted.each, where)
    elif isinstance(wanted, Maybe):
        if value is not None:
            check_header(source, value, wanted.each, where)
    elif isinstance(wanted, Named):
        if not isinstance(value, dict):
            raise _refusal(source, where, value)
        for key, each in value.items():
            check_header(source, each, wanted.each, f"{where}, {shown(key)}")
    else:
        types = wanted if isinstance(wanted, tuple) else (wanted,)
        if type(value) not in [type(None) if each is None else each for each in types]:
            raise _refusal(source, where, value)


def _refusal(source: str, where: str, value: Any) -> DataError:
    return DataError(f"{source}: {where} cannot be {shown(value)}")
