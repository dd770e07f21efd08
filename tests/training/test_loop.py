"""The loop: laws that hold for every rule."""

from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import warmer
from warmer.engines.python import PythonEngine
from warmer.plugins.choosing import assemble
from warmer.runs.history import Record
from warmer.training.loop import start_state
from warmer.training.tasks import task_of

RNG = np.random.default_rng(11)
INPUTS = RNG.standard_normal((9, 3))
TARGETS = RNG.standard_normal((9, 2))
START = RNG.standard_normal((3, 2))


def same(one: Any, other: Any) -> bool:
    """Whether two arrays have the same shape and bits (both None counts)."""
    if one is None or other is None:
        return one is other
    return np.shape(one) == np.shape(other) and (
        np.asarray(one, float).tobytes() == np.asarray(other, float).tobytes()
    )


def same_runs(one: warmer.Run, other: warmer.Run) -> bool:
    """Whether two runs agree in every bit of their numbers."""
    return (
        same(one.weights, other.weights)
        and one.outcome == other.outcome
        and same(one.error, other.error)
        and all(same(one.memory[name], other.memory[name]) for name in one.memory | other.memory)
        and (one.history is None) == (other.history is None)
        and (
            one.history is None
            or all(
                same(getattr(one.history, field.name), getattr(other.history, field.name))
                for field in attrs.fields(warmer.History)[:-1]  # all but the names
            )
        )
    )


BATCHES = pytest.mark.parametrize("batch_size", [None, 1, 4])


class TestLaws:
    """What no rule, shipped or not, can change."""

    @BATCHES
    def test_several_targets_are_several_networks(self, any_rule, batch_size) -> None:
        """Training several targets at once is training each alone, bit for bit."""
        options = {"steps": 15, "batch_size": batch_size, "seed": 7}
        both = warmer.train(INPUTS, TARGETS, any_rule, weights=START, **options)
        for target in range(2):
            alone = warmer.train(
                INPUTS, TARGETS[:, target], any_rule, weights=START[:, target], **options
            )
            assert same(both.weights[:, target], alone.weights)
            assert same(both.history.weights[..., target], alone.history.weights)
            assert same(both.history.error[..., target], alone.history.error)
            assert same(both.history.weight_deltas[..., target], alone.history.weight_deltas)
            assert same(both.error[target], alone.error)
            assert all(
                same(both.memory[name][:, target], alone.memory[name]) for name in both.memory
            )

    @BATCHES
    def test_new_engines_go_on(self, any_rule, batch_size) -> None:
        """A run that goes on in a new engine after each of its cuts is the run without cuts."""
        network = assemble(any_rule, {}, None, None, (), warmer.Registry())
        task = task_of(network, INPUTS, TARGETS, START, 15, batch_size, None, 7)
        whole = warmer.train(
            INPUTS, TARGETS, any_rule, weights=START, steps=15, batch_size=batch_size, seed=7,
            engine="python",
        )  # fmt: skip
        for cuts in (2, 3, 5):
            record = Record.of(task, 15, 1, True)
            state = start_state(task, network.start)
            for cut in range(cuts):
                steps = 15 * (cut + 1) // cuts - state.step
                state = PythonEngine(network, task).advance(state, steps, record).state
            assert same(whole.weights, state.weights)
            assert same(whole.history.weights, record.history(0, 15).weights)

    def test_targets_are_shown_as_they_were_given(self, any_rule) -> None:
        """An axis of one target stands in every history, or in none: told, returned, stepped."""
        for targets in (TARGETS[:, 0], TARGETS[:, :1], TARGETS):
            told: list[Any] = []

            class Watch:
                @warmer.hookimpl
                def steps_taken(self, history: Any) -> None:
                    told.append(history)  # noqa: B023 - read before the next round

            run = warmer.train(INPUTS, targets, any_rule, steps=3, observers=[Watch()])
            (step, *_) = warmer.steps(INPUTS, targets, any_rule, steps=3)
            for history in told:
                assert history.error.shape[1:] == targets.shape[1:] == run.history.error.shape[1:]
                assert history.weights.shape[1:] == run.history.weights.shape[1:]
            assert np.shape(step.error) == targets.shape[1:]

    @BATCHES
    def test_chunks_change_nothing(self, any_rule, batch_size, monkeypatch) -> None:
        """However many steps are taken between two looks at the clock, the run is the same."""
        options = {"weights": START, "steps": 20, "batch_size": batch_size, "seed": 7}
        expected = warmer.train(INPUTS, TARGETS, any_rule, **options)
        for seconds in (0.0, 1e-9, 1e9):
            monkeypatch.setattr("warmer.training.loop.CHUNK_SECONDS", seconds)
            assert same_runs(expected, warmer.train(INPUTS, TARGETS, any_rule, **options))

    @pytest.mark.sampled(2, batch_size=[None, 1, 4], targets=[TARGETS, TARGETS[:, 0]])
    def test_steps_are_what_train_records(self, any_rule, batch_size, targets) -> None:
        """The iterator gives, step by step, the history and the end of the same run."""
        options = {"steps": 20, "batch_size": batch_size, "seed": 7}
        run = warmer.train(INPUTS, targets, any_rule, **options)
        walk = warmer.steps(INPUTS, targets, any_rule, **options)
        taken = list(walk)
        history = run.history

        assert len(history) == len(taken) == 20
        for index, step in enumerate(taken):
            assert step.step == history.step[index] == index + 1
            assert same(step.weights, history.weights[index])
            assert same(step.error, history.error[index])
            assert same(step.weight_deltas, history.weight_deltas[index])
            for name in ("prediction", "delta"):
                column = getattr(history, name)
                assert same(getattr(step, name), None if column is None else column[index])
            following = run.weights if index == 19 else history.weights[index + 1]
            assert same(step.new_weights, following)
        assert run.outcome == walk.outcome

    def test_rules_are_told_the_same_twice(self, any_rule) -> None:
        """A run with a seed is the same when it is run again."""
        options = {"steps": 30, "batch_size": 2, "seed": 1}

        assert same_runs(
            warmer.train(INPUTS, TARGETS, any_rule, **options),
            warmer.train(INPUTS, TARGETS, any_rule, **options),
        )

    def test_a_rule_from_the_outside(self, any_rule) -> None:
        """Arrays are read and never written to: data and starting weights stay as they were."""
        inputs, targets, start = INPUTS.copy(), TARGETS.copy(), START.copy()
        for array in (inputs, targets, start):
            array.flags.writeable = False
        warmer.train(inputs, targets, any_rule, weights=start, steps=5)

        assert same(INPUTS, inputs)
        assert same(START, start)

    def test_history_starts_where_the_run_starts(self, any_rule) -> None:
        """The first recorded weights are the starting ones."""
        run = warmer.train(INPUTS, TARGETS, any_rule, weights=START, steps=3)

        assert same(START, run.history.weights[0])


class TestFeatures:
    """All weights move at once, so their order cannot matter."""

    @given(
        st.lists(st.tuples(*[st.floats(-1e3, 1e3)] * 3), min_size=1, max_size=5),
        st.sampled_from(["hot-and-cold", "raw-gradient", "alpha-scaled"]),
    )
    def test_two_features(self, rows: list[tuple[float, ...]], rule: str) -> None:
        """Swapping two columns swaps the two weights, bit for bit, for any floats."""
        data = np.array(rows)
        inputs, targets = data[:, :2], data[:, 2]
        plain = warmer.train(inputs, targets, rule, weights=[0.5, -2.0], steps=5)
        swapped = warmer.train(inputs[:, ::-1], targets, rule, weights=[-2.0, 0.5], steps=5)

        assert same(plain.weights[::-1], swapped.weights)
        assert same(plain.history.error, swapped.history.error)

    @pytest.mark.parametrize("features", [3, 8, 9, 17])
    def test_many_features(self, shipped_rule: str, features: int) -> None:
        """Where no sum is rounded, permuting columns permutes the weights, bit for bit."""
        rng = np.random.default_rng(features)
        inputs = rng.integers(-2, 3, (4, features)).astype(float)
        targets = rng.integers(-9, 10, 4).astype(float)
        start = rng.integers(-4, 5, features).astype(float)
        order = rng.permutation(features)
        sizes = {"alpha-scaled": {"alpha": 0.25}, "hot-and-cold": {"step_amount": 0.25}}
        options = {"steps": 3, **sizes.get(shipped_rule, {})}
        plain = warmer.train(inputs, targets, shipped_rule, weights=start, **options)
        mixed = warmer.train(
            inputs[:, order], targets, shipped_rule, weights=start[order], **options
        )

        assert len(plain.history) == 3
        assert not same(plain.weights, start)
        assert same(plain.weights[order], mixed.weights)
        assert same(plain.history.error, mixed.history.error)

    def test_all_weights_move_at_once(self) -> None:
        """Every weight is moved from the state at the start of the step, never from a newer one."""
        seen = []

        @attrs.frozen(eq=False)
        class Probe:
            @warmer.hookimpl
            def learn(self, weight: float, error_at: Any, step: int) -> float:
                seen.append((step, error_at(weight)))
                return weight + 1.0

        run = warmer.train([[1.0, 10.0, 100.0]], [0.0], Probe, weights=0.0, steps=2)

        assert seen == [(1, 0.0)] * 3 + [(2, 111.0 * 111.0)] * 3
        assert run.history.error.tolist() == [0.0, 111.0 * 111.0]


class TestEqualRules:
    """Rules that must agree where one is a special case of the other."""

    def test_raw_gradient_is_alpha_one(self) -> None:
        """raw-gradient is alpha-scaled with alpha 1, bit for bit."""
        data = INPUTS * 0.3, TARGETS

        assert same_runs(
            warmer.train(*data, "raw-gradient", weights=START, steps=50),
            warmer.train(*data, "alpha-scaled", alpha=1.0, weights=START, steps=50),
        )

    def test_momentum_without_friction(self, momentum) -> None:
        """Momentum that keeps nothing of its velocity is alpha-scaled, bit for bit."""
        one = warmer.train(INPUTS, TARGETS, momentum, friction=0.0, alpha=0.1, steps=50)
        other = warmer.train(INPUTS, TARGETS, "alpha-scaled", alpha=0.1, steps=50)

        assert same(one.weights, other.weights)


@pytest.mark.parametrize("size", [0.001, 0.25, 3.0])
def test_hot_and_cold_moves_a_step_or_stays(size: float) -> None:
    """hot-and-cold moves each weight by exactly one step, towards less error."""
    history = warmer.train(INPUTS, TARGETS, "hot-and-cold", step_amount=size, steps=30).history
    moves = np.abs(np.diff(history.weights, axis=0))

    assert np.allclose(moves, size, rtol=1e-9)
    assert moves.size


def test_hot_and_cold_stays_where_both_are_equal() -> None:
    """With both sides equally warm, hot-and-cold stays."""
    run = warmer.train([1.0], [2.0], "hot-and-cold", step_amount=0.5, weights=2.0, steps=5)

    assert set(run.history.weights[:, 0]) == {2.0}
