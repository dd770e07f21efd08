"""Rules as optimizers of PyTorch: they move weights as warmer does, and as torch's own do."""

import copy
import importlib.util
import io
import math
import pickle
import sys
from pathlib import Path
from typing import NamedTuple

import attrs
import numpy as np
import pytest
import torch

import warmer
import warmer.torch
from warmer.ports import buckets

TESTS = Path(__file__).parents[1]
spec = importlib.util.spec_from_file_location("optimizers_of_torch", TESTS / "optimizers.py")
optimizers = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = optimizers  # for pickle
spec.loader.exec_module(optimizers)

NAMES = ("Momentum", "Nesterov", "Adagrad", "RMSprop", "Adam", "AdamW", "NAdam", "RAdam", "Adamax",
         "Rprop", "ASGD")  # fmt: skip
GENERATOR = np.random.default_rng(5)
INPUTS = GENERATOR.normal(size=(12, 5))
TARGETS = INPUTS @ [1.0, -2.0, 0.5, 3.0, 0.0] + GENERATOR.normal(size=12)
START = GENERATOR.normal(size=5)


@pytest.fixture(autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


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
                            r"asks for all weights at once \(.*test_torch.py:\d+\)"),
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
