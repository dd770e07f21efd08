"""What is no table is refused, in one line that names its place."""

import bz2
import csv
import gzip
import lzma
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from warmer.tables import columnar, delimited, gathering
from warmer.tables.reading import read_table
from warmer.tables.table import Table

Write = Callable[[str | bytes], str]


def opened(path: str) -> Iterator[str | IO[Any]]:
    """Give a file by its name, open for bytes, and open for text, which it may not be."""
    yield path
    with open(path, "rb") as file:
        yield file
    with open(path, encoding="utf-8") as text:
        yield text


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
            ("x;y\n1,5;2\n", "t.csv:2: column 'x': '1,5' is not a number"),
            ("x\ty\n1,5\t2\n", "t.csv:2: column 'x': '1,5' is not a number"),
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
                "sep=|\nx|y\n1|2\n",
                "t.csv:1: the file says that it is separated by pipes; use commas",
            ),
            ("total cost\nlow\n", "t.csv:2: column 'total cost': 'low' is not a number"),
            (b"x\n1\r\n\xff\n", "t.csv:3: byte 0xff is not UTF-8; save it as UTF-8"),
            (b"\xef\xbb\xbfx\n\xe9\n", "t.csv:2: byte 0xe9 is not UTF-8; save it as UTF-8"),
            (b"x\r1\n\0\n", "t.csv:3: a NUL byte; this is not a text file in UTF-8"),
        ],
    )
    def test_not_a_table(self, write: Write, content: str | bytes, expected: str, message) -> None:
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
    def test_a_title(self, write: Write, above: str, shown: str, blank: str, message) -> None:
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
            (b'{"x": 1, "y": 2}', "JSON"),
            (b"\x93NUMPY\x01\0v\0", "an array saved by NumPy"),
            (b"PK\x03\x04" + bytes(22) + b"\x05\0\0\0x.npy", "a file of arrays saved by NumPy"),
        ],
    )
    def test_what_a_file_is(self, write: Write, content: bytes, kind: str, message) -> None:
        """A file that is no CSV is told by what it is, with what to do about it."""
        for file in opened(write(content)):
            found = message(lambda file=file: read_table(file))
            assert re.fullmatch(f"t.csv: this is {kind}; [a-zA-Z -:]+", found)

    def test_names_that_look_like_one(self, write: Write, message) -> None:
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
    def test_not_a_number(self, write: Write, content: str, expected: str, message) -> None:
        """A bad cell is named with its column and the line where its row starts."""
        table = read_table(write(content))

        assert expected == message(lambda: table.numbers("y"))

    def test_a_column_name_of_many_lines(self, message) -> None:
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
    def test_no_such_column(self, columns: tuple[str, ...], expected: str, message) -> None:
        """A missing column is answered with the nearest name and the first of those there are."""
        table = Table("t.csv", columns, (("1",),) * len(columns), (2,))
        found = message(lambda: table.numbers("wieght"))

        assert "t.csv: there is no column 'wieght'" + expected == found.replace(" (did", "(did")

    def test_a_cell_beyond_the_limit(self, write: Write, message) -> None:
        """A cell too long for the csv module is a fault of the row where it starts."""
        limit = csv.field_size_limit()
        path = write('x\n1\n"' + "a\n" * limit)

        assert (
            f"t.csv:3: a cell is longer than {limit} characters; is a quote never closed?"
            == message(lambda: read_table(path))
        )


@pytest.mark.parametrize(
    ("name", "first", "line"),
    [
        ("t.csv", "1,2\n", 20_002),
        ("t.csv.gz", "1,2\n", 10_002),
        ("t.csv", '"1","2"\n', 10_002),
        ("t.csv", '"1\n1\n1","2"\n', 10_004),
    ],
)
def test_a_fault_far_down(tmp_path: Path, name, first, line, message, monkeypatch) -> None:
    """Far down the file the first offending cell is named, below quoted line ends as well."""
    for module, size in ((columnar, "SMALL"), (columnar, "BLOCK"), (delimited, "BLOCK")):
        monkeypatch.setattr(module, size, 1 << 14)  # bytes: the file takes several blocks
    monkeypatch.setattr(gathering, "CELLS", 5_000)
    more = line - 2 - first.count("\n")
    data = ("x,y\n" + first + "1,2\n" * more + "3,abc\n4,def\n").encode()
    (tmp_path / name).write_bytes(gzip.compress(data, 1) if name.endswith("gz") else data)
    table = read_table(tmp_path / name)

    assert message(lambda: table.numbers("y")) == (
        f"{tmp_path / name}:{line}: column 'y': 'abc' is not a number"
    )
