"""What tests of the ports share: a Dask cluster, and one thread of PyTorch."""

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A cluster of processes on this machine."""
    import distributed

    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0",
            memory_limit=0,
        ) as cluster,
        distributed.Client(cluster),
    ):  # fmt: skip
        yield cluster


@pytest.fixture
def one_thread() -> Iterator[None]:
    """PyTorch computes in one thread."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
