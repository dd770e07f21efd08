"""Arrays from outside: checked once, copied only where they must be."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import numpy as np
import pytest

import warmer
from warmer.contract.arguments import shown
from warmer.tables.inputs import as_inputs, as_targets, as_weights

NUMBERS = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]])
DAYS = np.array(["2020-01-01", "2020-01-02"], dtype="datetime64[D]")
WEIGHTS_MUST = "weights must be a number, an array of one for each weight, or 'random', got"


def refusal(call: Any, *arguments: Any) -> str:
    """What is said of data that cannot be."""
    with pytest.raises(warmer.DataError) as caught:
        call(*arguments)
    return str(caught.value)


class TestInputs:
    """Inputs become float64, (rows, weights), C-contiguous."""

    def test_no_copy(self) -> None:
        """C-contiguous float64 is used as it is, all the way into the run."""
        shared = []

        @attrs.frozen(eq=False)
        class Look:
            @warmer.hookimpl
            def run_started(self, task: Any) -> None:
                shared.append(np.shares_memory(task.inputs, NUMBERS))
                shared.append(np.shares_memory(task.targets, column))

        column = np.array([1.0, 2.0, 3.0])
        warmer.train(NUMBERS, column, "raw-gradient", steps=1, observers=[Look])

        assert shared == [True, True]
        assert np.shares_memory(as_inputs(column), column)

    @pytest.mark.parametrize(
        "values",
        [
            NUMBERS.tolist(),
            tuple(map(tuple, NUMBERS.tolist())),
            NUMBERS.astype(np.float32),
            NUMBERS.astype(np.int8),
            NUMBERS.astype(np.uint64),
            np.asfortranarray(NUMBERS),
            NUMBERS.astype(">f8"),
            np.repeat(NUMBERS, 2, axis=0)[::2],
            np.ma.masked_array(NUMBERS),
        ],
        ids=lambda values: type(values).__name__ + str(getattr(values, "dtype", "")),
    )
    def test_forms(self, values: Any) -> None:
        """Lists, other dtypes, byte orders and memory orders are the same numbers."""
        array = as_inputs(values)

        assert array.tolist() == NUMBERS.tolist()
        assert array.flags.c_contiguous
        assert array.dtype == np.float64
        assert array.dtype.isnative

    def test_one_dimension_is_one_weight(self) -> None:
        """One number for each row means one weight."""
        assert as_inputs([1, 2, 3]).tolist() == [[1.0], [2.0], [3.0]]

    @pytest.mark.parametrize("values", [[True, False], np.array([[True], [False]])])
    def test_truth_values_are_zeros_and_ones(self, values: Any) -> None:
        """A column of yes and no is a column of 1 and 0."""
        assert sorted(as_inputs(values).ravel().tolist()) == [0.0, 1.0]

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            (["a", "b"], "{}[0] is 'a' (str), not a number"),
            ([1.0, "b"], "{}[1] is 'b' (str), not a number"),
            ([[1.0], ["2"]], "{}[1, 0] is '2' (str), not a number"),
            ([1.0, None], "{}[1] is missing (None): fill it, or leave that row out"),
            ([1j, 2j], f"{{}}[0] is {shown(np.complex128(1j))} (complex128), not a number"),
            (DAYS, f"{{}}[0] is {shown(DAYS[0])} (datetime64), not a number"),
            (DAYS.tolist(), "{}[0] is datetime.date(2020, 1, 1) (date), not a number"),
            ([1, 10**400], f"{{}}[1] is {shown(10**400)}, which does not fit 64 bits"),
            ([Decimal("sNaN"), 1], "{}[0] is Decimal('sNaN'), which does not fit 64 bits"),
            ([Decimal("NaN"), 1], "{}[0] is nan, not a finite number"),
            (None, "{} must be an array of numbers, got None"),
            ("12", "{} must be an array of numbers, got '12'"),
            ({"a": 1.0}, "{} must be an array of numbers, got {{'a': 1.0}}"),
            (
                [[1.0], [1.0, 2.0]],
                "{} must be an array of numbers, got [[1.0], [1.0, 2.0]] "
                "(are all rows equally long?)",
            ),
        ],
        ids=repr,
    )
    def test_no_numbers(self, values: Any, said: str) -> None:
        """What is not an array of numbers is refused, naming the first that is none."""
        assert refusal(as_inputs, values) == said.format("inputs")
        assert refusal(as_targets, values, 2) == said.format("targets")

    @pytest.mark.parametrize("number", [Decimal("0.1"), Fraction(1, 3), 10**30, True, np.int8(3)])
    def test_numbers_of_python(self, number: Any) -> None:
        """Whatever Python calls a number is one, among others or alone."""
        assert as_inputs([[number, 0.5]]).tolist() == [[float(number), 0.5]]
        assert as_weights(np.array(number, dtype=object), (1, 1), True).tolist() == [
            [float(number)]
        ]

    @pytest.mark.parametrize("offset", range(1, 8))
    def test_aligned(self, offset: int) -> None:
        """Numbers that stand between the places of 64 bits are copied to where engines read."""
        room = np.zeros(8 * 6 + 8, np.uint8)
        odd = np.frombuffer(room.data, np.float64, 6, offset).reshape(3, 2)
        odd[:] = NUMBERS

        for array in (as_inputs(odd), as_targets(odd, 3)[0], as_weights(odd, (3, 2), False)):
            assert array.ctypes.data % 8 == 0
            assert array.tolist() == NUMBERS.tolist()

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            (1.0, "inputs must have one or two dimensions, got 0"),
            (np.ones((2, 2, 2)), "inputs must have one or two dimensions, got 3"),
            ([], "inputs are empty (shape (0,))"),
            (np.ones((0, 3)), "inputs are empty (shape (0, 3))"),
            (np.ones((3, 0)), "inputs are empty (shape (3, 0))"),
        ],
    )
    def test_shapes(self, values: Any, said: str) -> None:
        """Neither scalars, nor cubes, nor nothing."""
        assert refusal(as_inputs, values) == said

    @pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
    @pytest.mark.parametrize("where", [(0, 0), (2, 1), (1, 0)])
    def test_not_finite(self, bad: float, where: tuple[int, int]) -> None:
        """The first number that is not finite is named, with its place."""
        values = NUMBERS.copy()
        values[where] = bad
        values[2, 1] = bad

        assert refusal(as_inputs, values) == (
            f"inputs[{where[0]}, {where[1]}] is {bad}, not a finite number"
        )

    def test_several_that_are_not_finite(self) -> None:
        """inf and -inf that cancel to nan are found, the first first."""
        assert refusal(as_targets, [1.0, -np.inf, np.inf], 3) == (
            "targets[1] is -inf, not a finite number"
        )

    @pytest.mark.parametrize("values", [[1e308] * 3, [1e308, 1e308] * 8 + [-1e308, -1e308] * 8])
    def test_large_numbers_are_finite(self, values: list[float]) -> None:
        """Numbers whose sum leaves the floats, or cancels to nan, are good; nothing warns."""
        assert as_inputs(values)[:, 0].tolist() == values

    @pytest.mark.parametrize("bad", [np.nan, np.inf])
    @pytest.mark.parametrize("targets", [True, False])
    def test_however_many(self, bad: float, targets: bool) -> None:
        """However many numbers there are, all of them are looked at before the first step."""
        values = np.ones((33_334, 3))
        values[-1, 1] = bad
        data = (np.ones(33_334), values) if targets else (values, np.ones(33_334))
        for way_in in (warmer.train, warmer.steps, warmer.explain):
            with pytest.raises(warmer.DataError, match=rf"\[33333, 1\] is {bad}, not"):
                way_in(*data, "raw-gradient", batch_size=10)


class TestTargets:
    """Targets become (rows, targets)."""

    def test_one_or_several(self) -> None:
        """One dimension is one target without an axis."""
        assert as_targets([1, 2], 2)[0].shape == (2, 1)
        assert as_targets([1, 2], 2)[1] is True
        assert as_targets([[1], [2]], 2)[1] is False

    @pytest.mark.parametrize("targets", [[1.0], [1.0, 2.0, 3.0, 4.0], [[1.0, 2.0, 3.0]]])
    def test_as_many_rows(self, targets: Any) -> None:
        """Inputs and targets have the same rows."""
        assert refusal(warmer.train, NUMBERS, targets, "raw-gradient") == (
            f"inputs have 3 rows and targets {len(targets)}"
        )


class TestWeights:
    """Where to start: one number for all weights, or one for each."""

    @pytest.mark.parametrize("value", [2, 2.0, np.float32(2), np.array(2)])
    def test_one_number(self, value: Any) -> None:
        """One number is every weight."""
        assert as_weights(value, (2, 3), single=False).tolist() == [[2.0] * 3] * 2

    def test_their_own_copy(self) -> None:
        """Starting weights are copied: the caller's stay."""
        start = np.ones((2, 1))

        assert not np.shares_memory(as_weights(start, (2, 1), single=False), start)

    @pytest.mark.parametrize(
        ("values", "single", "said"),
        [
            ([1.0], True, "weights have the shape (1,), and (2,) is needed"),
            ([[1.0], [2.0]], True, "weights have the shape (2, 1), and (2,) is needed"),
            ([1.0, 2.0], False, "weights have the shape (2,), and (2, 1) is needed"),
            ([1.0, np.nan], True, "weights[1] is nan, not a finite number"),
            (np.inf, True, "weights is inf, not a finite number"),
            ("1", True, f"{WEIGHTS_MUST} '1'"),
            (None, True, f"{WEIGHTS_MUST} None"),
            (True, True, f"{WEIGHTS_MUST} True"),
            (["1", "2"], True, "weights[0] is '1' (str), not a number"),
        ],
    )
    def test_refused(self, values: Any, single: bool, said: str) -> None:
        """Other shapes, and what is no finite number, are refused."""
        assert refusal(as_weights, values, (2, 1), single) == said


def test_masked_arrays() -> None:
    """What a mask hides is not learnt from unseen, also not in a list of masked rows."""
    hidden = np.ma.array([1.0, 2.0], mask=[False, True])
    for inputs in (hidden, [hidden, [1.0, 2.0]], ([1.0, 2.0], hidden), [1.0, np.ma.masked]):
        with pytest.raises(warmer.DataError, match="inputs are masked in places"):
            warmer.train(inputs, [1.0, 5.0], "alpha-scaled")
    open_ = np.ma.array([1.0, 2.0], mask=False)
    assert warmer.train(open_, [1.0, 2.0], "alpha-scaled", steps=2).outcome.steps == 2
