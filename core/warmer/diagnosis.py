"""Diagnosis: why a run cannot work or did not, with the number to try.

For the linear network with squared error, a rule that moves a weight by `rate * weight_delta`
multiplies the distance from the best weight by `1 - rate * input^2` in each step. So one weight
is stable while `rate < 2 / mean(input^2)`, and several while `rate < 2 / largest eigenvalue of
X'X / rows`. Whether the chosen plugins are of that kind is found by asking them, never by name.
(Trask, Grokking Deep Learning, chapter 4; LeCun et al., Efficient BackProp, section 5.)
"""

import math
from decimal import Decimal
from itertools import pairwise
from typing import Any

import attrs
import numpy as np

from warmer.exceptions import PLUGIN_ERRORS
from warmer.history import History
from warmer.network import UNASKED, Network, learned
from warmer.parameters import parameters_of
from warmer.task import WINDOWS, Array, State, Task

LARGEST_MATRIX = 256  # weights up to which eigenvalues are computed, not iterated
GROWN = 1.05


@attrs.frozen
class Stability:
    """What the linear network allows a rule, and what this rule takes.

    Parameters:
        rate: the share of weight_delta that the rule takes.
        limit: the rate from which on it diverges.
        formula: the limit, as text.
        parameter: the rule's parameter that the rate is proportional to, if there is one.
        value, parameter_limit: that parameter's value, and its value at the limit.
    """

    rate: float
    limit: float
    formula: str
    parameter: str | None = None
    value: float | None = None
    parameter_limit: float | None = None

    @property
    def stable(self) -> bool:
        """Whether the rule's rate lies below the limit."""
        return self.rate < self.limit

    @property
    def factor(self) -> float:
        """What each step multiplies the weight error by, in its fastest direction."""
        return 1 - 2 * self.rate / self.limit

    def advice(self, rule: str) -> str:
        """One sentence: what each step does, where the limit lies, and what to try."""
        excess = 2 * self.rate / self.limit - 2
        factor = f"-{times(excess)}" if excess > 0 else f"{self.factor:.4g}"
        step = f"{rule} multiplies the weight error by {factor} each step"
        if self.parameter and self.parameter_limit is not None:
            return (
                f"{step}; it is stable below {self.parameter} {self.parameter_limit:.6g} "
                f"= {self.formula}: try {self.parameter} {round_down(self.parameter_limit / 2):g}"
            )
        return (
            f"{step}; alpha-scaled is stable below alpha {self.limit:.6g} = {self.formula}: "
            f"try alpha {round_down(self.limit / 2):g}"
        )


def stability(network: Network, inputs: Array) -> Stability | None:
    """Find how far a rule is from divergence, or None where the theory does not apply.

    Parameters:
        network: the chosen plugins.
        inputs: shape (rows, weights).
    """
    rate = _rate(network)
    if rate is None or not _linear_with_squared_error(network):
        return None
    largest = _largest_eigenvalue(inputs)
    if not 0 < largest < math.inf:
        return None
    weights, rows = inputs.shape[1], inputs.shape[0]
    square = "input^2" if rows == 1 else "mean(input^2)"
    formula = f"2 / {square}" if weights == 1 else "2 / largest eigenvalue of X'X / rows"
    limit = 2 / largest
    for name, parameter in parameters_of(type(network.rule.plugin)).items():
        value = getattr(network.rule.plugin, name)
        if parameter.type is not float or not value:
            continue
        halved = _rate_with(network, name, value / 2)
        if halved is not None and math.isclose(halved * 2, rate, rel_tol=1e-9):
            return Stability(rate, limit, formula, name, value, value * (limit / rate))
    return Stability(rate, limit, formula)


def growth(state: State, task: Task) -> str | None:
    """Say how the error has grown and still grows, or None where it does not.

    The mean errors of the eighths of the run are compared: the last three must each be above
    the one before, and the last above the first. Batches of some of the rows see another error
    each step, so there the rise must be by half each time.

    Where the errors of two neighbouring eighths add up beyond the floats, which mean is higher
    cannot be seen. There a run over all rows is judged by its last two steps; one in batches, by
    having got there from where the errors still added up.

    Parameters:
        state: at the end of the run.
        task: what was run, with a number of steps.
    """
    assert task.steps is not None
    ends = [-(-task.steps * window // WINDOWS) for window in range(WINDOWS + 1)]
    counts = [end - start for start, end in pairwise(ends) if end > start]
    if len(counts) < 4:
        return None
    sums = state.error_sums[[end > start for start, end in pairwise(ends)]]
    whole = task.batches.size == task.batches.rows
    grown = sums[-1] / counts[-1] > GROWN * (sums[0] / counts[0])
    grown |= whole & np.isinf(sums[0]) & np.isinf(sums[-1])
    if not grown.any():
        return None
    means = sums / np.array(counts)[:, None]
    beyond = np.isinf(means)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        last = state.last_errors[1] / state.last_errors[0]
        rises = means[1:] / means[:-1]
        rises = np.where(beyond[1:] & beyond[:-1], last if whole else np.inf, rises)
        growing = (rises[-3:] > (1 + 1e-9 if whole else 1.5)).all(axis=0) & grown
        by_eighth = np.expm1(np.log(rises[-1]) * (WINDOWS / max(task.steps, WINDOWS)))
        excess = np.where(whole & (last > 1), last - 1, by_eighth)
    if not growing.any():
        return None
    fastest = float(excess[growing].max())
    how = f"grows {times(fastest)}x a step" if fastest < math.inf else "has grown"
    return f"the error {how} and is still growing"


def times(excess: float) -> str:
    """Write the factor 1 + excess with enough digits of the excess, so that it never reads 1.

    >>> times(8.0), times(0.21), times(0.00020001)
    ('9', '1.21', '1.0002')
    """
    return f"{1 + excess:.4g}" if excess >= 1 else str(1 + Decimal(f"{excess:.3g}"))


@np.errstate(over="ignore", invalid="ignore")  # weights may move beyond the floats
def findings(history: History) -> list[str]:
    """Recognise swinging and stalling in the last steps of a history, for any rule."""
    if len(history) < 4 or not len(history.error):
        return []
    spacing = int(history.step[-1] - history.step[-2])
    weights = history.weights.reshape(len(history), -1)[-4:]
    errors = history.error.reshape(len(history), -1)[-4:]
    moves = np.abs(np.diff(weights, axis=0)).max(axis=1)
    if spacing % 2 == 0:  # there and back again would look like standing still
        return []
    if moves.min() > 0:
        back = np.abs(weights[2:] - weights[:-2]).max(axis=1)
        if (back <= 1e-6 * moves[1:]).all():
            return [
                f"swinging: the weights move {moves[-1]:.6g} and back again, and get no closer; "
                "a smaller step gets closer"
            ]
    if _arrived(history):
        return []
    if moves.max() == 0 and errors[-1].max() > 0:
        return ["stalling: the last steps moved no weight at all"]
    first, last = errors[0], errors[-1]
    if (last > 0).any() and (np.abs(first - last) <= 1e-12 * np.abs(first)).all():
        return ["stalling: the last steps no longer changed the error"]
    return []


def _arrived(history: History) -> bool:
    """Whether the error or its slope has all but vanished: then standing still is no fault."""
    if np.max(history.error[-1]) <= 1e-20 * np.max(history.error):
        return True
    slopes = history.weight_deltas
    if slopes is None:
        return False
    steepest = max(np.max(slopes), -np.min(slopes))
    return bool(steepest > 0 and np.max(np.abs(slopes[-1])) <= 1e-6 * steepest)


def round_down(value: float) -> float:
    """Round a positive number down to two digits, so that it is easy to type.

    >>> round_down(0.000236)
    0.00023
    """
    scale = 10.0 ** (math.floor(math.log10(value)) - 1)
    return float(f"{math.floor(value / scale * (1 + 1e-12)) * scale:.2g}")


def _rate(network: Network) -> float | None:
    """The k of a rule that computes `weight - k * weight_delta`; None for any other rule."""
    if network.plural or network.memory or network.evidence - {"weight", "weight_delta"}:
        return None

    def learn(weight: float, weight_delta: float) -> float:
        evidence = {**UNASKED, "weight": weight, "weight_delta": weight_delta}
        return learned(network, network.hook.learn(**evidence))[0]

    try:
        rate = -learn(0.0, 1.0)
        same = all(
            math.isclose(learn(w, g), w - rate * g, rel_tol=1e-9, abs_tol=1e-12 * abs(rate * g))
            for w, g in ((0.7, -0.3), (2.0, 5.0), (-30.0, 1e3))
        )
    except PLUGIN_ERRORS:  # a rule that fails here will say so in the run
        return None
    return rate if same and rate > 0 else None


def _rate_with(network: Network, name: str, value: float) -> float | None:
    try:
        rule = attrs.evolve(network.rule.plugin, **{name: value})
    except PLUGIN_ERRORS:  # its own checks may raise anything
        return None
    chosen = attrs.evolve(network.rule, plugin=rule)
    predictor, comparison = (
        chosen if role is network.rule else role for role in (network.predictor, network.comparison)
    )
    return _rate(Network(chosen, predictor, comparison, network.modifiers))


def _linear_with_squared_error(network: Network) -> bool:
    hook: Any = network.hook
    try:
        linear = all(
            hook.predict(weights=weights, inputs=inputs) == prediction
            for weights, inputs, prediction in (
                ((2.0, 3.0), (5.0, 7.0), 31.0),
                ((-2.0,), (0.5,), -1.0),
                ((0.0,), (9.0,), 0.0),
            )
        )
        return linear and all(
            tuple(hook.compare(prediction=p, log_odds=None, target=t)) == (e, d)
            for p, t, e, d in ((3.0, 1.0, 4.0, 2.0), (-1.0, 2.0, 9.0, -3.0), (0.5, 0.5, 0.0, 0.0))
        )
    except PLUGIN_ERRORS:  # a plugin that fails here will say so in the run
        return False


def _largest_eigenvalue(inputs: Array) -> float:
    """The largest eigenvalue of X'X / rows (for wide tables from below, by iteration)."""
    rows, weights = inputs.shape
    with np.errstate(over="ignore", invalid="ignore"):
        if weights == 1:  # without BLAS, whose threads cost more than many a run
            return float(np.mean(inputs * inputs))
        if weights <= LARGEST_MATRIX:
            square = inputs.T @ inputs / rows
            return float(np.linalg.eigvalsh(square)[-1]) if np.isfinite(square).all() else math.inf
        vector = np.ones(weights) / math.sqrt(weights)
        value = 0.0
        for _ in range(20):
            vector = inputs.T @ (inputs @ vector) / rows
            value = float(np.linalg.norm(vector))
            if not 0 < value < math.inf:
                break
            vector /= value
        return value
