"""Observers that change a run, or depend on more than it."""

import itertools
import time

import warmer

from . import defect, frozen


@defect("with history=None", "history may be empty: look first", kind="observer")
class StopsEarly:
    @warmer.hookimpl
    def steps_taken(self, history):
        if history.error[-1] < 1e-9:
            raise warmer.Stop("good enough")


@defect("read-only", "was switched off", "observers.py:", kind="observer")
class WritesWeights:
    @warmer.hookimpl
    def steps_taken(self, weights):
        weights[0] = 0.0


@defect("its end is another", "'stopped'", "at no clock", kind="observer")
class CountsRuns:
    every = 2
    runs = itertools.count(3)

    @warmer.hookimpl
    def run_started(self):
        self.most = 2 * next(self.runs)

    @warmer.hookimpl
    def steps_taken(self, step):
        if step >= self.most:
            raise warmer.Stop("enough")


@defect("its file is another", "at no clock", kind="observer")
@frozen
class WritesTheTime:
    path: str = warmer.param("times.txt", help="where to write")
    every: int = warmer.param(5, at_least=1, help="how often")

    @warmer.hookimpl
    def steps_taken(self, step):
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(f"{step} {time.perf_counter_ns()}\n")


@defect("there is no hook 'run_end'", "did you mean 'run_ended'?", kind="observer")
class MisspeltObserver:
    @warmer.hookimpl
    def run_end(self, outcome):
        pass
