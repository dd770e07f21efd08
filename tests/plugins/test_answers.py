"""Answers of hooks: what they have to be, and what is never one."""

import re
from typing import Any, NamedTuple

import attrs
import numpy as np
import pytest

import warmer


def rule_answering(answer: Any, **more: Any) -> type:
    """A rule whose learn answers this, whatever it is asked."""

    @attrs.frozen(eq=False)
    class Rule:
        @warmer.hookimpl
        def learn(self, weight: float) -> Any:
            return answer

    return Rule


def predictor_answering(answer: Any) -> type:
    """A predictor that answers this."""

    @attrs.frozen(eq=False)
    class Predictor:
        @warmer.hookimpl
        def predict(self, weights: Any, inputs: Any) -> Any:
            return answer

    return Predictor


def comparison_answering(answer: Any) -> type:
    """A comparison that answers this."""

    @attrs.frozen(eq=False)
    class Compare:
        @warmer.hookimpl
        def compare(self, prediction: float, target: float) -> Any:
            return answer

    return Compare


class Past(NamedTuple):
    """What a rule remembers."""

    velocity: float


@attrs.frozen(eq=False)
class Forgetful:
    """Wraps every hook and forgets to return."""

    hook: str = warmer.param("learn", choices=("predict", "compare", "learn"))

    @warmer.hookimpl(wrapper=True)
    def learn(self) -> Any:
        answer = yield
        return None if self.hook == "learn" else answer

    @warmer.hookimpl(wrapper=True)
    def predict(self) -> Any:
        answer = yield
        return None if self.hook == "predict" else answer

    @warmer.hookimpl(wrapper=True)
    def compare(self) -> Any:
        answer = yield
        return None if self.hook == "compare" else answer


def fault(**options: Any) -> str:
    """What is said of a run that a plugin's answer ends, at a place in this file."""
    with pytest.raises(warmer.HookError) as caught:
        warmer.train([1.0], [1.0], steps=2, **{"rule": "hot-and-cold", **options})
    said, _, place = str(caught.value).rpartition(" (")
    assert re.fullmatch(rf"{re.escape(__file__)}:\d+\)( at step 1)?", place)  # or before it
    return said


class TestAnswers:
    """What an answer has to be."""

    NONE = " answered None (is a return missing?)"

    def test_none_is_never_an_answer(self) -> None:
        """A plugin that returns nothing is named, with its hook."""
        assert fault(rule=rule_answering(None)) == "learn of Rule" + self.NONE
        assert fault(predict=predictor_answering(None)) == "predict of Predictor" + self.NONE
        assert fault(compare=comparison_answering(None)) == "compare of Compare" + self.NONE

    @pytest.mark.parametrize("rule", ["hot-and-cold", "raw-gradient"])
    @pytest.mark.parametrize("hook", ["predict", "compare", "learn"])
    def test_none_from_a_modifier(self, rule: str, hook: str) -> None:
        """A modifier that forgets its return is named, with the hook that it wraps."""
        said = fault(rule=rule, modifiers=[Forgetful(hook=hook)])

        assert f"{hook} of " in said
        assert "(modified by Forgetful) answered None" in said

    @pytest.mark.parametrize("answer", ["1", [1.0], True, np.True_, 1j, np.array([1.0])], ids=repr)
    def test_an_answer_is_a_number(self, answer: Any) -> None:
        """What is not a number is refused, naming plugin, hook and answer."""
        assert f"learn of Rule answered {answer!r}, not a number" == fault(
            rule=rule_answering(answer)
        )
        assert f"predict of Predictor answered {answer!r}, not a number" == fault(
            predict=predictor_answering(answer)
        )
        assert f"compare of Compare answered {answer!r}, not a number" == fault(
            compare=comparison_answering(warmer.Comparison(answer, 0.0))
        )

    @pytest.mark.parametrize("answer", [2.0, 2, np.float64(2), np.float32(2), np.int8(2)], ids=repr)
    def test_every_real_number_is_an_answer(self, answer: Any) -> None:
        """Any real number will do, and becomes a float."""
        run = warmer.train([1.0], [1.0], rule_answering(answer), steps=1)

        assert run.weights.tolist() == [2.0]

    @pytest.mark.parametrize("answer", [0.0, (1.0,), (1.0, 2.0, 3.0), [1.0, 2.0]], ids=repr)
    def test_a_comparison_is_two_numbers(self, answer: Any) -> None:
        """compare answers error and delta."""
        assert (
            f"compare of Compare answered {answer!r}, not warmer.Comparison(error, delta)"
            == fault(compare=comparison_answering(answer))
        )

    def test_a_plain_pair_is_a_comparison(self) -> None:
        """A tuple of two numbers is as good as a Comparison."""
        run = warmer.train(
            [1.0], [1.0], "raw-gradient", compare=comparison_answering((4, 0.5)), steps=1
        )

        assert (run.error, run.weights.tolist()) == (4.0, [-0.5])

    def test_a_number_beyond_the_floats(self) -> None:
        """A whole number too large for a float is like infinity: the run diverged."""
        run = warmer.train([1.0], [1.0], rule_answering(-(10**400)), steps=1)

        assert "a weight would become -inf at step 1" in run.outcome.reason

    def test_memory_from_a_rule_without_memory(self) -> None:
        """A rule cannot hand on more memory than it declared."""
        assert (
            fault(rule=rule_answering((1.0, (1.0,))))
            == "learn of Rule answered the memory (1.0,), and the class has no memory "
            "(say return weight, or declare memory = Memory())"
        )

    @pytest.mark.parametrize("engine", ["python", "arrays", "native"])
    def test_an_error_is_never_negative(self, engine: str) -> None:
        """A comparison that answers a negative error is refused, on every engine alike."""

        @attrs.frozen(eq=False)
        class Profit:
            @warmer.hookimpl
            def compare(self, prediction: float, target: float) -> Any:
                return warmer.Comparison(prediction - target + 0.25, 1.0)

        asked = {"rule": "alpha-scaled", "compare": Profit, "engine": engine}
        assert fault(**asked).startswith(
            "compare of Profit answered the error -0.75, and an error is never negative (say abs"
        )
        with pytest.raises(warmer.HookError, match="answered the error -0.05"):
            warmer.train([1.0], [1.0], steps=50, weights=2.0, **asked)

    def test_a_rule_that_changes_itself(self) -> None:
        """A hook that sets a field is told of memory, with its own line and not that of attrs."""

        @attrs.frozen(eq=False)
        class Counts:
            alpha: float = warmer.param(0.1)

            @warmer.hookimpl
            def learn(self, weight: float) -> float:
                self.alpha = self.alpha / 2
                return weight

        with pytest.raises(warmer.HookError) as caught:
            warmer.train([1.0], [1.0], Counts)
        assert "; a plugin never changes: what is remembered goes in and out as memory" in str(
            caught.value
        )
        line = Counts.learn.__code__.co_firstlineno + 2
        assert f"({__file__}:{line}, weight 0.0)" in str(caught.value)

    @pytest.mark.parametrize(
        ("learn", "said"),
        [
            (lambda self, weight, memory: weight, "answered no memory (say return weight, Past"),
            (lambda self, weight, memory: (weight, 0.5), "answered the memory 0.5 (say return"),
            (lambda self, weight, memory: (weight, (0.5, 1.0)), "the memory (0.5, 1.0) (say"),
        ],
    )
    def test_a_memory_that_is_lost(self, learn: Any, said: str) -> None:
        """A rule that remembers is told what to return."""
        body = {"memory": Past(0.0), "learn": warmer.hookimpl(learn)}
        rule = attrs.make_class("Rule", {}, class_body=body, frozen=True, eq=False)

        assert said in fault(rule=rule)

    def test_a_modifier_that_answers_a_number(self) -> None:
        """A modifier of learn is told to keep the form that it received."""

        @attrs.frozen(eq=False)
        class Halve:
            @warmer.hookimpl(wrapper=True)
            def learn(self) -> Any:
                return (yield).weight / 2

        assert fault(modifiers=[Halve]).endswith(
            "(a modifier returns a Learned: say learned._replace(weight=...))"
        )
