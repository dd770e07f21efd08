"""Findings: what there is to say about a run, once it is over."""

from collections.abc import Mapping
from typing import Any

from warmer.plugins.installed import SHIPPED
from warmer.plugins.network import Network
from warmer.runs.far import Far
from warmer.runs.history import History
from warmer.runs.outcome import Outcome
from warmer.runs.results import Finding
from warmer.runs.task import Array, Batches, State, Task
from warmer.tracing.chance import chance_in
from warmer.training.diagnosis import advice_after, advice_before, swinging
from warmer.training.ending import Ending
from warmer.training.fitting import misfit, odds_misfit
from warmer.training.reach import out_of_reach
from warmer.training.resting import resting


def findings(
    network: Network,
    task: Task,
    state: State,
    outcome: Outcome,
    history: History | None,
    ending: Ending,
) -> tuple[Finding, ...]:
    """Say how the steps went, and what in the plugins or the targets was in their way."""
    went, far = None, isinstance(task.inputs, Far)
    if outcome.status == "diverged":
        went = advice_after(network, task)
    elif history is not None:
        went = swinging(history, task.batches)
        went = went or resting(network, task, history, ending.error)
    elif outcome.status == "budget" and task.tolerance is not None:
        went = ending.lost(state.weights)
    faults = {
        "comparison": _unfit(network),
        "log odds": odds_misfit(network),
        "reach": None if far else out_of_reach(network, task.targets),
    }
    if outcome.status == "budget" and not went and not any(faults.values()):
        went = ending.unfinished(state)  # with a fault, more steps would not help
    return _findings({"course": went, **faults, "chance": _by_chance(network)})


def faults_of(network: Network) -> tuple[Finding, ...]:
    """Say, before a run, what is wrong with a network whatever it is to learn."""
    return _findings({"comparison": _unfit(network)})


def foreseen(network: Network, inputs: Array, batches: Batches) -> tuple[Finding, ...]:
    """Say, before a run, what speaks against it; the topics are those of `findings`."""
    course = advice_before(network, inputs, batches)
    return _findings({"comparison": _unfit(network), "course": course})


def _unfit(network: Network) -> str | None:
    """Say that the delta of a network's comparison does not fit its error, unless it is shipped."""
    compare = network.comparison
    return None if compare.distribution == SHIPPED else misfit(compare.plugin, compare.name)


def _by_chance(network: Network) -> str | None:
    """Name the plugins that answer by a chance that no seed repeats."""
    told = []
    for chosen in network.plugins:
        plugin: Any = type(chosen.plugin)
        found = None if chosen.distribution == SHIPPED else chance_in(plugin)
        if found:
            told.append(
                f"{chosen.kind} {chosen.name} uses {found}, so this run cannot be repeated, "
                "with a seed or without; "
                "learn(self, weights, rng) gets a generator that seed= repeats"
            )
    return "; ".join(told) or None


def _findings(found: Mapping[str, str | None]) -> tuple[Finding, ...]:
    return tuple(Finding(text, topic) for topic, text in found.items() if text)
