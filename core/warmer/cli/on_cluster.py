"""`warmer train RULE 'part-*.parquet' --cluster ADDRESS|local`: rows that stay with workers."""

import contextlib
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import click
from click.core import ParameterSource

from warmer.cli.cutting import Read
from warmer.cli.finishing import Wanted, finish
from warmer.cli.folding import arrays_of
from warmer.cli.messages import say
from warmer.cli.parts import Parts, names_in
from warmer.exceptions import UsageError, blame

if TYPE_CHECKING:
    from warmer.plugins.network import Network

LOCAL = "local"
NEARBY = {
    "shipped": "--data", "categories": "--categories", "missing": "--missing", "test": "--test",
    "folds": "--folds", "valid": "--valid", "explain": "--explain", "start": "--start",
    "checkpoint": "--checkpoint", "threads": "--threads", "memory": "--memory",
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


def train_there(
    network: "Network",
    observers: Sequence[Any],
    address: str,
    wanted: Wanted,
    data: str | None,
    how: Mapping[str, Any],
    weights: Any,
    **task: Any,
) -> int:
    """Run a network on a cluster; answers the exit code.

    Parameters:
        address: of the scheduler, or `local`.
        how: the options `targets`, `features`, `without`, `bias` and `scale`, as they were given.
        weights, task: as they were given.

    Raises:
        UsageError: an option needs the rows here, or there is no such cluster.
    """
    context = click.get_current_context()
    for name, option in NEARBY.items():
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise UsageError(f"{option} needs the rows here, and --cluster leaves them there")
    if data is None or data == "-":
        raise UsageError("--cluster needs DATA: a Parquet file, or a pattern in quotes")
    with _connected(address):
        from warmer.engines.cluster.preparing import prepare_parts, read_parts

        frame = read_parts(data)
        header = _There(data, tuple(map(str, frame.columns)))
        names = {name: names_in(f"--{name}", header, how[name]) for name in ("features", "without")}
        prepared = prepare_parts(
            data, frame, how["targets"], names["features"] or None, names["without"],
            how["bias"], how["scale"],
        )  # fmt: skip
        table: Any = attrs.evolve(header, rows=len(prepared.inputs))
        parts = Parts(prepared, None, None, prepared.notes)
        say(*(f"note: {note}" for note in parts.notes))
        arrays = arrays_of(network, parts, weights, task["seed"])
        read = Read(table, table, how, parts)
        return finish(network, observers, read, wanted, (), **task, **arrays)


@contextlib.contextmanager
def _connected(address: str) -> Iterator[None]:
    """A client of the cluster; what was started for it ends with it."""
    try:
        import dask.dataframe
        import distributed
    except ImportError as error:
        raise UsageError(f"--cluster needs Dask: pip install 'warmer[dask]' ({error})") from None
    with contextlib.ExitStack() as stack:
        try:
            if address == LOCAL:
                with _deaf_children():
                    own = distributed.LocalCluster(processes=True, dashboard_address=None)
                address = stack.enter_context(own).scheduler_address
            stack.enter_context(distributed.Client(address))
        except (OSError, ValueError, TypeError) as error:
            raise UsageError(f"--cluster {address}: {blame(error)}") from error
        yield


@contextlib.contextmanager
def _deaf_children() -> Iterator[None]:
    """Processes that begin now do not hear Ctrl-C: this one does, and ends them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
