"""A run as a file of JSON: a line for every n-th step, and for the last one."""

import json
from typing import Any

import attrs
import numpy as np

import warmer


@attrs.frozen(eq=False)
class JsonLines:
    """Write `step`, and `error`, `weights` and `weight_deltas` at its start, as a line of JSON.

    Each line is in the file before the next step is taken, so what ends a run leaves it whole.
    """

    path: str = warmer.param("run.jsonl", help="the file, which is written anew")
    every: int = warmer.param(1, at_least=1, help="write every n-th step, and the last")

    @warmer.hookimpl
    def run_started(self) -> None:
        open(self.path, "w", encoding="utf-8").close()

    @warmer.hookimpl
    def steps_taken(self, step: int, history: warmer.History) -> None:
        columns = {name: getattr(history, name) for name in ("error", "weights", "weight_deltas")}
        row = {name: None if each is None else plain(each[-1]) for name, each in columns.items()}
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps({"step": step, **row}, allow_nan=False) + "\n")


def plain(values: Any) -> Any:
    """Numbers as lists; JSON has null for what is not finite."""
    return np.where(np.isfinite(values), values, None).tolist()
