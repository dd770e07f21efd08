"""Networks: one plugin for each hook, and hooks of its own for each run."""

import threading
from typing import Any

import attrs
import numpy as np
import pytest

import warmer
from warmer.plugins.choosing import choose
from warmer.plugins.network import Network


@attrs.frozen(eq=False)
class One:
    """Answers the weight 1."""

    @warmer.hookimpl
    def learn(self, weight: float) -> float:
        return 1.0


@attrs.frozen(eq=False)
class Add:
    """Adds to the new weight."""

    amount: float = warmer.param(1.0)

    @warmer.hookimpl(wrapper=True)
    def learn(self) -> Any:
        learned = yield
        return learned._replace(weight=learned.weight + self.amount)


class TestRoles:
    """One plugin for each hook."""

    def test_a_rule_that_brings_its_own(self) -> None:
        """A rule with its own predict and compare is used for them."""

        @attrs.frozen(eq=False)
        class Whole:
            @warmer.hookimpl
            def predict(self, weights: Any, inputs: Any) -> float:
                return weights[0] * weights[0] * inputs[0]

            @warmer.hookimpl
            def compare(self, prediction: float, target: float) -> warmer.Comparison:
                return warmer.Comparison(abs(prediction - target), 1.0)

            @warmer.hookimpl
            def learn(self, weight: float, weight_delta: float) -> float:
                return weight_delta

        run = warmer.train([3.0], [1.0], Whole, weights=2.0, steps=1)

        assert run.history.prediction == [12.0]
        assert run.history.error == [11.0]
        assert run.weights == [12.0]
        assert run.description["predictor"]["name"] == "Whole"
        for kind, name in (("predict", "linear"), ("compare", "squared-error")):
            with pytest.raises(warmer.UsageError, match=f"Whole brings its own {kind}"):
                warmer.train([3.0], [1.0], Whole, **{kind: name})

    def test_defaults_are_plugins(self) -> None:
        """Naming the defaults changes nothing, and the run says who answered."""
        data = [[1.0, 2.0]], [1.0], "raw-gradient"
        run = warmer.train(*data, steps=3)
        said = warmer.train(*data, steps=3, predict="linear", compare="warmer/squared-error")

        assert run.description == said.description
        assert (
            run.description["predictor"]["name"],
            run.description["comparison"]["name"],
        ) == ("linear", "squared-error")

    def test_a_fresh_manager_for_every_run(self) -> None:
        """An object may serve in any number of runs; each has hooks of its own."""
        rule, modifier = One(), Add()
        runs = [
            warmer.train([1.0], [1.0], rule, steps=1, modifiers=[modifier, Add()]) for _ in "ab"
        ]
        alone = warmer.train([1.0], [1.0], rule, steps=1)

        assert [run.weights.tolist() for run in runs] == [[3.0], [3.0]]
        assert alone.weights == [1.0]

    def test_hooks_are_made_once_for_a_network(self) -> None:
        """A network keeps its hooks, and two networks share none."""
        one, other = (
            Network(*(choose(what, kind, warmer.Registry()) for what, kind in roles))
            for roles in [(("raw-gradient", "rule"), ("linear", "predictor"),
                           ("squared-error", "comparison"))] * 2
        )  # fmt: skip

        assert one.hook is one.hook
        assert one.hook is not other.hook


def test_threads_do_not_meet(any_rule) -> None:
    """Runs in several threads at once end as they do alone, with one rule object for all."""
    rng = np.random.default_rng(3)
    data = rng.standard_normal((6, 3)), rng.standard_normal(6)
    rule = any_rule if isinstance(any_rule, str) else any_rule()
    modifier = Add(amount=0.01) if any_rule in ("raw-gradient", "alpha-scaled") else None
    options = {"steps": 60, "seed": 5, "modifiers": [modifier] if modifier else []}
    alone = [warmer.train(*data, rule, weights=start, **options).weights for start in range(4)]
    together: list[Any] = [None] * 4
    start_line = threading.Barrier(4)

    def work(start: int) -> None:
        start_line.wait()
        together[start] = warmer.train(*data, rule, weights=start, **options).weights

    threads = [threading.Thread(target=work, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert np.array(alone).tobytes() == np.array(together).tobytes()
