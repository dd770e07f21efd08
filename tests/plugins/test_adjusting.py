"""adjust: what a modifier makes of weight_delta before the rule sees it, on every engine."""

import math
from typing import NamedTuple

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import warmer

ENGINES = ("python", "arrays", "native")
rng = np.random.default_rng(5)
INPUTS = rng.normal(size=(37, 9))
TARGETS = INPUTS @ rng.normal(size=(9, 2)) + 0.1


@attrs.frozen(eq=False)
class Clip:
    """Keep each weight_delta within bounds."""

    most: float = warmer.param(0.1, above=0)

    @warmer.hookimpl
    def adjust(self, weight_delta):
        return min(max(weight_delta, -self.most), self.most)


@attrs.frozen(eq=False)
class ClipNorm:
    """Scale all weight_deltas down to a norm."""

    most: float = warmer.param(0.1, above=0)

    @warmer.hookimpl
    def adjust(self, weight_delta, weight_delta_norm):
        if weight_delta_norm > self.most:
            return weight_delta * (self.most / weight_delta_norm)
        return weight_delta


@attrs.frozen(eq=False)
class Decay:
    """Add a share of the weight."""

    share: float = warmer.param(0.01, above=0)

    @warmer.hookimpl
    def adjust(self, weight, weight_delta, weight_norm, step, steps, passes, error):
        return weight_delta + self.share * weight / (weight_norm + step / (steps + passes + error))


class Mean(NamedTuple):
    mean: float = 0.0
    count: float = 0.0


@attrs.frozen(eq=False)
class Smooth:
    """Answer the mean of all weight_deltas so far."""

    memory = Mean()

    @warmer.hookimpl
    def adjust(self, weight_delta, memory):
        count = memory.count + 1
        mean = memory.mean + (weight_delta - memory.mean) / count
        return mean, Mean(mean, count)


@attrs.frozen(eq=False)
class Average:
    """Remember a moving average of the weights."""

    memory = Mean()
    share: float = warmer.param(0.1, above=0, at_most=1)

    @warmer.hookimpl(wrapper=True)
    def learn(self, memory):
        learned = yield
        mean = memory.mean + self.share * (learned.weight - memory.mean)
        return learned, Mean(mean, memory.count + 1)


class Velocity(NamedTuple):
    velocity: float = 0.0


@attrs.frozen(eq=False)
class Normed:
    """Momentum on weight_delta over its norm."""

    memory = Velocity()

    @warmer.hookimpl
    def learn(self, weight, weight_delta, weight_delta_norm, weight_norm, memory):
        velocity = 0.9 * memory.velocity + weight_delta / (weight_delta_norm + 1e-3)
        return weight - 0.01 * velocity / (1 + weight_norm), Velocity(velocity)


@attrs.frozen(eq=False)
class Plural:
    """Gradient descent on all weights at once."""

    @warmer.hookimpl
    def learn(self, weights, weight_deltas, weight_delta_norm, steps, passes):
        return weights - 0.1 * weight_deltas / (1 + weight_delta_norm + passes / steps)


@attrs.frozen(eq=False)
class Noise:
    """Add noise to all weight_deltas."""

    @warmer.hookimpl
    def adjust(self, weight_deltas, rng):
        return weight_deltas + 0.01 * rng.normal(size=weight_deltas.shape)


MODIFIERS = {
    "clip": [Clip()],
    "norm": [ClipNorm()],
    "decay": [Decay()],
    "memory": [Smooth()],
    "norm of clipped": [Clip(most=0.3), ClipNorm(most=0.2), Decay()],
    "clipped norm": [ClipNorm(most=0.2), Decay(), ClipNorm(most=0.1), Clip(most=0.05)],
    "around learn": [Average()],
    "all": [Smooth(), Average(), ClipNorm(), Average(share=0.5), Decay(), Smooth()],
}


def train(rule, engine, modifiers, **more):
    return warmer.train(
        INPUTS, TARGETS, rule, engine=engine, modifiers=modifiers, weights=0.25,
        **({"steps": 23, "batch_size": 10, "seed": 3} | more),
    )  # fmt: skip


@pytest.mark.sampled(2, rule=["alpha-scaled", Normed], modifiers=[*MODIFIERS.values()])
def test_every_engine(rule, modifiers) -> None:
    """Modifiers that adjust give the same bits on every engine, memory of each included."""
    runs = [train(rule, engine, modifiers) for engine in ENGINES]
    assert [run.engine for run in runs] == [*ENGINES]
    for run in runs:
        assert run.weights.tobytes() == runs[0].weights.tobytes()
        assert list(run.memory) == list(runs[0].memory)
        for name, values in run.memory.items():
            assert values.tobytes() == runs[0].memory[name].tobytes(), name
        assert run.history.weight_deltas.tobytes() == runs[0].history.weight_deltas.tobytes()


@pytest.mark.parametrize("modifiers", MODIFIERS.values(), ids=MODIFIERS)
def test_all_weights_at_once(modifiers) -> None:
    """A rule that sees all weights at once is given what a rule of one weight is."""

    @attrs.frozen(eq=False)
    class Single:
        @warmer.hookimpl
        def learn(self, weight, weight_delta, weight_delta_norm, steps, passes):
            return weight - 0.1 * weight_delta / (1 + weight_delta_norm + passes / steps)

    one, all_at_once = (train(rule, "python", modifiers) for rule in (Single, Plural))
    assert one.weights.tobytes() == all_at_once.weights.tobytes()
    assert list(one.memory) == list(all_at_once.memory)
    for name, values in one.memory.items():
        assert values.tobytes() == all_at_once.memory[name].tobytes(), name


@pytest.mark.parametrize("weights", [1, 8, 9, 300])
def test_norms_are_those_of_all_weights(weights) -> None:
    """weight_norm and weight_delta_norm are roots of sums of squares, over all weights."""
    seen = []

    @attrs.frozen(eq=False)
    class Watch:
        @warmer.hookimpl
        def learn(self, weights, weight_deltas, weight_norm, weight_delta_norm):
            seen.append((weights, weight_deltas, weight_norm, weight_delta_norm))
            return weights - 0.1 * weight_deltas

    inputs, start = rng.normal(size=(20, weights)), rng.normal(size=weights)
    warmer.train(inputs, inputs[:, 0], Watch, weights=start, steps=3)
    for at, deltas, norm, delta_norm in seen:
        assert math.isclose(norm, np.linalg.norm(at), rel_tol=1e-14)
        assert math.isclose(delta_norm, np.linalg.norm(deltas), rel_tol=1e-14)
    runs = [
        warmer.train(inputs, inputs[:, 0], Normed, weights=start, steps=3, engine=engine,
                     modifiers=[ClipNorm()])
        for engine in ENGINES
    ]  # fmt: skip
    assert len({run.weights.tobytes() for run in runs}) == 1


@given(st.lists(st.sampled_from([*MODIFIERS]), max_size=3), st.integers(1, 12), st.booleans())
@settings(max_examples=8)
def test_any_modifiers(names, batch_size, several) -> None:
    """In any order and number, in batches of any size: the same bits compiled as in Python."""
    modifiers = [attrs.evolve(each) for name in names for each in MODIFIERS[name]]
    targets = TARGETS if several else TARGETS[:, 0]
    runs = [
        warmer.train(INPUTS, targets, "alpha-scaled", modifiers=modifiers, steps=7,
                     batch_size=batch_size, engine=engine)
        for engine in ENGINES
    ]  # fmt: skip
    assert len({run.weights.tobytes() for run in runs}) == 1
    assert len({b"".join(v.tobytes() for v in run.memory.values()) for run in runs}) == 1


@pytest.mark.parametrize("engine", ENGINES)
class TestMeaning:
    """What the rule sees, written out with NumPy."""

    def test_in_the_users_order(self, engine) -> None:
        """Each modifier is given what the one before it answered."""
        clipped = train("raw-gradient", engine, [Clip(most=0.1)], steps=1)
        both = train("raw-gradient", engine, [Clip(most=0.1), Clip(most=0.03)], steps=1)
        deltas = clipped.history.weight_deltas[0]
        assert (clipped.weights == 0.25 - np.clip(deltas, -0.1, 0.1)).all()
        assert (both.weights == 0.25 - np.clip(deltas, -0.03, 0.03)).all()

    def test_a_global_norm(self, engine) -> None:
        """Clipping by norm keeps the direction: all weight_deltas shrink by one factor."""
        run = train("raw-gradient", engine, [ClipNorm(most=0.5)], steps=1)
        deltas = run.history.weight_deltas[0]
        expected = 0.25 - deltas * (0.5 / np.linalg.norm(deltas, axis=0))
        assert np.allclose(run.weights, expected, rtol=1e-14)

    def test_memory_of_each(self, engine) -> None:
        """A modifier's memory stands beside the rule's, under its own name."""
        modifiers = [Smooth(), Average(share=1.0), Smooth()]
        run = train(Normed, engine, modifiers, steps=5)
        names = ["velocity", "Smooth.mean", "Smooth.count", "Average.mean", "Average.count"]
        assert list(run.memory) == [*names, "Smooth_2.mean", "Smooth_2.count"]
        assert (run.memory["Average.mean"] == run.weights).all()
        assert (run.memory["Smooth.count"] == 5).all()

    def test_where_in_the_run(self, engine) -> None:
        """steps is how many the run takes, passes counts whole passes before the step."""

        @attrs.frozen(eq=False)
        class When:
            @warmer.hookimpl
            def learn(self, weight, step, steps, passes):
                return step + 100 * steps + 10_000 * passes

        run = train(When, engine, (), steps=9)  # batches of 10, 10, 10 and 7 rows
        assert (run.weights == 9 + 900 + 20_000).all()

    def test_a_norm_beyond_the_floats(self, engine) -> None:
        """A norm that leaves the floats ends the run as diverged, and says so."""
        run = warmer.train([1.0], [1e200], "raw-gradient", compare="absolute-error",
                           modifiers=[ClipNorm()], steps=3, engine=engine)  # fmt: skip
        assert run.outcome.status == "budget"
        run = warmer.train([1e200], [1.0], Normed, compare="absolute-error", steps=3, engine=engine)
        assert (run.outcome.status, run.outcome.steps) == ("diverged", 0)
        assert "weight_delta_norm is inf at step 1" in run.outcome.reason


class TestRefused:
    """What does not fit is refused before the first step, or named where it happens."""

    def test_nothing_to_adjust(self) -> None:
        """A rule that does not ask for weight_delta cannot have it adjusted."""
        with pytest.raises(warmer.ContractError, match="does not ask for"):
            train("hot-and-cold", "auto", [Clip()])

    def test_no_memory(self) -> None:
        """A modifier that remembers answers its memory as well."""

        @attrs.frozen(eq=False)
        class Forgets:
            memory = Mean()

            @warmer.hookimpl
            def adjust(self, weight_delta, memory):
                return weight_delta

        with pytest.raises(warmer.HookError, match=r"weight_delta, Mean\(\.\.\.\).*ing\.py:\d"):
            train("alpha-scaled", "python", [Forgets()])

    def test_learned_alone(self) -> None:
        """Around learn it answers both."""

        @attrs.frozen(eq=False)
        class Forgets:
            memory = Mean()

            @warmer.hookimpl(wrapper=True)
            def learn(self, memory):
                return (yield)

        with pytest.raises(warmer.HookError, match=r"learned, Mean\(\.\.\.\).*adjusting\.py:\d"):
            train("alpha-scaled", "python", [Forgets()])

    @pytest.mark.parametrize("answer", [None, "a", (1.0, 2.0)])
    def test_no_number(self, answer) -> None:
        """adjust answers a number."""

        @attrs.frozen(eq=False)
        class Wrong:
            @warmer.hookimpl
            def adjust(self, weight_delta):
                return answer

        with pytest.raises(warmer.HookError, match=r"adjust of Wrong answered.*adjusting\.py:\d"):
            train("alpha-scaled", "python", [Wrong()])


def test_noise() -> None:
    """A modifier may see all weights at once, with a generator, around a rule of one weight."""
    runs = [train("alpha-scaled", "auto", [Noise()], seed=seed) for seed in (1, 1, 2)]
    assert runs[0].weights.tobytes() == runs[1].weights.tobytes() != runs[2].weights.tobytes()


def test_a_pull_is_seen() -> None:
    """Weight decay by a modifier is a goal of the rule's own: nothing is called stalling."""
    run = warmer.train([1.0], [1.0], "alpha-scaled", alpha=0.5, modifiers=[Decay(share=0.5)],
                       steps=300)  # fmt: skip
    assert not any("stalling" in said for said in run.findings)
