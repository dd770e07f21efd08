"""Rows on a Dask cluster: one hash, wherever they lie."""

import asyncio
import os
import signal
import time
from typing import Any, NamedTuple

import attrs
import distributed
import numpy as np
import pytest

import warmer
from tests.ports.on_dask import hash_of, rows, spread


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

    def test_many_weights(self, cluster: Any) -> None:
        """A question of more than 100 kB is asked anew in every round."""
        rng = np.random.default_rng(0)
        inputs, targets = rng.normal(size=(40, 15_000)), rng.normal(size=40)
        how: Any = {"rule": "alpha-scaled", "alpha": 1e-4, "steps": 5}

        there = warmer.train(spread(inputs, 4), spread(targets, 4), **how)

        assert hash_of(there) == hash_of(warmer.train(inputs, targets, **how))

    def test_log_odds(self, cluster: Any) -> None:
        """Log odds are computed where the rows are."""
        inputs, targets = rows()
        how: Any = {"rule": "alpha-scaled", "predict": "logistic", "compare": "log-loss"}
        goals = (targets > 0).astype(float)

        there = warmer.train(spread(inputs, 4), spread(goals, 4), steps=5, **how)

        assert hash_of(there) == hash_of(warmer.train(inputs, goals, steps=5, **how))


def test_chunks_stay_with_their_workers(cluster: Any) -> None:
    """A question goes to the worker that has its chunks; to another one only if that is gone."""

    def asked(dask_scheduler: Any) -> dict[str, Any]:
        return {
            task.key: (
                task.worker_restrictions,
                {worker.address for worker in task.who_has},
                task.loose_restrictions,
            )
            for task in dask_scheduler.tasks.values()
            if str(task.key).startswith("warmer-")
        }

    client = distributed.default_client()
    others = client.run_on_scheduler(asked)  # of runs that somebody still holds
    inputs, targets = rows()
    run = warmer.train(spread(inputs, 7), spread(targets, 7), "alpha-scaled", steps=5)
    found = client.run_on_scheduler(asked)
    own = [found[key] for key in found if key not in others]

    assert run.outcome.steps == 5
    assert own
    assert all(there == ran and loose for there, ran, loose in own)


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
