"""What a plugin's own validators, or its `__attrs_post_init__`, refuse."""

from typing import Any

import attrs
import pytest

import warmer


@attrs.frozen(eq=False)
class Range:
    """A rule that looks at its parameters together, and at one of them by itself."""

    low: float = warmer.param(0.0)
    high: float = warmer.param(1.0)

    @high.validator
    def _not_thirteen(self, attribute: Any, value: float) -> None:
        if value == 13.0:
            raise TypeError("13 is unlucky", attribute)  # as attrs' own validators: more than text

    def __attrs_post_init__(self) -> None:
        if self.low >= self.high:
            raise ValueError("low must be below high" if self.low > self.high else "")
        1 / (self.high - 7)

    @warmer.hookimpl
    def learn(self, weight: float) -> float:
        return min(max(weight, self.low), self.high)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"low": 2.0}, "low=2.0: low must be below high"),
        ({"low": 2, "high": 1.5}, "low=2, high=1.5: low must be below high"),
        ({"low": 1.0}, "low=1.0: ValueError"),
        ({"high": 13.0}, "high=13.0: 13 is unlucky"),
    ],
)
def test_refused(values: dict[str, Any], said: str) -> None:
    """What a plugin itself refuses is a ParameterError: plugin, values and its own words."""
    with pytest.raises(warmer.ParameterError) as caught:
        warmer.train([1.0], [1.0], Range, **values)

    assert f"rule Range does not take {said}" == str(caught.value)
    assert isinstance(caught.value.__cause__, (ValueError, TypeError))


def test_failed() -> None:
    """What else goes wrong in there is a fault of the plugin, and names it and the values."""
    with pytest.raises(warmer.PluginError) as caught:
        warmer.train([1.0], [1.0], Range, high=7.0)

    assert str(caught.value).startswith("rule Range fails with high=7.0: ZeroDivisionError: ")


def test_failed_with_more_than_text() -> None:
    """An error that is made of several parts is told as Python tells it."""

    @attrs.frozen(eq=False)
    class Reads:
        share: float = warmer.param(0.0)

        def __attrs_post_init__(self) -> None:
            if self.share == 1.0:
                raise FileNotFoundError(2, "No such file", "shares.txt")
            if self.share:
                b"\xff".decode("ascii")

        @warmer.hookimpl
        def learn(self, weight: float) -> float:
            return weight

    for share, said in ((1.0, "FileNotFoundError: [Errno 2] No such file: 'shares.txt'"),
                        (2.0, "'ascii' codec can't decode byte 0xff")):  # fmt: skip
        with pytest.raises(warmer.WarmerError) as caught:
            warmer.train([1.0], [1.0], Reads, share=share)
        assert f"share={share}: {said}" in str(caught.value)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyError("beta"), "KeyError: beta"),
        (SystemExit(0), "SystemExit: 0"),
        (ValueError("low must be below high"), "low must be below high"),
        (TypeError("13 is unlucky", attrs.fields(Range).high, 13.0), "13 is unlucky"),
        (FileNotFoundError(2, "No such file"), "FileNotFoundError: [Errno 2] No such file"),
    ],
)
def test_defaults(error: BaseException, said: str) -> None:
    """What is wrong with the defaults is told in the words that are used for other values."""

    @attrs.frozen(eq=False)
    class Broken:
        def __attrs_post_init__(self) -> None:
            raise error

        @warmer.hookimpl
        def learn(self, weight: float) -> float:
            return weight

    with pytest.raises(warmer.ContractError) as caught:
        warmer.train([1.0], [1.0], Broken)
    assert str(caught.value).endswith(f": its defaults do not make an object: {said}")


def test_of_any_kind() -> None:
    """Whatever takes parameters: a comparison's own check is told in the same words."""

    @attrs.frozen(eq=False)
    class Even:
        power: int = warmer.param(2)

        def __attrs_post_init__(self) -> None:
            if self.power % 2:
                raise ValueError("power must be even")

        @warmer.hookimpl
        def compare(self, prediction: float, target: float) -> warmer.Comparison:
            return warmer.Comparison(0.0, 0.0)

    with pytest.raises(warmer.ParameterError) as caught:
        warmer.check_comparison(Even, power=3)

    assert str(caught.value) == "comparison Even does not take power=3: power must be even"


def test_while_a_number_to_try_is_looked_for() -> None:
    """A rule that refuses half of a value is diagnosed all the same, for alpha-scaled."""

    @attrs.frozen(eq=False)
    class Picky:
        alpha: float = warmer.param(3.0)

        def __attrs_post_init__(self) -> None:
            if self.alpha < 2.0:
                raise TypeError("alpha is too small")

        @warmer.hookimpl
        def learn(self, weight: float, weight_delta: float) -> float:
            return weight - self.alpha * weight_delta

    assert "alpha-scaled is stable below alpha 2" in (warmer.diagnose([1.0], Picky) or "")
