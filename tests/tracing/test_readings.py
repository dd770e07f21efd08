"""A formula is read when an engine is made: it is that of the rule as it is then."""

import attrs
import pytest

import warmer

FACTOR = 2.0


def trained(rule, **parameters):
    run = warmer.train([1.0], [0.0], rule, weights=1.0, steps=1, engine="native", **parameters)
    return float(run.weights[0])


@attrs.frozen(eq=False)
class Mode:
    way: str = warmer.param("down", choices=("down", "up"))
    half: bool = warmer.param(False)
    times: int = warmer.param(1)

    @warmer.hookimpl
    def learn(self, weight, weight_delta):
        moved = weight_delta / 2 if self.half else weight_delta
        moved = moved * self.times
        return weight - moved if self.way == "down" else weight + moved


@pytest.mark.parametrize("way, sign", [("down", -1), ("up", 1)])
@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize("times", [0, 1, 3])
def test_constants(way, sign, half, times) -> None:
    """Another word, truth value or int of a parameter is another formula."""
    moved = times * (0.5 if half else 1.0)
    assert trained(Mode, way=way, half=half, times=times) == 1.0 + sign * moved


def test_a_rule_that_changes(monkeypatch) -> None:
    """What a rule looks up may change between two runs."""

    @attrs.frozen(eq=False)
    class Global:
        @warmer.hookimpl
        def learn(self, weight, weight_delta):
            return weight - FACTOR * weight_delta

    assert trained(Global) == -1.0
    monkeypatch.setitem(globals(), "FACTOR", 3.0)
    assert trained(Global) == -2.0
    Global.learn = warmer.hookimpl(lambda self, weight: weight + 1.0)
    assert trained(Global) == 2.0
