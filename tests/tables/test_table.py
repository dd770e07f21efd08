"""Tables: what is read, and that anything else is refused in one line."""

import csv
import io
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmer.exceptions import DataError
from warmer.tables.header import quoted
from warmer.tables.numbers import parse_number
from warmer.tables.reading import read_table
from warmer.tables.table import Table

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"

Write = Callable[[str | bytes], str]


def stdin(data: bytes) -> IO[str]:
    """A standard input that holds these bytes."""
    return io.TextIOWrapper(io.BytesIO(data))


def opened(path: str) -> Iterator[str | IO[Any]]:
    """Give a file by its name, open for bytes, and open for text, which it may not be."""
    yield path
    with open(path, "rb") as file:
        yield file
    with open(path, encoding="utf-8") as text:
        yield text


class TestReading:
    """What is read."""

    @pytest.mark.parametrize(
        ("name", "rows", "first"), [("norris", 36, (0.2, 0.1)), ("noint1", 11, (60.0, 130.0))]
    )
    def test_examples(self, name: str, rows: int, first: tuple[float, float]) -> None:
        """The data sets of the documents are tables with columns x and y."""
        table = read_table(EXAMPLES / f"{name}.csv")

        assert table.columns == ("x", "y")
        assert rows == table.rows
        assert first == (table.numbers("x")[0], table.numbers("y")[0])

    @pytest.mark.parametrize(
        "content",
        [
            "x,y\n1,-2.5e-1\n.5,4\n",
            "x,y\r\n1,-2.5e-1\r\n.5,4\r\n",
            "x,y\r1,-2.5e-1\r.5,4",
            "x,y\n1,-2.5e-1\n.5,4\n\n \t\r\n\n",
            b"\xef\xbb\xbfx,y\n1,-2.5e-1\n.5,4\n",
            " x ,\ty\n 1\t, -2.5e-1\n.5 ,4 \n",
            '"x", "y"\n1, "-2.5e-1"\n" .5",4\n',
        ],
        ids=["LF", "CRLF", "CR", "blank lines at the end", "BOM", "spaces", "quotes"],
    )
    def test_forms_of_one_table(self, write: Write, content: str | bytes) -> None:
        """Line ends, a byte order mark, white space, quotes, blank lines at the end: no matter."""
        table = read_table(write(content))

        assert table.columns == ("x", "y")
        assert table.numbers("x").tolist() == [1.0, 0.5]
        assert table.numbers("y").tolist() == [-0.25, 4.0]

    def test_other_columns_may_be_text(self, write: Write) -> None:
        """Only the columns asked for have to be numbers."""
        table = read_table(write("name; or\ttitle,x\nJosé,1\n,2\n"))

        assert table.numbers("x").tolist() == [1.0, 2.0]

    @given(
        st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1),
        st.sampled_from(["\n", "\r\n", "\r"]),
        st.booleans(),
    )
    def test_numbers_come_back(self, values: list[float], end: str, quotes: bool) -> None:
        """Numbers that were written come back to the same bits."""
        file = io.StringIO(newline="")
        quoting: Literal[0, 1] = csv.QUOTE_ALL if quotes else csv.QUOTE_MINIMAL
        csv.writer(file, lineterminator=end, quoting=quoting).writerows(
            [["x"], *([value] for value in values)]
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stdin", stdin(file.getvalue().encode()))
            read = read_table("-").numbers("x").tolist()

        assert [value.hex() for value in values] == [value.hex() for value in read]

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_a_line_that_names_the_separator(self, write: Write, end: str, message) -> None:
        """Excel's first line `sep=,` is passed over, and lines are counted with it."""
        table = read_table(write(end.join(["sep=,", "x,y", "1,2", "a,3"])))

        assert table.columns == ("x", "y")
        assert message(lambda: table.numbers("x")).startswith("t.csv:4: column 'x'")

    @pytest.mark.parametrize("first", ["", '""', "  "])
    def test_row_numbers(self, write: Write, first: str) -> None:
        """A first column without a name is left out, and a note says so."""
        table = read_table(write(f"{first},x,y\n0,1,2\n1,3,4\n"))

        assert (table.columns, table.numbers("y").tolist()) == (("x", "y"), [2.0, 4.0])
        assert table.notes == ("column 1 has no name; it is left out",)

    @given(st.text(min_size=1))
    def test_names_that_look_the_same(self, name: str) -> None:
        """A column is found by its name in every normal form of Unicode."""
        table = Table("t", (name,), (("1",),), (2,))

        for form in ("NFC", "NFD"):
            assert table.numbers(unicodedata.normalize(form, name)).tolist() == [1.0]

    @pytest.mark.parametrize(
        "opened",
        [
            lambda name: io.StringIO(Path(name).read_text(encoding="utf-8")),
            lambda name: io.BytesIO(Path(name).read_bytes()),
            lambda name: io.TextIOWrapper(io.FileIO(name), encoding="utf-8"),
            lambda name: io.BufferedReader(io.FileIO(name)),
            io.FileIO,
            lambda name: name.encode(),
            Path,
        ],
    )
    def test_a_file_however_it_is_given(self, write: Write, opened: Callable[[str], Any]) -> None:
        """A name of text or bytes, a path, and a file that is open are the same table."""
        given = opened(write("größe,y\n1,2\n3,4\n"))
        table = read_table(given)
        if hasattr(given, "close"):
            given.close()

        assert table.columns == ("größe", "y")
        assert table.numbers("y").tolist() == [2.0, 4.0]

    def test_standard_input(self, monkeypatch: pytest.MonkeyPatch, message) -> None:
        """`-` is standard input, and errors call it so."""
        monkeypatch.setattr(sys, "stdin", stdin(b"x\n1\nb\n"))
        table = read_table("-")

        assert message(lambda: table.numbers("x")) == "<stdin>:3: column 'x': 'b' is not a number"


NUMBERISH = st.text(alphabet="01.eE+-_ \t\n\x0b\x1cx１\xa0nafi", max_size=6)  # noqa: RUF001 - full width


@given(cells=st.lists(NUMBERISH | st.floats().map(repr), min_size=1, max_size=4))
def test_a_column_is_its_cells(cells: list[str], message) -> None:
    """A column reads as `parse_number` reads its cells, or is refused at the first it refuses."""
    table = Table("t", ("x",), (tuple(cells),), tuple(range(len(cells))))
    expected: list[str] = []
    for row, cell in enumerate(cells):
        try:
            expected.append(parse_number(cell).hex())
        except ValueError:
            assert message(lambda: table.numbers("x")).startswith(f"t:{row}: column 'x': ")
            return

    assert expected == [value.hex() for value in table.numbers("x").tolist()]


@given(st.text())
def test_quoted_is_short_and_one_line(text: str) -> None:
    """However long a text and whatever its line ends, a message shows it on one short line."""
    assert quoted(text).isprintable()
    assert len(quoted(text * 50)) <= len(repr("\U0010ffff" * 40))


@given(st.text(alphabet=',"\n\r\t a1;\ufeff\0é\u2028') | st.binary(max_size=30))
def test_any_file_is_a_table_or_one_line(content: str | bytes) -> None:
    """Whatever a file holds, it is a table with rows or refused in one line that names it."""
    data = content.encode() if isinstance(content, str) else content
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", stdin(data))
        try:
            table = read_table("-")
        except DataError as error:
            fault = str(error)
        else:
            assert table.rows > 0
            assert {table.rows} == {len(cells) for cells in table.cells}
            return

    assert fault.startswith("<stdin>:")
    assert fault.isprintable()
