"""Rules as transformations of optax: they move weights as warmer does, and as optax's own do."""

import importlib.util
from functools import partial
from pathlib import Path

import attrs
import jax
import jax.experimental
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import warmer
import warmer.optax

TESTS = Path(__file__).parents[1]
spec = importlib.util.spec_from_file_location("optimizers_of_optax", TESTS / "optimizers.py")
optimizers = importlib.util.module_from_spec(spec)
spec.loader.exec_module(optimizers)

NAMES = ("Nesterov", "NAdam", "RAdam", "Rprop")  # and those of OWN, against optax
GENERATOR = np.random.default_rng(5)
INPUTS = GENERATOR.normal(size=(12, 5))
TARGETS = INPUTS @ [1.0, -2.0, 0.5, 3.0, 0.0] + GENERATOR.normal(size=12)
START = GENERATOR.normal(size=5)

enable_x64 = (jax if hasattr(jax, "enable_x64") else jax.experimental).enable_x64


@pytest.fixture(autouse=True)
def _float64():
    with enable_x64(True):
        yield


def error_of(weights):
    """The error of a linear network, as warmer has it; half of it has the slope of warmer."""
    flat = jnp.concatenate([jnp.ravel(each) for each in jax.tree.leaves(weights)])
    return ((jnp.asarray(INPUTS) @ flat - jnp.asarray(TARGETS)) ** 2).mean()


def weights_of(rule, modifiers=(), steps=8, **given):
    """Train a linear model whose weights are a tree."""
    transformation = warmer.optax.transformation(rule, modifiers=modifiers, steps=steps, **given)
    weights = {
        "a": jnp.asarray(START[:1]).reshape(()),
        "b": (jnp.asarray(START[1:].reshape(2, 2)),),
    }

    def step(weights, state):
        slopes = jax.grad(lambda them: error_of(them) / 2)(weights)
        moves, state = transformation.update(
            slopes, state, weights, value=error_of(weights), value_fn=error_of
        )
        return optax.apply_updates(weights, moves), state

    state, step = transformation.init(weights), jax.jit(step)
    for _ in range(steps):
        weights, state = step(weights, state)
    return np.concatenate([np.ravel(each) for each in jax.tree.leaves(weights)])


@attrs.frozen(eq=False)
class Awkward:
    """Asks for all there is, with branches and constants."""

    alpha: float = warmer.param(0.05, above=0)

    @warmer.hookimpl
    def learn(self, weight, weight_delta, error, step, weight_norm, weight_delta_norm):
        size = min(abs(weight_delta), 1.0) if error > 0.1 else 0.5
        turn = 1.0 if weight_delta > 0 else -1.0
        far = self.alpha / (1 + weight_norm) / max(weight_delta_norm, 1e-3)
        return weight - far * size * turn - (1e-3 if step < 3 else 2e-3)


CASES = {
    **{name: (getattr(optimizers, name), ()) for name in NAMES},
    "alpha-scaled": ("alpha-scaled", ()),
    "hot-and-cold": ("hot-and-cold", ()),
    "Awkward": (Awkward, ()),
    "clipped": ("alpha-scaled", ("clip:most=0.5", "clip-norm:most=0.2")),
    "decay": (optimizers.Momentum, ("decay:rate=0.1", "decoupled-decay:rate=0.01")),
    "average": ("alpha-scaled", ("average:start=2",)),
    "schedule": (optimizers.Adam, ("schedule:kind=cosine:warm_up=2",)),
}


@pytest.mark.parametrize("case", CASES)
def test_as_warmer_moves_them(case):
    """A rule with modifiers moves the weights of a linear model as `warmer.train` does."""
    rule, modifiers = CASES[case]
    run = warmer.train(INPUTS, TARGETS, rule, weights=START, modifiers=modifiers, steps=8)

    np.testing.assert_allclose(weights_of(rule, modifiers), run.weights, rtol=1e-11, atol=1e-13)


OWN = {
    "Momentum": ({"alpha": 0.01}, optax.sgd(0.01, momentum=0.9)),
    "Adam": ({"alpha": 0.001}, optax.adam(0.001)),
    "AdamW": ({"alpha": 0.001}, optax.adamw(0.001, weight_decay=0.02)),
    "RMSprop": ({"alpha": 0.001, "beta": 0.9}, optax.rmsprop(0.001, eps_in_sqrt=False)),
}


@pytest.mark.port("sklearn")
@pytest.mark.parametrize("name", OWN)
def test_as_optax_moves_them(name):
    """Over 500 steps of a net on the digits, weights are those of optax's own to 1e-12."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    x, y = jnp.asarray(digits.data[:200] / 16), jax.nn.one_hot(digits.target[:200], 10)
    generator = np.random.default_rng(0)
    start = {"first": generator.normal(size=(64, 16)) / 8, "bias": np.zeros(16),
             "last": generator.normal(size=(16, 10)) / 4}  # fmt: skip

    def loss(weights, rows):
        hidden = jnp.tanh(x[rows] @ weights["first"] + weights["bias"])
        return optax.softmax_cross_entropy(hidden @ weights["last"], y[rows]).mean()

    def trained(transformation):
        def step(carried, rows):
            weights, state = carried
            moves, state = transformation.update(jax.grad(loss)(weights, rows), state, weights)
            return (optax.apply_updates(weights, moves), state), None

        rows = jnp.asarray(np.random.default_rng(1).integers(0, 200, size=(500, 16)))
        weights = jax.tree.map(jnp.asarray, start)
        (weights, _), _ = jax.jit(partial(jax.lax.scan, step))(
            (weights, transformation.init(weights)), rows
        )
        return weights

    parameters, theirs = OWN[name]
    found = trained(warmer.optax.transformation(getattr(optimizers, name), **parameters))

    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, atol=1e-12), found, trained(theirs))


def moved(transformation, steps=4, weights=2.0):
    """A weight after some steps down the bowl `weight * weight / 2`."""
    weights = jnp.asarray(weights)
    state = transformation.init(weights)
    for _ in range(steps):
        moves, state = transformation.update(weights, state, weights)
        weights = optax.apply_updates(weights, moves)
    return weights


def test_schedules():
    """A number of the rule may be a function of the count of steps, as optax has them."""
    schedule = optax.exponential_decay(0.1, 1, 0.5)
    found = moved(warmer.optax.transformation("alpha-scaled", alpha=schedule))

    assert float(found) == pytest.approx(float(moved(optax.sgd(schedule))), rel=1e-14)


def test_injected():
    """A number may come from optax.inject_hyperparams, which keeps it in the state."""

    def rule(alpha):
        return warmer.optax.transformation("alpha-scaled", alpha=alpha)

    transformation = optax.inject_hyperparams(rule)(alpha=0.5)
    state = transformation.init(jnp.float64(2.0))
    state.hyperparams["alpha"] = jnp.float64(0.25)
    moves, _ = transformation.update(jnp.float64(2.0), state)

    assert float(moves) == -0.5


def test_chained():
    """It is chained with other transformations."""
    chained = optax.chain(optax.clip(0.5), warmer.optax.transformation("alpha-scaled", alpha=0.1))

    assert float(moved(chained, 1)) == pytest.approx(2.0 - 0.05)


def test_mapped():
    """Mapped over many weights, each learns as it would alone; a norm is that of each."""
    rule = warmer.optax.transformation(optimizers.Adam, modifiers=("clip-norm:most=0.1",))
    many = jnp.linspace(0.5, 3.0, 2)

    np.testing.assert_allclose(
        jax.vmap(lambda weight: moved(rule, 2, weight))(many),
        [moved(rule, 2, weight) for weight in many], rtol=1e-13,
    )  # fmt: skip


@pytest.mark.parametrize("dtype", [jnp.bfloat16, jnp.float32])
@pytest.mark.parametrize("name", ["Adam", "Rprop"])
def test_any_type(name, dtype):
    """Moves and memories keep the type of the weights, and weights come near those of float64."""
    transformation = warmer.optax.transformation(getattr(optimizers, name))
    weights = jnp.asarray(START, dtype)
    moves, state = transformation.update(weights, transformation.init(weights), weights)

    assert {each.dtype for each in jax.tree.leaves((moves, state.memory))} == {jnp.dtype(dtype)}
    exact = moved(transformation, 3, jnp.asarray(START))
    found = moved(transformation, 3, weights)
    assert abs(found.astype(float) - exact).max() < 60 * jnp.finfo(dtype).eps


@pytest.mark.parametrize("given", [True, False], ids=["params", "no params"])
@pytest.mark.parametrize("slope", [jnp.float16, jnp.float32, jnp.float64])
@pytest.mark.parametrize("dtype", [jnp.bfloat16, jnp.float32])
def test_slopes_of_another_type(dtype, slope, given):
    """Memories and moves have the type of their weights, whatever the slopes come in."""
    weights = {"a": jnp.ones(2, dtype), "b": jnp.ones((), jnp.float32)}
    slopes = jax.tree.map(lambda leaf: jnp.full(leaf.shape, 2**-6, slope), weights)
    rule = warmer.optax.transformation(optimizers.Adam())
    other = {"params": weights} if given else {}
    moves, state = rule.update(slopes, rule.init(weights), **other)
    for one, begun in zip(*map(jax.tree.leaves, (state, rule.init(weights))), strict=True):
        assert one.dtype == begun.dtype
    assert moves["a"].dtype == dtype
    assert moves["b"].dtype == jnp.float32
    same = jax.tree.map(lambda slope, leaf: slope.astype(leaf.dtype), slopes, weights)
    expected, _ = rule.update(same, rule.init(weights), **other)
    assert jax.tree.map(np.array_equal, moves, expected) == {"a": True, "b": True}


@pytest.mark.parametrize("one", [1.0, np.float32(1), np.ones(())], ids=["float", "float32", "0-d"])
def test_numbers_of_python_and_numpy(one):
    """They are weights and slopes as arrays of JAX are."""
    with enable_x64(False):
        rule = warmer.optax.transformation(optimizers.Adam())
        found, _ = rule.update({"w": one}, rule.init({"w": one}), {"w": one})
        array = {"w": jnp.ones(())}
        assert found == rule.update(array, rule.init(array), array)[0]


def test_a_norm_of_half_floats():
    """A norm has room where a square in float16 has none."""
    weights = jnp.ones(2, jnp.float16)
    rule = warmer.optax.transformation("raw-gradient", modifiers=["clip-norm:most=1"])
    moves, _ = rule.update(jnp.full(2, 300, jnp.float16), rule.init(weights), weights)
    assert moves.tolist() == pytest.approx([-(0.5**0.5)] * 2, abs=1e-3)


def test_an_empty_tree():
    """Of no weights, none move."""
    for modifiers in ((), ["clip-norm:most=1"]):
        transformation = warmer.optax.transformation(optimizers.Adam, modifiers=modifiers)
        moves, state = transformation.update((), transformation.init(()))

        assert moves == ()
        assert int(state.count) == 1


@attrs.frozen(eq=False)
class Whole:
    @warmer.hookimpl
    def learn(self, weights, weight_deltas):
        return weights - 0.1 * weight_deltas


def updated(rule, weights=0.5, **given):
    transformation = warmer.optax.transformation(rule, **given)
    weights = jnp.asarray(weights)
    return transformation.update(weights, transformation.init(weights))


def moved_by(rule, loss):
    transformation, weights = warmer.optax.transformation(rule), jnp.ones(2)
    state = transformation.init(weights)
    return transformation.update(weights, state, weights, value=loss, value_fn=lambda them: loss)


REFUSED = {
    "all weights at once": (lambda: updated(Whole), "Whole cannot work on tensors: learn of"),
    "no error": (lambda: updated(Awkward), "Awkward asks for error: give update.. value="),
    "no function": (lambda: updated("hot-and-cold"), "asks for error_at: give update.. value_fn="),
    "no weights": (lambda: updated(optimizers.AdamW), "asks for weight: give update.. params"),
    "a schedule of nothing": (lambda: updated("alpha-scaled", beta=lambda count: 0.1),
                              "no number 'beta' that a group or a schedule may set; it has alpha"),
    "out of range": (lambda: updated("alpha-scaled", alpha=-1), "alpha must be a number above 0"),
    "complex": (lambda: updated("alpha-scaled", 1j), "weights that are floats, not complex128"),
    "whole numbers": (lambda: updated("alpha-scaled", 1), "are floats, not int64: mask others"),
    "many errors": (lambda: moved_by("hot-and-cold", jnp.ones(2)), r"numbers of shape \(2,\), not"),
    "errors": (lambda: moved_by(Awkward, jnp.ones(2)), r"value has numbers of shape \(2,\), not"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refusals(case):
    """What cannot be a transformation says why, on one line."""
    make, message = REFUSED[case]
    with pytest.raises(warmer.UsageError, match=message) as refused:
        make()
    assert "\n" not in str(refused.value)
