"""Keeping: what took long to make is kept, as long as all of it together holds little memory."""

from collections.abc import Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Values by key; those that nobody used for longest are let go where all hold too much.

    The newest one stays, however large it is. Threads may use it at once, without a lock (which a
    process that is forked meanwhile would never get): two of them may make the same value.

    Parameters:
        most: how much all may hold together.

    >>> kept = Kept[str](most=3)
    >>> for key in (1, 2, 1, 3):
    ...     _ = kept.get(key) or kept.put(key, "abc"[key - 1], size=1 if key < 3 else 2)
    >>> [kept.get(key) for key in (1, 2, 3)]
    ['a', None, 'c']
    """

    def __init__(self, most: int):
        self._most = most
        self._values: dict[Hashable, tuple[Value, int]] = {}

    def get(self, key: Hashable) -> Value | None:
        """What is kept by a key, which is then the newest; None where there is nothing."""
        found = self._values.pop(key, None)
        if found is None:
            return None
        self._values[key] = found
        return found[0]

    def put(self, key: Hashable, value: Value, size: int) -> Value:
        """Keep a value and answer it.

        Parameters:
            size: how much it holds, in the unit of `most`.
        """
        self._values.pop(key, None)
        self._values[key] = value, size
        room = self._most
        for old, (_, held) in reversed(list(self._values.items())):
            room -= held
            if room < 0 and old != key:
                self._values.pop(old, None)
        return value
