"""A hook that fails at a step is told with its plugin, hook, step, file and line."""

import inspect
import re
from typing import Any

import attrs
import numpy as np
import pytest

import warmer

STEP = 4  # the weight is 0 before the first step, and 1 more after each


@attrs.frozen(eq=False)
class Walk:
    @warmer.hookimpl
    def learn(self, weight):
        return weight + 1.0


@attrs.frozen(eq=False)
class Predicts:
    @warmer.hookimpl
    def predict(self, weights, inputs):
        return weights[0] / (3.0 - weights[0])


@attrs.frozen(eq=False)
class TellsLogOdds:
    @warmer.hookimpl
    def predict(self, weights, inputs):
        return 0.5 + 0.0 * weights[0]

    @warmer.hookimpl
    def log_odds(self, weights, inputs):
        return weights[0] / (3.0 - weights[0])


@attrs.frozen(eq=False)
class Compares:
    @warmer.hookimpl
    def compare(self, prediction, target):
        return warmer.Comparison(1.0, prediction / (prediction - 3.0))


@attrs.frozen(eq=False)
class Learns:
    @warmer.hookimpl
    def learn(self, weight, step):
        return weight + 1.0 / (step - 4.0)


@attrs.frozen(eq=False)
class Probes:
    @warmer.hookimpl
    def learn(self, weight, error_at):
        return weight + 1.0 + error_at(weight) * 0.0 / (weight - 3.0)


@attrs.frozen(eq=False)
class Modifies:
    @warmer.hookimpl(wrapper=True)
    def learn(self, weight):
        learned = yield
        return learned._replace(weight=learned.weight + 0.0 / (weight - 3.0))


@attrs.frozen(eq=False)
class ModifiesPredict:
    @warmer.hookimpl(wrapper=True)
    def predict(self, weights):
        prediction = yield
        return prediction / (weights[0] - 3.0)


@attrs.frozen(eq=False)
class All:
    @warmer.hookimpl
    def learn(self, weights, step):
        if step == STEP:
            np.linalg.inv(np.zeros((2, 2)))
        return weights + 1.0


@attrs.frozen(eq=False)
class Forgets:
    @warmer.hookimpl
    def learn(self, weight, step):
        if step != STEP:
            return weight + 1.0


HOOKS: dict[Any, tuple[str, dict[str, Any]]] = {
    Predicts: ("predict of Predicts", {"predict": Predicts}),
    TellsLogOdds: ("log_odds of TellsLogOdds", {"predict": TellsLogOdds, "compare": "log-loss"}),
    Compares: ("compare of Compares", {"compare": Compares}),
    Learns: ("learn of Learns", {"rule": Learns}),
    Probes: ("learn of Probes", {"rule": Probes}),
    Modifies: ("learn of Walk (modified by Modifies)", {"modifiers": [Modifies]}),
    ModifiesPredict: (
        "predict of linear (modified by ModifiesPredict)",
        {"modifiers": [ModifiesPredict]},
    ),
}


def told(engine: str, **network: Any) -> str:
    """What is said of a run that ends at a hook."""
    with pytest.raises(warmer.HookError) as caught:
        warmer.train([1.0], [1.0], steps=9, engine=engine, **{"rule": Walk, **network})
    return str(caught.value)


def check_place(text: str, plugin: type) -> None:
    """The line that is named is one of the plugin's own."""
    file, line = re.search(r"\(([^(]+\.py):(\d+)[,)]", text).groups()
    lines, first = inspect.getsourcelines(plugin)
    assert file == __file__
    assert first <= int(line) < first + len(lines)


@pytest.mark.parametrize("engine", ["python", "arrays", "native"])
@pytest.mark.parametrize("plugin", HOOKS)
def test_told(plugin: type, engine: str) -> None:
    """Whatever hook fails, on whatever engine: plugin, hook, file, line and step."""
    where, network = HOOKS[plugin]
    text = told(engine, **network)

    assert text.startswith(f"{where} failed: ZeroDivisionError: ")
    assert text.endswith(f" at step {STEP}")
    check_place(text, plugin)


def test_a_library_of_the_plugin() -> None:
    """Where a library fails that the plugin called, the plugin's own line is named."""
    text = told("python", rule=All)

    assert text.startswith("learn of All failed: LinAlgError: Singular matrix ")
    assert text.endswith(f" at step {STEP}")
    check_place(text, All)


@pytest.mark.parametrize("engine", ["python", "arrays", "native"])
def test_an_answer(engine: str) -> None:
    """So it is for an answer that is none."""
    text = told(engine, rule=Forgets)

    assert text.startswith("learn of Forgets answered None")
    assert text.endswith(f" at step {STEP}")
