"""A run of warmer as a run of MLflow: its parameters, its error on the way, and how it ended."""

import time
from typing import Any

import attrs
import numpy as np

import warmer

ENDED = {"budget": "FINISHED", "converged": "FINISHED", "diverged": "FAILED", "stopped": "KILLED"}


@attrs.define(eq=False)
class Mlflow:
    """Write `error` and `weight_norm` of every n-th step to MLflow, and what the run is made of.

    A run with several targets has `error_1`, `error_2` and so on. MLflow takes no number that is
    not finite, so such a step is left out.
    """

    uri: str = warmer.param("", help="where MLflow keeps runs; else what MLFLOW_TRACKING_URI says")
    experiment: str = warmer.param("warmer", help="the experiment, begun where there is none")
    every: int = warmer.param(100, at_least=1, help="write every n-th step, and the last")
    client: Any = attrs.field(init=False, default=None, repr=False)
    run_id: str = attrs.field(init=False, default="")

    @warmer.hookimpl
    def run_started(self, task: Any) -> None:
        from mlflow.entities import Param
        from mlflow.tracking import MlflowClient

        self.client = MlflowClient(tracking_uri=self.uri or None)
        known = self.client.get_experiment_by_name(self.experiment)
        place = known.experiment_id if known else self.client.create_experiment(self.experiment)
        rule = task.description["rule"]["name"]
        self.run_id = self.client.create_run(place, run_name=rule).info.run_id
        said = {"steps": task.steps, "seed": task.seed, **dict(said_of(task.description))}
        params = [Param(name, str(value)) for name, value in said.items() if value is not None]
        self.client.log_batch(self.run_id, params=params)

    @warmer.hookimpl
    def steps_taken(self, step: int, history: warmer.History) -> None:
        from mlflow.entities import Metric

        now = int(time.time() * 1000)
        self.client.log_batch(
            self.run_id,
            metrics=[
                Metric(name, value, now, step)
                for name, value in figures(history).items()
                if np.isfinite(value)
            ],
        )

    @warmer.hookimpl
    def run_ended(self, outcome: warmer.Outcome) -> None:
        for name in ("status", "reason"):
            self.client.set_tag(self.run_id, f"warmer.{name}", getattr(outcome, name))
        self.client.set_terminated(self.run_id, status=ENDED[outcome.status])


def said_of(description: dict[str, Any]):
    """What a run is made of, name by name: `rule`, `rule.alpha`, `modifier_1`."""
    modifiers = enumerate(description["modifiers"], start=1)
    named = {f"modifier_{number}": each for number, each in modifiers}
    for kind in ("rule", "predictor", "comparison"):
        named[kind] = description[kind]
    for kind, plugin in named.items():
        yield kind, plugin["name"]
        yield from ((f"{kind}.{name}", value) for name, value in plugin["parameters"].items())


def figures(history: warmer.History) -> dict[str, float]:
    """The error at the start of the last step, and the length of all weights together."""
    errors = np.ravel(history.error[-1]).tolist()
    names = ["error"] if len(errors) == 1 else [f"error_{n}" for n in range(1, len(errors) + 1)]
    norm = float(np.linalg.norm(np.ravel(history.weights[-1])))
    return {**dict(zip(names, errors, strict=True)), "weight_norm": norm}
