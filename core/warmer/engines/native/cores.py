"""Cores: how many of the machine's a process may use."""

import os
from collections.abc import Iterator
from pathlib import Path

SYSTEM = Path("/")


def cores() -> int:
    """How many cores this process may use: those it may run on, and what its container grants."""
    allowed = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    return max(1, int(min([allowed, *quotas(SYSTEM)])))


def quotas(system: Path) -> Iterator[float]:
    """The limits that the control groups of this process set, in cores; none without a limit.

    Groups form a tree, and any group above may have a lower limit; in a container, the tree that
    can be seen may begin at the process's own group.

    Parameters:
        system: the root of the file system.
    """
    for line in _read(system / "proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == "":  # version 2
            tree, read = system / "sys/fs/cgroup", _version_2
        elif "cpu" in controllers.split(","):
            tree, read = system / "sys/fs/cgroup/cpu", _version_1
        else:
            continue
        parts = [part for part in path.split("/") if part]
        for depth in range(len(parts) + 1):
            yield from read(tree.joinpath(*parts[:depth]))


def _version_2(group: Path) -> Iterator[float]:
    """Read `max 100000`, or microseconds of each period."""
    match _read(group / "cpu.max").split():
        case [quota, period] if quota != "max":
            yield int(quota) / int(period)


def _version_1(group: Path) -> Iterator[float]:
    quota, period = (_read(group / f"cpu.cfs_{name}_us") for name in ("quota", "period"))
    if quota and period and int(quota) > 0:
        yield int(quota) / int(period)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError:  # another system, or a part of the tree that cannot be seen
        return ""
