"""Rows on a Dask cluster: one hash, wherever they lie."""

import asyncio
import json
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import attrs
import dask.array
import dask.dataframe
import distributed
import numpy as np
import pandas
import pytest

import warmer
import warmer.cli

ROWS, INPUTS = 3000, 3


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A cluster of processes on this machine."""
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0",
            memory_limit=0,
        ) as cluster,
        distributed.Client(cluster),
    ):  # fmt: skip
        yield cluster


def rows(targets: int = 0, seed: int = 0) -> tuple[Any, Any]:
    """Rows that a line fits nearly."""
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(ROWS, INPUTS))
    shape = (INPUTS, targets) if targets else INPUTS
    goals = inputs @ rng.normal(size=shape)
    return inputs, goals + 0.1 * rng.normal(size=goals.shape)


def spread(values: Any, partitions: int) -> Any:
    """The same as a Dask array."""
    size = -(-len(values) // partitions)
    return dask.array.from_array(values, chunks=(size, *values.shape[1:]))


def hash_of(run: warmer.Run) -> Any:
    """Every bit of a run."""
    recorded = run.history and (
        run.history.weights.tobytes(),
        run.history.error.tobytes(),
        None if run.history.weight_deltas is None else run.history.weight_deltas.tobytes(),
    )
    memory = [values.tobytes() for values in run.memory.values()]
    return run.outcome, run.weights.tobytes(), memory, np.float64(run.error).tobytes(), recorded


class Velocity(NamedTuple):
    velocity: float


@attrs.frozen(eq=False)
class Momentum:
    """Remembers."""

    memory = Velocity(0.0)

    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory):
        velocity = 0.9 * memory.velocity + weight_delta
        return weight - 0.05 * velocity, memory._replace(velocity=velocity)


@attrs.frozen(eq=False)
class Newest:
    """Plural: whole arrays, chance, and no formula."""

    @warmer.hookimpl
    def learn(self, weights, weight_deltas, rng):
        return weights - rng.uniform(0, 0.2, len(weights)) * np.clip(weight_deltas, -1, 1)


@attrs.frozen(eq=False)
class Halving:
    """Plural, and probes."""

    @warmer.hookimpl
    def learn(self, weights, weight_deltas, error, error_at_all):
        for size in (0.8, 0.4, 0.2, 0.1):
            tried = weights - size * weight_deltas
            if error_at_all(tried) < error:
                return tried
        return weights


@attrs.frozen(eq=False)
class Twice:
    """Probes, and then once more beside the better place."""

    @warmer.hookimpl
    def learn(self, weight, error, error_at):
        up, down = error_at(weight + 0.1), error_at(weight - 0.1)
        better = weight + 0.1 if up < down else weight - 0.1
        return (weight + better) / 2 if error_at((weight + better) / 2) < error else weight


LINE: dict[str, dict[str, Any]] = {
    "singular": {"rule": "alpha-scaled", "alpha": 0.1},
    "mini-batches": {"rule": "alpha-scaled", "alpha": 0.1, "batch_size": 700},
    "one batch in each partition": {"rule": "alpha-scaled", "alpha": 0.1, "batch_size": 64},
    "probing": {"rule": "hot-and-cold"},
    "probing twice": {"rule": Twice},
    "memory": {"rule": Momentum},
    "plural": {"rule": Newest, "seed": 3},
    "plural, probing": {"rule": Halving},
    "modifiers": {"rule": "alpha-scaled", "alpha": 0.1, "modifiers": ["clip-norm", "decay"]},
    "tolerance": {"rule": "alpha-scaled", "alpha": 0.5, "tolerance": 1e-3},
    "diverging": {"rule": "alpha-scaled", "alpha": 1e3, "steps": 200},
    "another error": {"rule": "alpha-scaled", "alpha": 0.1, "compare": "absolute-error"},
    "no history": {"rule": "hot-and-cold", "history": None, "batch_size": 1000},
}


class TestBits:
    """One hash."""

    @pytest.mark.parametrize("case", LINE)
    def test_as_in_one_process(self, cluster: Any, case: str) -> None:
        """Rows on a cluster give every bit that they give in one process, whatever the rule is."""
        inputs, targets = rows()
        how = {"steps": 6, **LINE[case]}

        here = warmer.train(inputs, targets, **how)
        there = warmer.train(spread(inputs, 5), spread(targets, 5), **how)

        assert hash_of(there) == hash_of(here)
        assert there.engine == "dask"

    @pytest.mark.parametrize("partitions", [1, 2, 3, 16, 64])
    def test_whatever_the_partitions(self, cluster: Any, partitions: int) -> None:
        """The number of partitions, of the inputs or of the targets, changes no bit."""
        inputs, targets = rows(targets=2)
        how: Any = {"rule": "alpha-scaled", "alpha": 0.1, "steps": 5}

        there = warmer.train(spread(inputs, partitions), spread(targets, 7), **how)

        assert hash_of(there) == hash_of(warmer.train(inputs, targets, **how))

    def test_whatever_the_workers(self, cluster: Any) -> None:
        """Neither does the number of workers."""
        inputs, targets = rows()
        how: Any = {"rule": "alpha-scaled", "alpha": 0.1, "steps": 5}
        here, client = hash_of(warmer.train(inputs, targets, **how)), distributed.default_client()
        try:
            for workers in (1, 4, 2):
                cluster.scale(workers)
                while len(client.nthreads()) != workers:
                    client.run_on_scheduler(asyncio.sleep, 0.05)
                assert hash_of(warmer.train(spread(inputs, 6), spread(targets, 6), **how)) == here
        finally:
            cluster.scale(2)

    def test_a_worker_killed_in_the_middle(self, cluster: Any) -> None:
        """Rows that are lost with their worker are made again by Dask, to the same bits."""
        client = distributed.default_client()

        class Killer:
            every = 5

            @warmer.hookimpl
            def steps_taken(self, step):
                if step == 5:
                    os.kill(min(client.run(os.getpid).values()), signal.SIGKILL)

        inputs, targets = rows()
        how: Any = {"rule": "alpha-scaled", "alpha": 0.1, "steps": 10}
        there = warmer.train(spread(inputs, 6), spread(targets, 6), observers=[Killer()], **how)

        assert hash_of(there) == hash_of(warmer.train(inputs, targets, **how))

    def test_log_odds(self, cluster: Any) -> None:
        """Log odds are computed where the rows are."""
        inputs, targets = rows()
        how: Any = {"rule": "alpha-scaled", "predict": "logistic", "compare": "log-loss"}
        goals = (targets > 0).astype(float)

        there = warmer.train(spread(inputs, 4), spread(goals, 4), steps=5, **how)

        assert hash_of(there) == hash_of(warmer.train(inputs, goals, steps=5, **how))


@pytest.mark.nightly  # time says nothing on a busy machine
def test_a_step_over_idle_partitions(cluster: Any) -> None:
    """A step over 16 partitions with next to nothing in them takes less than 50 ms, undisturbed."""
    times = []

    class Clock:
        every = 1

        @warmer.hookimpl
        def steps_taken(self):
            times.append(time.perf_counter())

    inputs, targets = rows()
    warmer.train(
        spread(inputs, 16), spread(targets, 16), "alpha-scaled", steps=40, observers=[Clock()]
    )

    assert min(np.diff(times)) < 0.05


class Breaking:
    """An observer that is like Ctrl-C."""

    every = 4

    @warmer.hookimpl
    def steps_taken(self, step):
        if step == 4:
            raise KeyboardInterrupt


class TestRuns:
    """Runs as in one process."""

    @pytest.mark.parametrize("way", ["here and there", "there and here", "there and there"])
    def test_checkpoints(self, cluster: Any, tmp_path: Path, way: str) -> None:
        """A run that is broken off on a cluster goes on there or in one process, and back again."""
        inputs, targets = rows()
        here, there = (inputs, targets), (spread(inputs, 4), spread(targets, 4))
        first, second = ({"here": here, "there": there}[word] for word in way.split(" and "))
        path = tmp_path / "run.warmer"

        with pytest.raises(KeyboardInterrupt):
            warmer.train(
                *first, "alpha-scaled", alpha=0.1, steps=9, checkpoint=path, observers=[Breaking()]
            )
        run = warmer.resume(path, *second)

        whole = warmer.train(*here, "alpha-scaled", alpha=0.1, steps=9)
        assert run.weights.tobytes() == whole.weights.tobytes()
        assert run.outcome == whole.outcome

    def test_going_on(self, cluster: Any) -> None:
        """A run on a cluster goes on from another, and steps come one at a time."""
        inputs, targets = rows()
        far = spread(inputs, 4), spread(targets, 4)
        first = warmer.train(*far, "alpha-scaled", alpha=0.1, steps=2)
        second = warmer.train(*far, "alpha-scaled", alpha=0.1, steps=2, start=first)

        whole = warmer.train(inputs, targets, "alpha-scaled", alpha=0.1, steps=4)
        assert second.weights.tobytes() == whole.weights.tobytes()
        *_, last = warmer.steps(*far, "alpha-scaled", alpha=0.1, steps=4)
        assert last.new_weights.tobytes() == whole.weights.tobytes()

    @pytest.mark.parametrize(
        "how",
        [
            {"steps": 120, "alpha": 0.001},
            {"steps": 120, "alpha": 1e-9},
            {"steps": 60, "alpha": 3.0},
            {"steps": 200, "alpha": 0.3, "tolerance": 1e-6},
            {"steps": 120, "alpha": 0.001, "batch_size": 1500},
            {"steps": 120, "alpha": 0.001, "predict": "logistic"},
        ],
    )
    def test_however_it_ends(self, cluster: Any, how: Any) -> None:
        """A run ends as in one process; what is found needs no row here, and a picture none."""
        inputs, targets = rows()

        there = warmer.train(spread(inputs, 2), spread(targets, 2), "alpha-scaled", **how)

        assert hash_of(there) == hash_of(warmer.train(inputs, targets, "alpha-scaled", **how))
        assert there.plot().svg()
        assert pickle.loads(pickle.dumps(there)).error == there.error

    def test_stopping_by_other_rows(self, cluster: Any) -> None:
        """`valid` may be here while the rows are there."""
        inputs, targets = rows()
        how: Any = {"rule": "alpha-scaled", "valid": rows(seed=1), "every": 2, "patience": 1}

        there = warmer.train(spread(inputs, 4), spread(targets, 4), steps=6, **how)

        here = warmer.train(inputs, targets, steps=6, **how)
        assert there.validation.errors.tobytes() == here.validation.errors.tobytes()
        assert there.weights.tobytes() == here.weights.tobytes()

    def test_frames(self, cluster: Any) -> None:
        """Dask's frames are learned from as arrays are: dtypes mixed, lengths unknown."""
        inputs, targets = rows()
        frame = pandas.DataFrame(inputs.round(), columns=["a", "b", "c"]).astype({"a": int})
        there = dask.dataframe.from_pandas(frame.assign(y=targets), npartitions=5)

        run = warmer.train(there[["a", "b", "c"]], there["y"], "alpha-scaled", steps=5)

        here = warmer.train(frame, targets, "alpha-scaled", steps=5)
        assert hash_of(run) == hash_of(here)
        assert run.coefficients == here.coefficients

    def test_a_fault_is_that_of_one_process(self, cluster: Any) -> None:
        """What a plugin refuses it refuses in the same words, whoever has the row."""
        inputs, targets = rows()
        how: Any = {"rule": "alpha-scaled", "predict": "logistic", "compare": "log-loss"}
        goals = (targets > 0) * 1.0
        goals[1234] = 2.0
        told = []
        for data in ((inputs, goals), (spread(inputs, 4), spread(goals, 4))):
            with pytest.raises(warmer.WarmerError) as raised:
                warmer.train(*data, **how)
            told.append(str(raised.value))

        assert told[0] == told[1]


class TestRefusals:
    """What cannot be says so, and what to use instead."""

    @pytest.mark.parametrize(
        "how, said",
        [
            (
                {"batch_size": 1},
                "one row at a time is no work for a cluster: take batches of whole",
            ),
            ({"batch_size": 2}, "2 rows a step are no work for a cluster: take batches of whole"),
            ({"batch_size": 100, "seed": 1}, "rows that lie on a cluster are not shuffled: leave"),
            ({"engine": "native"}, "engine native cannot run this: its rows lie on a cluster"),
        ],
    )
    def test_what_does_not_distribute(self, cluster: Any, how: Any, said: str) -> None:
        """One row at a time, shuffled rows, and engines of one process."""
        inputs, targets = rows()
        with pytest.raises(warmer.UsageError, match=said):
            warmer.train(spread(inputs, 2), spread(targets, 2), "alpha-scaled", **how)

    def test_every_row(self, cluster: Any) -> None:
        """A rule that asks for all rows at once is told which evidence a cluster has."""

        @attrs.frozen(eq=False)
        class Wide:
            @warmer.hookimpl
            def learn(self, weights, inputs, deltas):
                return weights - 0.1 * inputs.T @ deltas / len(inputs)

        inputs, targets = rows()
        with pytest.raises(warmer.UsageError, match="Wide asks for deltas and inputs of every row"):
            warmer.train(spread(inputs, 2), spread(targets, 2), Wide)

    def test_no_formula(self, cluster: Any) -> None:
        """A predictor without a formula says why it has none."""

        @attrs.frozen(eq=False)
        class Looking:
            @warmer.hookimpl
            def predict(self, weights, inputs):
                return float(str(warmer.dot(weights, inputs)))

        inputs, targets = rows()
        with pytest.raises(warmer.UsageError, match="workers get a formula, and there is none"):
            warmer.train(spread(inputs, 2), spread(targets, 2), "hot-and-cold", predict=Looking)

    @pytest.mark.parametrize("value", [np.nan, -np.inf])
    def test_no_number(self, cluster: Any, value: float) -> None:
        """A number that is not finite is named as in one process."""
        inputs, targets = rows()
        inputs[2345, 1] = value
        told = []
        for data in ((inputs, targets), (spread(inputs, 4), spread(targets, 4))):
            with pytest.raises(warmer.DataError) as raised:
                warmer.train(*data, "alpha-scaled")
            told.append(str(raised.value))

        assert told[0] == told[1]

    def test_another_number_of_rows(self, cluster: Any) -> None:
        """Inputs and targets belong together."""
        inputs, targets = rows()
        with pytest.raises(warmer.DataError, match="inputs have 3000 rows and targets 2999"):
            warmer.train(spread(inputs, 2), spread(targets[1:], 2), "alpha-scaled")

    def test_rows_that_cannot_be_made(self, cluster: Any) -> None:
        """What somebody's graph raises is one line."""

        def fail(block):
            raise OSError("no such part")

        inputs, targets = rows()
        lost = spread(inputs, 2).map_blocks(fail, dtype=float, meta=np.empty((0, 3)))
        with pytest.raises(warmer.WarmerError, match="cannot be read on the cluster: OSError: no"):
            warmer.train(lost, spread(targets, 2), "alpha-scaled")


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pandas.DataFrame:
    """A table as one file, all.parquet, and as several, part-*.parquet."""
    monkeypatch.chdir(tmp_path)
    inputs, targets = rows()
    frame = pandas.DataFrame(inputs * [1, 1e3, 1e-3] + 7, columns=["a", "b", "c"])
    frame = frame.assign(y=targets, once=4.0, n=np.arange(ROWS) % 5)
    frame.to_parquet("all.parquet", index=False)
    for number, start in enumerate(range(0, ROWS, 1100)):
        frame[start : start + 1100].to_parquet(f"part-{number}.parquet", index=False)
    return frame


class TestCommands:
    """`--cluster`."""

    @pytest.fixture
    def run(self, cluster: Any, capsys: pytest.CaptureFixture[str]) -> Any:
        """Run a command, on the cluster where its data are parts."""

        def run(*words: str) -> tuple[int, str, str]:
            more = ["--cluster", cluster.scheduler_address] if "part-*.parquet" in words else []
            code = warmer.cli.run([*words, *more])
            return code, *capsys.readouterr()

        return run

    @pytest.mark.parametrize(
        "options",
        [
            "",
            "--no-bias",
            "--scale none --alpha 1e-7",
            "--features b,n --batch-size 500",
            "--without c",
        ],
    )
    def test_as_in_one_process(self, parts: Any, run: Any, options: str) -> None:
        """A table in parts on a cluster gives the numbers and the notes of one in a file."""
        words = ["--target", "y", "--steps", "4", "--json", *options.split()]

        code, there, _ = run("train", "alpha-scaled", "part-*.parquet", *words)
        _, here, _ = run("train", "alpha-scaled", "all.parquet", *words)

        assert code == 0
        there, here = json.loads(there), json.loads(here)
        assert there.pop("engine")["name"] == "dask"
        assert here.pop("engine")
        assert there == here

    def test_kept(self, parts: Any, run: Any) -> None:
        """A run that was begun on a cluster goes on in one process; its model predicts."""
        kept = "--checkpoint run.warmer --save model.warmer --history steps.csv --plot run.svg"
        run("train", "alpha-scaled", "part-*.parquet", "--target", "y", "--steps", "4",
            *kept.split())  # fmt: skip

        assert run("resume", "run.warmer")[2].endswith("say --cluster, or name one file\n")
        _, there, _ = run("resume", "run.warmer", "part-*.parquet", "--json")
        code, here, _ = run("resume", "run.warmer", "all.parquet", "--json")

        assert code == 0
        assert json.loads(there)["coefficients"] == json.loads(here)["coefficients"]
        code, predicted, _ = run("predict", "model.warmer", "all.parquet")
        assert (code, len(predicted.splitlines())) == (0, 1 + ROWS)

    @pytest.mark.parametrize(
        "words, said",
        [
            ("part-*.parquet --target z", "there is no column 'z'"),
            ("part-*.parquet --target y --test 0.2", "--test needs the rows here"),
            ("part-*.parquet --target y --batch-size 1", "one row at a time is no work for"),
            ("part-*.parquet --target y --seed 1 --batch-size 99", "are not shuffled"),
            ("part-*.parquet --target word", "is no column of numbers"),
            ("part-*.parquet --target hole", "column 'hole' has 3 empty cells"),
        ],
    )
    def test_refusals(self, parts: Any, run: Any, words: str, said: str) -> None:
        """What cannot be is told in one line."""
        column = words.split()[2]
        if column in ("word", "hole"):
            worse = parts.assign(word="yes", hole=parts["a"].where(parts["a"].index > 2))
            worse[["a", column]].to_parquet("part-0.parquet")
            for number in (1, 2):
                worse[["a", column]][3:].to_parquet(f"part-{number}.parquet")
        code, out, err = run("train", "alpha-scaled", *words.split())

        assert (code, out) == (2, "")
        assert said in err
        assert [line for line in err.splitlines() if "note:" not in line] == err.splitlines()[-1:]

    def test_local(self, parts: Any) -> None:
        """A cluster on this machine begins and ends with the command."""
        words = "train alpha-scaled part-*.parquet --target y --cluster local --json --steps 5"

        done = subprocess.run(
            [sys.executable, "-m", "warmer", *words.split()], capture_output=True, text=True
        )

        assert (done.returncode, json.loads(done.stdout)["engine"]["name"]) == (0, "dask")
        assert done.stderr.count("\n") == 1  # the note about a column


def test_no_client() -> None:
    """Without a client it is said how to get one."""
    code = (
        "import dask.array as d, warmer; a = d.ones((9, 1))\n"
        "try: warmer.train(a, a, 'alpha-scaled')\n"
        "except warmer.UsageError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert "begin with client = dask.distributed.Client()" in done.stdout


def test_nothing_is_imported_unless_used() -> None:
    """Who trains on arrays that are here loads nothing of Dask."""
    code = (
        "import sys, warmer, warmer.cli; warmer.train([1.0, 2.0], [1.0, 2.0], 'alpha-scaled');"
        "warmer.cli.run(['train', 'alpha-scaled', '--data', 'norris', '--target', 'y', '--json']);"
        "print([name for name in ('dask', 'distributed') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert done.stdout.splitlines()[-1] == "[]"
