"""The example package for MLflow, against the real library."""

from pathlib import Path

import numpy as np
import pytest
from mlflow.tracking import MlflowClient

import warmer

FILE = Path(__file__).parents[2] / "docs/examples/warmer-mlflow/warmer_mlflow.py"
INPUTS = np.random.default_rng(1).normal(size=(9, 2))


@pytest.fixture
def client(tmp_path, monkeypatch):
    """What MLflow keeps in a folder of its own, which later versions ask to be allowed."""
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", (tmp_path / "kept").as_uri())
    monkeypatch.chdir(tmp_path)
    return MlflowClient()


def run_of(client):
    """The one run of the experiment."""
    place = client.get_experiment_by_name("mine").experiment_id
    (run,) = client.search_runs([place])
    return run


@pytest.mark.parametrize("engine", ["python", "arrays"])
@pytest.mark.parametrize("targets", [1, 2])
def test_figures(client, engine, targets):
    """MLflow has the error and the length of the weights of every n-th step, and of the last."""
    y = INPUTS @ np.arange(2.0 * targets).reshape(2, targets)
    run = warmer.train(
        INPUTS, y if targets > 1 else y[:, 0], "alpha-scaled", alpha=0.05, steps=25, history=1,
        engine=engine, observers=[f"{FILE}:Mlflow:experiment=mine:every=10"],
    )  # fmt: skip
    assert run.reports == ()
    kept = run_of(client)
    names = ["error"] if targets == 1 else ["error_1", "error_2"]
    errors = run.history.error.reshape(25, targets)
    norms = np.linalg.norm(run.history.weights.reshape(25, -1), axis=1)
    for name, column in (*zip(names, errors.T, strict=True), ("weight_norm", norms)):
        told = client.get_metric_history(kept.info.run_id, name)
        expected = {n: pytest.approx(column[n - 1], rel=1e-14) for n in (10, 20, 25)}
        assert {each.step: each.value for each in told} == expected


def test_what_it_is_made_of(client):
    """MLflow has the plugins and their parameters, and how the run ended."""
    observer = f"{FILE}:Mlflow:experiment=mine"
    warmer.train(INPUTS, INPUTS[:, 0], "alpha-scaled", alpha=0.25, steps=4, seed=0,
                 modifiers=["clip:most=3"], observers=[observer])  # fmt: skip
    kept = run_of(client)

    assert kept.data.params == {
        "rule": "alpha-scaled", "rule.alpha": "0.25", "modifier_1": "clip",
        "modifier_1.most": "3.0", "predictor": "linear", "comparison": "squared-error",
        "steps": "4", "seed": "0",
    }  # fmt: skip
    assert kept.info.status == "FINISHED"
    assert kept.data.tags["warmer.status"] == "budget"


def test_a_run_that_diverges(client):
    """A run that diverges has failed in MLflow, with the reason."""
    run = warmer.train([10.0], [1.0], "raw-gradient", steps=900,
                       observers=[f"{FILE}:Mlflow:experiment=mine:every=1"])  # fmt: skip
    kept = run_of(client)

    assert run.reports == ()
    assert kept.info.status == "FAILED"
    assert kept.data.tags["warmer.reason"] == run.outcome.reason


@pytest.mark.parametrize("place", ["file/kept", "/proc/self"])
def test_where_nothing_can_be_written(client, place):
    """One line names a place that cannot be written, and the run goes on."""
    Path("file").touch()
    run = warmer.train(
        INPUTS, INPUTS[:, 0], "alpha-scaled", steps=3, observers=[f"{FILE}:Mlflow:uri={place}"]
    )

    (said,) = run.reports
    assert "failed in run_started and was switched off" in said
    assert f"'{place}" in said
    assert "\n" not in said
    assert run.outcome.status == "budget"
