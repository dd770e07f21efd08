"""Many runs at once: the numbers of one after another, whatever becomes of those who run them."""

import json
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import warmer
from warmer.comparing import jobs as many
from warmer.comparing.keeping_cells import FILE

RULES = ["alpha-scaled:alpha=0.01,0.1", "hot-and-cold:step-amount=0.05"]
SMALL = {"seeds": 2, "budget": "2e3-predictions", "batch_size": 5, "weights": "random"}


def some(tables, count=2):
    return {name: tables[name] for name in list(tables)[:count]}


@pytest.mark.parametrize("workers", ["processes", "threads"])
def test_the_same_numbers(tables, numbers, workers):
    """Processes and any executor come to the numbers of one run after another, in their order."""
    alone = warmer.compare(RULES, some(tables), "y", **SMALL)
    if workers == "processes":
        many_ = warmer.compare(RULES, some(tables), "y", **SMALL, jobs=2)
    else:
        with ThreadPoolExecutor(3) as executor:
            many_ = warmer.compare(RULES, some(tables), "y", **SMALL, executor=executor)
    assert numbers(many_) == numbers(alone)


@pytest.mark.port("dask")
def test_dask(tables, numbers):
    """The workers of Dask come to the numbers of one run after another."""
    from distributed import Client, LocalCluster

    alone = warmer.compare(RULES, some(tables), "y", **SMALL)
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        there = warmer.compare(RULES, some(tables), "y", **SMALL, executor=client.get_executor())
    assert numbers(there) == numbers(alone)


def test_a_worker_that_dies(tables, numbers, dying):
    """A worker that dies costs its cell once: that is tried again, and nothing else is lost."""
    rules = ["alpha-scaled", dying]
    found = warmer.compare(rules, some(tables), "y", **SMALL, jobs=2)
    assert [each.status for each in found.runs] == ["budget"] * found.total
    assert numbers(found) == numbers(warmer.compare(rules, some(tables), "y", **SMALL))


def test_a_worker_that_always_dies(tables, dying):
    """A cell whose worker dies twice has failed; all others are finished."""
    rules = ["alpha-scaled", f"{dying}:always=true"]
    found = warmer.compare(rules, some(tables, 1), "y", **SMALL, jobs=2)
    ends = {(each.cell.rule.partition(":")[0], each.status) for each in found.runs}
    assert ends >= {("alpha-scaled", "budget")}
    assert ("alpha-scaled", "failed") not in ends
    assert any("twice" in each.reason for each in found.runs if each.status == "failed")


def test_progress(tables):
    """After each run it is told how many are done, of how many, and how long the others take."""
    told = []
    warmer.compare(RULES, some(tables), "y", **SMALL, progress=told.append)
    assert [(each.done, each.total) for each in told] == [(n, 12) for n in range(1, 13)]
    assert told[-1].seconds_left == 0
    assert all(each.seconds_left > 0 for each in told[:-1])


@pytest.mark.parametrize("jobs", [1, 2])
def test_stopped(tables, jobs):
    """Whoever is told may stop: the runs that are finished stay, and a note says how many."""

    def stop(progress):
        if progress.done == 4:
            raise warmer.Stop

    found = warmer.compare(RULES, some(tables), "y", **SMALL, jobs=jobs, progress=stop)
    assert 4 <= len(found.runs) <= 4 + 2 * jobs
    assert f"{len(found.runs)} of 12 runs are finished" in found.notes


def test_few_jobs_are_sent_ahead():
    """Of any number of jobs a few wait for each worker, so that they need no room."""
    taken = []

    def jobs():
        for number in range(1000):
            taken.append(number)
            yield number

    with ThreadPoolExecutor(1) as executor:
        pairs = many.run_jobs(jobs(), abs, abs, workers=2, executor=executor)
        assert next(pairs) == (0, 0)
        assert len(taken) <= 2 * many.AHEAD + 1
        pairs.close()


def killed(folder: Path, seeds: int, cells: int, seconds: float) -> None:
    """Start a comparison, and kill it some time after so many cells more are finished."""
    file = folder / FILE
    there = len(file.read_bytes()) if file.exists() else 0
    process = subprocess.Popen(
        [sys.executable, "-m", "warmer", "compare", *RULES, "--data", "norris", "noint1",
         "--target", "y", "--seeds", str(seeds), "--budget", "2e4-predictions", "-o", str(folder)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _until(
        lambda: (
            process.poll() is not None
            or (file.exists() and file.read_bytes()[there:].count(b"\n") >= cells)
        )
    )
    time.sleep(seconds)  # a random moment
    process.kill()
    process.wait()


@pytest.mark.parametrize(
    "moments, seeds", [(2, 3), pytest.param(20, 12, marks=pytest.mark.nightly)]
)
def test_killed_at_any_moment(moments, seeds, tmp_path, numbers):
    """A comparison killed and started again ends with the same table; no cell runs twice."""
    chance, wanted = random.Random(moments), 3 * 2 * seeds
    for _ in range(moments):
        killed(tmp_path, seeds, chance.randrange(wanted // moments), chance.uniform(0.0, 0.05))
    asked = {"rules": RULES, "data": ["norris", "noint1"], "target": "y", "seeds": seeds}
    found = warmer.compare(**asked, budget="2e4-predictions", keep=str(tmp_path))
    assert numbers(found) == numbers(warmer.compare(**asked, budget="2e4-predictions"))
    lines = (tmp_path / FILE).read_text("utf-8").splitlines()
    assert len({json.loads(line)["key"] for line in lines}) == len(lines) == wanted


@pytest.mark.parametrize("how", [[signal.SIGKILL], [signal.SIGINT, signal.SIGINT]])
def test_workers_end_with_their_parent(tmp_path, written, how):
    """Where the process that asked is killed, or interrupted twice, its workers end as well."""
    pids = tmp_path / "pids"
    rule = written("slow.py", f"""
        import attrs, os, time, warmer

        @attrs.frozen(eq=False)
        class Slow:
            @warmer.hookimpl
            def learn(self, weights, weight_deltas):
                with open({str(pids)!r}, "a") as file:
                    file.write(f"{{os.getpid()}} ")
                time.sleep(600)
                return weights
    """)  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "warmer", "compare", f"{rule}:Slow", "--data", "norris",
         "--target", "y", "--budget", "2000-steps", "--jobs", "2"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _until(lambda: pids.exists() and len(set(pids.read_text().split())) == 2)
    for each in how:
        process.send_signal(each)
        time.sleep(0.1)  # else both are one
    process.wait(timeout=60)
    workers = [int(each) for each in set(pids.read_text().split())]
    _until(lambda: not any(map(_alive, workers)))


def _until(what, seconds=60):
    ended = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < ended
        time.sleep(0.02)


def _alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
