"""What cannot be an optimizer of PyTorch says why, and what to do."""

import attrs
import pytest
import torch

import warmer
import warmer.torch
from tests.ports.on_torch import problem, take

pytestmark = pytest.mark.usefixtures("one_thread")


@attrs.frozen(eq=False)
class ByError:
    @warmer.hookimpl
    def learn(self, weight, weight_delta, error):
        return weight - 0.1 * error * weight_delta


@pytest.mark.parametrize("rule", ["hot-and-cold", ByError])
@pytest.mark.parametrize("loss", [None, torch.ones(2), torch.ones(0)])
def test_a_closure_that_answers_no_loss(rule, loss):
    """It is named before any weight moves; one number in whatever shape is a loss."""
    weight = torch.ones(2, requires_grad=True)
    weight.grad = torch.ones(2)
    optimizer = warmer.torch.Optimizer([weight], rule)
    with pytest.raises(warmer.UsageError, match=r"the closure of step\(\) answers .* the loss$"):
        optimizer.step(lambda: loss)
    assert weight.tolist() == [1.0, 1.0]
    assert optimizer.step(lambda: 2.0) == 2.0
    optimizer.step(lambda: torch.ones(1, 1))


@attrs.frozen(eq=False)
class Called:
    alpha: float = warmer.param(0.1)
    lr: float = warmer.param(0.1)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - self.alpha * self.lr * weight_delta


@attrs.frozen(eq=False)
class CalledParams:
    params: float = warmer.param(0.1)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - self.params * weight_delta


@attrs.frozen(eq=False)
class Whole:
    @warmer.hookimpl
    def learn(self, weights, weight_deltas):
        return weights - 0.1 * weight_deltas


@attrs.frozen(eq=False)
class Doubles:
    @warmer.hookimpl(wrapper=True)
    def predict(self):
        prediction = yield
        return 2 * prediction


REFUSED = {
    "all weights at once": (lambda: problem(Whole), "Whole cannot work on tensors: learn of Whole "
                            r"asks for all weights at once \(.*test_torch_refusals.py:\d+\)"),
    "no such parameter": (lambda: problem("alpha-scaled", beta=1), "no parameter 'beta'"),
    "out of range": (lambda: problem("alpha-scaled", alpha=-1), "alpha must be a number above 0"),
    "a group's value": (
        lambda: problem("alpha-scaled")[1].add_param_group({"params": [], "alpha": -1}),
        "alpha must be a number above 0, got -1"),
    "a group's name": (
        lambda: problem("alpha-scaled")[1].add_param_group({"params": [], "beta": 1}),
        "alpha-scaled has no number 'beta' that a group or a schedule may set; it has alpha"),
    "scheduled": (lambda: problem("alpha-scaled", scheduled="beta"), "no number 'beta'"),
    "a predictor's modifier": (lambda: problem("alpha-scaled", modifiers=[Doubles]),
                               "modifier Doubles has a predict of its own, and here your model"),
    "a number that a group has": (
        lambda: problem(CalledParams), "CalledParams has a number 'params', and a gro"),
    "a number that is called lr": (
        lambda: problem(Called, scheduled="alpha"), "has a number 'lr', and a g"),
    "no closure": (lambda: take(*problem("hot-and-cold"), 1),
                   "hot-and-cold asks for error_at: give step.. a closure"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refusals(case):
    """What cannot be an optimizer says why, on one line."""
    make, message = REFUSED[case]
    with pytest.raises(warmer.UsageError, match=message) as refused:
        make()
    assert "\n" not in str(refused.value)


def test_sparse():
    """A sparse gradient is refused by its parameter and the remedy."""
    layer = torch.nn.Embedding(3, 2, sparse=True)
    optimizer = warmer.torch.Optimizer(layer.parameters(), "alpha-scaled")
    layer(torch.tensor([1])).sum().backward()
    with pytest.raises(warmer.UsageError, match=r"shape \(3, 2\) is sparse.*sparse=False"):
        optimizer.step()
