"""Columns as a frame of somebody's library, which is imported when it is asked for."""

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from warmer.exceptions import ParameterError, UsageError, said
from warmer.wording import did_you_mean

MAKERS = {"pandas": "DataFrame", "polars": "DataFrame", "pyarrow": "table"}


def frame_from(columns: Mapping[str, Any], library: Any = None) -> Any:
    """Make a frame of columns.

    Parameters:
        columns: equally long, by name.
        library: `pandas`, `polars` or `pyarrow`; None for the first one that is installed.

    Raises:
        UsageError: it is not installed, or none of these.
    """
    if library is not None and (not isinstance(library, str) or library not in MAKERS):
        meant = did_you_mean(library, MAKERS) if isinstance(library, str) else ""
        raise ParameterError(f"library is {said(library)}{meant}, not one of {', '.join(MAKERS)}")
    wanted = tuple(MAKERS) if library is None else (library,)
    found = next((name for name in wanted if find_spec(name)), None)
    if found is None:
        raise UsageError(f"a frame needs {' or '.join(wanted)}: pip install {wanted[0]}")
    return getattr(import_module(found), MAKERS[found])(dict(columns))
