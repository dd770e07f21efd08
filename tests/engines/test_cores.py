"""Cores: a thread for each core that the process may really use."""

import os

import pytest

from warmer.engines.native import cores as module
from warmer.engines.native.cores import cores

HERE = "0::/box/inner\n"
BOTH = "5:memory:/other\n4:cpu,cpuacct:/box\n1:name=systemd:/box\n0::/box\n"


@pytest.fixture
def sixteen(monkeypatch) -> None:
    """A machine of 16 cores, all of which the process may run on."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(16)), raising=False)


@pytest.mark.parametrize(
    "groups, files, expected",
    [
        (None, {}, 16),  # no Linux
        (HERE, {}, 16),
        (HERE, {"box/inner/cpu.max": "max 100000\n"}, 16),
        (HERE, {"box/inner/cpu.max": "200000 100000\n"}, 2),
        (HERE, {"box/inner/cpu.max": "max 100000", "box/cpu.max": "300000 100000"}, 3),
        (HERE, {"box/inner/cpu.max": "250000 100000", "box/cpu.max": "900000 100000"}, 2),
        (HERE, {"cpu.max": "400000 50000"}, 8),  # a container sees its own group as the root
        (HERE, {"cpu.max": "50000 100000"}, 1),
        (HERE, {"cpu.max": "9900000 100000"}, 16),
        (BOTH, {"cpu/box/cpu.cfs_quota_us": "-1", "cpu/box/cpu.cfs_period_us": "100000"}, 16),
        (BOTH, {"cpu/box/cpu.cfs_quota_us": "150000", "cpu/box/cpu.cfs_period_us": "50000"}, 3),
        (BOTH, {"cpu/cpu.cfs_quota_us": "400000", "cpu/cpu.cfs_period_us": "100000"}, 4),
    ],
)
def test_a_quota_counts_as_cores(groups, files, expected, sixteen, tmp_path, monkeypatch) -> None:
    """The least that the process's control groups grant, in whole cores and at least one."""
    written = {f"sys/fs/cgroup/{name}": text for name, text in files.items()}
    if groups is not None:
        written["proc/self/cgroup"] = groups
    for name, text in written.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(module, "SYSTEM", tmp_path)
    assert cores() == expected


def test_cores_that_it_may_run_on(monkeypatch, tmp_path) -> None:
    """A process that was bound to some cores has no more than these."""
    monkeypatch.setattr(module, "SYSTEM", tmp_path)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3, 5, 11}, raising=False)
    assert cores() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    assert cores() == (os.cpu_count() or 1)
