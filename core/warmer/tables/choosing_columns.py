"""Which columns of a table are features, and which are targets."""

from collections import Counter
from collections.abc import Sequence

from warmer.exceptions import DataError
from warmer.tables.header import quoted
from warmer.tables.table import Table


def choose_columns(
    table: Table,
    targets: Sequence[str],
    features: Sequence[str] | None,
    bias: bool,
    without: Sequence[str] = (),
) -> tuple[str, ...]:
    """Return the feature columns.

    Parameters: as for `prepare`.

    Raises:
        DataError: the choice makes no sense.

    >>> table = Table("t.csv", ("id", "x", "y"), (("7",), ("1",), ("3",)), (2,))
    >>> choose_columns(table, ["y"], None, True, ["id"])
    ('x',)
    """
    if not targets:
        raise DataError(f"{table.source}: no target column was named")
    for role, chosen in (("target", targets), ("feature", features or ())):
        for name, times in Counter(chosen).items():
            if times > 1:
                raise DataError(f"{table.source}: {role} {quoted(name)} is named twice")
    known = frozenset(table.columns)
    for name in (*targets, *(features or ()), *without):
        if name not in known:
            table.texts(name)  # says that it is not there, and which one may be meant
    for role, chosen in (("a target", targets), ("a feature", features or ())):
        for name in without:
            if name in chosen:
                raise DataError(f"{table.source}: column {quoted(name)} is {role} and left out")
    goals = frozenset(targets)
    if features is None:
        others = goals.union(without)
        names = tuple(name for name in table.columns if name not in others)
        if not names and not without:
            raise DataError(f"{table.source}: no feature columns: every column is a target")
        features = names
    for name in features:
        if name in goals:
            raise DataError(f"{table.source}: column {quoted(name)} is both target and feature")
    if not features and not bias:
        raise DataError(f"{table.source}: no feature columns and no bias: nothing to learn from")
    return tuple(features)
