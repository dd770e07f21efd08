"""A recipe of a comparison: its rules, tables and options in a file of TOML."""

import json
import tomllib
from collections.abc import Mapping
from typing import Any

from warmer.contract.arguments import shown
from warmer.exceptions import DataError, UsageError
from warmer.wording import did_you_mean

TEXTS = {"rules", "data", "target", "features", "without", "modifiers"}  # a text, or several
KNOWN: dict[str, tuple[type, ...]] = {
    "rules": (list,), "data": (list,), "target": (list,), "seeds": (int, list),
    "test": (float, int), "folds": (int,), "budget": (str,), "reach": (float, int),
    "batch_size": (int, str),
    "weights": (float, int, str), "predict": (str,), "compare": (str,), "modifiers": (list,),
    "features": (list,), "bias": (bool,), "scale": (str,), "categories": (str,),
    "missing": (str,), "without": (list,),
}  # fmt: skip
"""The keys of a recipe: arguments of `warmer.compare`, and their types."""


def read_recipe(path: str) -> dict[str, Any]:
    """Read a recipe; its keys are arguments of `warmer.compare`.

    Raises:
        DataError: it cannot be read, is no TOML, or has a key that there is not, or a value of
            another type.
    """
    try:
        with open(path, "rb") as file:
            found = tomllib.load(file)
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        raise DataError(f"{path}: this is no TOML: {error}") from None
    for key, value in found.items():
        if key not in KNOWN:
            raise DataError(
                f"{path}: there is no key {shown(key)}{did_you_mean(key, KNOWN)}; "
                f"there is {', '.join(KNOWN)}"
            )
        if key in TEXTS and isinstance(value, str):
            found[key] = value = [value]
        each = value if key in TEXTS and isinstance(value, list) else ()
        if type(value) not in KNOWN[key] or not all(isinstance(one, str) for one in each):
            raise DataError(f"{path}: {key} cannot be {shown(value)}")
    return found


def write_recipe(options: Mapping[str, Any]) -> str:
    """Write a recipe as the text of its file.

    Parameters:
        options: arguments of `warmer.compare`, as plain data; those that are None are left out.

    Raises:
        UsageError: a text in it is none that a file can hold.

    >>> print(write_recipe({"rules": ["raw-gradient"], "seeds": 3, "test": None}), end="")
    rules = ["raw-gradient"]
    seeds = 3
    """
    lines = [f"{key} = {_value(options[key])}" for key in KNOWN if options.get(key) is not None]
    return "".join(f"{line}\n" for line in lines)


def _value(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return repr(value)
    text = json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UsageError(f"a recipe is a file of UTF-8, and cannot hold {shown(value)}") from None
    return text
