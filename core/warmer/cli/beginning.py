"""Before a run: its table is read, with a line of progress; a signal ends the command at once."""

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NoReturn

from warmer.cli.progress_line import progress_line
from warmer.cli.running import SIGNALS
from warmer.exceptions import UsageError

if TYPE_CHECKING:
    from warmer.tables.table import Table


def read_data(data: str | None, shipped: str | None, memory: int | None) -> "Table":
    """Read DATA, or the table of --data.

    Parameters:
        memory: bytes that the table, and what is made of it, may take.

    Raises:
        UsageError: neither is given, or both; or the table cannot be read.
    """
    import warmer

    if data is None and shipped is None:
        raise UsageError("DATA is missing: name a file, or a table with --data, such as norris")
    if data is not None and shipped is not None:
        raise UsageError(f"DATA is {data!r}, and --data names another table; give one of them")
    if data is None:
        return warmer.data(shipped or "")
    from warmer.tables.reading import read

    name = os.path.basename(data)

    def words(done: int, total: int) -> str:
        share = f"{done / 1e6:,.0f} of {total / 1e6:,.0f} MB ({done / total:.0%})"
        return f"reading {name}: {share}"

    with progress_line(words) as told:
        return read(data, memory=memory, told=told)


@contextlib.contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the command at once, as Ctrl-C does; nothing is left behind."""
    before: dict[int, Any] = {}

    def end(number: int, _frame: Any) -> NoReturn:
        raise KeyboardInterrupt(number)

    if threading.current_thread() is threading.main_thread():
        for number in SIGNALS:
            if signal.getsignal(number) == signal.SIG_DFL:
                before[number] = signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
