"""Threads: how many share the batches of a run, and how they run beside each other."""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from warmer.engines.native.cores import cores
from warmer.engines.native.team import LINE

MOST = 16  # threads, where nobody asks for more: no memory is read much faster by more
SHARE = 8_000
"""Numbers of a batch that are worth one thread more: reading them takes about ten times as long as
a barrier of the threads."""

CALL = 5_000_000
"""Numbers in all that are worth starting threads for: reading them takes ten times as long."""
FIRST_PAUSE = 4  # calls made alone after threads have been slower
ALL_HAVE_COME = 2**62


def worth_having(most: int | None, blocks: int, batch: int, call: int) -> int:
    """How many threads are worth having.

    Parameters:
        most: that somebody asked for; there is never more than one on each core.
        blocks: that a batch has.
        batch: numbers that are read between two barriers.
        call: numbers that are read in all.
    """
    if call < CALL:
        return 1
    return max(1, min(most or MOST, cores(), blocks, batch // SHARE))


class Pace:
    """Finds out whether sharing is the faster way.

    Threads that wait for each other in every step are slow where other programs keep one of them
    from its core. So where they took longer than one alone did, some calls are made alone; and each
    time that this happens, twice as many.
    """

    def __init__(self) -> None:
        self._alone: float | None = None
        self._pause = FIRST_PAUSE
        self._left = 0

    def threads(self, most: int) -> int:
        """How many threads the next call should have, of those that are worth having."""
        if most > 1 and self._left:
            self._left -= 1
            return 1
        return most

    def took(self, threads: int, seconds: float) -> None:
        """Take note of what a step took in the latest call."""
        if threads == 1:
            self._alone = seconds
        elif self._alone is not None and seconds > self._alone:
            self._left = self._pause
            self._pause *= 2


def new_team(threads: int) -> Any:
    """What the threads of a team tell each other, as they begin."""
    return np.zeros(threads * LINE, np.int64)


def run_together(calls: Sequence[Callable[[], None]], team: Any) -> bool:
    """Make calls at the same time: the first one here, each of the others in a thread.

    Nobody is waited for who has left, failed, or never came. Where one of them did not do its
    share, the others end soon, with numbers that nobody may use.

    Returns:
        Whether each of them did its share: there may be no thread to be had, or no memory.
    """
    helped = []

    def help_with(call: Callable[[], None], line: int) -> None:
        try:
            with suppress(MemoryError):
                call()
                helped.append(line)
        finally:
            team[line] = ALL_HAVE_COME

    started = []
    try:
        for number, call in enumerate(calls[1:], 1):
            helper = threading.Thread(target=help_with, args=(call, number * LINE))
            try:
                helper.start()
            except RuntimeError:
                return False
            started.append(helper)
        calls[0]()
    finally:
        team[::LINE] = ALL_HAVE_COME
        for helper in started:
            helper.join()
    return len(helped) == len(started)
