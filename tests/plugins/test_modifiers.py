"""Modifiers: wrappers around hooks, in the user's order."""

from typing import Any

import attrs
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


@attrs.frozen(eq=False)
class Add:
    """Adds to the new weight."""

    amount: float = warmer.param(1.0)

    @warmer.hookimpl(wrapper=True)
    def learn(self) -> Any:
        learned = yield
        return learned._replace(weight=learned.weight + self.amount)


@attrs.frozen(eq=False)
class Times:
    """Multiplies the new weight."""

    factor: float = warmer.param(2.0)

    @warmer.hookimpl(wrapper=True)
    def learn(self) -> Any:
        learned = yield
        return learned._replace(weight=learned.weight * self.factor)


class TestModifiers:
    """What wrappers are given, and what they change."""

    def test_the_first_is_closest_to_the_rule(self) -> None:
        """Modifiers run in the user's order, from the rule outwards."""
        rule = rule_answering(5.0)
        one = warmer.train([1.0], [1.0], rule, steps=1, modifiers=[Add(), Times()])
        other = warmer.train([1.0], [1.0], rule, steps=1, modifiers=[Times(), Add()])

        assert one.weights == [12.0]
        assert other.weights == [11.0]
        assert [m["name"] for m in one.description["modifiers"]] == ["Add", "Times"]

    def test_they_receive_the_full_form(self, momentum) -> None:
        """A modifier sees Learned and Comparison, whatever short form a plugin returned."""
        seen = []

        @attrs.frozen(eq=False)
        class Pair:
            @warmer.hookimpl
            def compare(self, prediction: float, target: float) -> tuple[float, float]:
                return 1.0, 1.0

        @attrs.frozen(eq=False)
        class See:
            @warmer.hookimpl(wrapper=True)
            def learn(self) -> Any:
                seen.append((yield))
                return seen[-1]

            @warmer.hookimpl(wrapper=True)
            def compare(self) -> Any:
                seen.append((yield))
                return seen[-1]

        for rule in (rule_answering(2), momentum):
            warmer.train([1.0], [1.0], rule, steps=1, modifiers=[See],
                         compare=Pair)  # fmt: skip

        assert {warmer.Learned, warmer.Comparison} == {type(answer) for answer in seen}

    def test_evidence_that_only_a_modifier_asks_for(self) -> None:
        """A modifier gets the evidence that it names, though the rule does not ask for it."""

        @attrs.frozen(eq=False)
        class Follow:
            @warmer.hookimpl(wrapper=True)
            def learn(self, weight: float, weight_delta: float, step: float) -> Any:
                learned = yield
                return learned._replace(weight=weight - weight_delta * step)

        run = warmer.train([2.0], [3.0], rule_answering(0.0), steps=1, modifiers=[Follow])

        assert run.weights == [6.0]

    def test_memory_that_the_rule_does_not_have(self) -> None:
        """A modifier cannot ask for the memory of a rule that remembers nothing."""

        @attrs.frozen(eq=False)
        class Nosy:
            @warmer.hookimpl(wrapper=True)
            def learn(self, memory: Any) -> Any:
                return (yield)

        with pytest.raises(warmer.ContractError, match="modifier Nosy asks for memory, and raw-gr"):
            warmer.train([1.0], [1.0], "raw-gradient", modifiers=[Nosy])

    def test_one_weight_or_all(self, jumpy) -> None:
        """A modifier for one weight does not fit a rule for all of them, nor the other way."""

        @attrs.frozen(eq=False)
        class Single:
            @warmer.hookimpl(wrapper=True)
            def learn(self, weight: float) -> Any:
                return (yield)

        @attrs.frozen(eq=False)
        class All:
            @warmer.hookimpl(wrapper=True)
            def learn(self, weights: Any) -> Any:
                return (yield)

        with pytest.raises(warmer.ContractError, match="learn of Jumpy is asked for all weights"):
            warmer.train([1.0], [1.0], jumpy, modifiers=[Single])
        with pytest.raises(warmer.ContractError, match="raw-gradient is asked for one weight at a"):
            warmer.train([1.0], [1.0], "raw-gradient", modifiers=[All])

    def test_the_same_object_twice(self) -> None:
        """One object cannot stand in two places; two of its class can."""
        twice = Add()
        with pytest.raises(warmer.UsageError, match="the same modifier object is given twice"):
            warmer.train([1.0], [1.0], "raw-gradient", modifiers=[twice, twice])
        run = warmer.train([1.0], [1.0], rule_answering(0.0), steps=1, modifiers=[Add(), Add()])

        assert run.weights == [2.0]

    def test_they_change_what_error_at_sees(self) -> None:
        """A modifier of compare changes the error everywhere, for probes as for the history."""

        @attrs.frozen(eq=False)
        class Upside:
            @warmer.hookimpl(wrapper=True)
            def compare(self, target: float) -> Any:
                answer = yield
                return answer._replace(error=100.0 - answer.error)

        run = warmer.train(
            [1.0], [1.0], "hot-and-cold", step_amount=0.5, steps=1, modifiers=[Upside]
        )

        assert run.weights == [-0.5]
        assert run.history.error == [99.0]
