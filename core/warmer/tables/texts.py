"""Columns of texts that lie in a file."""

import mmap
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from warmer.exceptions import DataError
from warmer.tables.spool import Spool, nameless, room_in, spans

REMEMBERED = 10_000  # texts that are written once, however often they stand in a column
_LENGTH = 4  # bytes before a text


class Texts(Sequence[str]):
    """A column of texts in a file.

    Parameters:
        heap: the bytes of the texts, each after its length.
        places: where in the heap the text of each row begins.
    """

    def __init__(self, heap: Any, places: NDArray[np.int64]):
        self._heap, self._places = heap, places

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, rows: Any) -> Any:
        if isinstance(rows, (slice, np.ndarray)):
            return Texts(self._heap, self._places[rows])
        return self._at(int(self._places[rows]))

    def __iter__(self) -> Iterator[str]:
        known: dict[int, str] = {}
        for span in spans(len(self)):
            for place in self._places[span].tolist():
                text = known.get(place)
                if text is None:
                    text = self._at(place)
                    if len(known) < REMEMBERED:
                        known[place] = text
                yield text

    def take(self, rows: NDArray[np.int64], into: NDArray[np.int64]) -> "Texts":
        """Some of the rows, whose places are kept in another array."""
        for span in spans(len(rows)):
            into[span] = self._places[rows[span]]
        return Texts(self._heap, into)

    def _at(self, place: int) -> str:
        start = place + _LENGTH
        size = int.from_bytes(self._heap[place:start], "little")
        return bytes(self._heap[start : start + size]).decode("utf-8", "surrogatepass")


def taken(values: Any, rows: NDArray[np.int64], spool: Spool | None) -> Any:
    """Some cells of a column, or some of the lines, which lie where the others do.

    Raises:
        DataError: the disk is full.
    """
    if isinstance(values, Texts):
        return values.take(rows, room_in(spool, len(rows), np.int64))
    numbered = isinstance(values, range) and spool is not None
    if not numbered and not isinstance(values, np.ndarray):
        return tuple(map(values.__getitem__, rows.tolist()))
    found = room_in(spool, len(rows), getattr(values, "dtype", np.int64))
    for span in spans(len(rows)):
        if numbered:
            found[span] = values.start + values.step * rows[span]
        else:
            found[span] = values[rows[span]]
    return found


class Heap:
    """Takes the texts of columns, and answers where each of them begins."""

    def __init__(self, spool: Spool):
        self._spool = spool
        self._file = nameless()
        self._end = 0
        self._known: dict[str, int] = {}

    def put(self, texts: Iterable[str]) -> list[int]:
        """Write texts.

        Raises:
            DataError: the disk is full.
        """
        places, parts = [], []
        for text in texts:
            place = self._known.get(text)
            if place is None:
                place, data = self._end, text.encode("utf-8", "surrogatepass")
                parts += [len(data).to_bytes(_LENGTH, "little"), data]
                self._end += _LENGTH + len(data)
                if len(self._known) < REMEMBERED:
                    self._known[text] = place
            places.append(place)
        try:
            self._file.write(b"".join(parts))
        except OSError as error:
            raise self._full(error) from None
        return places

    def done(self) -> Any:
        """The bytes that were written, to be read."""
        try:
            with self._file as file:
                file.flush()
                return mmap.mmap(file.fileno(), self._end) if self._end else b""
        except OSError as error:
            raise self._full(error) from None

    def _full(self, error: OSError) -> DataError:
        return self._spool.no_room(self._end, error.strerror or str(error))
