"""A cache: what took long to make is kept, within a bound on memory."""

from collections.abc import Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Values by key; where they hold too much, the least recently used are dropped.

    The newest one stays, however large it is. Threads may use it at once. It has no lock,
    which might stay locked in a forked process, so two threads may make the same value.

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
        """The value of a key, which is then the newest; None where there is none."""
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
