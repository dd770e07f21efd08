"""Progress: one line on a terminal that says how far a run has come."""

import shutil
import sys
import time
from typing import Any

import attrs

import warmer


@attrs.define(eq=False)
class Progress:
    """Keep one line of stderr up to date where that is a terminal, and wipe it in the end.

    The command line shows it by itself.
    """

    patience: float = warmer.param(0.5, at_least=0, help="seconds before anything is shown")
    began: float = attrs.field(init=False, default=0.0)
    steps: int | None = attrs.field(init=False, default=None)
    first: int | None = attrs.field(init=False, default=None)
    drawn: int = attrs.field(init=False, default=0)

    @warmer.hookimpl
    def run_started(self, task: Any) -> None:
        self.began, self.steps, self.first = time.monotonic(), task.steps, None

    @warmer.hookimpl
    def steps_taken(self, step: int) -> None:
        elapsed = time.monotonic() - self.began
        if self.first is None:
            self.first = step - 1  # a run that is resumed does not begin with step 1
        taken = max(1, step - self.first)
        if elapsed >= self.patience and step and self.steps and is_terminal():
            left = elapsed / taken * (self.steps - step)
            share = f"{step:,} of {self.steps:,} ({step / self.steps:.0%})"
            self.draw(f"step {share}, {left:.0f} s left")

    @warmer.hookimpl
    def run_ended(self) -> None:
        if self.drawn:
            self.draw("")

    def draw(self, text: str) -> None:
        """Draw over what stands there, and over the ^C of whoever interrupts."""
        text = text[: shutil.get_terminal_size().columns - 3]
        sys.stderr.write("\r" + text.ljust(self.drawn + 2) + ("" if text else "\r"))
        sys.stderr.flush()
        self.drawn = len(text)


def is_terminal() -> bool:
    """Whether somebody looks at stderr."""
    return sys.stderr is not None and not sys.stderr.closed and sys.stderr.isatty()
