"""Tables: what is read, and that every fault is one line that names its place."""

import bz2
import csv
import gzip
import io
import lzma
import os
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmer.exceptions import DataError
from warmer.tables import files
from warmer.tables.numbers import parse_number
from warmer.tables.table import Table, quoted, read_table

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"

Write = Callable[[str | bytes], str]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write `t.csv` in the working directory and return its name."""
    monkeypatch.chdir(tmp_path)

    def write_file(content: str | bytes) -> str:
        data = content.encode() if isinstance(content, str) else content
        Path("t.csv").write_bytes(data)
        return "t.csv"

    return write_file


def message(call: Callable[[], object]) -> str:
    """Return the message of the DataError that a call raises."""
    with pytest.raises(DataError) as caught:
        call()
    return str(caught.value)


def opened(path: str) -> Iterator[str | IO[Any]]:
    """Give a file by its name, open for bytes, and open for text, which it may not be."""
    yield path
    with open(path, "rb") as file:
        yield file
    with open(path, encoding="utf-8") as text:
        yield text


class Stdin:
    """A standard input that holds the given bytes."""

    def __init__(self, data: bytes):
        self.buffer = io.BytesIO(data)


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
            patch.setattr(sys, "stdin", Stdin(file.getvalue().encode()))
            read = read_table("-").numbers("x").tolist()

        assert [value.hex() for value in values] == [value.hex() for value in read]

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_a_line_that_names_the_separator(self, write: Write, end: str) -> None:
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

    def test_standard_input(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """`-` is standard input, and errors call it so."""
        monkeypatch.setattr(sys, "stdin", Stdin(b"x\n1\nb\n"))
        table = read_table("-")

        assert message(lambda: table.numbers("x")) == "<stdin>:3: column 'x': 'b' is not a number"


class TestFaults:
    """What is refused, and in which words."""

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            ("", "t.csv: the file is empty"),
            ("sep=,\n", "t.csv:2: the line is blank; it must name the columns"),
            (b"\xef\xbb\xbf \r\n\t\n", "t.csv: the file is empty"),
            ("x,y\n\n", "t.csv: there are no rows below the header"),
            ("\nx,y\n1,2\n", "t.csv:1: the line is blank; it must name the columns"),
            ("x,y\n1,2,3\n", "t.csv:2: the row has 3 cells, the header has 2"),
            ("x,y\n1,2\n1\n", "t.csv:3: the row has 1 cell, the header has 2"),
            ("x,y\n1,2\n,,\n", "t.csv:3: the row has 3 cells, the header has 2"),
            ("x,y\n1,2\n\n3,4\n", "t.csv:3: the line is blank"),
            ("x,y\n1,2\n  \n3,4\n", "t.csv:3: the line is blank"),
            ("x\n1\n\n2\n", "t.csv:3: the line is blank"),
            ("x,y,x\n1,2,3\n", "t.csv:1: columns 1 and 3 are both 'x'"),
            ("x,,y\n1,2,3\n", "t.csv:1: column 2 of 3 has no name"),
            (",\n1,2\n", "t.csv:1: column 1 of 2 has no name"),
            ('x,y\n1,2\n3,"4\n5,6\n', "t.csv:3: a quote is opened and never closed"),
            ('x,y\n1,2\n"3"4,5\n', "t.csv:3: text follows a closing quote"),
            (
                "x;y\n1,5;2\n",
                "t.csv:1: there is one column, 'x;y': the file looks separated by semicolons; "
                "use commas",
            ),
            (
                "x\ty\n1\t2\n",
                "t.csv:1: there is one column, 'x\\ty': the file looks separated by tabs; "
                "use commas",
            ),
            (
                "60, 130\n61,131\n",
                "t.csv:1: there seems to be no header, only numbers ('60', '130'); "
                "the first line must name the columns",
            ),
            (
                "x y\n1 2\n",
                "t.csv:1: there is one column, 'x y': the file looks separated by blanks; "
                "use commas",
            ),
            (
                '"x"  "y"\n"1"  1,5  2\n',
                't.csv:1: there is one column, \'"x"  "y"\': the file looks separated by '
                "blanks; use commas",
            ),
            (
                "x | y\n1 | 2\n",
                "t.csv:1: there is one column, 'x | y': the file looks separated by pipes; "
                "use commas",
            ),
            (
                "sep=;\nx;y\n1;2\n",
                "t.csv:1: the file says that it is separated by semicolons; use commas",
            ),
            ("total cost\nlow\n", "t.csv:2: column 'total cost': 'low' is not a number"),
            (b"x\n1\r\n\xff\n", "t.csv:3: byte 0xff is not UTF-8; save it as UTF-8"),
            (b"\xef\xbb\xbfx\n\xe9\n", "t.csv:2: byte 0xe9 is not UTF-8; save it as UTF-8"),
            (b"x\r1\n\0\n", "t.csv:3: a NUL byte; this is not a text file in UTF-8"),
        ],
    )
    def test_not_a_table(self, write: Write, content: str | bytes, expected: str) -> None:
        """What is not a table is refused, with its line where there is one."""
        for file in opened(write(content)):
            found = message(lambda file=file: [*map((t := read_table(file)).numbers, t.columns)])
            assert expected == found

    @pytest.mark.parametrize(
        ("above", "shown"),
        [
            ("Sales of 2020", "Sales of 2020"),
            ('"Sales, by year"', "Sales, by year"),
            ("Sales of 2020,,", "Sales of 2020"),
            ("# made by hand, in 2020", "# made by hand, in 2020"),
        ],
    )
    @pytest.mark.parametrize("blank", ["", "\n", "\nsource: our own\n# ,\n", "# a, b\n" * 100])
    def test_a_title(self, write: Write, above: str, shown: str, blank: str) -> None:
        """What stands above the header is named, and the line of the header."""
        path = write(f"{above}\n{blank}x,y,z\n1,2,3\n")
        line = 2 + blank.count("\n")

        assert message(lambda: read_table(path)) == (
            f"t.csv:1: {shown!r} seems to be a title or a comment, and line {line} to name the "
            "columns; delete what stands above it"
        )

    @pytest.mark.parametrize("header", ["#x,y", "# ,y", "#,x"])
    def test_a_header_is_no_comment(self, write: Write, header: str) -> None:
        """A first line that begins with `#` and stands above numbers names the columns."""
        assert read_table(write(f"{header}\n1,2\n")).rows == 1

    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            (b"PK\x03\x04\x14\0\x06\0[Content_Types].xml\0\0xl/workbook.xml", "an Excel workbook"),
            (b"PK\x03\x04\x14\0\x06\0data.csv", "a zip archive"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "an old Excel workbook"),
            (gzip.compress(b"x,y\n1,2\n", mtime=0), "compressed by gzip"),
            (bz2.compress(b"x,y\n1,2\n"), "compressed by bzip2"),
            (lzma.compress(b"x,y\n1,2\n"), "compressed by xz"),
            (b"\x28\xb5\x2f\xfd\x04\x00", "compressed by zstd"),
            (b"\x04\x22\x4d\x18\xff", "compressed by lz4"),
            (b"\x1f\x9d\x90x\xf2", "compressed by compress"),
            (b"Rar!\x1a\x07\0\xcf", "a RAR archive"),
            (b"PAR1\x15\x04\x15\x10", "a Parquet file"),
            (b"SQLite format 3\x00\x10", "an SQLite database"),
            (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
            (b"\n<!DOCTYPE html>\n<html>", "a web page"),
            (b"\xef\xbb\xbf<HTML><body>", "a web page"),
            (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "a pointer of Git LFS"),
            ("x,y\n1,2\n".encode("utf-16"), "text in UTF-16"),
            ("x,y\n1,2\n".encode("utf-32"), "text in UTF-32"),
            (b'[{"x": 1, "y": 2}]', "JSON"),
        ],
    )
    def test_what_a_file_is(self, write: Write, content: bytes, kind: str) -> None:
        """A file that is no CSV is told by what it is, with what to do about it."""
        for file in opened(write(content)):
            found = message(lambda file=file: read_table(file))
            assert re.fullmatch(f"t.csv: this is {kind}; [a-zA-Z -:]+", found)

    def test_names_that_look_like_one(self, write: Write) -> None:
        """Two names that differ in their normal form alone are one name."""
        path = write("Gr\u00f6\u00dfe,Gro\u0308\u00dfe\n1,2\n")

        assert message(lambda: read_table(path)) == "t.csv:1: columns 1 and 2 are both 'Größe'"

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            ("x,y\n1,a\n2,abc\n", "t.csv:2: column 'y': 'a' is not a number"),
            ("x,y\n1,2\n2,\n", "t.csv:3: column 'y': the cell is empty"),
            ("y\n1\n nan \n", "t.csv:3: column 'y': 'nan' is not a finite number"),
            ("y\n-inf\n", "t.csv:2: column 'y': '-inf' is not a finite number"),
            ("y\n1e400\n", "t.csv:2: column 'y': '1e400' is too large for a number of 64 bits"),
            ("y\n1_000\n", "t.csv:2: column 'y': '1_000' is not a number"),
            ("y\n１２\n", "t.csv:2: column 'y': '１２' is not a number"),  # noqa: RUF001 - full width
            ("y\n0x10\n", "t.csv:2: column 'y': '0x10' is not a number"),
            ('y\n"1,5"\n', "t.csv:2: column 'y': '1,5' is not a number"),
            ('y\n"\n1"\n', "t.csv:2: column 'y': '\\n1' is not a number"),
            ('text,y\n"a\nb",1\n"c\n\nd",2\n,x\n', "t.csv:7: column 'y': 'x' is not a number"),
            (
                'text,y\r\n"a\r\nb",1\r\n"c\n\rd",x\r\n',
                "t.csv:4: column 'y': 'x' is not a number",
            ),
            ('"a\nb",y\n1,2\n3,x\n', "t.csv:4: column 'y': 'x' is not a number"),
            (
                "y\n" + "ab\u2028" * 100,
                "t.csv:2: column 'y': '" + r"ab\u2028" * 12 + "a...' is not a number",
            ),
        ],
    )
    def test_not_a_number(self, write: Write, content: str, expected: str) -> None:
        """A bad cell is named with its column and the line where its row starts."""
        table = read_table(write(content))

        assert expected == message(lambda: table.numbers("y"))

    def test_a_column_name_of_many_lines(self) -> None:
        """A name with line ends still gives a message of one line."""
        name = "two\r\nlines\u2028"
        table = Table("t.csv", (name,), (("a",),), (3,))

        assert f"t.csv:3: column {name!r}: 'a' is not a number" == message(
            lambda: table.numbers(name)
        )

    @pytest.mark.parametrize(
        ("columns", "expected"),
        [
            (("weight", "y"), "(did you mean 'weight'?); there is 'weight', 'y'"),
            (("x", "y"), "; there is 'x', 'y'"),
            (
                tuple(f"x{i}" for i in range(11)),
                "; there is 'x0', 'x1', 'x2', 'x3', 'x4', 'x5', 'x6', 'x7' and 3 more",
            ),
        ],
    )
    def test_no_such_column(self, columns: tuple[str, ...], expected: str) -> None:
        """A missing column is answered with the nearest name and the first of those there are."""
        table = Table("t.csv", columns, (("1",),) * len(columns), (2,))
        found = message(lambda: table.numbers("wieght"))

        assert "t.csv: there is no column 'wieght'" + expected == found.replace(" (did", "(did")

    def test_a_cell_beyond_the_limit(self, write: Write) -> None:
        """A cell too long for the csv module is a fault of the row where it starts."""
        limit = csv.field_size_limit()
        path = write('x\n1\n"' + "a\n" * limit)

        assert (
            f"t.csv:3: a cell is longer than {limit} characters; is a quote never closed?"
            == message(lambda: read_table(path))
        )

    @pytest.mark.parametrize(
        ("path", "expected"),
        [
            ("none.csv", "none.csv: no such file"),
            ("", "'': no such file"),
            ("two\nlines.csv", "'two\\nlines.csv': no such file"),
            (".", ".: is a directory, not a file"),
            ("a\0b", "'a\\x00b': embedded null byte"),
        ],
    )
    def test_no_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, expected: str
    ) -> None:
        """A file that cannot be opened is named, with the reason, on one line."""
        monkeypatch.chdir(tmp_path)

        assert expected == message(lambda: read_table(path))

    @pytest.mark.parametrize(
        ("error", "expected"),
        [
            (PermissionError(13, "Permission denied"), "t.csv: no permission to read it"),
            (OSError(5, "Input/output error"), "t.csv: Input/output error"),
        ],
    )
    def test_a_file_that_cannot_be_read(
        self, monkeypatch: pytest.MonkeyPatch, error: OSError, expected: str
    ) -> None:
        """What the operating system refuses is passed on in its own words or plainer ones."""

        def refuse(*_: object, **__: object) -> None:
            raise error

        monkeypatch.setattr("warmer.tables.files.open", refuse, raising=False)

        assert expected == message(lambda: read_table("t.csv"))

    def test_devices(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A device has no end and is refused, also as standard input; the null device is empty."""
        assert message(lambda: read_table("/dev/zero")) == "/dev/zero: is a device, not a file"
        assert message(lambda: read_table(os.devnull)) == f"{os.devnull}: the file is empty"
        with open("/dev/zero") as endless:
            monkeypatch.setattr(sys, "stdin", endless)
            assert message(lambda: read_table("-")) == "<stdin>: is a device, not a file"

    def test_a_pipe_that_nobody_writes_to(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Nobody waits for ever without a word."""
        monkeypatch.setattr(files, "PATIENCE", 0.05)
        os.mkfifo(tmp_path / "p")
        fault = message(lambda: read_table(tmp_path / "p"))

        assert fault == f"{tmp_path / 'p'}: is a pipe that nobody writes to; waited 0.05 s"

    @pytest.mark.parametrize("slow", [False, True])
    def test_a_pipe(self, tmp_path: Path, slow: bool) -> None:
        """What is written to a named pipe is read to its end, however slowly it comes."""
        os.mkfifo(tmp_path / "p")
        rows = "1\n" * (100_000 if slow else 1)  # a pipe holds less than 200 kB

        def write() -> None:
            with open(tmp_path / "p", "w") as pipe:
                pipe.write("x\n")
                pipe.flush()
                pipe.write(rows)

        with ThreadPoolExecutor() as pool:
            written = pool.submit(write)
            assert rows.count("\n") == read_table(tmp_path / "p").rows
            written.result()

    def test_a_pipe_whose_writer_has_left(self) -> None:
        """Process substitution: what a pipe still holds is read."""
        ours, theirs = os.pipe()
        os.write(theirs, b"x\n1\n")
        os.close(theirs)
        try:
            assert read_table(f"/dev/fd/{ours}").rows == 1
        finally:
            os.close(ours)

    def test_an_open_file_that_cannot_be_read(self, write: Write) -> None:
        """A file that was closed, or opened to be written to, is refused in a sentence."""
        with open(write("x\n1\n"), encoding="utf-8") as file:
            pass
        assert message(lambda: read_table(file)) == (
            "t.csv: cannot be read (ValueError: I/O operation on closed file.)"
        )
        assert message(lambda: read_table(io.StringIO(""))) == "<open file>: the file is empty"
        assert message(lambda: read_table(io.BytesIO(b"x\xff"))).startswith(
            "<open file>:1: byte 0xff is not UTF-8"
        )

    def test_no_standard_input(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A process without standard input is told so."""
        monkeypatch.setattr(sys, "stdin", None)

        assert message(lambda: read_table("-")) == "<stdin>: there is no standard input"


NUMBERISH = st.text(alphabet="01.eE+-_ \t\n\x0b\x1cx１\xa0nafi", max_size=6)  # noqa: RUF001 - full width


@given(st.lists(NUMBERISH | st.floats().map(repr), min_size=1, max_size=4))
def test_a_column_is_its_cells(cells: list[str]) -> None:
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
        patch.setattr(sys, "stdin", Stdin(data))
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
