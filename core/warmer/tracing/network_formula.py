"""The formula of a whole network: of predict, compare and learn, and the gradient."""

from typing import Any

import attrs

from warmer.formulas.derivative import Gradient
from warmer.formulas.expression import Node, shape


@attrs.frozen(eq=False)
class Prediction:
    """The formula of predict, and of the weight_delta that follows from it.

    Parameters:
        value: the prediction, from elements and sums of products of weights and inputs.
        log_odds: the log odds of it; None where the comparison does not ask for them.
        fault: holds where Python itself would raise.
        gradient: the parts of `delta * d compared / d weight`; None where an operation of
            what is compared has no derivative here.
        why_no_gradient: which one, in that case.
    """

    value: Node
    log_odds: Node | None
    fault: Node
    gradient: Gradient | None
    why_no_gradient: str = ""

    @property
    def named(self) -> dict[str, Node]:
        """What it computes, by its name."""
        odds = {} if self.log_odds is None else {"log_odds": self.log_odds}
        return {"prediction": self.value, **odds}


@attrs.frozen(eq=False)
class Comparing:
    """The formula of compare: `error` and `delta`, from prediction, log odds and target."""

    error: Node
    delta: Node
    fault: Node


@attrs.frozen(eq=False)
class Learning:
    """The formula of learn, from the evidence for one weight.

    Parameters:
        weight: the new weight.
        memory: what the weight will remember, in the order of the memory's fields.
        fault: holds where Python itself would raise.
    """

    weight: Node
    memory: tuple[Node, ...]
    fault: Node


@attrs.frozen(cache_hash=True)
class Formula:
    """The three formulas of a network, for a number of weights; equal where they say the same.

    Parameters:
        weights, inputs: how many there are.
        memory: the names of what a weight remembers, in the order of `learn.memory`.
    """

    weights: int
    inputs: int
    memory: tuple[str, ...]
    predict: Prediction = attrs.field(eq=False)
    compare: Comparing = attrs.field(eq=False)
    learn: Learning = attrs.field(eq=False)
    shape: tuple[Any, ...] = attrs.field(init=False, repr=False)

    @shape.default
    def _shape(self) -> tuple[Any, ...]:
        predict, compare, learn = self.predict, self.compare, self.learn
        return shape(
            *predict.named.values(), predict.fault, compare.error, compare.delta, compare.fault,
            learn.weight, *learn.memory, learn.fault,
        )  # fmt: skip
