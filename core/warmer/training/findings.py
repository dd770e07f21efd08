"""Findings: what there is to say about a run, once it is over."""

from collections.abc import Iterator

from warmer.plugins.installed import SHIPPED
from warmer.plugins.network import Network
from warmer.runs.history import History
from warmer.runs.outcome import Outcome
from warmer.runs.task import State, Task
from warmer.tracing.chance import chance_in
from warmer.training.diagnosis import advice_after, swinging
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
) -> tuple[str, ...]:
    """Say how the steps went, and what of the plugins and the targets stood in their way."""
    went = unfit = None
    if outcome.status == "diverged":
        went = advice_after(network, task)
    elif history is not None:
        went = swinging(history, task.batches)
        went = went or resting(network, task, history, ending.error)
    elif outcome.status == "budget" and task.tolerance is not None:
        went = ending.lost(state.weights)
    compare = network.comparison
    if compare.distribution != SHIPPED:
        unfit = misfit(compare.plugin, compare.name)
    beyond = out_of_reach(network, task.targets)
    return tuple(filter(None, [went, unfit, odds_misfit(network), beyond, *_by_chance(network)]))


def _by_chance(network: Network) -> Iterator[str]:
    """Name the plugins that answer by a chance that no seed repeats."""
    for chosen in network.plugins:
        found = None if chosen.distribution == SHIPPED else chance_in(type(chosen.plugin))
        if found:
            yield (
                f"{chosen.kind} {chosen.name} uses {found}, so this run cannot be repeated, "
                "with a seed or without; "
                "learn(self, weights, rng) gets a generator that seed= repeats"
            )
