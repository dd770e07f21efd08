"""Threads: how many share the batches of a run, and how they run beside each other."""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from warmer.engines.native.cores import cores
from warmer.engines.native.team import LINE

MOST = 16  # threads, where nobody asks for more: no memory is read much faster by more
SHARE = 250_000
"""Numbers of a batch that are worth one thread more. Reading them takes a hundred times as long as
a barrier of the threads: little is lost where another program keeps one of them from its core."""

CALL = 5_000_000
"""Numbers in all that are worth starting threads for: reading them takes ten times as long."""
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
