"""Values of a step of torch are written over others only when nobody needs those any more."""

import math
from typing import NamedTuple

import attrs
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

import warmer
import warmer.torch

pytestmark = pytest.mark.usefixtures("one_thread")
STEPS = 3
WEIGHTS = [0.25, -0.5, 1.0, 2.0]
NAMES = "+", "-", "*", "/", "scaled", "negative", "sqrt", "chosen"
PLACES = st.integers(0, 63)


def operated(name, x, y, step):
    """An operation of a drawn rule."""
    values = {
        "+": x + y,
        "-": x - y,
        "*": 0.5 * (x * y),
        "/": x / (1.0 + y * y),
        "scaled": x - 0.25 * y,
        "negative": -x,
        "sqrt": math.sqrt(x * x + 1.0),
        "chosen": x if step > 1 else y,
    }
    return values[name]


class Two(NamedTuple):
    first: float = 0.5
    second: float = -0.25


def rule_of(program, results):
    """A rule that takes some steps of arithmetic, each on any two values that there are by then.

    Parameters:
        results: which of all values are the new weight and the new memory.
    """

    @attrs.frozen(eq=False)
    class Drawn:
        memory = Two()

        @warmer.hookimpl
        def learn(self, weight, weight_delta, memory, step):
            values = [weight, weight_delta, *memory, 0.75]
            for name, left, right in program:
                x, y = values[left % len(values)], values[right % len(values)]
                values.append(operated(name, x, y, step))
            new, first, second = (values[-1 - place % len(values)] for place in results)
            return new, Two(first, second)

    return Drawn()


# a value that lies where the weights were is needed after the new weights; so is one made of it
@example([("negative", 0, 0), ("+", 5, 1), ("-", 5, 6)], (1, 0, 4))
@example([("negative", 0, 0), ("*", 5, 5), ("+", 6, 1), ("-", 6, 7)], (1, 0, 5))
# a result is the old weight itself, whose place another value could have
@example([("chosen", 0, 3), ("*", 0, 0)], (5, 1, 0))
@given(
    st.lists(st.tuples(st.sampled_from(NAMES), PLACES, PLACES), max_size=9),
    st.tuples(PLACES, PLACES, PLACES),
)
def test_nothing_is_written_over_too_early(program, results):
    """Whatever a rule does in whatever order, tensors learn as the floats of Python do."""
    rule = rule_of(program, results)
    expected = []
    for weight in WEIGHTS:
        memory = Two()
        for step in range(1, STEPS + 1):
            weight, memory = rule.learn(weight, weight + 0.1, memory, float(step))
        expected.append([weight, *memory])
    tensor = torch.tensor(WEIGHTS, dtype=torch.float64, requires_grad=True)
    optimizer = warmer.torch.Optimizer([tensor], rule)
    for _ in range(STEPS):
        tensor.grad = tensor.detach() + 0.1
        optimizer.step()
    state = optimizer.state[tensor]
    found = torch.stack([tensor.detach(), state["first"], state["second"]], dim=1)
    torch.testing.assert_close(found, torch.tensor(expected, dtype=torch.float64))


class Before(NamedTuple):
    delta: float = 0.5


@attrs.frozen(eq=False)
class WithTheLast:
    """A modifier whose answer only the norm is made of, where the rule looks at nothing else."""

    memory = Before()

    @warmer.hookimpl
    def adjust(self, weight_delta, memory):
        return weight_delta + 2.0 * memory.delta, Before(weight_delta)


@attrs.frozen(eq=False)
class ByTheNorm:
    """A rule that asks for the norm of weight_deltas, and for none of them."""

    @warmer.hookimpl
    def learn(self, weight, weight_delta_norm):
        return weight - 0.1 * weight_delta_norm


def test_a_value_that_only_a_norm_is_made_of():
    """What the norm alone stands on is computed before it, and not again for the new weights."""
    tensor = torch.tensor([3.0, -2.0], dtype=torch.float64, requires_grad=True)
    optimizer = warmer.torch.Optimizer([tensor], ByTheNorm(), modifiers=[WithTheLast()])
    for delta in ([2.0, 3.0], [2.0, 2.0]):
        tensor.grad = torch.tensor(delta, dtype=torch.float64)
        optimizer.step()

    assert tensor.tolist() == pytest.approx([1.5, -3.5])
