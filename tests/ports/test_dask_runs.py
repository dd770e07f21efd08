"""Runs on a Dask cluster go on, end and fail as in one process."""

import pickle
from pathlib import Path
from typing import Any

import dask.dataframe
import distributed
import pandas
import pytest

import warmer
from tests.ports.on_dask import hash_of, rows, spread


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

    def test_findings_after_the_client(self, cluster: Any) -> None:
        """What there is to say of a run is said after its client was closed as well."""
        inputs, targets = rows()

        with distributed.Client(cluster):
            run = warmer.train(
                spread(inputs, 4), spread(targets, 4), "alpha-scaled", alpha=1e-3, steps=200
            )

        assert [finding.topic for finding in run.findings] == ["course"]

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
