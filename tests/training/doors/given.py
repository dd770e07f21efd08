"""What people give to doors: by mistake, and what is right."""

import datetime
import math
from decimal import Decimal
from typing import Any

import numpy as np

import warmer


class Rude:
    """An object that fails whatever it is asked."""

    def _fail(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("no")

    __repr__ = __str__ = __eq__ = __hash__ = __iter__ = __len__ = __bool__ = _fail
    __array__ = __float__ = __int__ = __index__ = __fspath__ = __getitem__ = _fail


class Red:
    """An object whose repr is long, has many lines, and colours the terminal."""

    def __repr__(self) -> str:
        return "\x1b[31mred\n" * 1000


WRONG: dict[str, Any] = {
    "nothing": lambda: None,
    "true": lambda: True,
    "numpy_true": lambda: np.True_,
    "three": lambda: 3,
    "numpy_three": lambda: np.int64(3),
    "numpy_text": lambda: np.str_("x"),
    "minus": lambda: -1,
    "half": lambda: 2.5,
    "nan": lambda: math.nan,
    "inf": lambda: -math.inf,
    "huge": lambda: 10**30,
    "beyond": lambda: 10**5000,
    "decimal": lambda: Decimal(3),
    "complex": lambda: 1j,
    "text": lambda: "x",
    "bytes": lambda: b"x",
    "empty": list,
    "list": lambda: [1],
    "texts": lambda: ["x"],
    "dict": lambda: {"a": 1},
    "set": lambda: {1},
    "class": lambda: int,
    "object": object,
    "scalar": lambda: np.array(3),
    "date": lambda: datetime.date(2020, 1, 1),
    "dates": lambda: np.array(["2020-01-01"] * 4, dtype="datetime64[ns]"),
    "function": lambda: len,
    "generator": lambda: (number for number in (1, 2)),
    "rude": Rude,
}
"""What people give by mistake, by its name; made anew each time."""

INTS = "three numpy_three"
NUMBERS = f"{INTS} half huge decimal"
NAMES = "text numpy_text texts"

DATA = {"inputs": [1.0, 2.0, 3.0, 4.0], "targets": [2.0, 4.0, 6.0, 8.0], "rule": "alpha-scaled"}
DATA_TAKES = {"inputs": "", "targets": "", "rule": ""}
NETWORK = {"predict": "nothing", "compare": "nothing", "modifiers": "empty", "registry": "nothing"}
RUN = {
    "batch_size": f"nothing {INTS}",
    "weights": f"nothing {NUMBERS} minus scalar list",
    "seed": f"nothing {INTS} huge",
    "alpha": NUMBERS,
}


def table() -> warmer.Table:
    return warmer.Table("t", ("x", "y"), (("1", "2"), ("3", "5")), (2, 3))


def run() -> warmer.Run:
    """A run of two steps."""
    return warmer.train([1.0, 2.0], [3.0, 6.0], "alpha-scaled", steps=2)


Doors = dict[str, tuple[Any, dict[str, Any], dict[str, str]]]
"""Each door: how it is called, with what, and which of WRONG are right for each argument."""
