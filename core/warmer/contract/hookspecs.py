"""The contract: what a plugin may implement, and the evidence it may ask for.

    predict   prediction = f(weights, inputs)          what the network says
    compare   error, delta = g(prediction, target)     how much it missed, and which way
    adjust    weight_delta = a(weight_delta, ...)      modifiers alone: what the rule sees of it
    learn     weight = h(weight, evidence)             each weight moves so that the error falls

Every hook is a scalar function: floats in, floats out, nothing remembered inside. An
implementation names only the evidence that it uses; what nobody asks for is not computed.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pluggy

if TYPE_CHECKING:
    import numpy as np

    from warmer.runs.history import History
    from warmer.runs.outcome import Outcome
    from warmer.runs.task import Task

PROJECT = "warmer"

CONTRACT = 2
"""The number of this contract; it grows by one with a release that offers plugins more."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class Comparison(NamedTuple):
    """What `compare` answers: how much the prediction missed, and which way.

    `error` is never negative. `delta` is the slope of the error for the prediction (for its log
    odds, where the comparison asks for them), up to the book's convention: squared error gives
    `delta = prediction - target`, without the factor 2.
    """

    error: float
    delta: float


class Learned(NamedTuple):
    """What `learn` answers: the new weight, and what this weight remembers.

    A rule may return a bare weight, or `(weight, memory)` where it remembers something; modifiers
    always receive a `Learned`, so that `result._replace(weight=...)` fits every rule.
    """

    weight: Any
    memory: Any = ()


class Rule:
    """The hooks of a network. One implementation answers each, and modifiers wrap it.

    `adjust` belongs to modifiers alone: they are asked one after another.
    """

    @hookspec(firstresult=True)
    def predict(self, weights: Sequence[float], inputs: Sequence[float]) -> float:
        """Predict one row: `weights` and `inputs` are sequences of floats.

        They are equally long, unless the plugin has a method of its own that says otherwise:
        `def weight_count(self, inputs: int) -> int` (a plain method, without the marker), which
        answers how many weights it has for so many inputs, at least 1.
        """
        raise AssertionError("a specification is never called")

    @hookspec(firstresult=True)
    def log_odds(
        self, weights: Sequence[float], inputs: Sequence[float], prediction: float
    ) -> float:
        """Say `log(p / (1 - p))` for a predictor whose prediction p is a chance.

        For predictors that know it better than p tells: near 0 and 1 the floats of p lie too far
        apart. Without it, and where a modifier changes predict, it is computed from the prediction.
        """
        raise AssertionError("a specification is never called")

    @hookspec(firstresult=True)
    def compare(self, prediction: float, log_odds: float, target: float) -> Comparison:
        """Compare one prediction with its target: `Comparison(error, delta)`.

        A comparison that asks for `log_odds` answers the slope for the log odds as its delta;
        any other one, the slope for the prediction.
        """
        raise AssertionError("a specification is never called")

    @hookspec(firstresult=True)
    def adjust(
        self,
        weight: float,
        weight_delta: float,
        memory: Any,
        error: float,
        step: float,
        steps: float,
        passes: float,
        weight_norm: float,
        weight_delta_norm: float,
        weights: "np.ndarray",
        weight_deltas: "np.ndarray",
        inputs: "np.ndarray",
        deltas: "np.ndarray",
        rng: "np.random.Generator",
    ) -> Any:
        """Answer the weight_delta that the rule is to see, of one weight or (plural) of all.

        Modifiers are asked in the user's order, each with what the one before it answered. The
        evidence means what it means for learn; `weight_delta_norm` is that of what comes in.

        Returns:
            The weight_delta (or weight_deltas); `(weight_delta, memory)` where the modifier
            remembers something.
        """
        raise AssertionError("a specification is never called")

    @hookspec(firstresult=True)
    def learn(
        self,
        weight: float,
        weight_delta: float,
        error_at: Callable[[float], float],
        memory: Any,
        error: float,
        step: float,
        steps: float,
        passes: float,
        weight_norm: float,
        weight_delta_norm: float,
        weights: "np.ndarray",
        weight_deltas: "np.ndarray",
        inputs: "np.ndarray",
        deltas: "np.ndarray",
        error_at_all: "Callable[[np.ndarray], float]",
        rng: "np.random.Generator",
    ) -> Any:
        """Move one weight, or (plural evidence) all the weights of one target at once.

        Evidence for one weight (floats):
            weight: this weight at the start of the step.
            weight_delta: mean over the batch of `delta * d prediction / d weight` (of the log
                odds, where the comparison asks for them); for the linear network `delta * input`.
            error_at: `error_at(candidate)` is the batch's error if only this weight were
                `candidate`, all others as at the start of the step.

        Evidence for all weights of a target (NumPy arrays):
            weights: shape (weights,), at the start of the step.
            weight_deltas: shape (weights,).
            inputs: shape (rows, inputs), the batch.
            deltas: shape (rows,), the batch.
            error_at_all: `error_at_all(candidates)` is the batch's error if the weights were
                `candidates`, an array of their shape.
            rng: a generator of this step's own: `default_rng([seed, step])`.

        Evidence for both:
            memory: what this weight remembers, a NamedTuple started from the `memory` of the rule,
                or of the modifier that asks and has one; for plural evidence each field is an
                array of shape (weights,).
            error: the batch's error at the start of the step (mean over its rows).
            step: the number of this step, from 1, as a float.
            steps: how many steps the run will take; 0 without end.
            passes: how many whole passes over the rows lie before this step.
            weight_norm: root of the sum of squares over all weights of the target.
            weight_delta_norm: the same of their weight_deltas.

        Returns:
            The new weight (or weights); `(weight, memory)` where the rule remembers something.
        """
        raise AssertionError("a specification is never called")


class Observer:
    """Told of a run as it goes on. Read-only: what an observer returns is ignored.

    One that has an attribute `every`, a whole number (a parameter, say), is told of exactly the
    steps that it divides, and of the last one: the same on every engine and on any machine.

    An observer that raises is switched off and reported in `run.reports`, and the run goes on;
    one that raises `warmer.Stop(reason)` ends the run with the outcome `stopped`.
    """

    @hookspec
    def run_started(self, task: "Task") -> None:
        """Told once before the first step. `task` says what is about to run."""

    @hookspec
    def steps_taken(self, step: int, weights: "np.ndarray", history: "History") -> None:
        """Told after each chunk of steps (about 50 ms), or after every n-th step: see `every`.

        Parameters:
            step: the number of the last step taken.
            weights: shape (weights, targets), after that step.
            history: the chunk's recorded steps; empty where history is off. With `every`, each
                step since it was last told, whatever the run keeps (of more than 16 MB, the last).
        """

    @hookspec
    def run_ended(self, outcome: "Outcome") -> None:
        """Told once after the last step, with how the run ended."""


SINGULAR = frozenset({"weight", "weight_delta", "error_at"})
PLURAL = frozenset({"weights", "weight_deltas", "inputs", "deltas", "error_at_all", "rng"})
NORMS = frozenset({"weight_norm", "weight_delta_norm"})
COMMON = NORMS | {"memory", "error", "step", "steps", "passes"}

KINDS = {
    "rule": ("learn",),
    "predictor": ("predict",),
    "comparison": ("compare",),
    "modifier": ("predict", "compare", "adjust", "learn"),
    "observer": ("run_started", "steps_taken", "run_ended"),
}
"""The kinds of plugin, and the hooks of which each must implement at least one."""

A_KIND = {kind: f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}" for kind in KINDS}
"""Each kind with its article, for messages."""
