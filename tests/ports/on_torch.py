"""What the tests of PyTorch share: rules, and a problem with weights in several shapes."""

from typing import NamedTuple

import attrs
import torch

import warmer
import warmer.torch

NAMES = ("Momentum", "Nesterov", "Adagrad", "RMSprop", "Adam", "AdamW", "NAdam", "RAdam", "Adamax",
         "Rprop", "ASGD")  # fmt: skip


class Earlier(NamedTuple):
    last: float = 0.0
    before: float = 0.0
    slope: float = 0.0
    share: float = 0.0


@attrs.frozen(eq=False)
class Remembers:
    """Remembers old values as they are, which the new ones may not overwrite too early."""

    alpha: float = warmer.param(0.1, above=0)
    memory = Earlier()

    @warmer.hookimpl
    def learn(self, weight, weight_delta, memory, step):
        far = self.alpha if step < 4 else memory.share
        new = weight - far * weight_delta + 0.01 * (memory.last - memory.before)
        return new, Earlier(weight, memory.last, weight_delta, self.alpha)


def problem(rule, dtype=torch.float64, **given):
    """Weights in several shapes, an optimizer of them, and what takes some steps."""
    generator = torch.Generator().manual_seed(3)
    shapes = [(3, 2), (4,), (), (2, 3, 2)]
    weights = [torch.randn(shape, generator=generator, dtype=torch.float64).to(dtype)
               for shape in shapes]  # fmt: skip
    weights[0] = weights[0].t()  # not contiguous
    for each in weights:
        each.requires_grad_()
    return weights, warmer.torch.Optimizer(weights, rule, **given)


def take(weights, optimizer, steps):
    """Steps down a bowl whose slope is the weight and a little more."""
    for _ in range(steps):
        optimizer.zero_grad()
        sum((abs(each) ** 2 / 2 + abs(each - 0.3)).sum() for each in weights).backward()
        optimizer.step()
