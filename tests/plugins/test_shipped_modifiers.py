"""The modifiers that ship: the formulas of their papers, around any rule, on every engine."""

import math
from pathlib import Path

import attrs
import numpy as np
import pytest

import warmer
import warmer.testing

GENERATOR = np.random.default_rng(4)
INPUTS = GENERATOR.normal(size=(11, 3))
TARGETS = GENERATOR.normal(size=(11, 2))
RUN = {"steps": 60, "batch_size": 4, "seed": 2, "weights": 0.5}
MOMENTUM = f"{Path(__file__).parents[2]}/docs/examples/warmer-momentum/warmer_momentum.py:Momentum"
KINDS = ("constant", "inverse", "exponential", "steps", "cosine")


@attrs.frozen(eq=False)
class Climbs:
    """A rule that goes up by 1, whatever it sees."""

    @warmer.hookimpl
    def learn(self, weight):
        return weight + 1


@attrs.frozen(eq=False)
class Descends:
    """A rule for all weights at once."""

    @warmer.hookimpl
    def learn(self, weights, weight_deltas):
        return weights - 0.1 * weight_deltas


def momentum(change=lambda weights, deltas: deltas, scale=lambda step: 1.0, fade=0.0):
    """A step of momentum with NumPy, whose slopes are changed and whose steps are scaled."""

    def step(weights, weight_deltas, number, velocity):
        velocity = 0.9 * velocity + change(weights, weight_deltas)
        moved = -0.05 * velocity
        return weights + scale(number) * moved - fade * weights, velocity

    return step


def clipped_norm(_weights, deltas):
    return deltas * min(1.0, 0.3 / np.linalg.norm(deltas))


def cosine(step):
    return (1 + math.cos(math.pi * (step - 1) / 60)) / 2


def warmed(step):
    return step / 11 if step <= 10 else (1 + math.cos(math.pi * (step - 11) / 50)) / 2


PAPERS = {
    "clip:most=0.2": momentum(lambda _weights, deltas: np.clip(deltas, -0.2, 0.2)),
    "clip-norm:most=0.3": momentum(clipped_norm),
    "decay:rate=0.1": momentum(lambda weights, deltas: deltas + 0.1 * weights),
    "decoupled-decay:rate=0.01": momentum(fade=0.01),
    "schedule:kind=constant": momentum(),
    "schedule:kind=inverse:every=8": momentum(scale=lambda n: 1 / (1 + (n - 1) / 8)),
    "schedule:kind=exponential:every=1:keep=0.95": momentum(scale=lambda n: 0.95 ** (n - 1)),
    "schedule:kind=steps:every=20:keep=0.1": momentum(scale=lambda n: 0.1 ** ((n - 1) // 20)),
    "schedule": momentum(scale=cosine),
    "schedule:warm-up=10": momentum(scale=warmed),
}


@pytest.mark.parametrize("name", PAPERS)
def test_as_in_the_paper(name):
    """Around a rule that remembers, each comes to what its formula says, step by step."""
    targets = TARGETS[:, 0]
    expected = warmer.testing.reference(PAPERS[name], INPUTS, targets, memory=np.zeros(3), **RUN)
    run = warmer.train(INPUTS, targets, MOMENTUM, alpha=0.05, modifiers=[name], **RUN)

    np.testing.assert_allclose(run.history.weights, expected[:-1], rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(run.weights, expected[-1], rtol=1e-12, atol=1e-14)
    plain = warmer.train(INPUTS, targets, MOMENTUM, alpha=0.05, **RUN)
    assert np.allclose(plain.weights, run.weights) == (name == "schedule:kind=constant")


SHIPPED = [
    *(name for name in PAPERS if not name.startswith("schedule:")), "average", "average:start=20",
    *(f"schedule:kind={kind}:warm-up=7:every=9" for kind in KINDS),
]  # fmt: skip


@pytest.mark.parametrize("name", SHIPPED)
def test_same_bits(name):
    """Every engine gives the same bits, of the weights and of what is remembered."""
    engines = ("python", "arrays", "native")
    runs = [
        warmer.train(INPUTS, TARGETS, MOMENTUM, modifiers=[name], engine=engine, **RUN)
        for engine in engines
    ]

    for run in runs[1:]:
        assert run.history.weights.tobytes() == runs[0].history.weights.tobytes()
        assert run.weights.tobytes() == runs[0].weights.tobytes()
        for field, values in runs[0].memory.items():
            assert run.memory[field].tobytes() == values.tobytes()


def test_every_one_is_here():
    """No modifier that ships is left out."""
    shipped = {plugin.name for plugin in warmer.Registry(allowed=[]).plugins("modifier")}

    assert shipped == {name.partition(":")[0] for name in SHIPPED}


class TestClip:
    """clip and clip-norm."""

    @pytest.mark.parametrize("name", ["clip", "clip-norm"])
    def test_below_the_bound(self, name):
        """Where no slope is beyond the bound, nothing changes, to the bit."""
        asked = {"alpha": 0.01, **RUN}
        plain = warmer.train(INPUTS, TARGETS, "alpha-scaled", **asked)
        run = warmer.train(INPUTS, TARGETS, "alpha-scaled", modifiers=[f"{name}:most=1e9"], **asked)

        assert run.history.weights.tobytes() == plain.history.weights.tobytes()

    def test_every_target_for_itself(self):
        """Each target has a norm of its own: it learns what it would learn alone."""
        both = warmer.train(
            INPUTS, TARGETS, "raw-gradient", modifiers=["clip-norm:most=0.1"], **RUN
        )
        for index in range(2):
            alone = warmer.train(
                INPUTS, TARGETS[:, index], "raw-gradient", modifiers=["clip-norm:most=0.1"], **RUN
            )
            assert both.weights[:, index].tobytes() == alone.weights.tobytes()


class TestDecay:
    """decay and decoupled-decay."""

    def test_around_a_rule_without_slopes(self):
        """Decoupled decay needs no slopes; the coupled one says that it does."""
        run = warmer.train([0.0], [0.0], "hot-and-cold", weights=1.0, steps=1,
                           modifiers=["decoupled-decay:rate=0.25"])  # fmt: skip

        assert run.weights.tolist() == [0.75]
        with pytest.raises(
            warmer.ContractError, match="decay adjusts weight_delta, which hot-and-"
        ):
            warmer.train([0.0], [0.0], "hot-and-cold", modifiers=["decay"])

    def test_all_weights_at_once(self):
        """Coupled decay changes the slopes of rules for all weights at once as well."""
        found = [
            warmer.train(INPUTS, TARGETS, rule, modifiers=["decay:rate=0.3"], **RUN).weights
            for rule in (Descends, warmer.rule("alpha-scaled", alpha=0.1))
        ]

        assert found[0].tobytes() == found[1].tobytes()

    @pytest.mark.parametrize("first", [True, False])
    def test_beside_a_schedule(self, first):
        """A schedule scales the decay that is named before it, and no other."""
        decay, schedule = "decoupled-decay:rate=0.5", "schedule:kind=exponential:every=1:keep=0.5"
        run = warmer.train(
            [0.0], [0.0], "raw-gradient", weights=1.0, steps=2,
            modifiers=[decay, schedule] if first else [schedule, decay],
        )  # fmt: skip

        assert run.weights.tolist() == [0.5 * (0.75 if first else 0.5)]


class TestSchedule:
    """schedule."""

    @pytest.mark.parametrize("kind", KINDS)
    def test_starts_with_the_whole_step(self, kind):
        """Without a warm-up the first step is the rule's own, and none is longer or goes back."""
        run = warmer.train([1.0], [1.0], Climbs, steps=40, modifiers=[f"schedule:kind={kind}"])
        steps = np.diff([*run.history.weights[:, 0], run.weights[0]])

        assert steps[0] == 1.0
        assert (steps >= 0).all()
        assert (np.diff(steps) <= 1e-12).all()

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("warm_up", [1, 5, 40, 100])
    def test_warms_up(self, kind, warm_up):
        """The factor rises in even steps to 1, and then falls as it does without a warm-up."""
        modifier = f"schedule:kind={kind}:warm-up={warm_up}"
        run = warmer.train([1.0], [1.0], Climbs, steps=40, modifiers=[modifier])
        steps = np.diff([*run.history.weights[:, 0], run.weights[0]])
        rising = np.arange(1, 41)[:warm_up] / (warm_up + 1)

        np.testing.assert_allclose(steps[:warm_up], rising, rtol=1e-12)
        if warm_up < 40:
            rest = warmer.train([1.0], [1.0], Climbs, steps=40 - warm_up,
                                modifiers=[f"schedule:kind={kind}"])  # fmt: skip
            falling = np.diff([*rest.history.weights[:, 0], rest.weights[0]])
            np.testing.assert_allclose(steps[warm_up:], falling, rtol=1e-9, atol=1e-12)

    def test_without_end(self):
        """A cosine that has no end to fall to stays at 1."""
        steps = warmer.steps([1.0], [1.0], Climbs, modifiers=["schedule"])
        weights = [next(steps).new_weights[0] for _ in range(9)]

        assert weights == [*range(1, 10)]

    def test_a_step_is_explained_as_it_was_taken(self):
        """Who asks how long the run is, is told the same when a step is explained."""
        run = warmer.train([1.0], [1.0], Climbs, steps=8, modifiers=["schedule", "average"])
        asked = {"modifiers": ["schedule", "average"], "step": 4}
        (line,) = warmer.explain([1.0], [1.0], Climbs, steps=8, **asked).lines("weight")

        assert line.value == run.history.weights[4, 0]
        assert warmer.explain([1.0], [1.0], Climbs, **asked).lines("weight")[0].value == 4.0
        with pytest.raises(warmer.UsageError, match="there is no step 4: the run takes 3"):
            warmer.explain([1.0], [1.0], Climbs, steps=3, **asked)


class TestAverage:
    """average."""

    @pytest.mark.parametrize("rule", [MOMENTUM, "raw-gradient", Descends], ids=str)
    @pytest.mark.parametrize("start", [0, 7, 59, 90])
    def test_the_mean_at_the_end(self, rule, start):
        """The run ends on the mean of the weights after each step that is not left out."""
        targets = TARGETS[:, 0]
        plain = warmer.train(INPUTS, targets, rule, **RUN)
        run = warmer.train(INPUTS, targets, rule, modifiers=[f"average:start={start}"], **RUN)
        after = [*plain.history.weights[1:], plain.weights][min(start, 59) :]

        np.testing.assert_allclose(run.weights, np.mean(after, axis=0), rtol=1e-9, atol=1e-12)
        assert run.memory["average.mean"].tobytes() == run.weights.tobytes()
        assert run.history.weights.tobytes() == plain.history.weights.tobytes()

    def test_a_run_that_ends_early(self):
        """The mean is in the memory, and the weights are the rule's."""
        asked = {"steps": 500, "tolerance": 1e-9, "weights": 2.0}
        plain = warmer.train([1.0], [1.0], "alpha-scaled", **asked)
        run = warmer.train([1.0], [1.0], "alpha-scaled", modifiers=["average"], **asked)

        assert run.outcome == plain.outcome
        assert run.weights.tobytes() == plain.weights.tobytes()
        assert run.memory["average.mean"][0] > run.weights[0]
