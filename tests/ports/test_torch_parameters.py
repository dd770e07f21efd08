"""Parameters of PyTorch of any type and number, in groups, and with schedules."""

import pytest
import torch

import warmer
import warmer.torch
from tests import optimizers
from tests.ports.on_torch import NAMES, problem, take

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("name", NAMES)
def test_any_type(name, dtype):
    """Weights and memories keep their type, and weights come to what they come to in float64."""
    weights, optimizer = problem(getattr(optimizers, name), dtype)
    exact, other = problem(getattr(optimizers, name))
    take(weights, optimizer, 5)
    take(exact, other, 5)

    assert {value.dtype for state in optimizer.state.values() for value in state.values()
            if isinstance(value, torch.Tensor)} == {dtype}  # fmt: skip
    for own, value in zip(weights, exact, strict=True):
        assert (own - value).abs().max() < 60 * torch.finfo(dtype).eps


def test_complex():
    """Of complex weights, real and imaginary parts learn by themselves, as in torch."""
    weights, optimizer = problem(optimizers.Adam(alpha=0.01), torch.complex128)
    others, _ = problem(optimizers.Adam, torch.complex128)
    take(weights, optimizer, 5)
    take(others, torch.optim.Adam(others, lr=0.01), 5)

    for own, other in zip(weights, others, strict=True):
        torch.testing.assert_close(own, other, rtol=1e-12, atol=1e-12)


def test_groups():
    """Each group has values of its own for the rule's numbers, by their name."""
    weights, _ = problem("alpha-scaled")
    (first, *rest), (other, *others) = weights, problem("alpha-scaled")[0]
    groups = [{"params": [first], "alpha": 0.01}, {"params": rest}]
    take(weights, warmer.torch.Optimizer(groups, "alpha-scaled", alpha=0.2), 3)
    both = (warmer.torch.Optimizer([other], "alpha-scaled", alpha=0.01),
            warmer.torch.Optimizer(others, "alpha-scaled", alpha=0.2))  # fmt: skip
    take([other], both[0], 3)
    take(others, both[1], 3)

    assert all(torch.equal(a, b) for a, b in zip(weights, [other, *others], strict=True))


@pytest.mark.parametrize("scheduled", [None, "beta1"])
def test_schedulers(scheduled):
    """torch's schedulers change the rule's first number, or the one that is named."""
    weights, optimizer = problem(optimizers.Adam(), scheduled=scheduled)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    others, other = problem(optimizers.Adam())
    for step in range(4):
        take(weights, optimizer, 1)
        scheduler.step()
        take(others, other, 1)
        key = scheduled or "lr"
        other.param_groups[0][key] = (0.9 if scheduled else 0.01) * 0.5 ** (step + 1)

    assert all(torch.equal(a, b) for a, b in zip(weights, others, strict=True))


def test_one_by_one():
    """A parameter without a gradient stays, and counts no step; one may be added later."""
    weights, optimizer = problem(optimizers.Adam(alpha=0.01))
    others, _ = problem(optimizers.Adam())
    theirs = torch.optim.Adam(others, lr=0.01)
    for round_ in range(4):
        for them, those in ((weights, optimizer), (others, theirs)):
            them[1].requires_grad_(round_ % 2 == 1)
            if round_ == 2:
                late = torch.ones(3, dtype=torch.float64, requires_grad=True)
                those.add_param_group({"params": [late]})
                them.append(late)
            take(them, those, 1)

    for own, other in zip(weights, others, strict=True):
        torch.testing.assert_close(own, other, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("turned", [False, True])
def test_a_norm_of_several_types(turned):
    """A norm is taken in the widest type, at least float32, whichever parameter is the first."""
    weights = [torch.ones(2, dtype=each, requires_grad=True)
               for each in (torch.float16, torch.bfloat16, torch.float64)]  # fmt: skip
    for each, slope in zip(weights, (6e4, 1.0, 1e30), strict=True):
        each.grad = torch.full_like(each, slope)
    order = weights[::-1] if turned else weights
    warmer.torch.Optimizer(order, "raw-gradient", modifiers=["clip-norm:most=1"]).step()

    assert weights[2].tolist() == pytest.approx([1 - 0.5**0.5] * 2)
    half = torch.ones(2, dtype=torch.float16, requires_grad=True)
    half.grad = torch.full_like(half, 6e4)
    warmer.torch.Optimizer([half], "raw-gradient", modifiers=["clip-norm:most=1"]).step()
    assert half.tolist() == pytest.approx([1 - 0.5**0.5] * 2, abs=1e-3)


@pytest.mark.parametrize(
    "rule, modifiers",
    [("hot-and-cold", ()), ("alpha-scaled", ["clip-norm:most=0.1"]), (optimizers.Adam, ())],
)
def test_parameters_without_numbers(rule, modifiers):
    """Empty parameters take steps as others do, also where there are no others."""
    empty = torch.ones((0, 3), requires_grad=True)
    other = torch.ones(2, dtype=torch.float64, requires_grad=True)
    for them in ([empty], [empty, other]):
        optimizer = warmer.torch.Optimizer(them, rule, modifiers=modifiers)

        def closure(them=them, optimizer=optimizer):
            optimizer.zero_grad()
            loss = sum((each**2).sum() for each in them)
            loss.backward()
            return loss

        optimizer.step(closure)
    assert (other < 1).all()
