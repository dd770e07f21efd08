"""`warmer train RULE 'part-*.parquet' --cluster ADDRESS|local`: rows that stay with workers."""

import contextlib
import logging
import multiprocessing
import signal
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from typing import Any

import attrs
import click
from click.core import ParameterSource

from warmer.cli.cutting import Read
from warmer.cli.parts import Parts, names_in
from warmer.exceptions import UsageError, blame

LOCAL = "local"
LIBRARIES = ("dask", "distributed", "pandas", "pyarrow")
NEARBY = {
    "shipped": "--data", "categories": "--categories", "missing": "--missing", "test": "--test",
    "folds": "--folds", "valid": "--valid", "explain": "--explain", "start": "--start",
    "threads": "--threads", "memory": "--memory",
}  # fmt: skip
"""Options that need the rows here."""


def cluster_option() -> click.Option:
    """The option that names a cluster."""
    return click.Option(
        ["--cluster"], metavar="ADDRESS",
        help="learn on a Dask cluster, where the rows stay: its scheduler's address, or local for "
        "one on this machine; DATA is a Parquet file, or a pattern in quotes such as "
        "'part-*.parquet'",
    )  # fmt: skip


@attrs.frozen
class _There:
    """What the result says of a table that lies on a cluster."""

    source: str
    columns: tuple[str, ...]
    rows: int = 0
    form: str = ""


def refuse_nearby() -> None:
    """Refuse the options that need the rows here; raises UsageError."""
    context = click.get_current_context()
    for name, option in NEARBY.items():
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise UsageError(f"{option} needs the rows here, and --cluster leaves them there")


@contextlib.contextmanager
def read_there(address: str, data: str | None, how: Mapping[str, Any]) -> Iterator[Read]:
    """Prepare a table on a cluster, which is there as long as the table is used.

    Parameters:
        address: of the scheduler, or `local`.
        how: the options `targets`, `features`, `without`, `bias` and `scale`, as they were given.

    Raises:
        UsageError: there is no such cluster, or the table is not what it should be.
    """
    if data is None or data == "-":
        raise UsageError("--cluster needs DATA: a Parquet file, or a pattern in quotes")
    with _connected(address):
        from warmer.engines.cluster.preparing import prepare_parts, read_parts

        frame = read_parts(data)
        table: Any = _There(data, tuple(map(str, frame.columns)))
        how = {
            **how,
            "features": names_in("--features", table, how["features"] or ()) or None,
            "without": names_in("--without", table, how["without"]),
        }
        chosen = (how[name] for name in ("targets", "features", "without", "bias", "scale"))
        prepared = prepare_parts(data, frame, *chosen)
        table = attrs.evolve(table, rows=len(prepared.inputs))
        yield Read(table, table, how, Parts(prepared, None, None, prepared.notes))


@contextlib.contextmanager
def _connected(address: str) -> Iterator[None]:
    """A client of the cluster; what was started for it ends with it."""
    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        needed = f"--cluster needs {' and '.join(missing)}: pip install 'warmer[dask]'"
        raise UsageError(needed)
    import distributed

    with contextlib.ExitStack() as stack:
        asyncio = logging.getLogger("asyncio")  # says how each waiting of the client was broken off
        stack.callback(asyncio.setLevel, asyncio.level)
        asyncio.setLevel(logging.CRITICAL)
        try:
            if address == LOCAL:
                with _deaf_children():
                    own = distributed.LocalCluster(
                        silence_logs=logging.CRITICAL, dashboard_address=":0"
                    )
                address = stack.enter_context(own).scheduler_address
            stack.enter_context(distributed.Client(address))
        except (OSError, ValueError, TypeError) as error:
            raise UsageError(f"--cluster {address}: {blame(error)}") from error
        yield


@contextlib.contextmanager
def _deaf_children() -> Iterator[None]:
    """Threads that begin now do not hear Ctrl-C, nor do processes that they begin, now or later.

    This thread does, once all have begun, and ends them.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    multiprocessing.get_context("spawn").Lock()  # has the process begin that would unblock signals
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
