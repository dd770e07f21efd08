"""Many runs at once: the numbers of one after another, whatever becomes of those who run them."""

import io
import json
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import warmer
from warmer.comparing import compare_rules
from warmer.comparing import jobs as many
from warmer.comparing.keeping_cells import FILE

RULES = ["alpha-scaled:alpha=0.01,0.1", "hot-and-cold:step-amount=0.05"]
SMALL = {"seeds": 2, "budget": "2e3-predictions", "batch_size": 5, "weights": "random"}


NAMED = """
    import attrs
    import warmer


    @attrs.frozen(eq=False)
    class {name}:
        @warmer.hookimpl
        def learn(self, weight, weight_delta):
            return weight - {share} * weight_delta
"""


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


class TestKept:
    """Finished runs in a folder."""

    def test_nothing_runs_twice(self, tables, numbers, tmp_path, monkeypatch):
        """What is kept is not run again, and comes back to the bit; more rules add their own."""
        first = warmer.compare(RULES[:1], some(tables), "y", **SMALL, keep=str(tmp_path))
        told = []
        again = warmer.compare(
            RULES, some(tables), "y", **SMALL, keep=str(tmp_path), progress=told.append
        )
        assert sum(each.seconds_left is None for each in told) == 2  # known, before one is run
        lines = (tmp_path / FILE).read_text(encoding="utf-8").splitlines()
        keys = [json.loads(line)["key"] for line in lines]
        assert len(keys) == len(set(keys)) == again.total
        monkeypatch.setattr(compare_rules, "run_cell", None)
        last = warmer.compare(RULES[:1], some(tables), "y", **SMALL, keep=str(tmp_path))
        assert numbers(last) == numbers(first)

    @pytest.mark.parametrize(
        "change", [{"budget": "3e3-predictions"}, {"seeds": [3, 4]}, {"batch_size": 4},
                   {"weights": 0.0}, {"scale": "none"}, {"rules": "alpha-scaled:alpha=0.2"}],
        ids=str,
    )  # fmt: skip
    def test_another_run_is_another(self, tables, tmp_path, change):
        """A run that anything is different for is run."""
        asked = {"rules": "alpha-scaled", "data": some(tables, 1), "target": "y", **SMALL}
        warmer.compare(**asked, keep=str(tmp_path))
        warmer.compare(**{**asked, **change}, keep=str(tmp_path))
        assert len((tmp_path / FILE).read_bytes().splitlines()) == 4

    def test_another_source(self, tables, tmp_path, written):
        """A rule whose file has changed runs again."""
        code = """
            import attrs
            import warmer


            @attrs.frozen(eq=False)
            class Mine:
                @warmer.hookimpl
                def learn(self, weight, weight_delta):
                    return weight - 0.1 * weight_delta
        """
        errors = []
        for each in (code, code.replace("0.1", "0.25"), code):
            rule = written("mine.py", each) + ":Mine"
            found = warmer.compare(rule, some(tables, 1), "y", **SMALL, keep=str(tmp_path))
            errors.append([run.error for run in found.runs])
        assert errors[0] == errors[2] != errors[1]
        assert len((tmp_path / FILE).read_bytes().splitlines()) == 4

    @pytest.mark.parametrize("rest", [b'{"format": 1, "key": "ab', b"no JSON\n", b"[]\n", b"\n"])
    def test_a_line_that_is_not_whole(self, tables, numbers, tmp_path, rest):
        """What a killed process was writing is no run, and is in nobody's way."""
        asked = ["alpha-scaled", some(tables, 1), "y"]
        first = warmer.compare(*asked, **SMALL, keep=str(tmp_path))
        path = tmp_path / FILE
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(lines[0] + rest)
        again = warmer.compare(*asked, **SMALL, keep=str(tmp_path))
        assert numbers(again) == numbers(first)
        last = path.read_bytes().splitlines()[-1]
        assert json.loads(last)["key"] == json.loads(lines[1])["key"]

    @pytest.mark.parametrize(
        "key, value",
        [("error", "text"), ("steps", 1.5), ("looks", [[1]]), ("looks", 3), ("more", 1),
         ("figures", {"r2": None})],
    )  # fmt: skip
    def test_a_line_that_was_changed(self, tables, numbers, tmp_path, key, value):
        """A line that holds something else than a finished run is no run."""
        asked = ["alpha-scaled", some(tables, 1), "y"]
        first = warmer.compare(*asked, **SMALL, keep=str(tmp_path))
        path = tmp_path / FILE
        entries = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        entries[0]["cell"][key] = value
        path.write_text("".join(json.dumps(each) + "\n" for each in entries), encoding="utf-8")
        again = warmer.compare(*asked, **SMALL, keep=str(tmp_path))
        assert numbers(again) == numbers(first)

    @pytest.mark.parametrize("factor", [2.0, 0.5])
    def test_other_units_are_other_rows(self, tables, numbers, tmp_path, factor):
        """Rows in other units may be the same numbers, but a start in their units is another."""
        rows = [[value] for value in (0.5, 1.0, 1.5, 2.0, 3.0, 4.0)]
        told = {"seeds": 2, "budget": "1-steps", "weights": 3.0}
        first, other = (
            warmer.read_table(io.StringIO("x,y\n" + "".join(f"{x * f},{x * x}\n" for (x,) in rows)))
            for f in (1.0, factor)
        )
        warmer.compare("raw-gradient", {"t": first}, "y", **told, keep=str(tmp_path))
        kept = warmer.compare("raw-gradient", {"t": other}, "y", **told, keep=str(tmp_path))
        assert numbers(kept) == numbers(warmer.compare("raw-gradient", {"t": other}, "y", **told))

    @pytest.mark.parametrize("jobs", [1, 2])
    @pytest.mark.parametrize(
        "other, why",
        [({"share": 0.2}, "was changed while it was compared"),
         ({"name": "Yours"}, "there is no class 'Mine'"), ({"share": ""}, "SyntaxError")],
    )  # fmt: skip
    def test_a_plugin_changed_meanwhile(self, tables, numbers, written, tmp_path, jobs, other, why):
        """Runs of another code than the comparison began with have failed, and are not kept."""
        usual = {"name": "Mine", "share": 0.1}
        code = NAMED.format(**usual)
        path = written("mine.py", code)
        rule = path + ":Mine"

        def change(_progress):
            os.replace(written("other.py", NAMED.format(**{**usual, **other})), path)

        asked = [[rule], some(tables, 1), "y"]
        told = {**SMALL, "seeds": 12, "keep": str(tmp_path / "kept")}
        found = warmer.compare(*asked, **told, progress=change, jobs=jobs)
        assert {each.status for each in found.runs} == {"budget", "failed"}
        assert why in found.notes[0] or "was changed" in found.notes[0]  # while it was read
        written("mine.py", code)
        again = warmer.compare(*asked, **told)
        assert numbers(again) == numbers(warmer.compare(*asked, **{**told, "keep": None}))

    def test_two_at_once(self, tables, tmp_path):
        """Two comparisons never write into one folder at the same time."""

        def meanwhile(_progress):
            with pytest.raises(warmer.UsageError, match="another run is writing"):
                warmer.compare("alpha-scaled", some(tables, 1), "y", keep=str(tmp_path))

        warmer.compare(
            "alpha-scaled", some(tables, 1), "y", **SMALL, keep=str(tmp_path), progress=meanwhile
        )


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
