"""Many values at once: the runs side by side in compiled lanes, and what each came to."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np

from warmer.engines.choice import choose_engine
from warmer.plugins.network import Network
from warmer.runs.outcome import Outcome
from warmer.runs.task import Advance, Array, State, Task
from warmer.tracing.network_formula import Formula
from warmer.training.ending import Ending, used_up
from warmer.training.growth import looks, suspected

if TYPE_CHECKING:
    from warmer.engines.native.lanes import Varied

RULE = "0"  # the place of the rule among a network's plugins


@attrs.frozen(eq=False)
class Side:
    """What the lanes came to.

    Parameters:
        outcomes: how each run ended; None where Python has to take its next steps.
        states: where it is, of those; by their places.
        weights: the final ones, (runs, weights).
        errors, test_errors: over all rows and over those of the test; None where Python has to
            look, or there is no test.
    """

    outcomes: list[Outcome | None]
    states: dict[int, State]
    weights: Array
    errors: list[float | None]
    test_errors: list[float | None]


def side_by_side(
    network: Network,
    formula: Formula,
    name: str,
    values: Sequence[float],
    tasks: tuple[Task, Task | None],
    with_value: Callable[[int], Network],
    threads: int | None,
) -> Side | None:
    """Run with many values at once; None where the network is too large for that.

    Parameters:
        formula: of the network.
        name: of the rule's parameter.
        tasks: what is run, and the rows of the test.
        with_value: answers the network with one of the values, by its place.
    """
    from warmer.engines.native.lanes import Lanes, errors_of, fits

    if not fits(formula):
        return None
    task, test = tasks
    varied: Varied = {(RULE, name): values}
    start = np.tile(task.weights[:, 0], (len(values), 1))
    lanes = Lanes(network, task, formula, varied, start, threads)
    kept: dict[int, Array] = {}
    for look in looks(task):
        lanes.advance(look)
        kept[look] = lanes.state.weights
    assert task.steps is not None
    lanes.advance(task.steps)
    state, halted = lanes.state, lanes.halted
    outcomes: list[Outcome | None] = [used_up(task)] * len(values)
    own = {lane: _alone(state, lane, step) for lane, (step, _) in halted.items()}
    for lane in np.flatnonzero(suspected(state, task)).tolist():
        if lane not in own:
            before = {look: weights[:, lane : lane + 1] for look, weights in kept.items()}
            alone = Advance(_alone(state, lane, task.steps))
            outcomes[lane] = _ended(with_value(lane), task, before, alone)
    for lane, (_, trouble) in halted.items():
        outcomes[lane] = None
        if trouble is not None:
            outcomes[lane] = _ended(with_value(lane), task, {}, Advance(own[lane], trouble=trouble))
    weights = np.ascontiguousarray(state.weights.T)

    def errors(over: Task | None) -> list[float | None]:
        if over is None:
            return [None] * len(values)
        return errors_of(network, over, formula, varied, weights, threads)

    left = {lane: own[lane] for lane, outcome in enumerate(outcomes) if outcome is None}
    return Side(outcomes, left, weights, errors(task), errors(test))


def _alone(state: State, lane: int, step: int) -> State:
    """The state of one run among those of all."""
    arrays = ("weights", "memory", "error_sums", "last_errors")
    own = {name: getattr(state, name)[..., lane : lane + 1].copy() for name in arrays}
    return attrs.evolve(state, step=step, **own)


def _ended(network: Network, task: Task, kept: dict[int, Array], advance: Advance) -> Outcome:
    """How a run ended, judged as any run is."""

    def error(weights: Array) -> Array:
        found: Array = choose_engine("auto", network, task).engine.error(weights)
        return found

    ending = Ending(network, task, error)
    ending.kept.update(kept)
    outcome = ending.outcome(advance)
    assert outcome is not None
    return outcome
