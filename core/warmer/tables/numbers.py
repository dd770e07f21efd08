"""Numbers as people write them: strict, finite, and back to the same bits."""

import math
import re

_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")


def parse_number(text: str) -> float:
    """Read a finite decimal number.

    Unlike `float()`, this refuses `nan`, `inf`, `1e400`, `1_000` and digits of other scripts.

    Raises:
        ValueError: saying what is wrong with the text.

    >>> parse_number(" 2.5e-3 ")
    0.0025
    """
    stripped = text.strip(" \t")
    if not stripped:
        raise ValueError("is empty")
    if not _DECIMAL.fullmatch(stripped):
        if stripped.lstrip("+-").lower() in ("nan", "inf", "infinity"):
            raise ValueError(f"{stripped!r} is not a finite number")
        raise ValueError(f"{stripped!r} is not a number")
    value = float(stripped)
    if not math.isfinite(value):
        raise ValueError(f"{stripped!r} is too large for a number of 64 bits")
    return value


def parse_whole(text: str) -> int:
    """Read a whole number, also where it is written as `1e6`; raises ValueError for others."""
    value = parse_number(text)
    if not value.is_integer():
        raise ValueError(f"{text.strip()!r} is not a whole number")
    digits = text.strip(" \t").lstrip("+-")
    return int(text) if digits.isdigit() else int(value)
