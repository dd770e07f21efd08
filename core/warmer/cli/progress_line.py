"""A line on stderr that says how far something has come; nothing where that is no terminal."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from warmer.comparing.jobs import Progress

AFTER, EVERY = 0.5, 0.1  # seconds until it is first shown, and between two looks
WIPE = "\r\x1b[K"


@contextlib.contextmanager
def progress_line(words: Callable[..., str]) -> Iterator[Callable[..., None]]:
    """What shows a line, which is wiped in the end; it is told what `words` is told.

    Parameters:
        words: how far it has come, in words.
    """
    stream = sys.stderr
    if stream is None or stream.closed or not stream.isatty():
        yield lambda *_: None
        return
    shown_at = time.monotonic() + AFTER - EVERY
    shown = False

    def show(*progress: Any) -> None:
        nonlocal shown_at, shown
        now = time.monotonic()
        if now - shown_at < EVERY:
            return
        shown_at, shown = now, True
        stream.write(f"{WIPE}{words(*progress)}")
        stream.flush()

    try:
        yield show
    finally:
        if shown:
            stream.write(WIPE)
            stream.flush()


def in_words(progress: "Progress") -> str:
    """How far it has come, and how long it will take.

    >>> from warmer.comparing.jobs import Progress
    >>> in_words(Progress(12, 160, 95.4))
    '12 of 160 runs, 1:35 left'
    """
    told = f"{progress.done} of {progress.total} runs"
    if progress.seconds_left is None:
        return told
    minutes, seconds = divmod(round(progress.seconds_left), 60)
    hours, minutes = divmod(minutes, 60)
    clock = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    return f"{told}, {clock} left"
