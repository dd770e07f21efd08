"""Plain plugins that stand beside the one that is checked."""

import math
from typing import Any, NamedTuple

import attrs

from warmer.contract.hookspecs import hookimpl
from warmer.contract.parameters import param
from warmer.exceptions import HookError, Stop
from warmer.formulas.sums import dot


@attrs.frozen(eq=False)
class Follows:
    """Take a share of weight_delta."""

    share: float = param(0.1, above=0, help="share of weight_delta to take")

    @hookimpl
    def learn(self, weight: float, weight_delta: float) -> float:
        """Step down the slope."""
        return weight - self.share * weight_delta


@attrs.frozen(eq=False)
class FollowsAll:
    """The same for all weights at once."""

    share: float = param(0.1, above=0, help="share of the weight_deltas to take")

    @hookimpl
    def learn(self, weights: Any, weight_deltas: Any) -> Any:
        """Step down the slope."""
        return weights - self.share * weight_deltas


@attrs.frozen(eq=False)
class Tries:
    """Needs no slope: try both ways, and keep the one with less error."""

    share: float = param(0.1, above=0, help="how far to try")

    @hookimpl
    def learn(self, weight: float, error_at: Any) -> float:
        """Step where the error is less."""
        up, down = error_at(weight + self.share / 10), error_at(weight - self.share / 10)
        return weight + (self.share / 10 if up < down else -self.share / 10)


class Velocity(NamedTuple):
    """What `Rolls` remembers."""

    velocity: float = 0.0


@attrs.frozen(eq=False)
class Rolls:
    """A rule that remembers."""

    share: float = param(0.1, above=0, help="share of the velocity to take")
    memory = Velocity()

    @hookimpl
    def learn(self, weight: float, weight_delta: float, memory: Velocity) -> Any:
        """Repeat half of the step before."""
        velocity = 0.5 * memory.velocity + weight_delta
        return weight - self.share * velocity, Velocity(velocity)


@attrs.frozen(eq=False)
class RollsAll:
    """A rule for all weights at once that remembers."""

    share: float = param(0.1, above=0, help="share of the velocity to take")
    memory = Velocity()

    @hookimpl
    def learn(self, weights: Any, weight_deltas: Any, memory: Velocity) -> Any:
        """Repeat half of the step before."""
        velocity = 0.5 * memory.velocity + weight_deltas
        return weights - self.share * velocity, Velocity(velocity)


@attrs.frozen(eq=False)
class Ends:
    """End the run at its second step."""

    memory = Velocity()

    @hookimpl
    def learn(self, weight: float, weight_delta: float, step: float, memory: Velocity) -> Any:
        """Step down the slope once."""
        if step == 2:
            raise Stop("this is enough")
        return weight - 0.1 * weight_delta, memory


@attrs.frozen(eq=False)
class EndsAll:
    """The same for all weights at once."""

    memory = Velocity()

    @hookimpl
    def learn(self, weights: Any, weight_deltas: Any, step: float, memory: Velocity) -> Any:
        """Step down the slopes once."""
        if step == 2:
            raise Stop("this is enough")
        return weights - 0.1 * weight_deltas, memory


@attrs.frozen(eq=False)
class Chance:
    """Predict a chance, and its log odds."""

    @hookimpl
    def predict(self, weights: Any, inputs: Any) -> float:
        """Press the sum of products between 0 and 1."""
        return 0.5 + 0.5 * math.tanh(dot(weights, inputs) / 2)

    @hookimpl
    def log_odds(self, weights: Any, inputs: Any) -> float:
        """The sum of products."""
        return dot(weights, inputs)


@attrs.frozen(eq=False)
class Surprise:
    """Compare a chance by its log odds."""

    @hookimpl
    def compare(self, prediction: float, log_odds: float, target: float) -> tuple[float, float]:
        """-log of the chance that was given to what happened."""
        sure = math.log1p(math.exp(-abs(log_odds)))
        missed = -target * log_odds if log_odds < 0 else (1 - target) * log_odds
        return sure + missed, prediction - target


@attrs.frozen(eq=False)
class Passes:
    """Wrap compare and learn, and change nothing."""

    @hookimpl(wrapper=True)
    def compare(self) -> Any:
        """Hand the answer on."""
        return (yield)

    @hookimpl(wrapper=True)
    def learn(self) -> Any:
        """Hand the answer on."""
        return (yield)


@attrs.frozen(eq=False)
class PassesPredictions:
    """Wrap predict, and change nothing."""

    @hookimpl(wrapper=True)
    def predict(self) -> Any:
        """Hand the answer on."""
        return (yield)


@attrs.frozen(eq=False)
class Guards:
    """Look whether a rule for all weights at once writes into the arrays that it is given."""

    @hookimpl(wrapper=True)
    def learn(self, weights: Any, inputs: Any, deltas: Any) -> Any:
        """Compare the arrays before and after."""
        given = {"weights": weights, "inputs": inputs, "deltas": deltas}
        before = {name: array.copy() for name, array in given.items()}
        answer = yield
        for name, array in given.items():
            if array.tobytes() != before[name].tobytes():
                raise HookError(
                    f"learn writes into the array {name} that it is given; make a new one "
                    f"({name} = {name} - ..., and not {name} -= ...)"
                )
        return answer


@attrs.frozen(eq=False)
class Cuts:
    """An observer that is told of every step, so that they come one by one."""

    every: int = param(1, at_least=1, help="how often to be told")

    @hookimpl
    def steps_taken(self) -> None:
        """Do nothing."""
