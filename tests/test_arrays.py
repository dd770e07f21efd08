"""Arrays from outside: checked once, copied only where they must be."""

from typing import Any

import attrs
import numpy as np
import pytest

import warmer
from warmer.arrays import as_inputs, as_targets, as_weights

NUMBERS = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]])


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

    @pytest.mark.parametrize("function", [as_inputs, lambda values: as_targets(values, 2)])
    @pytest.mark.parametrize(
        "values",
        [
            ["a", "b"],
            [1.0, None],
            [[1.0], [1.0, 2.0]],
            [1j, 2j],
            np.array(["2020-01-01", "2020-01-02"], dtype="datetime64[D]"),
            np.array([1.0, 2.0], dtype=object),
            None,
            {"a": 1.0},
        ],
        ids=repr,
    )
    def test_no_numbers(self, function: Any, values: Any) -> None:
        """What is not an array of numbers is refused."""
        assert refusal(function, values).endswith(" must be an array of numbers")

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

    def test_large_numbers_are_finite(self) -> None:
        """Numbers whose sum is beyond the floats are good numbers, and nothing warns."""
        assert as_inputs([1e308, 1e308, 1e308]).tolist() == [[1e308]] * 3


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
            ([1.0, np.nan], True, "weights must be finite numbers"),
            (np.inf, True, "weights must be finite numbers"),
            ("1", True, "weights must be numbers, got '1'"),
            (None, True, "weights must be numbers, got None"),
            (["1", "2"], True, "weights must be numbers, got ['1', '2']"),
        ],
    )
    def test_refused(self, values: Any, single: bool, said: str) -> None:
        """Other shapes, and what is no finite number, are refused."""
        assert refusal(as_weights, values, (2, 1), single) == said


def test_masked_arrays() -> None:
    """What a mask hides is not learnt from unseen."""
    hidden = np.ma.array([1.0, 2.0], mask=[False, True])
    with pytest.raises(warmer.DataError, match="inputs are masked in places"):
        warmer.train(hidden, [1.0, 5.0], "alpha-scaled")
    open_ = np.ma.array([1.0, 2.0], mask=False)
    assert warmer.train(open_, [1.0, 2.0], "alpha-scaled", steps=2).outcome.steps == 2
