"""What adjust and learn are given in a step and what they answer, weight by weight."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import getitem
from typing import Any, NamedTuple

from warmer.engines.learning import Learner, Seen, norm_of
from warmer.explaining.sheet import adjust_key, memory_names, memory_of
from warmer.plugins.network import Network
from warmer.runs.task import Array, State, Task

OfWeight = Callable[[int], Any]  # a number, for a weight


class Stage(NamedTuple):
    """What adjust or learn is given and answers.

    Parameters:
        key: of its part among the formulas.
        known: the values of symbols.
        results: what it answers, by name.
    """

    key: str
    known: dict[tuple[str, str], OfWeight]
    results: dict[str, OfWeight]


class Start(NamedTuple):
    """One target at the start of a step: its weights, their memory and their weight_deltas."""

    weights: tuple[float, ...]
    memory: Array
    weight_deltas: Sequence[float]


def stages_of(
    network: Network, task: Task, start: Start, seen: Seen, after: State, target: int
) -> list[Stage]:
    """Each modifier that adjusts, and learn.

    Parameters:
        seen: what else they may ask for.
        after: the state after the step.
        target: which target it is about.
    """
    learner = Learner(network, task.steps, task.batches.per_pass)
    shared = learner.evidence(start.weights, seen)
    stages = []
    for index, adjuster in enumerate(network.adjusters):
        slopes, memory = learner.adjust(
            adjuster, shared, start.weights, start.weight_deltas, start.memory, seen
        )
        answers = _remembered(network, memory_of(network, index), memory)
        answers["weight_delta"] = _numbers(slopes)
        stages.append(Stage(adjust_key(index), _given(network, shared, start, seen), answers))
        start = Start(start.weights, memory, slopes)
    answers = _remembered(network, memory_of(network), after.memory[:, :, target])
    answers["weight"] = _numbers(after.weights[:, target].tolist())
    return [*stages, Stage("learn", _given(network, shared, start, seen), answers)]


def _given(
    network: Network, shared: Mapping[str, Any], start: Start, seen: Seen
) -> dict[tuple[str, str], OfWeight]:
    """The values of symbols."""
    weights, memory, slopes = start
    known: dict[tuple[str, str], OfWeight] = {
        ("", name): partial(_same, value) for name, value in shared.items() if value is not None
    }
    if slopes:
        known["", "weight_delta_norm"] = partial(_same, norm_of(slopes, "weight_delta_norm"))
        known["", "weight_delta"] = _numbers(slopes)

    def error_at(index: int) -> Callable[[float], float]:
        return lambda candidate: seen.error_at((*weights[:index], candidate, *weights[index + 1 :]))

    known["", "weight"] = _numbers(weights)
    known["", "error_at"] = error_at
    for field, values in zip(network.fields, memory.tolist(), strict=True):
        known["memory", field] = _numbers(values)
    return known


def _remembered(network: Network, places: Sequence[int], memory: Array) -> dict[str, OfWeight]:
    names = memory_names(network)
    return {names[at]: _numbers(memory[at].tolist()) for at in places}


def _same(value: Any, _weight: int) -> Any:
    return value


def _numbers(values: Sequence[float]) -> OfWeight:
    return partial(getitem, values)
