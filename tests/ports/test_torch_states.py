"""The state of an optimizer of PyTorch: saved, copied, and loaded by another."""

import copy
import io
import pickle

import pytest
import torch

import warmer
import warmer.torch
from tests import optimizers
from tests.ports.on_torch import NAMES, Remembers, problem, take

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize("way", ["state_dict", "deepcopy", "pickle"])
@pytest.mark.parametrize("name", [*NAMES, "Remembers"])
def test_going_on(name, way):
    """Saved, loaded and continued, the bits are those of one run; group values go along."""
    rule = Remembers if name == "Remembers" else getattr(optimizers, name)
    weights, optimizer = problem(rule)
    take(weights, optimizer, 4)
    optimizer.param_groups[0]["lr"] *= 0.5
    if way == "state_dict":
        file = io.BytesIO()
        torch.save([[each.detach() for each in weights], optimizer.state_dict()], file)
        file.seek(0)
        kept, state = torch.load(file, weights_only=True)
        others, another = problem(rule)
        take(others, another, 2)
        with torch.no_grad():
            for own, value in zip(others, kept, strict=True):
                own.copy_(value)
        another.load_state_dict(state)
    elif way == "deepcopy":
        others, another = copy.deepcopy((weights, optimizer))
    else:
        others, another = pickle.loads(pickle.dumps((weights, optimizer)))
    for them in ((weights, optimizer), (others, another)):
        take(*them, 4)

    assert all(torch.equal(a, b) for a, b in zip(weights, others, strict=True))


@pytest.mark.parametrize("other", [torch.optim.Adam, optimizers.Momentum, optimizers.AdamW])
def test_the_state_of_another_rule(other):
    """It is refused by what it lacks, and the optimizer is as it was."""
    weights, optimizer = problem(optimizers.Adam)
    take(weights, optimizer, 2)
    before = copy.deepcopy(optimizer.state_dict())
    others, another = problem(optimizers.Adam)
    another = other(others) if other is torch.optim.Adam else warmer.torch.Optimizer(others, other)
    take(others, another, 1)
    optimizer.load_state_dict(before)
    if other is optimizers.AdamW:  # which has all that Adam has
        optimizer.load_state_dict(another.state_dict())
        return
    with pytest.raises(warmer.UsageError, match="this state is not one of Adam: it has no .*beta2"):
        optimizer.load_state_dict(another.state_dict())
    assert str(optimizer.state_dict()) == str(before)
