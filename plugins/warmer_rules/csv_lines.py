"""A run as a table: a row for every n-th step, and for the last one."""

import csv
from collections.abc import Iterator
from typing import Any

import attrs
import numpy as np

import warmer


@attrs.frozen(eq=False)
class CsvLines:
    """Write `step`, and the error, weights and weight_deltas at its start, as a row of a table.

    Each row is in the file before the next step is taken, so what ends a run leaves it whole.
    """

    path: str = warmer.param("run.csv", help="the file, which is written anew")
    every: int = warmer.param(1, at_least=1, help="write every n-th step, and the last")

    @warmer.hookimpl
    def run_started(self) -> None:
        open(self.path, "w", encoding="utf-8").close()

    @warmer.hookimpl
    def steps_taken(self, step: int, history: warmer.History) -> None:
        found = dict(cells(history))
        with open(self.path, "a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            if step <= self.every:  # the first row
                writer.writerow(["step", *found])
            writer.writerow([step, *found.values()])


def cells(history: warmer.History) -> Iterator[tuple[str, Any]]:
    """The numbers of the last step with the names of their columns, target by target."""
    words = {"error": history.error, "weight": history.weights}
    if history.weight_deltas is not None:
        words["weight_delta"] = history.weight_deltas
    single = history.error.ndim == 1
    for target in range(1 if single else history.error.shape[1]):
        for word, values in words.items():
            row = values[-1] if single else values[-1, ..., target]
            name = word if single else f"target {target + 1} {word}"
            numbers = np.ravel(row).tolist()
            yield from ((name, *numbers),) if word == "error" else (
                (f"{name} {index}", number) for index, number in enumerate(numbers, start=1)
            )  # fmt: skip
