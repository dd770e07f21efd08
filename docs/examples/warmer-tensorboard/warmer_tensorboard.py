"""A run of warmer in TensorBoard: the error and the weights, step by step."""

import os
import tempfile
from typing import Any

import attrs
import numpy as np

import warmer


@attrs.define(eq=False)
class TensorBoard:
    """Write `error` and `weight_norm` of every n-th step to TensorBoard.

    Look at them with `tensorboard --logdir runs`. A run with several targets has `error 1`,
    `error 2` and so on. What ends a run, the file is whole.
    """

    folder: str = warmer.param("runs", help="where the event files go, one a run")
    every: int = warmer.param(100, at_least=1, help="write every n-th step, and the last")
    writer: Any = attrs.field(init=False, default=None, repr=False)

    @warmer.hookimpl
    def run_started(self) -> None:
        from tensorboard.summary import Writer

        if os.path.isdir(self.folder):  # one that cannot be written has Writer print a traceback
            tempfile.TemporaryFile(dir=self.folder).close()
        self.writer = Writer(self.folder)

    @warmer.hookimpl
    def steps_taken(self, step: int, history: warmer.History) -> None:
        for name, value in figures(history).items():
            self.writer.add_scalar(name, value, step)
        self.writer.flush()

    @warmer.hookimpl
    def run_ended(self) -> None:
        self.writer.close()


def figures(history: warmer.History) -> dict[str, float]:
    """The error at the start of the last step, and the length of all weights together."""
    errors = np.ravel(history.error[-1]).tolist()
    names = ["error"] if len(errors) == 1 else [f"error {n}" for n in range(1, len(errors) + 1)]
    norm = float(np.linalg.norm(np.ravel(history.weights[-1])))
    return {**dict(zip(names, errors, strict=True)), "weight_norm": norm}
