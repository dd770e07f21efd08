"""Files, open files, pipes and standard input: what can be read, and what is refused."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from warmer.tables import files
from warmer.tables.reading import read_table

Write = Callable[[str | bytes], str]


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
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, expected: str, message
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
    monkeypatch: pytest.MonkeyPatch, error: OSError, expected: str, message
) -> None:
    """What the operating system refuses is passed on in its own words or plainer ones."""

    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("warmer.tables.files.open", refuse, raising=False)

    assert expected == message(lambda: read_table("t.csv"))


def test_devices(monkeypatch: pytest.MonkeyPatch, message) -> None:
    """A device has no end and is refused, also as standard input; the null device is empty."""
    assert message(lambda: read_table("/dev/zero")) == "/dev/zero: is a device, not a file"
    assert message(lambda: read_table(os.devnull)) == f"{os.devnull}: the file is empty"
    with open("/dev/zero") as endless:
        monkeypatch.setattr(sys, "stdin", endless)
        assert message(lambda: read_table("-")) == "<stdin>: is a device, not a file"


def test_a_pipe_without_an_end(monkeypatch: pytest.MonkeyPatch, message) -> None:
    """What never ends is refused before it fills the memory."""
    monkeypatch.setattr(files, "MOST", 1 << 21)
    with subprocess.Popen(["yes"], stdout=subprocess.PIPE) as endless:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(endless.stdout))
        found = message(lambda: read_table("-"))
        endless.kill()

    assert found == "<stdin>: is longer than 2 MB and has not ended; save it as a file"


def test_a_pipe_that_nobody_writes_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, message
) -> None:
    """Nobody waits for ever without a word."""
    monkeypatch.setattr(files, "PATIENCE", 0.05)
    os.mkfifo(tmp_path / "p")
    fault = message(lambda: read_table(tmp_path / "p"))

    assert fault == f"{tmp_path / 'p'}: is a pipe that nobody writes to; waited 0.05 s"


@pytest.mark.parametrize("slow", [False, True])
def test_a_pipe(tmp_path: Path, slow: bool) -> None:
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


def test_a_pipe_whose_writer_has_left() -> None:
    """Process substitution: what a pipe still holds is read."""
    ours, theirs = os.pipe()
    os.write(theirs, b"x\n1\n")
    os.close(theirs)
    try:
        assert read_table(f"/dev/fd/{ours}").rows == 1
    finally:
        os.close(ours)


def test_an_open_file_that_cannot_be_read(write: Write, message) -> None:
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


def test_no_standard_input(monkeypatch: pytest.MonkeyPatch, message) -> None:
    """A process without standard input is told so."""
    monkeypatch.setattr(sys, "stdin", None)

    assert message(lambda: read_table("-")) == "<stdin>: there is no standard input"


@pytest.mark.parametrize("rows", [1, 50_000])
def test_an_array_through_a_pipe(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no text is read from standard input to its end, however long it is."""
    kept = io.BytesIO()
    np.save(kept, np.arange(rows * 2.0).reshape(-1, 2))
    ours, theirs = os.pipe()

    def write() -> None:
        with open(theirs, "wb") as pipe:
            pipe.write(kept.getvalue())

    with ThreadPoolExecutor() as pool, open(ours) as stdin:
        written = pool.submit(write)
        monkeypatch.setattr(sys, "stdin", stdin)
        table = read_table("-")
        written.result()

    assert table.numbers("x2").tolist() == [*range(1, 2 * rows, 2)]
