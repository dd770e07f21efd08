"""Levels: the words of a column of text, as categories of features or classes of a target."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from warmer.exceptions import DataError, Remedy
from warmer.tables.header import listed, quoted
from warmer.tables.holes import HOLES, refuse_text, without_them, words_of
from warmer.tables.table import Array, Table

CATEGORIES = ("one-hot",)
"""The ways to take text: an input of 0 and 1 for each level of the column."""

FEW = 20  # levels that any column may have; beyond, no more than half as many as rows


def counted(table: Table, column: str) -> Counter[str]:
    """How often each word stands in a column, in the order that they are found."""
    return Counter(filter(None, words_of(table, column)))


def _too_many(words: Counter[str]) -> bool:
    return len(words) > FEW and len(words) > words.total() / 2


def check_text(table: Table, words: Mapping[str, Counter[str]], asked: bool) -> None:
    """Refuse features of text, naming the first and what to do about all of them.

    Parameters:
        words: of each column of text, how often they stand there.
        asked: whether text is to be taken as categories; then only columns of too many are refused.

    Raises:
        DataError: there are some.
    """
    many = [name for name, own in words.items() if _too_many(own)]
    few = [name for name in words if name not in many]
    if words and not asked:
        takes = Remedy(
            "categories", CATEGORIES[0], f"takes the words of {listed(few)} as categories"
        )
        remedies = [takes] * bool(few) + [without_them(many)] * bool(many)
        raise refuse_text(table, next(iter(words)), "", *remedies)
    if many:
        own = words[many[0]]
        raise DataError(
            f"{table.source}: column {quoted(many[0])} has {len(own)} different words in "
            f"{own.total()} rows, such as {quoted(next(iter(own)))}: too many to learn from",
            without_them(many),
        )


def odd_level(table: Table, column: str, levels: Sequence[str]) -> str | None:
    """Say that a level looks like a number, or like a hole among numbers; None where none does.

    >>> odd_level(Table("t.csv", ("x",), (("a", "1,5"),), (2, 3)), "x", ("1,5", "a"))
    "t.csv:3: column 'x': '1,5' is taken as a word like the others of the column, 2 in all"
    """
    for level in levels:
        if level[0].isdigit() or level[0] in "+-.," or level.casefold() in HOLES:
            words = enumerate(words_of(table, column))
            place = table.place(next(row for row, word in words if word == level), column)
            return (
                f"{place}: {quoted(level)} is taken as a word like the others of the column, "
                f"{len(levels)} in all"
            )
    return None


def one_hot(words: Sequence[str], levels: Sequence[str]) -> Array:
    """An input for each level: 1 where the word is that level, else 0. Shape (rows, levels).

    >>> one_hot(["b", "a"], ["a", "b", "c"])
    array([[0., 1., 0.],
           [1., 0., 0.]])
    """
    places = {level: index for index, level in enumerate(levels)}
    found = np.array([places.get(word, -1) for word in words], np.int64)
    rows = np.flatnonzero(found >= 0)
    inputs = np.zeros((len(words), len(levels)))
    inputs[rows, found[rows]] = 1.0
    return inputs


def classes_of(table: Table, column: str, asked: bool) -> tuple[tuple[str, ...], str]:
    """The classes of a target of text, sorted, and a note on what becomes of them.

    Parameters:
        asked: whether text is to be taken as categories; else only words are that begin with a
            letter, so that no misspelt number becomes a class.

    Raises:
        DataError: it has one class only, numbers among the words, or too many classes.
    """
    words = counted(table, column)
    plain = all(word[0].isalpha() and word.casefold() not in ("nan", "inf") for word in words)
    if not asked and (len(words) < 2 or not plain):
        numbers = any(word[0].isdigit() and _is_number(word) for word in words)
        takes = Remedy(
            "categories", CATEGORIES[0], f"takes the {len(words)} different cells as classes"
        )
        raise refuse_text(table, column, "", *[] if numbers or len(words) < 2 else [takes])
    if len(words) < 2:
        raise DataError(
            f"{table.source}: column {quoted(column)} is {quoted(*words)} in every row: there are "
            "no classes to tell apart"
        )
    check_text(table, {column: words}, True)
    classes = tuple(sorted(words))
    if len(classes) == 2:
        return classes, f"target {quoted(column)}: 0 is {quoted(classes[0])}, 1 is " + quoted(
            classes[1]
        )
    return classes, (
        f"target {quoted(column)} has {len(classes)} classes: a network for each says 1 for its "
        "class and 0 for the rest"
    )


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
