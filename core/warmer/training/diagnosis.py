"""Diagnosis: why a run cannot work or did not, with the number to try.

For the linear network with squared error, a rule that moves a weight by `rate * weight_delta`
multiplies the distance from the best weight by `1 - rate * input^2` in each step. So one weight
is stable while `rate < 2 / mean(input^2)`, and several while `rate < 2 / largest eigenvalue of
X'X / rows`. In batches the worst batch decides: below its limit no step leads away from the best.
Whether the chosen plugins are of that kind is found by asking them, never by name.
(Trask, Grokking Deep Learning, chapter 4; LeCun et al., Efficient BackProp, section 5.)
"""

import math
from decimal import Decimal
from typing import Any

import attrs
import numpy as np

from warmer.contract.parameters import parameters_of
from warmer.engines.learning import Learner, Seen
from warmer.exceptions import PLUGIN_ERRORS
from warmer.formulas.sums import Floats
from warmer.plugins.network import Network
from warmer.runs.far import Far
from warmer.runs.history import History
from warmer.runs.task import Array, Batches, Task
from warmer.training.curvature import steepest

WHEN = ("step", "steps", "passes")
"""Evidence that says where in the run a step is."""


@attrs.frozen
class Stability:
    """What the linear network allows a rule, and what this rule takes.

    Parameters:
        rate: the share of weight_delta that the rule takes.
        limit: the rate from which on it diverges.
        formula: the limit, as text.
        whole: whether each step sees all rows; else the limit is that of the worst step.
        parameter: the rule's parameter that the rate is proportional to, if there is one.
        value, parameter_limit: that parameter's value, and its value at the limit.
        alpha_limit: without such a parameter, alpha-scaled's alpha at the limit.
    """

    rate: float
    limit: float
    formula: str
    whole: bool = True
    parameter: str | None = None
    value: float | None = None
    parameter_limit: float | None = None
    alpha_limit: float | None = None

    @property
    def stable(self) -> bool:
        """Whether the rule's rate lies below the limit."""
        return self.rate < self.limit

    @property
    def factor(self) -> float:
        """What each step multiplies the weight error by, in its fastest direction."""
        return 1 - 2 * self.rate / self.limit

    def typed(self, rate: float) -> tuple[str, float, float]:
        """What to type for a rate: the parameter, its value rounded down, and the rate it gives."""
        limit = self.parameter_limit or self.alpha_limit or self.limit
        value = round_down(limit * (rate / self.limit))
        return self.parameter or "alpha-scaled with alpha", value, self.limit * (value / limit)

    def advice(self, rule: str) -> str:
        """One sentence: what each step does, where the limit lies, and what to try."""
        excess = 2 * self.rate / self.limit - 2
        factor = f"-{times(excess)}" if excess > 0 else f"{self.factor:.4g}"
        often = "each step" if self.whole else "in the worst step"
        name, limit, whose = self.parameter, self.parameter_limit, "it"
        if name is None or limit is None:
            name, limit, whose = "alpha", self.alpha_limit or self.limit, "alpha-scaled"
        return (
            f"{rule} multiplies the weight error by {factor} {often}; {whose} is stable below "
            f"{name} {limit:.6g} = {self.formula}: try {name} {round_down(limit / 2):g}"
        )


def stability(network: Network, inputs: Array, batches: Batches | None = None) -> Stability | None:
    """Find how far a rule is from divergence; None where the theory does not apply.

    Parameters:
        network: the chosen plugins.
        inputs: shape (rows, weights).
        batches: which rows each step sees; None for all of them.
    """
    rate = rate_of(network)
    if rate is None or not is_linear_with_squared_error(network, inputs.shape[1]):
        return None
    largest, formula = steepest(inputs, batches or Batches(len(inputs), len(inputs)))
    if not 0 < largest < math.inf or math.isinf(2 / largest):
        return None
    limit = 2 / largest
    whole = batches is None or batches.size == batches.rows
    found = Stability(rate, limit, formula, whole)
    for name, parameter in parameters_of(type(network.rule.plugin)).items():
        value = getattr(network.rule.plugin, name)
        if parameter.type is not float or not value:
            continue
        at_limit = value * (limit / rate)
        if all(takes(network, rate, name, tried) for tried in (value / 2, at_limit / 2)):
            return attrs.evolve(found, parameter=name, value=value, parameter_limit=at_limit)
    alone = rate_of(attrs.evolve(network, modifiers=()))  # modifiers do the same to another rule
    return attrs.evolve(found, alpha_limit=limit * (alone / rate) if alone else limit)


def advice_before(network: Network, inputs: Array, batches: Batches) -> str | None:
    """Say, before a run, why it cannot work and what to try; None where nothing is against it.

    In batches a run may work although its worst step leads away. So there it is told of that step
    only where steps over all rows would lead away as well.
    """
    found = stability(network, inputs)
    if found is not None and not found.stable and batches.size < batches.rows:
        found = stability(network, inputs, batches)
    return None if found is None or found.stable else found.advice(network.rule.name)


def advice_after(network: Network, task: Task) -> str | None:
    """Say what to change after a run that diverged; None where the theory does not apply.

    Where squares leave the floats at the start already, no other share of weight_delta would help.
    """
    far = isinstance(task.inputs, Far)
    if far or not is_linear_with_squared_error(network, task.inputs.shape[1]):
        return None
    large = _too_large_to_square(task)
    if large:
        return large
    stable = stability(network, task.inputs, task.batches)
    return None if stable is None or stable.stable else stable.advice(network.rule.name)


def times(excess: float) -> str:
    """Write the factor 1 + excess with enough digits of the excess, so that it never reads 1.

    >>> times(8.0), times(0.21), times(0.00020001)
    ('9', '1.21', '1.0002')
    """
    return f"{1 + excess:.4g}" if excess >= 1 else str(1 + Decimal(f"{excess:.3g}"))


@np.errstate(over="ignore", invalid="ignore")  # weights may move beyond the floats
def swinging(history: History, batches: Batches) -> str | None:
    """Recognise weights that move there and back again, for any rule.

    The last four steps over all rows are looked at, or in batches the ends of the last passes:
    within a pass, weights move to and fro because the rows differ.
    """
    last = 3 * batches.per_pass + 1
    if not is_dense(history, batches, last):
        return None
    weights = history.weights.reshape(len(history), -1)[-last :: batches.per_pass]
    moves = np.abs(np.diff(weights, axis=0)).max(axis=1)
    back = np.abs(weights[2:] - weights[:-2]).max(axis=1)
    rounding = 1e-12 * np.abs(weights).max()
    if moves.min() <= rounding or not (back <= 1e-6 * moves[1:]).all():
        return None
    return (
        f"swinging: the weights move {moves[-1]:.6g} and back again, and get no closer; "
        "a smaller step gets closer"
    )


def is_dense(history: History, batches: Batches, last: int) -> bool:
    """Whether the last recorded steps tell how weights move: in batches, there must be every step.

    Where steps see all rows, any odd stride will do; at an even one a swing looks still.
    """
    if len(history) < last:
        return False
    if batches.per_pass > 1:
        return int(history.step[-1] - history.step[-last]) == last - 1
    return int(history.step[-1] - history.step[-2]) % 2 == 1


def round_down(value: float) -> float:
    """Round a positive number down to two digits, so that it is easy to type.

    >>> round_down(0.000236)
    0.00023
    """
    scale = 10.0 ** (math.floor(math.log10(value)) - 1)
    return float(f"{math.floor(value / scale * (1 + 1e-12)) * scale:.2g}")


def rate_of(network: Network) -> float | None:
    """The k of a rule that computes `weight - k * weight_delta`; None for any other rule."""
    if network.plural or network.fields or network.evidence - {"weight", "weight_delta"}:
        return None

    def learn(weight: float, weight_delta: float) -> float:
        return _learned(network, [weight], [weight_delta])[0]

    try:
        rate = -learn(0.0, 1.0)
        same = all(
            math.isclose(learn(w, g), w - rate * g, rel_tol=1e-9, abs_tol=1e-12 * abs(rate * g))
            for w, g in ((0.7, -0.3), (2.0, 5.0), (-30.0, 1e3))
        )
    except KeyboardInterrupt:
        raise
    except PLUGIN_ERRORS:  # a rule that fails here will say so in the run
        return None
    return rate if same and rate > 0 else None


def has_a_pull(network: Network) -> bool:
    """Whether a rule moves weights by itself, where there is no slope at all.

    Such a rule (one with weight decay, say) has a goal of its own beside the least error. A rule
    that never looks at the data has none.
    """
    if network.evidence <= {"weight", "weights", "weight_norm", "memory", "rng", *WHEN}:
        return False
    try:
        return _learned(network, [0.7, -30.0], [0.0, 0.0]) != (0.7, -30.0)
    except KeyboardInterrupt:
        raise
    except PLUGIN_ERRORS:  # it asks for other evidence: nothing is known of it
        return True


def _learned(network: Network, weights: list[float], weight_deltas: list[float]) -> Floats:
    """What becomes of some weights in a first step, where the error is 1 whatever they are."""
    start = np.array(network.start).reshape(-1, 1)
    arrays = {"deltas": np.zeros(1), "inputs": np.zeros((1, len(weights)))}
    seen = Seen(1, 1.0, lambda _: 1.0, lambda: {**arrays, "rng": np.random.default_rng(0)})
    memory = np.repeat(start, len(weights), axis=1)
    return Learner(network, 0, 1).learn(tuple(weights), weight_deltas, memory, seen)[0]


def takes(network: Network, rate: float, name: str, value: float) -> bool:
    """Whether a rule of some rate takes another value of a parameter, and has its rate by that."""
    at = getattr(network.rule.plugin, name)
    return math.isclose(_rate_with(network, name, value), rate * (value / at), rel_tol=1e-9)


def _rate_with(network: Network, name: str, value: float) -> float:
    """The rate with another value of a parameter; nan where the rule takes no such value."""
    try:
        rule = attrs.evolve(network.rule.plugin, **{name: value})
    except KeyboardInterrupt:
        raise
    except PLUGIN_ERRORS:  # its own checks may raise anything
        return math.nan
    chosen = attrs.evolve(network.rule, plugin=rule)
    predictor, comparison = (
        chosen if role is network.rule else role for role in (network.predictor, network.comparison)
    )
    return rate_of(Network(chosen, predictor, comparison, network.modifiers)) or math.nan


def is_linear_with_squared_error(network: Network, inputs: int) -> bool:
    """Whether a network of so many inputs predicts and compares as the shipped defaults do."""
    hook: Any = network.hook
    try:
        if any(network.weight_count(count) != count for count in (1, 2, inputs)):
            return False
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
    except KeyboardInterrupt:
        raise
    except PLUGIN_ERRORS:  # a plugin that fails here will say so in the run
        return False


@np.errstate(over="ignore", invalid="ignore")
def _too_large_to_square(task: Task) -> str | None:
    """Name the numbers whose squares, added up over the rows, leave the floats."""
    for array, what, advice in (
        (task.inputs, "the inputs reach", "divide the inputs by that"),
        (task.targets, "the targets reach", "divide the targets by that"),
        (task.inputs @ task.weights, "the start weights predict", "start with smaller ones"),
    ):
        if not np.isfinite(4 * np.einsum("ij,ij->", array, array)):
            reach = max(np.max(array), -np.min(array))
            return f"{what} {reach:.6g}, which is too large to square and add up: {advice}"
    return None
