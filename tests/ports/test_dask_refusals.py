"""What a Dask cluster cannot do says so, and what to use instead."""

import subprocess
import sys
from typing import Any

import attrs
import numpy as np
import pytest

import warmer
from tests.ports.on_dask import rows, spread


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
