"""Parameters: declared once, checked wherever a value comes from."""

import math
from fractions import Fraction
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import warmer
from warmer.contract.arguments import shown
from warmer.contract.parameters import Bounds, Parameter, check_number, parameters_of, values_of

SHIPPED = [(p.name, p.load()) for p in warmer.Registry(allowed=[]).plugins("rule")]
DECLARED = [
    pytest.param(rule, name, id=f"{rule}-{name}")
    for rule, cls in SHIPPED
    for name in parameters_of(cls)
]
NO_NUMBERS = [
    math.nan,
    math.inf,
    -math.inf,
    np.float64("nan"),
    np.float32("inf"),
    10**400,
    True,
    np.True_,
    "0.1",
    None,
    1j,
    [0.1],
    np.array([0.1]),
]


@attrs.frozen(eq=False)
class Many:
    """A rule with a parameter of every type."""

    share: float = warmer.param(0.5, above=0, at_most=1, help="share to keep")
    count: int = warmer.param(3, at_least=1, below=10)
    nested: bool = warmer.param(False)
    mood: str = warmer.param("warm", choices=("warm", "cold"))
    note: "str" = warmer.param("")  # noqa: RUF009 - the annotation is a text on purpose

    @warmer.hookimpl
    def learn(self, weight: float) -> float:
        return weight


def refusal(**values: Any) -> str:
    """What is said when these values are given."""
    with pytest.raises(warmer.ParameterError) as caught:
        Many(**values)
    return str(caught.value)


class Untouchable:
    """Data that nobody may look at."""

    def __array__(self, *_: Any, **__: Any) -> None:
        raise AssertionError("the data were read")

    def __len__(self) -> int:
        raise AssertionError("the data were read")


class TestShipped:
    """The parameters of the shipped rules."""

    @pytest.mark.parametrize("value", [*NO_NUMBERS, 0.0, -0.0, -1, -5e-324], ids=repr)
    @pytest.mark.parametrize(("rule", "name"), DECLARED)
    def test_bad_values(self, rule: str, name: str, value: Any) -> None:
        """A value that cannot be is refused before data are read, with name, range and value."""
        with pytest.raises(warmer.ParameterError) as caught:
            warmer.train(Untouchable(), Untouchable(), rule, **{name: value})

        said = f"rule {rule}: {name} must be a number above 0, got {shown(value)}"
        assert said == str(caught.value)

    @pytest.mark.parametrize(
        "value", [1, 0.1, np.float64(0.1), np.float32(0.5), np.int64(2), Fraction(1, 3), 5e-324]
    )
    @pytest.mark.parametrize(("rule", "name"), DECLARED)
    def test_good_values(self, rule: str, name: str, value: Any) -> None:
        """Any finite number within the range will do, and becomes a float."""
        run = warmer.train([1.0], [1.0], rule, steps=1, **{name: value})
        kept = run.description["rule"]["parameters"][name]

        assert float is type(kept)
        assert kept == float(value)

    def test_unknown_parameter(self, shipped_rule: str) -> None:
        """A name that a rule does not have is refused, naming what it has, before data are read."""
        has = list(parameters_of(dict(SHIPPED)[shipped_rule]))
        with pytest.raises(warmer.ParameterError) as caught:
            warmer.train(Untouchable(), Untouchable(), shipped_rule, momentum=0.9)
        known = f"its parameters are {', '.join(has)}" if has else "it has none"

        assert f"rule {shipped_rule} has no parameter 'momentum'; {known}" == str(caught.value)

    def test_misspelt_parameter(self) -> None:
        """A misspelt name is answered with the nearest one."""
        with pytest.raises(warmer.ParameterError, match=r"'alhpa' \(did you mean 'alpha'\?\)"):
            warmer.train([1.0], [1.0], "alpha-scaled", alhpa=0.1)

    def test_every_parameter_is_explained(self) -> None:
        """Every parameter of a shipped rule has a line of help."""
        for _, rule in SHIPPED:
            assert all(parameter.help for parameter in parameters_of(rule).values())


class TestDeclared:
    """What `warmer.param` declares."""

    def test_read_by_machine(self) -> None:
        """A class says of each parameter its name, type, default, range and help, in order."""
        bounds = Bounds(above=0, at_most=1)

        share = Parameter("share", float, 0.5, bounds, "share to keep")
        assert share == parameters_of(Many)["share"]
        assert {"share": float, "count": int, "nested": bool, "mood": str, "note": str} == {
            name: parameter.type for name, parameter in parameters_of(Many).items()
        }
        assert list(parameters_of(Many)) == list(values_of(Many()))

    @pytest.mark.parametrize(
        ("values", "expected"),
        [
            ({"share": 0}, "share must be a number above 0 and at most 1, got 0"),
            ({"share": 1.1}, "share must be a number above 0 and at most 1, got 1.1"),
            ({"count": 0}, "count must be a whole number at least 1 and below 10, got 0"),
            ({"count": 10}, "count must be a whole number at least 1 and below 10, got 10"),
            ({"count": 2.0}, "count must be a whole number at least 1 and below 10, got 2.0"),
            ({"count": True}, "count must be a whole number at least 1 and below 10, got True"),
            ({"nested": 1}, "nested must be True or False, got 1"),
            ({"nested": "yes"}, "nested must be True or False, got 'yes'"),
            ({"mood": "hot"}, "mood must be one of warm, cold, got 'hot'"),
            ({"mood": None}, "mood must be one of warm, cold, got None"),
            ({"note": 3}, "note must be text, got 3"),
        ],
    )
    def test_refused(self, values: dict[str, Any], expected: str) -> None:
        """What does not fit is refused, naming parameter, range and value."""
        assert expected == refusal(**values)

    def test_kept(self) -> None:
        """What fits is kept as the declared type; a bound that may be touched may be touched."""
        values = values_of(Many(share=np.float64(1), count=np.int32(9), nested=True, mood="cold"))

        assert values == {"share": 1.0, "count": 9, "nested": True, "mood": "cold", "note": ""}
        assert [float, int, bool, str, str] == list(map(type, values.values()))

    def test_by_name_only(self) -> None:
        """Values are given by name, so that no order of parameters can be got wrong."""
        with pytest.raises(TypeError):
            Many(0.5)

    def test_nothing_can_be_changed_later(self) -> None:
        """A rule keeps the values that were checked."""
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            Many().share = 7.0

    def test_an_object_has_its_values(self) -> None:
        """Parameters beside an object are refused: it has been given its own."""
        with pytest.raises(warmer.UsageError, match="Many is an object already; give it share"):
            warmer.train([1.0], [1.0], Many(), share=0.5)


@given(
    st.floats() | st.integers() | st.booleans() | st.none() | st.text(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(allow_nan=False, allow_infinity=False),
)
def test_a_checked_number_is_finite_and_within_its_range(value, low, high) -> None:
    """Whatever is given: it comes back equal, finite and within the range, or is refused."""
    bounds = Bounds(above=low, at_most=high)
    try:
        number = check_number("x", value, float, bounds)
    except warmer.ParameterError as error:
        fits = (
            isinstance(value, (int, float))
            and not isinstance(value, bool)
            and abs(value) <= 1.7976931348623157e308
            and low < value <= high
        )
        said = str(error)
        assert not fits
    else:
        assert math.isfinite(number)
        assert low < number <= high
        assert number == float(value)
        return

    assert said.startswith("x must be a number above ")
    assert said.endswith(f", got {shown(value)}")


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("steps", 0, "steps must be a whole number at least 1, got 0"),
        ("steps", 1.5, "steps must be a whole number at least 1, got 1.5"),
        ("steps", True, "steps must be a whole number at least 1, got True"),
        ("steps", None, "steps must be a whole number at least 1, got None"),
        ("history", 0, "history must be a whole number at least 1, got 0"),
        ("history", "all", "history must be a whole number at least 1, got 'all'"),
        ("batch_size", 0, "batch_size must be a whole number at least 1, got 0"),
        ("batch_size", 3, "batch_size must be at most the 2 rows, got 3"),
        ("tolerance", -1, "tolerance must be a number at least 0, got -1"),
        ("tolerance", math.nan, "tolerance must be a number at least 0, got nan"),
        ("seed", -1, "seed must be a whole number at least 0, got -1"),
        ("seed", 0.5, "seed must be a whole number at least 0, got 0.5"),
    ],
)
def test_options_of_train(option: str, value: Any, said: str) -> None:
    """What `train` itself is told is checked in the same words."""
    with pytest.raises(warmer.UsageError) as caught:
        warmer.train([1.0, 2.0], [1.0, 2.0], "raw-gradient", **{option: value})

    assert said == str(caught.value)


def test_numpy_integers_are_whole_numbers() -> None:
    """Options take NumPy's integers, and mean the same by them."""
    data = [1.0, 0.5, 0.25], [1.0, 2.0, 3.0], "raw-gradient"
    options = {"steps": 7, "history": 2, "batch_size": 2, "seed": 4}
    plain = warmer.train(*data, **options)
    same = warmer.train(*data, **{name: np.int16(value) for name, value in options.items()})

    assert plain.weights == same.weights
    assert plain.outcome == same.outcome
    assert int is type(same.outcome.steps)
    assert plain.history.step.tolist() == same.history.step.tolist()
