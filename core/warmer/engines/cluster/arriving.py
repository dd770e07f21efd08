"""Arrays and frames of Dask, as they arrive: checked, and spread over the workers of its client."""

from typing import Any

import numpy as np

from warmer.engines.cluster.partitions import Table, blamed
from warmer.exceptions import DataError, UsageError
from warmer.runs.far import Far, lies_on_a_cluster
from warmer.runs.task import Batches
from warmer.tables.inputs import as_numbers

MOST_BATCHES = 1000  # in a pass: each is a chunk of its own, or several
INSTALL = "pip install 'warmer[dask]'"


def collection_of(name: str, values: Any) -> Any:
    """A Dask array of one or two dimensions, whose number of rows is known.

    Raises:
        DataError: it is none, or is empty.
    """
    import dask.array

    with blamed(f"{name} cannot be read on the cluster"):
        if hasattr(values, "to_dask_array"):
            values = values.to_dask_array(lengths=True)
        if not lies_on_a_cluster(values):
            values = dask.array.from_array(as_numbers(name, values))
        if not isinstance(values, dask.array.Array) or values.ndim not in (1, 2):
            raise DataError(
                f"{name} must be a Dask array or frame of one or two dimensions, "
                f"got {type(values).__name__}"
            )
        if any(np.isnan(size) for size in values.shape):
            values.compute_chunk_sizes()
    if not values.size:
        raise DataError(f"{name} are empty (shape {values.shape})")
    return values


def spread(inputs: Any, targets: Any, batches: Batches) -> tuple[Far, Far]:
    """Cut a table, have its chunks made by the workers, and check them there.

    Parameters:
        inputs, targets: as `collection_of` answers them, equally long.

    Raises:
        UsageError: there is no client, or these batches cannot be had on a cluster.
        DataError: a number is not finite, or is none.
        WarmerError: the workers cannot make the chunks.
    """
    if batches.shuffled:
        raise UsageError(
            "rows that lie on a cluster are not shuffled: leave out the seed, or take all of them "
            "in each step; rows that were shuffled beforehand may come in batches"
        )
    if batches.size == 1 < batches.rows or batches.per_pass > MOST_BATCHES:
        small = "one row at a time is" if batches.size == 1 else f"{batches.size} rows a step are"
        raise UsageError(
            f"{small} no work for a cluster: take batches of whole partitions, such as "
            f"{max(inputs.chunks[0])} rows, or one process"
        )
    table = Table(_client(), inputs.reshape(len(inputs), -1), targets.reshape(len(targets), -1),
                  batches)  # fmt: skip
    return table.rows("inputs"), table.rows("targets")


def _client() -> Any:
    try:
        import distributed
    except ImportError:
        raise UsageError(f"a Dask array or frame needs dask.distributed: {INSTALL}") from None

    try:
        client = distributed.default_client()
    except ValueError:
        raise UsageError(
            "a Dask array or frame is learned from on a cluster: begin with "
            "client = dask.distributed.Client(), which is one on this machine"
        ) from None
    if client.asynchronous:
        raise UsageError("warmer needs a client that waits: Client(..., asynchronous=False)")
    return client
