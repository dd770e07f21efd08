"""Frames as inputs: their columns are named where they are no numbers."""

from decimal import Decimal
from typing import Any

import attrs
import numpy as np
import pytest

import warmer
from warmer.tables.inputs import as_inputs


def refusal(call: Any, *arguments: Any) -> str:
    """What is said of data that cannot be."""
    with pytest.raises(warmer.DataError) as caught:
        call(*arguments)
    return str(caught.value)


class NAType:
    """What stands for pandas' missing value: neither true nor false, nor equal to anything."""

    def __bool__(self) -> bool:
        raise TypeError("boolean value of NA is ambiguous")

    def __repr__(self) -> str:
        return "<NA>"


@attrs.frozen(eq=False)
class Frame:
    """What stands for a frame: named columns, each with a type of its own."""

    columns: tuple[str, ...]
    rows: list[list[Any]]

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.array(self.rows, dtype=dtype or object)


class TestFrames:
    """Frames, as pandas and others make them, and sparse matrices."""

    def test_columns_of_several_types(self) -> None:
        """Columns of floats, ints, truth values and Decimals are numbers together."""
        frame = Frame(("a", "b", "c"), [[1.5, True, Decimal(2)], [2, False, np.float32(3)]])

        assert as_inputs(frame).tolist() == [[1.5, 1.0, 2.0], [2.0, 0.0, 3.0]]

    @pytest.mark.parametrize(
        ("value", "said"),
        [
            (NAType(), "is missing (<NA>): fill it, or leave that row out"),
            (None, "is missing (None): fill it, or leave that row out"),
            (float("nan"), "is missing (nan): fill it, or leave that row out"),
            (float("inf"), "is inf, not a finite number"),
            ("Berlin", "is 'Berlin' (str), not a number"),
        ],
    )
    def test_the_column_is_named(self, value: Any, said: str) -> None:
        """What is no number is named with its column and type, and what is missing as missing."""
        frame = Frame(("a", "city"), [[1.5, 2], [2.5, value]])

        assert refusal(as_inputs, frame) == f"inputs[1, 1] (column 'city') {said}"

    @pytest.mark.parametrize(
        ("described", "named"),
        [
            ({"columns": [["data"], ["data"]], "column_names": ["a", "city"]}, " (column 'city')"),
            ({"name": "/all/columns"}, ""),
            ({"columns": 3}, ""),
            ({"columns": ["a"]}, ""),
        ],
        ids=["of Arrow", "of HDF5", "how many", "too few"],
    )
    def test_other_frames(self, described: dict[str, Any], named: str) -> None:
        """A column is named where its name is known, and nothing else is taken for one."""

        class Other:
            def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
                return np.array([[1.5, 2], [2.5, "Berlin"]], dtype=object)

        other = Other()
        vars(other).update(described)

        said = f"inputs[1, 1]{named} is 'Berlin' (str), not a number"
        assert refusal(as_inputs, other) == said

    def test_sparse(self) -> None:
        """Sparse matrices, which NumPy takes for one object, get the hint how to make them one."""

        class Sparse:
            toarray = None

            def __repr__(self) -> str:
                return "<sparse>"

        said = "inputs must be an array of numbers, got <sparse>; inputs.toarray() is one"
        assert refusal(as_inputs, Sparse()) == said
