"""Bad and odd files, as people have them: each with its name, its bytes and how it is judged."""

import gzip
import io
import json
import pickle
import struct
import zipfile
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pyarrow
from pyarrow import parquet

X, Y = (1.0, 2.5, -3.0), (20.0, 5.0, -6.25)
CSV = "x,y\n1,20\n2.5,5\n-3,-6.25\n"


class File(NamedTuple):
    """A file; `fault` is part of the message, or empty where it is the table of X and Y."""

    name: str
    data: bytes
    fault: str = ""


def npy(array: object, **more: object) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asanyarray(array), **more)
    return file.getvalue()


def npz(compressed: bool = False, **arrays: object) -> bytes:
    file = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(file, **arrays)
    return file.getvalue()


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return file.getvalue()


def header(text: str, version: tuple[int, int] = (1, 0), data: bytes = bytes(48)) -> bytes:
    text = text.ljust(117) + "\n"
    length = struct.pack("<H" if version == (1, 0) else "<I", len(text))
    return b"\x93NUMPY" + bytes(version) + length + text.encode("latin1") + data


def parquet_of(**columns: object) -> bytes:
    file = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), file)
    return file.getvalue()


class Evil:
    """What runs when it is unpacked."""

    def __reduce__(self) -> tuple[object, ...]:
        return (open, ("unpacked", "w"))


CELLS = {
    "is not a finite number": ["nan", "NaN", "-nan", "inf", "-Infinity", "+inf"],
    "is too large": ["1e400", "-1e999", "1" + "0" * 400],
    "is not a number": [
        "1_000", "0x10", "0b1", "1d5", "\uff11\uff12", "\u0663", "2020-01-01", "12:30",
        "01/02/2020", "1.5.2", "1e", "e5", "--1", "1-", "$5", "5%", "1 000", "1e5x", "TRUE", "NA",
        "null", "None", "?", "abc", "\u00bd", "1'000", "+-1", "\u221e", "1\u00a0000", "#N/A", ".",
        "-", "1e5.5", "(1)", "1,000",
    ],
    "the cell is empty": [""],
}  # fmt: skip
SEPARATORS = {"t.csv": ",", "t.tsv": "\t", "t.txt": ";"}


def cells() -> Iterator[File]:
    """A cell that is no number, in every format of text; on line 4, in column 'y'."""
    for why, texts in CELLS.items():
        for text in texts:
            for name, separator in SEPARATORS.items():
                cell = f'"{text}"' if separator in text else text
                rows = ["x,y", "1,2", "3,4", "5,{}", "6,bad"]
                content = "\n".join(rows).replace(",", separator).format(cell)
                yield File(name, content.encode(), f":4: column 'y': *{why}")
            values = [("1", 2), ("3", 4), (5, text), (6, "bad")]
            lines = [json.dumps({"x": x, "y": y}) for x, y in values]
            yield File(
                "t.jsonl", "\n".join(lines).encode(), f":4: column 'y': *{why}".replace(":4", ":3")
            )


def shapes() -> Iterator[File]:
    """Rows and headers that make no table."""
    for name, s in SEPARATORS.items():
        for content, fault in (
            ("x,y\n1,2\n3\n", ":3: the row has 1 cell, the header has 2"),
            ("x,y\n1,2\n3,4,5\n", ":3: the row has 3 cells, the header has 2"),
            ("x,y\n1,2\n\n3,4\n", ":3: the line is blank"),
            ("x,x\n1,2\n", ":1: columns 1 and 2 are both 'x'"),
            ("x,,y\n1,2,3\n", ":1: column 2 of 3 has no name"),
            ("x,y\n", "there are no rows below the header"),
            ("x,y", "there are no rows below the header"),
            ("x,y\n\n\n", "there are no rows below the header"),
            ("1,2\n3,4\n", ":1: there seems to be no header"),
            ('x,y\n1,"2\n3,4\n', ":2: a quote is opened and never closed"),
            ('x,y\n"1"2,3\n', ":2: text follows a closing quote"),
            ("x,y\n1,2\n3,4\0\n", ":3: a NUL byte"),
            ("x,y\n1,2\n3,4,\n", ":3: the row has 3 cells"),
        ):
            yield File(name, content.replace(",", s).replace(f"cell{s}", "cell,").encode(), fault)
    for data in (b"", b"\xef\xbb\xbf", b"\n\n", b" \r\n\t"):
        for name in ("t.csv", "t.jsonl", "t.txt"):
            yield File(name, data, "the file is empty")
    for name in ("t.npy", "t.npz", "t.parquet"):
        yield File(name, b"", f"is named {name[1:]}, and is not a")


def encodings() -> Iterator[File]:
    """Text that is not UTF-8, and what is no text."""
    accented = "größe,y\n1,2\n"
    for name in ("t.csv", "t.tsv", "t.jsonl"):
        yield File(name, accented.encode("latin-1"), ":1: byte 0xf6 is not UTF-8")
        yield File(name, accented.encode("utf-16"), "this is text in UTF-16")
        yield File(name, accented.encode("utf-32"), "this is text in UTF-32")
        yield File(name, b"<!DOCTYPE html>\n<html></html>", "this is a web page")
        yield File(name, b"version https://git-lfs.github.com/spec/v1\n", "a pointer of Git LFS")
        yield File(name, b"<?xml version='1.0'?><a/>", "this is an XML file")
        yield File(name, b"%PDF-1.7\n", "this is a PDF document")
        yield File(name, gzip.compress(CSV.encode()), "this is compressed by gzip")
        yield File(name, zipped(a=b"1"), "this is a zip archive")
        yield File(name, npy([[1.0]]), "this is an array saved by NumPy; name it .npy")
        yield File(name, npz(x=[1.0]), "this is a file of arrays saved by NumPy; name it .npz")
        yield File(name, parquet_of(x=[1.0]), "this is a Parquet file; name it .parquet")
    yield File("t.csv", b"x,y\n1,2\n3,4\xc3", ":3: byte 0xc3 is not UTF-8")
    yield File("t.csv", b"x,y\n1,2\n\x80,4", ":3: byte 0x80 is not UTF-8")
    for name in ("t.npy", "t.npz", "t.parquet"):
        yield File(name, CSV.encode(), f"is named {name[1:]}, and is not a")
        yield File(name, b"\x93NUMPX" + bytes(80), f"is named {name[1:]}, and is not a")
    whole = gzip.compress(CSV.encode(), mtime=0)
    yield File("t.csv.gz", CSV.encode(), "is named .gz, and is not compressed by gzip")
    yield File("t.csv.gz", whole[:-9], "is damaged, or not whole")
    yield File("t.csv.gz", whole[:-8] + bytes(8), "is damaged, or not whole")
    yield File("t.csv.gz", whole[:10] + b"\xff" * 20, "is damaged, or not whole")
    yield File("t.npy.gz", gzip.compress(npy([[1.0]])), "holds no text; unpack it first")
    yield File("t.csv.gz", gzip.compress(whole), "this is compressed by gzip")


def arrays() -> Iterator[File]:
    """Arrays that are damaged, lie about their size, or hold no numbers."""
    good = npy(np.arange(6.0).reshape(3, 2))
    describe = "{{'descr': {!r}, 'fortran_order': False, 'shape': {!r}, }}".format
    kinds = ["complex128", "complex64", "S3", "U3", "datetime64[D]", "timedelta64[s]", "V4"]
    for kind in kinds:
        yield File("t.npy", npy(np.zeros((3, 2), kind)), "not numbers")
        yield File("t.npz", npz(x=np.zeros(3, kind)), "'x': holds")
    objects = npy(np.array([Evil(), 1], object), allow_pickle=True)
    yield File("t.npy", objects, "holds Python objects")
    yield File("t.npz", zipped(x__npy=objects), "holds Python objects")
    mixed = np.array([(1, None)], [("x", "f8"), ("y", "O")])
    yield File("t.npy", npy(mixed, allow_pickle=True), "column 'y': holds Python objects")
    for shape in ((), (3, 2, 1)):
        yield File("t.npy", npy(np.zeros(shape)), "dimensions; a table has one or two")
    for shape in ((0,), (0, 2), (2, 0)):
        yield File("t.npy", npy(np.zeros(shape)), "there are no rows and columns")
    for shape in ((3, 3), (2**60, 2), (2**31, 2**31), (1, 1), (7,), (10**30,)):
        yield File("t.npy", header(describe("<f8", shape)), "its header speaks of")
        lying = header(describe("<f8", shape))
        yield File("t.npz", zipped(x__npy=lying), "its header speaks of")
    for shape in ((-1, 2), (-3, -2)):
        yield File("t.npy", header(describe("<f8", shape)), "is damaged|no rows and columns")
    for text in ("", "{}", "[]", "{'descr': '<f8'}", "__import__('os')", "(" * 100, "{'a': 1" * 9,
                 describe("<f8", "6"), describe("<q9", (6,)), describe("<f8", (3.0, 2)),
                 "{'descr': '|O', 'fortran_order': False, 'shape': (6,), 'more': 1}"):  # fmt: skip
        yield File("t.npy", header(text), "its header is not one of NumPy")
    yield File("t.npy", header(describe("<f8", (6,)), (9, 0)), "its header is not one of NumPy")
    yield File("t.npy", b"\x93NUMPY\x02\0\xff\xff\xff\xff" + bytes(99), "its header is not one")
    for end in (6, 8, 10, 64):
        yield File("t.npy", good[:end], "its header is not one of NumPy")
    yield File("t.npy", good[:-1], "its header speaks of 48 bytes, and there are 47")
    yield File("t.npy", good + b"\0", "its header speaks of 48 bytes, and there are 49")
    for bad in (np.nan, np.inf, -np.inf):
        for kind in ("f8", "f4", "f2"):
            data = npy(np.array([[1, 2], [3, bad]], kind))
            yield File("t.npy", data, f": row 2: column 'x2': '{bad}' is not a finite number")
    pack = npz(x=np.arange(3.0), y=np.arange(3.0))
    yield File("t.npz", npz(x=[1.0, 2.0], y=[1.0]), "not as many rows each: 'x' 2, 'y' 1")
    yield File("t.npz", pack[:-30], "is damaged")
    yield File("t.npz", pack.replace(bytes(np.float64(2.0)), bytes(np.float64(3.0))), "is damaged")
    yield File("t.npz", zipped(x__npy=good, readme=b"1"), "'readme' is no array")
    yield File("t.npz", zipped(x__npy=b"abc"), "its header is not one of NumPy")
    yield File("t.npz", npz(x=np.ones((2, 2)), x1=np.ones(2)), "there are two columns 'x1'")


def json_lines() -> Iterator[File]:
    """Lines that are no objects of one kind."""
    for line, fault in (
        ("[1, 2]", "must be an object"),
        ("1", "must be an object"),
        ('"x"', "must be an object"),
        ('{"x": 1}', "there is no 'y'"),
        ('{"x": 1, "y": 2, "z": 3}', "there is 'z' as well"),
        ('{"x": 1, "z": 2}', "there is no 'y'"),
        ('{"x": 1, "x": 2, "y": 3}', "the name 'x' stands twice"),
        ('{"x": NaN, "y": 1}', "NaN is not a finite number"),
        ('{"x": 1, "y": -Infinity}', "-Infinity is not a finite number"),
        ('{"x": [1], "y": 1}', "column 'x': holds a list"),
        ('{"x": {"a": 1}, "y": 1}', "column 'x': holds an object"),
        ('{"x": 1, "y": 2', "is not JSON"),
        ("{'x': 1, 'y': 2}", "is not JSON"),
        ('{"x": 1, "y": 2} 3', "is not JSON"),
        ('{"x": 01, "y": 2}', "is not JSON"),
        ('{"x": 1, "y": 2,}', "is not JSON"),
        ("[" * 100_000, "is nested too deeply|is not JSON"),
        ('{"x": 1, "y": ' + "[" * 100_000, "is nested too deeply|is not JSON"),
        ("\n", "the line is blank"),
    ):
        for name in ("t.jsonl", "t.ndjson"):
            data = f'{{"x": 1, "y": 2}}\n{line}\n{{"x": 1, "y": 2}}\n'.encode()
            yield File(name, data, f":2: *{fault}")
    yield File("t.jsonl", b"{}\n", ":1: the object is empty")
    yield File("t.jsonl", b'{"": 1, "y": 2}\n', ":1: column 1 of 2 has no name")
    yield File("t.jsonl", b'{"o\xcc\x88": 1, "\xc3\xb6": 2}\n', ":1: columns 1 and 2 are both")
    yield File("t.jsonl", b"x,y\n1,2\n", ":1: is not JSON")
    yield File("t.csv", b'{"x": 1}\n', "this is JSON")


def parquets() -> Iterator[File]:
    """Parquet files that are damaged, or hold no numbers."""
    good = parquet_of(x=X, y=Y)
    for end in (5, 20, len(good) // 2, len(good) - 1):
        yield File("t.parquet", good[:end], "is damaged")
    yield File("t.parquet", good[:-8] + b"\xff\xff\xff\x7fPAR1", "is damaged")
    yield File("t.parquet", good[:-60] + bytes(52) + good[-8:], "is damaged")
    yield File("t.parquet", parquet_of(x=[[1.0]]), "column 'x': holds list")
    yield File("t.parquet", parquet_of(x=[{"a": 1}]), "column 'x': holds struct")
    yield File("t.parquet", parquet_of(x=[b"\xff"]), "column 'x': holds binary")
    yield File("t.parquet", parquet_of(x=pyarrow.array([], "f8")), "there are no rows and columns")
    yield File("t.parquet", parquet_of(x=[1.0, None]), ": row 2: column 'x': the cell is empty")
    yield File("t.parquet", parquet_of(x=[1.0, np.nan]), ": row 2: column 'x': 'nan' is not a fin")
    date = pyarrow.array([18262], "date32")
    yield File("t.parquet", parquet_of(x=date), ": row 1: column 'x': '2020-01-01' is not a number")


def pickles() -> Iterator[File]:
    """Pickles under every name: what they would run is never run."""
    for name in ("t.csv", "t.tsv", "t.txt", "t.jsonl", "t.npy", "t.npz", "t.parquet", "t.pkl",
                 "t.csv.gz", "t"):  # fmt: skip
        for protocol in (0, 4):
            yield File(name, pickle.dumps(Evil(), protocol), "NUL|is not|header")


def good() -> Iterator[File]:
    """One table, in every spelling."""
    for name, s in SEPARATORS.items():
        for content in (
            CSV, CSV[:-1], CSV.replace("\n", "\r\n"), CSV.replace("\n", "\r"), "\ufeff" + CSV,
            CSV + "\n \n\n", CSV.replace(",", " , "), 'x,"y"\n"1","20"\n"2.5",5\n-3,"-6.25"\n',
            "x,y\n1.0,2e1\n25e-1,+5.\n-3.000,-625E-2\n", ",x,y\n0,1,20\n1,2.5,5\n2,-3,-6.25\n",
            "note,x,y\nä,1,20\n\"a\nb\",2.5,5\n,-3,-6.25\n",
        ):  # fmt: skip
            data = content.replace(",", s).encode()
            yield File(name, data)
            yield File(name + ".gz", gzip.compress(data))
        yield File(name, f"sep={s}\n{CSV}".replace(",", s).encode())
    lines = [json.dumps({"x": x, "y": y}) for x, y in zip(X, Y, strict=True)]
    turned = [lines[0], *(json.dumps({"y": y, "x": x}) for x, y in zip(X[1:], Y[1:], strict=True))]
    for each in (lines, turned, [line.replace("20.0", '"2e1"') for line in lines]):
        for end in ("\n", "\r\n"):
            data = (end.join(each) + end).encode()
            yield File("t.jsonl", data)
            yield File("t.jsonl", b"\xef\xbb\xbf" + data.rstrip() + b"\n\n")
            yield File("t.ndjson.gz", gzip.compress(data))
            yield File("t", data)
    table = np.array([X, Y]).T
    for order in "CF":
        for kind in ("<f8", ">f8", "<f4", ">f4", "<f2", "longdouble"):
            yield File("x12.npy", npy(np.array(table, kind, order=order)))
    fields = np.array([*zip(X, Y, strict=True)], [("x", ">f4"), ("y", "<f8")])
    yield File("t.npy", npy(fields))
    yield File("t.npy", npy(fields, version=(2, 0)))
    yield File("t.parquet", parquet_of(**{"0": X, "1": Y}))
    for squeezed in (False, True):
        yield File("t.npz", npz(squeezed, x=X, y=np.array(Y, ">f4")))
        yield File("x12.npz", npz(squeezed, x=np.asfortranarray(table)))
    yield File("t.parquet", parquet_of(x=X, y=Y))
    yield File("t.parquet", parquet_of(x=pyarrow.array(X, "f4"), y=list(map(str, Y))))
    yield File("t.parquet", parquet_of(x=X, y=pyarrow.array(map(str, Y)).dictionary_encode()))


def catalogue() -> list[File]:
    """All of them."""
    makers = (cells, shapes, encodings, arrays, json_lines, parquets, pickles, good)
    return [file for make in makers for file in make()]
