"""Evidence: what a rule is told, and that it is what the contract says."""

from typing import Any, NamedTuple

import attrs
import numpy as np
import pytest

import warmer

RNG = np.random.default_rng(2)
INPUTS, TARGETS = RNG.standard_normal((5, 3)), RNG.standard_normal(5)
START = [0.5, -1.0, 2.0]
ROWS = list(zip(INPUTS.tolist(), TARGETS.tolist(), strict=True))


def told(*names: str, inputs: Any = INPUTS, targets: Any = TARGETS, **options: Any) -> list[dict]:
    """Run two steps of a rule that stands still, and list what it was told."""
    seen: list[dict] = []

    source = (
        f"def learn(self, {', '.join(dict.fromkeys(names))}):\n"
        f"    seen.append({{name: value for name, value in locals().items() if name != 'self'}})\n"
        f"    return {'weights' if 'weights' in names else 'weight'}\n"
    )
    space: dict[str, Any] = {"seen": seen}
    exec(source, space)
    rule = attrs.make_class(
        "Rule", {}, class_body={"learn": warmer.hookimpl(space["learn"])}, frozen=True, eq=False
    )
    warmer.train(
        inputs, targets, rule, **{"weights": START, "steps": 2, "history": None, **options}
    )
    return seen


def mean(values: list[float]) -> float:
    """The mean over rows, added in order."""
    total = values[0]
    for value in values[1:]:
        total += value
    return total / len(values)


def predict(weights: Any, inputs: Any) -> float:
    """The linear network of three weights, left to right."""
    return weights[0] * inputs[0] + weights[1] * inputs[1] + weights[2] * inputs[2]


class TestSingular:
    """Evidence for one weight."""

    def test_weight_and_step(self) -> None:
        """`weight` is each weight in turn, `step` counts from 1."""
        seen = told("weight", "step")

        assert [(w, step) for step in (1, 2) for w in START] == [
            (news["weight"], news["step"]) for news in seen
        ]
        assert {float} == {type(news["weight"]) for news in seen}
        assert {float} == {type(news["step"]) for news in seen}

    def test_error(self) -> None:
        """`error` is the mean error over the rows of the batch."""
        misses = [predict(START, x) - t for x, t in ROWS]
        seen = told("weight", "error")

        assert {mean([miss * miss for miss in misses])} == {news["error"] for news in seen}

    def test_weight_delta(self) -> None:
        """`weight_delta` is the mean of delta * input, for the linear network, bit for bit."""
        expected = [mean([(predict(START, x) - t) * x[i] for x, t in ROWS]) for i in range(3)]

        assert expected * 2 == [news["weight_delta"] for news in told("weight", "weight_delta")]

    def test_error_at(self) -> None:
        """`error_at(candidate)` is the error if only this weight were the candidate."""
        for index, news in enumerate(told("weight", "error_at", steps=1)):
            for candidate in (0.0, START[index], 7.5):
                weights = [*START[:index], candidate, *START[index + 1 :]]
                misses = [predict(weights, x) - t for x, t in ROWS]
                assert mean([miss * miss for miss in misses]) == news["error_at"](candidate)

    def test_error_at_where_the_weight_is(self) -> None:
        """Asked for the weight as it is, error_at answers the error itself."""
        for news in told("weight", "error_at", "error"):
            assert news["error"] == news["error_at"](news["weight"])

    @pytest.mark.parametrize("answer", [None, "1", True])
    def test_error_at_takes_numbers(self, answer: Any) -> None:
        """A candidate that is not a number is refused, naming who asked."""

        @attrs.frozen(eq=False)
        class Rule:
            @warmer.hookimpl
            def learn(self, error_at: Any) -> float:
                return error_at(answer)

        with pytest.raises(warmer.HookError, match="error_at, asked by Rule, answered"):
            warmer.train([1.0], [1.0], Rule)

    def test_only_what_is_named(self) -> None:
        """A rule that asks for no derivative can use a predictor that has none."""

        @attrs.frozen(eq=False)
        class Steps:
            @warmer.hookimpl
            def predict(self, weights: Any, inputs: Any) -> float:
                return float(round(weights[0] * inputs[0]))

        run = warmer.train([1.0], [3.0], "hot-and-cold", predict=Steps, step_amount=1.0, steps=9)

        assert 3.0 in run.history.prediction
        assert run.history.weight_deltas is None
        with pytest.raises(warmer.HookError, match="predict of Steps has no derivative: "):
            warmer.train([1.0], [3.0], "raw-gradient", predict=Steps)


class TestPlural:
    """Evidence for all weights of a target."""

    NAMES = ("weights", "weight_deltas", "inputs", "deltas", "error", "step", "rng")

    @pytest.mark.parametrize("batch_size", [None, 2])
    def test_arrays(self, batch_size: int | None) -> None:
        """A plural rule is asked once a step, with arrays of the documented shapes."""
        for number, news in enumerate(told(*self.NAMES, batch_size=batch_size)):
            rows = slice(2 * number, 2 * number + 2) if batch_size else slice(None)
            misses = [predict(START, x) - t for x, t in ROWS[rows]]
            assert news["weights"].tolist() == START
            assert INPUTS[rows].tobytes() == news["inputs"].tobytes()
            assert misses == news["deltas"].tolist()
            assert news["weight_deltas"].shape == (3,)
            assert mean([miss * miss for miss in misses]) == news["error"]

    def test_the_same_numbers_as_one_by_one(self) -> None:
        """weight_deltas holds what each weight alone would be told."""
        (news,) = told("weights", "weight_deltas", steps=1)
        singly = [each["weight_delta"] for each in told("weight", "weight_delta", steps=1)]

        assert singly == news["weight_deltas"].tolist()

    def test_what_is_told_is_the_rules_own(self) -> None:
        """A plural rule may write into its arrays: nothing else changes."""

        @attrs.frozen(eq=False)
        class Rude:
            @warmer.hookimpl
            def learn(self, weights: Any, inputs: Any, deltas: Any, weight_deltas: Any) -> Any:
                moved = weights - 0.1 * weight_deltas
                for array in (weights, inputs, deltas, weight_deltas):
                    array[:] = 99.0
                return moved

        polite = warmer.train(INPUTS, TARGETS, "alpha-scaled", alpha=0.1, steps=9)
        rude = warmer.train(INPUTS, TARGETS, Rude, steps=9)

        assert polite.weights.tobytes() == rude.weights.tobytes()
        assert polite.history.weights.tobytes() == rude.history.weights.tobytes()

    def test_the_generator(self, jumpy) -> None:
        """`rng` is a generator for each step, of the seed and the step's number alone."""
        run = warmer.train([[1.0, 1.0]], [1.0], jumpy, size=1.0, seed=8, steps=3)
        weights = np.zeros(2)
        for step in range(1, 4):
            weights = weights + 1.0 * np.random.default_rng([8, step]).standard_normal(2)

        assert weights.tobytes() == run.weights.tobytes()

    @pytest.mark.parametrize("answer", [1.0, [1.0], [[1.0, 2.0, 3.0]], "123", None], ids=repr)
    def test_an_answer_of_another_shape(self, answer: Any) -> None:
        """A plural rule answers one number for every weight."""

        @attrs.frozen(eq=False)
        class Rule:
            @warmer.hookimpl
            def learn(self, weights: Any) -> Any:
                return answer

        with pytest.raises(warmer.HookError, match="learn of Rule answered"):
            warmer.train(INPUTS, TARGETS, Rule)


class Past(NamedTuple):
    """What a rule remembers."""

    slow: float
    count: float


class TestMemory:
    """What a weight remembers from step to step."""

    def test_momentum_by_hand(self, momentum) -> None:
        """Momentum is its plain Python loop, bit for bit, and the run ends with its memory."""
        run = warmer.train([2.0], [0.8], momentum, alpha=0.05, friction=0.9, weights=0.5, steps=40)
        weight, velocity, weights = 0.5, 0.0, []
        for _ in range(40):
            weights.append(weight)
            weight_delta = (weight * 2.0 - 0.8) * 2.0
            velocity = 0.9 * velocity + weight_delta
            weight = weight - 0.05 * velocity

        assert weights == run.history.weights[:, 0].tolist()
        assert [weight] == run.weights.tolist()
        assert [velocity] == run.memory["velocity"].tolist()

    @pytest.mark.parametrize("targets", [TARGETS, np.stack([TARGETS, -TARGETS], axis=1)])
    def test_every_weight_has_its_own(self, targets: Any) -> None:
        """Each weight of each target starts from `memory` and remembers for itself."""

        @attrs.frozen(eq=False)
        class Counting:
            memory = Past(0.5, 0.0)

            @warmer.hookimpl
            def learn(self, weight: float, memory: Past) -> Any:
                return weight, Past(memory.slow + weight, memory.count + 1.0)

        start = np.array(START) if targets.ndim == 1 else np.stack([START, START], axis=1)
        run = warmer.train(INPUTS, targets, Counting, weights=start, steps=4)

        assert {"slow", "count"} == set(run.memory)
        assert (0.5 + 4 * start).tolist() == run.memory["slow"].tolist()
        assert np.full(start.shape, 4.0).tolist() == run.memory["count"].tolist()

    def test_rules_without(self, shipped_rule: str) -> None:
        """A run of a rule that remembers nothing has no memory."""
        assert warmer.train([1.0], [1.0], shipped_rule, steps=1).memory == {}

    @pytest.mark.parametrize("answer", [(1.0,), 1.0, (1.0, (2.0,)), (1.0, 3.0)], ids=repr)
    def test_memory_keeps_its_length(self, answer: Any) -> None:
        """A rule that remembers hands on as many numbers as it was given."""

        @attrs.frozen(eq=False)
        class Rule:
            memory = Past(0.0, 0.0)

            @warmer.hookimpl
            def learn(self, weight: float, memory: Past) -> Any:
                return answer

        with pytest.raises(warmer.HookError):
            warmer.train([1.0], [1.0], Rule)

    def test_state_is_not_in_the_rule(self, momentum) -> None:
        """One rule object runs twice the same: nothing stays behind in it."""
        rule = momentum()
        one, other = (warmer.train(INPUTS, TARGETS, rule, steps=9) for _ in "ab")

        assert one.weights.tobytes() == other.weights.tobytes()
