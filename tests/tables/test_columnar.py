"""The fast way to read gives what the strict way gives, to the last bit, or nothing."""

import io
import math
from collections.abc import Iterator
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warmer.exceptions import DataError
from warmer.tables import columnar, delimited
from warmer.tables.converting import numbers_of
from warmer.tables.gathering import InMemory, Stores, gather
from warmer.tables.header import FIRST
from warmer.tables.table import Column

READERS = ("pyarrow", "numpy")


@pytest.fixture(scope="module", params=READERS, autouse=True)
def reader(request) -> Iterator[str]:
    """Small files are read in the fast way as well, with and without pyarrow."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columnar, "SMALL", 16)
        if request.param == "numpy":
            patch.setattr(columnar, "_arrow", lambda: None)
        yield request.param


def plain(columns: tuple[Column, ...]) -> list[object]:
    """Columns as values that compare: bits of numbers, texts."""
    return [
        column.tobytes() if isinstance(column, np.ndarray) else tuple(column) for column in columns
    ]


def both(data: bytes) -> tuple[object, object]:
    """What the fast way and the strict way read; `None` where they read nothing."""
    stream = io.BytesIO(data)
    try:
        layout = delimited.layout_of("t", stream)
    except DataError:
        return None, None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columnar, "BLOCK", 64)
        patch.setattr(columnar, "FEW", 0)
        patch.setattr(columnar, "NUMPY_BLOCK", 64)
        store = InMemory(len(layout.columns), numbered=False)
        rows = columnar.fast_columns(stream, layout, (), store)
        fast = None if rows is None else store.columns()
    try:
        width = len(layout.columns)
        strict, _ = gather(lambda: delimited.rows_of("t", stream, layout), Stores(width))
    except DataError:
        return fast, None
    return fast if fast is None else plain(fast), plain(strict)


NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.floats(-1e6, 1e6).map(lambda value: f"{value:.4f}"),
    st.integers(-(2**60), 2**60).map(str),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
    st.text("0123456789", min_size=1, max_size=30),
    st.from_regex(r"[+-]?[0-9]{0,25}\.?[0-9]{0,25}([eE][+-]?[0-9]{1,3})?", fullmatch=True),
)
ODD = st.sampled_from(
    ["", " ", "\t", "nan", "inf", "-Infinity", "1e400", "1e-400", "1_0", "0x1", "\uff11", "é",
     "a b", '"1"', '"1', '"a,b"', "true", "1 ", " 1", "\t1", "+", ".", "e5", "5e", "1,2", "\0",
     "\x0b1", "1\n", "\n", "\r", "\r\n", "#", "9007199254740993", "007", "-0"]
)  # fmt: skip


@given(
    rows=st.lists(st.lists(NUMBERS, min_size=2, max_size=2), min_size=1, max_size=8),
    end=st.sampled_from(["\n", "\r\n"]),
    separator=st.sampled_from(",;\t"),
)
def test_numbers(rows, end, separator) -> None:
    """Columns of numbers have the same bits, and are read without doubt where they are exact."""
    lines = [["x", "y"], *rows]
    data = "".join(separator.join(row) + end for row in lines).encode()
    fast, strict = both(data)
    assert fast is None or fast == strict
    values = numbers_of([cell for row in rows for cell in row])
    if len(data) > 16 and values is not None and (np.abs(values) < 2**53).all():
        assert fast is not None


def half_way(value: float, places: int) -> str:
    """The number half way to the next float, and a little more or less, as a text."""
    half = Decimal(value) + (Decimal(math.nextafter(value, math.inf)) - Decimal(value)) / 2
    return str(half.quantize(Decimal(1).scaleb(-places))) if value < 1e15 else str(half)


@given(st.lists(st.tuples(st.floats(0.001, 1e8), st.integers(8, 18)), min_size=5, max_size=50))
def test_half_way(cells) -> None:
    """Between two floats the nearer one is taken, however near both are."""
    texts = [half_way(value, places) for value, places in cells]
    fast, strict = both(("x\n" + "\n".join(texts) + "\n").encode())
    assert fast == strict == [np.array([*map(float, texts)]).tobytes()]


@settings(max_examples=100)
@given(
    rows=st.lists(st.lists(NUMBERS | ODD, min_size=1, max_size=3), min_size=1, max_size=8),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    separator=st.sampled_from(",;\t"),
    tail=st.sampled_from(["", "\n", " \n\t\r\n", "\n\n1"]),
)
def test_anything(rows, end, separator, tail) -> None:
    """Whatever stands in a file, the fast way answers nothing or the same."""
    lines = [["x", "y", "z"][: len(rows[0])], *rows]
    fast, strict = both((end.join(map(separator.join, lines)) + tail).encode())
    assert fast is None or fast == strict


def test_bits_of_hard_cases() -> None:
    """Numbers half way between two floats, and at the ends of what there is, are rounded right."""
    rng = np.random.default_rng(11)
    values = rng.integers(0, 2**63, 300).view(np.float64)
    values = values[np.isfinite(values) & (np.abs(values) < 2**53)]
    half = [f"{(int(v) * 2 + 1) / 2:.1f}" for v in rng.integers(2**51, 2**52, 100)]
    cells = [*map(repr, values.tolist()), *half, "5e-324", "2.4703282292062327e-324",
             "2.4703282292062328e-324", "2.2250738585072011e-308", "0." + "0" * 400 + "1",
             "9007199254740991.4999999999999999999", "8.5" + "0" * 60 + "1",
             "4503599627370496.5", "4503599627370497.5", "4503599627370496.50000000000000000001",
             *(f"{n}.{m:018d}" for n, m in rng.integers(0, 10**18, (300, 2)) if n < 2**53),
             ]  # fmt: skip
    data = ("x\n" + "\n".join(cells)).encode()
    fast, strict = both(data)
    assert fast == strict == [np.array([*map(float, cells)]).tobytes()]


def test_texts_beside_numbers(reader) -> None:
    """A column of texts is read beside columns of numbers, which may have holes."""
    data = b"name,x,y\n" + b"a b,1,2\n\xc3\xa9,,3\n c,,4\n" * 30
    fast, strict = both(data)
    assert (fast is None) == (reader == "numpy")
    assert fast in (None, strict)


@pytest.mark.parametrize(
    "doubtful",
    ['b,"1",2', '"b",1,2', '"b,c",1,2', '"b\nc",1,2', 'b"c,1,2', "b\0,1,2", "", " ", ",,",
     "b,nan,1", "b,1e400,1", "b,1_0,1", "b,9007199254740992,1", "b,1", "b,1,2,3", "\0,1,2"],
)  # fmt: skip
@pytest.mark.parametrize("words", [True, False])
def test_doubt(doubtful: str, words: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Far down a long table, what is not plain is left to the strict way."""
    monkeypatch.setattr(delimited, "BLOCK", 64)
    row, line = ("a,1,2\n", doubtful) if words else ("7,1,2\n", doubtful.replace("b", "7"))
    rows = row * (FIRST + 50)
    stream = io.BytesIO(f"x,y,z\n{rows}{line}\n{row}".encode())
    layout = delimited.layout_of("t", stream)

    assert columnar.fast_columns(stream, layout, (), InMemory(3, numbered=False)) is None
