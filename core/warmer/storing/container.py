"""The container of models and checkpoints: a header of JSON, numbers, and a hash over all.

    8 bytes     WARMER1 and a line feed
    8 bytes     how long the header is, little-endian
    header      one JSON object in UTF-8
    numbers     the arrays that the header names, float64, little-endian, row by row
    32 bytes    SHA-256 of everything before

A file is data and nothing else: no part of it names code, and reading it calls none.
"""

import hashlib
import json
import math
import os
import stat
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from warmer.exceptions import DataError
from warmer.runs.task import Array

MAGIC = b"WARMER1\n"
FORMAT = 1
FIRST = len(MAGIC) + 8
HASH = 32
LONGEST = 1 << 24  # bytes of a header
MOST = 2**40  # numbers of an array: more are a lie, and too large to multiply safely


def encode(header: Mapping[str, Any], arrays: Mapping[str, Array]) -> list[bytes]:
    """The bytes of a container, in parts.

    Parameters:
        header: plain data, without `format` and `arrays`, which are added.
        arrays: by name; numbers need not be finite.

    Raises:
        ValueError: the header holds a number that is not finite, or is too long.
    """
    shapes = [[name, list(array.shape)] for name, array in arrays.items()]
    data = {"format": FORMAT, **header, "arrays": shapes}
    text = json.dumps(data, allow_nan=False, separators=(",", ":")).encode()
    if len(text) > LONGEST:
        raise ValueError(f"the header has {len(text)} bytes, and {LONGEST} is the most")
    parts = [MAGIC, len(text).to_bytes(8, "little"), text]
    parts += [np.ascontiguousarray(array, "<f8").tobytes() for array in arrays.values()]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return [*parts, digest.digest()]


def read(path: str) -> tuple[dict[str, Any], dict[str, Array]]:
    """Read a container from a file; see `decode`.

    Raises:
        DataError: it cannot be read, is no regular file, or no container.
    """
    try:
        with open(path, "rb", opener=_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise DataError(f"{path}: is not a regular file")
            if file.read(len(MAGIC)) != MAGIC:
                raise DataError(f"{path}: is no model or checkpoint of warmer")
            return decode(path, MAGIC + file.read())
    except FileNotFoundError:
        raise DataError(f"{path}: no such file") from None
    except (OSError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        why = getattr(error, "strerror", None) or error
        raise DataError(f"{path}: {why}") from None


def decode(source: str, data: bytes) -> tuple[dict[str, Any], dict[str, Array]]:
    """The header and the arrays of a container, once its hash is right.

    Parameters:
        source: how errors name it.

    Raises:
        DataError: it is no container, or damaged.
    """
    if data[: len(MAGIC)] != MAGIC:
        raise DataError(f"{source}: is no model or checkpoint of warmer")
    if len(data) < FIRST + HASH or hashlib.sha256(data[:-HASH]).digest() != data[-HASH:]:
        raise DataError(f"{source}: is damaged: what it holds is not what was written")
    length = int.from_bytes(data[len(MAGIC) : FIRST], "little")
    if length > min(LONGEST, len(data) - FIRST - HASH):
        raise DataError(f"{source}: the header is too long")
    header = _header(source, data[FIRST : FIRST + length])
    if header.get("format") != FORMAT:
        raise DataError(
            f"{source}: is of format {header.get('format')!r:.20}, and this warmer reads {FORMAT}: "
            "read it with a newer one"
        )
    return header, _arrays(source, header.pop("arrays", None), data[FIRST + length : -HASH])


def _header(source: str, text: bytes) -> dict[str, Any]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise ValueError("a key stands twice")
        return found

    def refuse(word: str) -> None:
        raise ValueError(f"{word} is no number")

    def finite(word: str) -> float:
        number = float(word)
        if not math.isfinite(number):
            raise ValueError(f"{word} does not fit 64 bits")
        return number

    try:
        header = json.loads(
            text.decode(), object_pairs_hook=unique, parse_constant=refuse, parse_float=finite
        )
    except (ValueError, RecursionError) as error:
        raise DataError(f"{source}: the header cannot be read: {str(error)[:80]}") from None
    if not isinstance(header, dict):
        raise DataError(f"{source}: the header is no object")
    return header


def _arrays(source: str, named: Any, data: bytes) -> dict[str, Array]:
    """Take the numbers apart; how many there are is known before room is made for them."""
    names: list[str] = []
    shapes: list[tuple[int, ...]] = []
    for each in named if isinstance(named, list) else [None]:
        match each:
            case [str(name), list(shape)] if (
                all(type(length) is int and 0 <= length < MOST for length in shape)
                and len(shape) <= 4
            ):
                names.append(name)
                shapes.append(tuple(shape))
            case _:
                raise DataError(f"{source}: the header names no arrays")
    ends = [0]
    for lengths in shapes:
        ends.append(ends[-1] + 8 * math.prod(lengths))
    if ends[-1] != len(data) or len(set(names)) < len(names):
        raise DataError(f"{source}: has not the numbers that its header says")
    return {
        name: np.frombuffer(data[start:stop], "<f8").reshape(lengths).astype(np.float64)
        for name, lengths, (start, stop) in zip(names, shapes, pairwise(ends), strict=True)
    }


def _at_once(path: str, flags: int) -> int:
    """Open without waiting: a named pipe would wait here until somebody writes to it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
