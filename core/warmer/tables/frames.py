"""Frames of pandas, polars and pyarrow: read by narwhals, as a file of the same cells would be."""

from collections.abc import Sequence
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

import numpy as np

from warmer.contract.arguments import shown
from warmer.exceptions import DataError, ParameterError
from warmer.runs.far import lies_on_a_cluster
from warmer.tables.gathering import exact_numbers
from warmer.tables.header import distinct, listed, normals, quoted
from warmer.tables.holes import cells_of, refuse_holes, refuse_text
from warmer.tables.plain import EXACT, blocks_of
from warmer.tables.table import Array, Column, Table

LIBRARIES = frozenset({"pandas", "polars", "pyarrow", "modin", "cudf"})
WORDS = ("date", "datetime", "time", "timedelta", "Timestamp", "Timedelta", "Period", "Interval")


class Named:
    """Rows whose columns have names: what a frame is, without its library.

    Parameters:
        rows: shape (rows, columns).
        columns: their names.
    """

    def __init__(self, rows: Array, columns: Sequence[str]):
        self._rows, self.columns = rows, columns

    def __array__(self, dtype: Any = None, copy: Any = None) -> Array:
        return self._rows


def table_of(values: Any, source: str, needed: bool = False) -> Table | None:
    """Read a frame or a series as a table; None of anything else.

    Truth values are 1 and 0, a missing value is an empty cell, categories and dates are texts.

    Parameters:
        values: a frame or a series of pandas, polars or pyarrow, or of what subclasses them.
        source: how errors name it.
        needed: whether to say so where narwhals is missing; else the answer is None.

    Raises:
        DataError: it has no rows, two columns of one name, is lazy, or holds what is neither a
            number nor a text.
    """
    homes = {kind.__module__.partition(".")[0] for kind in type(values).__mro__}
    if homes.isdisjoint(LIBRARIES):  # nobody has a frame of a library that is not imported
        return None
    try:
        import narwhals.stable.v2 as nw
    except ImportError:
        if not needed:
            return None
        raise DataError(
            f"{source}: a {type(values).__name__} is read by narwhals: pip install 'warmer[frames]'"
        ) from None
    named = _named_by_texts(values, source)
    frame: Any = nw.from_native(named, pass_through=True, allow_series=True)
    if isinstance(frame, nw.LazyFrame):
        raise DataError(f"{source}: is not computed yet; give what its collect() answers")
    if isinstance(frame, nw.Series):
        columns = {str(frame.name or source): frame}
    elif isinstance(frame, nw.DataFrame):
        columns = {name: frame[name] for name in frame.columns}
    else:
        return None
    names = distinct(source, [*columns])
    if not names or not len(frame):
        raise DataError(f"{source}: has {len(frame)} rows and {len(names)} columns")
    cells = [_cells(source, name, each) for name, each in zip(names, columns.values(), strict=True)]
    return Table(source, names, tuple(cells), None)


def as_table(values: Any) -> Table:
    """A table as it is, and a frame as a table.

    Raises:
        ParameterError: it is neither.
        DataError: the frame cannot be read.
    """
    if isinstance(values, Table):
        return values
    found = table_of(values, "table", needed=True)
    if found is None:
        raise ParameterError(
            f"table must be a warmer.Table, as read_table gives it, or a frame of pandas, polars "
            f"or pyarrow, got {shown(values)}; numbers in a list or an array go straight into train"
        )
    return found


def matrix_of(table: Table, wanted: Sequence[str] = ()) -> Array:
    """Columns of a table as numbers, (rows, columns).

    Parameters:
        wanted: their names, in order; none for all.

    Raises:
        DataError: there is no such column, or a cell is empty or no finite number: it is named with
            its row and column.
    """
    parts = []
    for names, block in blocks_of(table, wanted or table.columns):
        parts.append(block if block is not None else _numbers(table, names[0])[np.newaxis])
    return np.ascontiguousarray(np.concatenate(parts).T)


def _numbers(table: Table, name: str) -> Array:
    """A column that is to be looked at closely, as finite numbers; raises DataError."""
    cells = cells_of(table, name)
    refuse_holes(table, name, cells, "; fill it, or leave that row out")
    if cells.numbers is None:
        raise refuse_text(table, name, "")
    return cells.numbers


def names_of(values: Any, count: int) -> tuple[str, ...]:
    """The names of so many columns of a frame, or of a series.

    There are none where they are not texts, each another one. Other names that pandas has, such as
    pairs, are written as texts; where it only numbers its columns, they have none.
    """
    if lies_on_a_cluster(values) and not hasattr(values, "to_dask_array"):
        return ()  # the name of an array of Dask is a key
    try:
        if hasattr(values, "column_names"):  # Arrow's `columns` are the data
            names = [*values.column_names]
        elif hasattr(values, "columns"):
            names = [*values.columns]
            if hasattr(values, "set_axis") and names != [*range(len(names))]:
                names = [*map(str, names)]
        else:
            names = [values.name]
        named = all(type(name) is str and name for name in names)
        return normals(names) if named and len(set(normals(names))) == len(names) == count else ()
    except Exception:  # noqa: BLE001 - somebody's frame may have, or raise, anything
        return ()


def check_columns(what: str, columns: Sequence[str], wanted: Sequence[str]) -> None:
    """Refuse rows whose columns are not those that weights belong to, where both have names.

    Raises:
        DataError: they are others, or in another order.
    """
    if columns and wanted and tuple(columns) != tuple(wanted):
        raise DataError(
            f"{what} has the columns {listed(columns)}, and the run {listed(wanted)}: give them in "
            "that order"
        )


def _named_by_texts(values: Any, source: str) -> Any:
    """A frame whose columns are named by texts: pandas takes anything for a name, also twice."""
    if hasattr(values, "column_names"):  # Arrow takes a name twice, and narwhals does not
        distinct(source, values.column_names)
    if not hasattr(type(values), "set_axis") or not hasattr(values, "columns"):
        return values
    names = distinct(source, [*map(str, values.columns)])
    return values if [*values.columns] == [*names] else values.set_axis(names, axis=1)


def _cells(source: str, name: str, series: Any) -> Column:
    """A column as numbers, `nan` where a cell is empty, or as texts where it holds others."""
    import narwhals.stable.v2 as nw

    kind = series.dtype
    if kind.is_float() or kind == nw.Boolean or (kind.is_integer() and _is_exact(series)):
        return np.array(series.cast(nw.Float64).to_numpy(), np.float64)
    holes = series.is_null().to_list()
    cells = [
        "" if hole else _written(source, name, row, value)
        for row, (hole, value) in enumerate(zip(holes, series.to_list(), strict=True))
    ]
    shared: dict[str, str] = {}
    values = exact_numbers(cells)
    return tuple(shared.setdefault(cell, cell) for cell in cells) if values is None else values


def _is_exact(whole: Any) -> bool:
    """Whether each number of a column of whole numbers is the only one of its float."""
    if whole.null_count() == len(whole):
        return True
    return bool(int(whole.min()) > -EXACT and int(whole.max()) < EXACT)


def _written(source: str, name: str, row: int, value: Any) -> str:
    """A cell as a file would have it."""
    if isinstance(value, (str, Decimal)) or type(value).__name__ in WORDS:
        return str(value)
    if isinstance(value, (bool, np.bool_)):
        return str(int(value))
    if isinstance(value, Integral):
        return str(int(value))
    if isinstance(value, Real):
        return repr(float(value))
    raise DataError(
        f"{source}: row {row + 1}: column {quoted(name)}: {shown(value)} "
        f"({type(value).__name__}) is neither a number nor a text"
    )
