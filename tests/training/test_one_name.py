"""One name where a list of names is meant, one target among several."""

from typing import Any

import attrs
import numpy as np
import pytest

import warmer


@attrs.frozen(eq=False)
class Twice:
    """A modifier."""

    @warmer.hookimpl(wrapper=True)
    def compare(self) -> Any:
        answer = yield
        return answer._replace(delta=2 * answer.delta)


@attrs.frozen(eq=False)
class Stops:
    """An observer."""

    @warmer.hookimpl
    def run_started(self) -> None:
        raise warmer.Stop("at once")


class TestOneName:
    """Where a list of names is meant, one name is a list of one, and never its letters."""

    @pytest.mark.parametrize("name", ["y", "longer"])
    def test_columns(self, name: str) -> None:
        """One target, one feature."""
        cells = (("1", "2", "5"), ("3", "5", "4"), ("3", "1", "9"))
        table = warmer.Table("t", ("x", "y", "longer"), cells, (2, 3, 4))
        one, same = warmer.prepare(table, name, "x"), warmer.prepare(table, [name], ["x"])

        assert one.target_names == same.target_names == (name,)
        assert one.features == same.features == ("x",)

    def test_bytes(self) -> None:
        """Bytes are no list of numbers either: a message shows them whole."""
        table = warmer.Table("t", ("x", "y"), (("1",), ("2",)), (2,))
        with pytest.raises(warmer.ParameterError, match="column names, got b'y' in it"):
            warmer.prepare(table, b"y")
        with pytest.raises(warmer.UsageError, match="modifier must be .*, got b'twice'"):
            warmer.train([1.0], [2.0], "alpha-scaled", modifiers=b"twice")

    def test_text_of_numpy(self) -> None:
        """Names in an array are plain text afterwards."""
        table = warmer.Table("t", ("x", "y"), (("1",), ("2",)), (2,))

        assert type(warmer.prepare(table, np.array(["y"])).target_names[0]) is str

    def test_distributions(self, install) -> None:
        """One distribution that is admitted."""
        install("fine", {"warmer.rules": {"jump": "nowhere:X"}})
        names = {plugin.name for plugin in warmer.Registry(allowed="fine").plugins("rule")}

        assert "jump" in names
        assert names == {p.name for p in warmer.Registry(allowed=["fine"]).plugins("rule")}

    def test_plugins(self) -> None:
        """One modifier, one observer."""
        registry = warmer.Registry()
        registry.register("twice", Twice, "modifier")
        registry.register("stops", Stops, "observer")
        data = [1.0], [2.0], "alpha-scaled"
        one, same = (
            warmer.train(*data, steps=1, registry=registry, modifiers=modifiers)
            for modifiers in ("twice", ["twice"])
        )

        assert one.weights == same.weights == 2 * warmer.train(*data, steps=1).weights
        stopped = warmer.train(*data, registry=registry, observers="stops")
        assert stopped.outcome.reason == "at once"


def test_one_of_several_targets() -> None:
    """Which target is explained is said by one number, also where there are several."""
    with pytest.raises(warmer.ParameterError, match="target must be a whole number at least 0, g"):
        warmer.explain([1.0], [[1.0, 2.0]], "alpha-scaled", target=None)
    with pytest.raises(warmer.ParameterError, match="target must be a whole number at .* most 1"):
        warmer.explain([1.0], [[1.0, 2.0]], "alpha-scaled", target=2)
