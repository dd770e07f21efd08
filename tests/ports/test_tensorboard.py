"""The example package for TensorBoard, against the real library."""

from pathlib import Path

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util import tensor_util

import warmer

FILE = Path(__file__).parents[2] / "docs/examples/warmer-tensorboard/warmer_tensorboard.py"
INPUTS = np.random.default_rng(1).normal(size=(9, 2))


@pytest.mark.parametrize("engine", ["python", "arrays"])
@pytest.mark.parametrize("targets", [1, 2])
def test_figures(tmp_path, monkeypatch, engine, targets):
    """TensorBoard shows the error and the length of the weights of every n-th step."""
    monkeypatch.chdir(tmp_path)
    y = INPUTS @ np.arange(2.0 * targets).reshape(2, targets)
    run = warmer.train(
        INPUTS, y if targets > 1 else y[:, 0], "alpha-scaled", alpha=0.05, steps=25, history=1,
        engine=engine, observers=[f"{FILE}:TensorBoard:every=10"],
    )  # fmt: skip
    assert run.reports == ()
    shown = EventAccumulator("runs")
    shown.Reload()
    names = ["error"] if targets == 1 else ["error 1", "error 2"]
    errors = run.history.error.reshape(25, targets)
    norms = np.linalg.norm(run.history.weights.reshape(25, -1), axis=1)
    for name, column in (*zip(names, errors.T, strict=True), ("weight_norm", norms)):
        told = {each.step: float(tensor_util.make_ndarray(each.tensor_proto))
                for each in shown.Tensors(name)}  # fmt: skip
        assert told == {n: np.float32(column[n - 1]) for n in (10, 20, 25)}


@pytest.mark.parametrize("place", ["file/runs", "file", "/proc/self"])
def test_where_nothing_can_be_written(tmp_path, monkeypatch, capfd, place):
    """One line names a place that cannot be written, be it there or not, and the run goes on."""
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    run = warmer.train(
        INPUTS,
        INPUTS[:, 0],
        "alpha-scaled",
        steps=3,
        observers=[f"{FILE}:TensorBoard:folder={place}"],
    )

    (said,) = run.reports
    assert "failed in run_started and was switched off" in said
    assert f"'{place}" in said
    assert "\n" not in said
    assert run.outcome.status == "budget"
    assert capfd.readouterr() == ("", "")
