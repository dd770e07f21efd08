"""Runs that are not there yet: whether the error still falls at the end, and what to do.

*There*, where the least error is known (a linear network with squared error), is an error within
1 % of the least, or, where that is next to nothing, within a billionth of the error where nothing
is learned: with all weights at 0, or the best that a bias alone can do. Where a step moves each
weight by a share of weight_delta and sees all rows, the steps to there are counted (`bowl`). For
any other run the fall of the error over its last eighths is continued (`falling`): it is not there
while another run as long would take off 1 % of its error, or while the error falls as straight as
at the start. Where the least error is unknown, it is there once all but a thousandth of the error
where nothing is learned is gone.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np

from warmer.plugins.network import Network
from warmer.runs.far import Far
from warmer.runs.task import Array, Batches, State, Task
from warmer.training.bowl import Bowl, bowl_of, steps_to
from warmer.training.curvature import LARGEST_MATRIX
from warmer.training.diagnosis import (
    Stability,
    has_a_pull,
    is_linear_with_squared_error,
    stability,
    takes,
)
from warmer.training.falling import ROUNDING, fall_of, falls
from warmer.training.resting import error_unlearned

NEAR = 0.01  # a share of the error that is worth having
NOTHING = 1e-9  # a share of the error where nothing is learned that is next to nothing
LEARNED = 1e-3  # the same where the least error is unknown
MOST_STEPS = 1e15  # as many as a run may be asked for
SLOW = 0.1  # a share of the error that is left where steps are too small
WORTH = 2.0  # how many times fewer steps another alpha must take
WORTH_SCALING = 10.0  # the same for other inputs
SCALED = "each input divided by its root mean square, with "
RATES = 16  # rates that are tried


@np.errstate(over="ignore", invalid="ignore")
def unfinished(
    network: Network,
    task: Task,
    state: State,
    kept: Sequence[Array],
    error: Callable[[Array], Array],
) -> str | None:
    """Say that a run used up its steps while the error still falls, and what to do; else None.

    Parameters:
        network, task: what was run.
        state: at its end.
        kept: of a run in batches, the weights after the steps that `growth.looks` names.
        error: the error over all rows at some weights, one for each target.
    """
    if not falls(state, task):
        return None
    weights, far = task.inputs.shape[1], isinstance(task.inputs, Far)
    if far or weights > LARGEST_MATRIX or not is_linear_with_squared_error(network, weights):
        return _continued(task, state, kept, error)
    bowl = bowl_of(task.inputs, task.targets)
    if bowl is None:
        return None
    goals = _goals(bowl, error_unlearned(task, error))
    if np.all(bowl.heights(state.weights).sum(axis=0) <= goals):
        return None  # or it has a pull, and is nearer to the least than it wants to be
    stable = stability(network, task.inputs)
    if stable is not None and stable.stable and task.batches.size == task.batches.rows:
        return _counted(network, task, state, bowl, goals, stable)
    if has_a_pull(network):
        return _continued(task, state, kept, error)
    return _continued(task, state, kept, error, bowl.least, bowl.least + goals)


def too_slow(network: Network, inputs: Array, batches: Batches, steps: int) -> str | None:
    """Say, before a run, that its steps are too small to get anywhere; None where they are not.

    They are where even the direction that falls fastest will keep a tenth of what it adds to the
    error. Whether other directions are to fall at all depends on the targets.
    """
    overall, worst = stability(network, inputs), stability(network, inputs, batches)
    if overall is None or worst is None or overall.factor <= 0:
        return None
    left = overall.factor**steps
    if left**2 < SLOW or worst.limit < 2 * WORTH * worst.rate:
        return None
    name, value, _ = worst.typed(worst.limit / 2)
    return (
        f"{network.rule.name} takes at most {percent(1 - overall.factor)} off the weight error in "
        f"each step, which leaves {percent(left)} after {counted(steps)}: try {name} {value:g}"
    )


def _counted(
    network: Network, task: Task, state: State, bowl: Bowl, goals: Array, stable: Stability
) -> str | None:
    """Count the steps to there, and look for an alpha that takes fewer."""
    assert task.own_steps is not None
    heights = bowl.heights(state.weights)
    if not np.isfinite(heights.sum()):
        return None
    wanted = _steps_of_all(bowl, heights, goals, stable.rate)
    slowest = int(np.argmax(wanted))
    more, above = wanted[slowest], heights[:, slowest]
    if not more:
        return None
    tries = _ways(network, task, bowl, goals, stable, task.own_steps + more)
    if more <= MOST_STEPS:
        tries.append(f"about {counted(more)} more")
    off = above @ (1 - (1 - stable.rate * bowl.curvatures) ** 2)
    said = [_falls(off / (bowl.least[slowest] + above.sum())), _least(bowl.least[slowest])]
    if tries:
        said.append(f"try {', or '.join(tries)}")
    return "; ".join(said)


def _ways(
    network: Network, task: Task, bowl: Bowl, goals: Array, stable: Stability, steps: float
) -> list[str]:
    """Say what takes much fewer steps from the start to there: another alpha, or scaled inputs."""
    assert task.own_steps is not None
    tries = []
    scaled, sizes = bowl.scaled()
    for which, start, tried, worth in (
        ("", task.weights, bowl, WORTH),
        (
            SCALED,
            task.weights * sizes[:, None],
            scaled,
            WORTH_SCALING,
        ),
    ):
        name, value, fewer = _best_way(tried, tried.heights(start), goals, stable)
        if worth * fewer > steps:
            continue
        if stable.parameter is None or takes(network, stable.rate, name, value):
            enough = "" if fewer <= task.own_steps else f" with about {counted(fewer)}"
            tries.append(f"{which}{name} {value:g}{enough}")
            steps = fewer
    return tries


def _best_way(
    bowl: Bowl, heights: Array, goals: Array, stable: Stability
) -> tuple[str, float, float]:
    """The parameter and value that take the fewest steps to there for all targets, and how many.

    With 2 / (largest + another curvature) the directions of these two fall equally fast, and those
    between them faster. Which ones matter depends on what they hold.
    """
    some = sorted({*np.linspace(0, len(bowl.curvatures) - 1, RATES).astype(int).tolist()})
    ways = []
    for curvature in bowl.curvatures[some]:
        name, value, rate = stable.typed(2 / (bowl.curvatures[0] + curvature))
        ways.append((name, value, max(_steps_of_all(bowl, heights, goals, rate))))
    return min(ways, key=lambda way: way[2])


def _steps_of_all(bowl: Bowl, heights: Array, goals: Array, rate: float) -> list[float]:
    return [
        steps_to(goal, above, bowl.curvatures, rate)
        for goal, above in zip(goals.tolist(), heights.T, strict=True)
    ]


def _goals(bowl: Bowl, unlearned: Array) -> Array:
    """How far above the least error *there* begins, for each target."""
    return np.asarray(NEAR * bowl.least + NOTHING * unlearned)


def _continued(
    task: Task,
    state: State,
    kept: Sequence[Array],
    error: Callable[[Array], Array],
    least: Array | None = None,
    there: Array | None = None,
) -> str | None:
    """Say how the error falls and how far it would in a quarter more steps.

    Parameters:
        least, there: the least error, and the one that is near enough, where they are known.
    """
    assert task.own_steps is not None
    fall = fall_of(state, task, np.array([error(weights) for weights in kept]))
    if fall is None or not fall.slope.any():
        return None
    now = error(state.weights)
    if there is None:
        there = LEARNED * error_unlearned(task, error)
    ahead = task.own_steps // 4
    soon = fall.gain(ahead)
    falling = (now > there) & (now - soon > (0.0 if least is None else least))
    falling &= fall.gain(task.own_steps) > np.where(fall.straight, ROUNDING, NEAR) * now
    if not falling.any():
        return None
    most = int(np.argmax(np.where(falling, soon / now, 0.0)))
    then = now[most] - soon[most]
    digits = max(3, 3 + math.ceil(math.log10(then / soon[most])))
    said = [_falls(fall.slope[most] / now[most])]
    if least is not None:
        said.append(_least(least[most]))
    said.append(f"about {counted(ahead)} more bring it to {then:.{digits}g}")
    return "; ".join(said)


def _falls(share: float) -> str:
    return f"not there yet: the error still falls {percent(share)} a step"


def _least(least: float) -> str:
    return f"the least it can reach is {least:.3g}"


def percent(share: float) -> str:
    """Write a share in percent, with two digits.

    >>> percent(0.00199), percent(0.9999)
    ('0.2 %', '99.99 %')
    """
    return f"{100 * share:.{2 if share < 0.99 else 4}g} %"


def counted(steps: float) -> str:
    """Count steps, with three digits.

    >>> counted(1), counted(12834)
    ('1 step', '12,800 steps')
    """
    return f"{float(f'{steps:.3g}'):,.0f} step" + ("s" if steps != 1 else "")
