"""Adjust and learn, literally: asked for the weights of one target, as they are written."""

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from warmer.contract.answers import number, weights_of
from warmer.contract.arguments import shown
from warmer.engines.calling import BeyondError, call
from warmer.exceptions import PLUGIN_ERRORS, HookError
from warmer.formulas.sums import Floats, dot
from warmer.plugins.adjusting import Adjuster
from warmer.plugins.network import UNASKED, Network
from warmer.runs.task import Array


class Seen(NamedTuple):
    """What learn may ask for of one step and target, beside weights and memory.

    Parameters:
        step: its number, from 1.
        error: the batch's error.
        error_at: the batch's error at other weights of the target.
        arrays: makes the evidence in arrays: `inputs`, `deltas`, `rng`.
    """

    step: int
    error: float
    error_at: Callable[[Floats], float]
    arrays: Callable[[], dict[str, Any]]


class Learner:
    """Asks the modifiers to adjust and the rule to learn, all from the start of the step.

    Parameters:
        steps: how many the run will take; None without end.
        per_pass: how many one pass over the rows takes.
    """

    def __init__(self, network: Network, steps: int | None, per_pass: int):
        self._network = network
        self._adjusters = network.adjusters
        self._asked = network.evidence
        self._simple = not network.owners and not network.modified
        self._steps, self._per_pass = float(steps or 0), per_pass

    def learn(
        self, weights: Floats, slopes: Sequence[float] | None, memory: Array, seen: Seen
    ) -> tuple[Floats, Array]:
        """The new weights of a target, and their memory of shape (fields, weights).

        Parameters:
            slopes: weight_delta of each weight; None where nobody asks for them.

        Raises:
            BeyondError: a number leaves the floats.
            HookError: a plugin fails, or answers something else.
        """
        evidence = self.evidence(weights, seen)
        for adjuster in self._adjusters:
            slopes, memory = self.adjust(adjuster, evidence, weights, slopes or (), memory, seen)
        if slopes and "weight_delta_norm" in self._asked:
            evidence["weight_delta_norm"] = norm_of(slopes, "weight_delta_norm")
        if self._network.plural:
            new, memory = self._learn_all(evidence, weights, slopes, memory, seen)
        else:
            new, memory = self._learn_each(evidence, weights, slopes, memory, seen)
        for weight in new:
            if not math.isfinite(weight):
                raise BeyondError(f"a weight would become {weight}")
        if memory.size and not np.isfinite(memory).all():
            raise BeyondError("what a weight remembers is not finite")
        return new, memory

    def evidence(self, weights: Floats, seen: Seen) -> dict[str, Any]:
        """What is the same for every weight; None for what is not."""
        evidence = {
            **UNASKED,
            "step": float(seen.step),
            "steps": self._steps,
            "passes": float((seen.step - 1) // self._per_pass),
            "error": seen.error,
        }
        if "weight_norm" in self._asked:
            evidence["weight_norm"] = norm_of(weights, "weight_norm")
        return evidence

    def _learn_each(
        self,
        evidence: dict[str, Any],
        weights: Floats,
        slopes: Sequence[float] | None,
        memory: Array,
        seen: Seen,
    ) -> tuple[Floats, Array]:
        """Ask learn once for every weight."""
        network = self._network
        where, at, ask = network.where["learn"], network.at["learn"], network.ask["learn"]
        remembered = memory.T.tolist() if memory.size else None
        probed = "error_at" in self._asked
        new, memories = [], []
        for index, weight in enumerate(weights):
            evidence["weight"] = weight
            evidence["weight_delta"] = slopes[index] if slopes else None
            if remembered:
                evidence["memory"] = network.recall(remembered[index])
            if probed:
                evidence["error_at"] = self._error_at(weights, index, seen)
            answer = call(network, where, ask, evidence)
            if self._simple and type(answer) is float:
                new.append(answer)
                continue
            moved, after = network.moved(
                answer, evidence["memory"], remembered[index] if remembered else ()
            )
            new.append(number(moved, where, at))
            memories.append([number(value, where, at) for value in after])
        return tuple(new), np.array(memories).T if remembered else memory

    def _error_at(self, weights: Floats, index: int, seen: Seen) -> Callable[[float], float]:
        where = f"error_at, asked by {self._network.rule.name},"

        def error_at(candidate: float) -> float:
            return seen.error_at(
                (
                    *weights[:index],
                    number(candidate, where, self._network.at["learn"]),
                    *weights[index + 1 :],
                )
            )

        return error_at

    def _error_at_all(self, count: int, seen: Seen) -> Callable[[Any], float]:
        where, at = f"error_at_all, asked by {self._network.rule.name},", self._network.at["learn"]
        return lambda candidates: seen.error_at(weights_of(candidates, count, where, at))

    def _learn_all(
        self,
        evidence: dict[str, Any],
        weights: Floats,
        slopes: Sequence[float] | None,
        memory: Array,
        seen: Seen,
    ) -> tuple[Floats, Array]:
        """Ask learn once for all weights."""
        network, where = self._network, self._network.where["learn"]
        evidence |= _in_arrays(weights, slopes, seen)
        evidence["error_at_all"] = self._error_at_all(len(weights), seen)
        evidence["memory"] = network.recall(memory.copy())
        answer = call(network, where, network.ask["learn"], evidence)
        moved, after = network.moved(answer, evidence["memory"], list(memory))
        return _columns(moved, after, len(weights), (where, network.at["learn"]), answer)

    def adjust(
        self,
        adjuster: Adjuster,
        evidence: dict[str, Any],
        weights: Floats,
        slopes: Sequence[float],
        memory: Array,
        seen: Seen,
    ) -> tuple[Sequence[float], Array]:
        """Ask one modifier what the weight_deltas are to be."""
        where, owner, given = adjuster.where, adjuster.owner, dict(evidence)
        if "weight_delta_norm" in adjuster.evidence:
            given["weight_delta_norm"] = norm_of(slopes, "weight_delta_norm")
        if adjuster.plural:
            given |= _in_arrays(weights, slopes, seen)
            given["memory"] = owner and owner.recall(memory.copy())
            answer = call(self._network, where, adjuster.ask, given)
            adjusted, after = adjuster.adjusted(answer, list(memory))
            return _columns(adjusted, after, len(weights), (where, adjuster.at), answer)
        new, memories = [], []
        remembered = memory.T.tolist() if owner else [()] * len(weights)
        for weight, slope, column in zip(weights, slopes, remembered, strict=True):
            given |= {"weight": weight, "weight_delta": slope}
            given["memory"] = owner and owner.recall(column)
            answer = call(self._network, where, adjuster.ask, given)
            adjusted, after = adjuster.adjusted(answer, column)
            new.append(number(adjusted, where, adjuster.at))
            memories.append([number(value, where, adjuster.at) for value in after])
        return new, np.array(memories).T if owner else memory


def norm_of(values: Sequence[float], name: str) -> float:
    """The root of the sum of squares, in the documented order."""
    norm = math.sqrt(dot(values, values))
    if not math.isfinite(norm):
        raise BeyondError(f"{name} is {norm}")
    return norm


def _in_arrays(weights: Floats, slopes: Sequence[float] | None, seen: Seen) -> dict[str, Any]:
    """The evidence for all weights of a target, in arrays of their own."""
    deltas = None if slopes is None else np.array(slopes)
    return {**seen.arrays(), "weights": np.array(weights), "weight_deltas": deltas}


def _columns(
    values: Any, memory: Sequence[Any], weights: int, who: tuple[str, str], answer: Any
) -> tuple[Floats, Array]:
    """Check what was answered for all weights, and turn it into numbers.

    Parameters:
        who: which hook of whom answered, and where its code stands, for messages.
    """
    try:
        new = np.asarray(values, dtype=np.float64)
        memories = np.array([*memory], dtype=np.float64).reshape(len(memory), weights)
        if new.shape != (weights,):
            raise ValueError
    except KeyboardInterrupt:
        raise
    except PLUGIN_ERRORS as error:  # whatever its conversion raises
        where, at = who
        beside = " and their memory" if memory else ""
        raise HookError(
            f"{where} answered {shown(answer)}, not {weights} weights{beside}{at}"
        ) from error
    return tuple(new.tolist()), memories
