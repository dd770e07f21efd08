"""Small public tables with known answers, which come with warmer."""

from importlib.resources import files
from io import BytesIO

import attrs

from warmer.contract.arguments import shown
from warmer.exceptions import ParameterError, UnknownNameError
from warmer.tables.reading import read_table
from warmer.tables.table import Table
from warmer.wording import did_you_mean

NAMES = ("iris", "longley", "noint1", "norris", "streetlights", "toes")


def data(name: str) -> Table:
    """Return one of the small public tables that come with warmer.

    Parameters:
        name: `norris`, `longley` and `noint1` of NIST, with certified answers; `streetlights` and
            `toes` of the book; `iris`, three classes of flowers.

    Raises:
        ParameterError: it is no text.
        UnknownNameError: there is no table of this name.

    >>> data("norris").numbers("x")[:3].tolist()
    [0.2, 337.4, 118.2]
    """
    if not isinstance(name, str):
        raise ParameterError(f"name must be the name of a table, got {shown(name)}")
    if name not in NAMES:
        raise UnknownNameError(
            f"no table is named {name!r}{did_you_mean(name, NAMES)}; there is {', '.join(NAMES)}"
        )
    content = files("warmer.tables").joinpath("published", f"{name}.csv").read_bytes()
    return attrs.evolve(read_table(BytesIO(content)), source=name)
