"""What ports refuse, in the words of `train`: numbers of steps, parameters that are none."""

import copy
import pickle

import attrs
import pytest

import warmer

ROWS, GOALS = [[1.0], [2.0]], [1.0, 2.0]


def fit(name, value):
    from warmer.sklearn import WarmerRegressor

    WarmerRegressor(**{name: value}).fit(ROWS, GOALS)


def optimize(name, value):
    import torch

    import warmer.torch

    warmer.torch.Optimizer([torch.zeros(1, requires_grad=True)], "alpha-scaled", **{name: value})


def transform(name, value):
    import warmer.optax

    warmer.optax.transformation("alpha-scaled", **{name: value})


PORTS = {"sklearn": fit, "torch": optimize, "optax": transform}
BY_PORT = [pytest.param(PORTS[name], marks=pytest.mark.port(name), id=name) for name in PORTS]


@pytest.mark.parametrize("value", ["10", -3, 0, 1.5, True, 10**16])
@pytest.mark.parametrize("port", BY_PORT)
def test_numbers_of_steps(port, value):
    """A number of steps that `train` does not take is refused by ports in its words."""
    with pytest.raises(warmer.ParameterError) as said:
        warmer.train(ROWS, GOALS, "alpha-scaled", steps=value)
    for name in ("steps", "per_pass") if port is not fit else ("steps",):
        with pytest.raises(warmer.ParameterError) as refused:
            port(name, value)
        assert str(refused.value) == str(said.value).replace("steps", name)


@pytest.mark.port("sklearn")
@pytest.mark.parametrize("parameters", ["alpha", [1], 3, {1: 2}])
def test_parameters(parameters):
    """Parameters are a mapping of names."""
    with pytest.raises(warmer.ParameterError, match="^parameters must be a mapping of names to va"):
        fit("parameters", parameters)


@attrs.frozen(eq=False)
class Numberless:
    """A rule without a number."""

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        return weight - weight_delta


@pytest.mark.port("torch")
@pytest.mark.parametrize("kept", ["new", "copied", "pickled", "loaded"])
def test_a_scheduler_of_nothing(kept):
    """A learning rate scheduler on a rule without numbers is told in a line; all else works."""
    import torch

    import warmer.torch

    ways = {"copied": copy.deepcopy, "pickled": lambda one: pickle.loads(pickle.dumps(one))}
    weight = torch.ones(1, requires_grad=True)
    optimizer = ways.get(kept, lambda one: one)(warmer.torch.Optimizer([weight], Numberless))
    if kept == "loaded":
        optimizer.load_state_dict(optimizer.state_dict())

    with pytest.raises(warmer.UsageError, match="no number .*: leave the learning rate scheduler"):
        torch.optim.lr_scheduler.StepLR(optimizer, 1)
    with pytest.raises(KeyError):
        optimizer.param_groups[0]["momentum"]
    assert "lr" not in optimizer.param_groups[0]
