"""Rules as optimizers of PyTorch: they move weights as warmer does, and as torch's own do."""

import math

import attrs
import numpy as np
import pytest
import torch

import warmer
import warmer.torch
from tests import optimizers
from tests.ports.on_torch import NAMES, Remembers
from warmer.ports import buckets

pytestmark = pytest.mark.usefixtures("one_thread")
GENERATOR = np.random.default_rng(5)
INPUTS = GENERATOR.normal(size=(12, 5))
TARGETS = INPUTS @ [1.0, -2.0, 0.5, 3.0, 0.0] + GENERATOR.normal(size=12)
START = GENERATOR.normal(size=5)


@attrs.frozen(eq=False)
class Awkward:
    """Asks for all there is, with functions, branches and constants in every place."""

    alpha: float = warmer.param(0.05, above=0)

    @warmer.hookimpl
    def learn(self, weight, weight_delta, error, step, weight_norm, weight_delta_norm):
        size = math.atan2(weight_delta, 0.5) + math.fmod(weight, 0.25) * 0.001
        size = math.copysign(min(abs(size), 1.0), weight_delta) if error > 0.1 else 0.5
        turn = 1.0 if weight_delta > 0 else -1.0
        far = self.alpha / (1 + weight_norm) / max(weight_delta_norm, 1e-3)
        return weight - far * size - 1e-3 * turn / step + 1e-4 * math.floor(weight) ** 2


def weights_of(rule, modifiers=(), steps=8, **given):
    """Train a linear model with torch; its error is that of warmer, and backward() its slope."""
    inputs, targets = torch.tensor(INPUTS), torch.tensor(TARGETS)
    weights = [torch.tensor(START[:2], requires_grad=True),
               torch.tensor(START[2:], requires_grad=True)]  # fmt: skip
    optimizer = warmer.torch.Optimizer(weights, rule, modifiers=modifiers, steps=steps, **given)

    def closure():
        optimizer.zero_grad()
        error = ((inputs @ torch.cat(weights) - targets) ** 2).mean()
        (error / 2).backward()
        return error

    for _ in range(steps):
        optimizer.step(closure)
    return torch.cat(weights).detach().numpy()


CASES = {
    **{name: (getattr(optimizers, name), ()) for name in NAMES},
    "alpha-scaled": ("alpha-scaled", ()),
    "raw-gradient": ("raw-gradient", ()),
    "hot-and-cold": ("hot-and-cold", ()),
    "Remembers": (Remembers, ()),
    "Awkward": (Awkward, ()),
    "clipped": ("alpha-scaled", ("clip:most=0.5", "clip-norm:most=0.2")),
    "decay": (optimizers.Momentum, ("decay:rate=0.1", "decoupled-decay:rate=0.01")),
    "average": ("alpha-scaled", ("average:start=2",)),
    **{f"schedule {kind}": (optimizers.Adam, (f"schedule:kind={kind}:warm_up=2:every=3",))
       for kind in ("inverse", "exponential", "steps", "cosine")},
}  # fmt: skip


@pytest.mark.parametrize("size", [2**19, 16], ids=["at once", "in blocks"])
@pytest.mark.parametrize("case", CASES)
def test_as_warmer_moves_them(case, size, monkeypatch):
    """A rule with modifiers moves the weights of a linear model as `warmer.train` does."""
    monkeypatch.setattr(buckets, "CPU_BYTES", size)
    rule, modifiers = CASES[case]
    run = warmer.train(INPUTS, TARGETS, rule, weights=START, modifiers=modifiers, steps=8)

    np.testing.assert_allclose(weights_of(rule, modifiers), run.weights, rtol=1e-11, atol=1e-13)


def test_passes():
    """Who asks for passes is told of them by the number of steps of one."""

    @attrs.frozen(eq=False)
    class Tired:
        @warmer.hookimpl
        def learn(self, weight, weight_delta, passes):
            return weight - 0.1 / (1 + passes) * weight_delta

    run = warmer.train(INPUTS, TARGETS, Tired, weights=START, steps=8)

    np.testing.assert_allclose(weights_of(Tired, per_pass=1), run.weights, rtol=1e-12)
    with pytest.raises(warmer.UsageError, match="asks for passes; say per_pass="):
        weights_of(Tired)


def small_net(dtype):
    """A small convolutional net for the digits of scikit-learn."""
    torch.manual_seed(1)
    return torch.nn.Sequential(
        torch.nn.Conv2d(1, 8, 3), torch.nn.ReLU(), torch.nn.Conv2d(8, 16, 3), torch.nn.ReLU(),
        torch.nn.Flatten(), torch.nn.Linear(256, 10),
    ).to(dtype)  # fmt: skip


def trained(make, dtype, steps):
    """The weights that an optimizer comes to on the digits."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = torch.tensor(digits.images[:, None] / 16, dtype=dtype)
    labels, generator = torch.tensor(digits.target), torch.Generator().manual_seed(0)
    net = small_net(dtype)
    optimizer = make(net.parameters())
    for _ in range(steps):
        rows = torch.randint(len(images), (16,), generator=generator)
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(net(images[rows]), labels[rows]).backward()
        optimizer.step()
    return torch.cat([each.detach().flatten() for each in net.parameters()])


OWN = {
    "Momentum": ({"alpha": 0.01}, torch.optim.SGD, {"lr": 0.01, "momentum": 0.9}),
    "Adam": ({"alpha": 0.001}, torch.optim.Adam, {"lr": 0.001}),
    "AdamW": ({"alpha": 0.001}, torch.optim.AdamW, {"lr": 0.001, "weight_decay": 0.02}),
    "RMSprop": ({"alpha": 0.001}, torch.optim.RMSprop, {"lr": 0.001}),
}


@pytest.mark.port("sklearn")
@pytest.mark.parametrize("name", OWN)
def test_as_torch_moves_them(name):
    """Over 500 steps of a convolutional net, weights are those of torch's optimizer to 1e-12."""
    parameters, theirs, given = OWN[name]
    rule = getattr(optimizers, name)(**parameters)
    found = trained(lambda them: warmer.torch.Optimizer(them, rule), torch.float64, 500)
    expected = trained(lambda them: theirs(them, foreach=True, **given), torch.float64, 500)

    assert (found - expected).abs().max() < 1e-12


@pytest.mark.port("sklearn")
@pytest.mark.parametrize("name", OWN)
def test_as_torch_moves_them_in_float32(name):
    """In float32 they are so to 1e-5, after 100 steps."""
    parameters, theirs, given = OWN[name]
    rule = getattr(optimizers, name)(**parameters)
    found = trained(lambda them: warmer.torch.Optimizer(them, rule), torch.float32, 100)
    expected = trained(lambda them: theirs(them, foreach=True, **given), torch.float32, 100)

    assert (found - expected).abs().max() < 1e-5
