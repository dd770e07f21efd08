"""How much memory a table may take."""

import os
from numbers import Integral
from typing import Any

from warmer.contract.arguments import shown
from warmer.exceptions import ParameterError

MOST = 2**62  # bytes
UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


def bytes_of(memory: Any, name: str = "memory") -> int:
    """How much memory a table may take, in bytes; of None, half of what the machine has.

    Parameters:
        name: of the parameter, for messages.

    Raises:
        ParameterError: it is no number of bytes above 0, and no text such as "500 MB".

    >>> bytes_of("1.5 GB"), bytes_of(8000)
    (1500000000, 8000)
    """
    if memory is None:
        return half_of_memory()
    if isinstance(memory, Integral) and not isinstance(memory, bool):
        if 1 <= int(memory) <= MOST:
            return int(memory)
    elif isinstance(text := memory, str):
        number = text.strip().rstrip("bBkKmMgGtT")
        unit = text.strip()[len(number) :].upper()
        try:
            size = float(number) * UNITS[unit]
            if number.strip().replace(".", "", 1).isdecimal() and 1 <= size <= MOST:
                return int(size)
        except (KeyError, ValueError):
            pass
    raise ParameterError(
        f"{name} must be a number of bytes, or with a unit, such as '500 MB' or '2 GB', got "
        f"{shown(memory)}"
    )


def half_of_memory() -> int:
    """Return half of the machine's memory in bytes, or 4 GB where it does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (AttributeError, ValueError, OSError):
        return 1 << 32
