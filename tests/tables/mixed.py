"""A table of numbers, words and holes."""

import warmer


def table_of(**columns):
    cells = tuple(map(tuple, columns.values()))
    return warmer.Table("t.csv", tuple(columns), cells, range(2, 2 + len(cells[0])))


MIXED = table_of(
    id=["1", "2", "3", "4", "5", "6"],
    size=["1.5", "", "4", "NA", "2.25", "9"],
    town=["Rome", "Oslo", "", "Oslo", "Bonn", "Rome"],
    site=["7", "7", "7", "7", "7", "7"],
    kind=["a", "b", "a", "b", "b", "a"],
    y=["1", "2", "3", "4", "5", "6"],
)
MEAN = {"categories": "one-hot", "missing": "mean"}
