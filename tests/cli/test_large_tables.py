"""Large tables on the command line: `--memory`, progress and signals while they are read."""

import contextlib
import io
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from warmer.cli import progress_line
from warmer.tables import holes, recipe, spool

from .test_process import start

ROWS = "".join(f"{row % 97},{'abc'[row % 3]},{row % 89}.5\n" for row in range(500))
MORE = ["--categories", "one-hot", "--steps", "20"]
RUNS = [
    [],
    ["--batch-size", "1"],
    ["--batch-size", "10", "--seed", "1"],
    ["--test", "0.2", "--valid", "0.1", "--every", "5"],
    ["--folds", "2", "--engine", "arrays"],
    ["--checkpoint", "c"],
]


@pytest.fixture(autouse=True)
def _few_rows_at_a_time(monkeypatch):
    """A table of 500 rows is worked on in several parts, in files."""
    for module in (spool, holes, recipe):
        monkeypatch.setattr(module, "SPAN", 64)
    monkeypatch.setattr(spool, "SMALL", 0)
    Path("t.csv").write_text("x,word,y\n" + ROWS, encoding="utf-8")


@pytest.mark.parametrize("options", RUNS)
def test_the_same_document(options, document):
    """A run and its model do not depend on the memory that the table may take."""
    train = ["train", "alpha-scaled", "t.csv", "--target", "y", *MORE, *options, "--save", "m"]
    first = document(*train, "--memory", "1TB")
    model = Path("m").read_bytes()

    assert document(*train, "--memory", "1") == first
    assert Path("m").read_bytes() == model


def test_resumed(document, warmer):
    """`resume` takes the option as well."""
    train = ["train", "alpha-scaled", "t.csv", "--target", "y", *MORE, "--checkpoint", "c"]
    first = document(*train, "--memory", "1")
    assert document("resume", "c", "--memory", "1")["coefficients"] == first["coefficients"]


@pytest.mark.parametrize("keep", [[], ["--keep", "word,x"]])
def test_predicted(keep, warmer):
    """`predict` writes the same bytes, whatever memory the table may take."""
    for target in ("y", "word"):
        warmer("train", "alpha-scaled", "t.csv", "--target", target, *MORE, "--save", "m")
        printed = warmer("predict", "m", "t.csv", *keep, "--memory", "1 TB")
        assert printed.code == 0
        assert printed.out.count("\n") == 501
        assert warmer("predict", "m", "t.csv", *keep, "--memory", "1").out == printed.out
        assert warmer("predict", "m", "t.csv", *keep, "-o", "p.csv", "--memory", "1").code == 0
        assert Path("p.csv").read_text(encoding="utf-8") == printed.out


def test_a_late_fault(warmer):
    """What is wrong in the last row is told before anything is printed, and nothing is written."""
    warmer("train", "alpha-scaled", "t.csv", "--target", "y", *MORE, "--save", "m")
    for row, why in (("1,d,2\n", "the word 'd'"), (",a,2\n1,a,2\n,a,2\n", "in 2 of 503 rows")):
        Path("new.csv").write_text("x,word,y\n" + ROWS + row, encoding="utf-8")
        for out in ([], ["-o", "p.csv"]):
            refused = warmer("predict", "m", "new.csv", "--memory", "1", *out)
            assert (refused.code, refused.out) == (2, "")
            assert why.split(" ")[-1] in refused.err
            assert "new.csv:502: column" in refused.err
            assert not Path("p.csv").exists()


@pytest.mark.parametrize("command", ["train alpha-scaled t.csv --target y", "predict m t.csv"])
@pytest.mark.parametrize("size", ["", "0", "-5MB", "1.5.2GB", "many", "5 XB"])
def test_no_size(command, size, warmer):
    """What is no size is refused in a sentence."""
    refused = warmer(*command.split(), f"--memory={size}")

    assert refused.code == 2
    assert refused.err.startswith("warmer: --memory must be a number of bytes, or with a unit, ")
    assert refused.err.count("\n") == 1


def test_full_disk(warmer, monkeypatch):
    """Too small a disk is told of before anything is written there."""
    free = spool.shutil.disk_usage(".")._replace(free=12_345)
    monkeypatch.setattr(spool.shutil, "disk_usage", lambda _: free)
    refused = warmer("train", "alpha-scaled", "t.csv", "--target", "y", *MORE, "--memory", "1")

    assert refused.code == 2
    assert refused.out == ""
    assert refused.err == (
        "warmer: t.csv: is larger than the memory that it may take, and needs 32.1 kB on the disk, "
        f"in {spool.folder()}: 12.3 kB are free there; name another folder with TMPDIR; "
        "--memory 1MB keeps it in memory\n"
    )


def test_full_folder_of_predictions(warmer, monkeypatch):
    """Where the folder for predictions is full, it is named, and nothing is written."""
    warmer("train", "alpha-scaled", "t.csv", "--target", "y", *MORE, "--save", "m")

    class Full(io.StringIO):
        def write(self, _text):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.SpooledTemporaryFile", lambda *_, **__: Full())
    refused = warmer("predict", "m", "t.csv", "-o", "p.csv")

    assert (refused.code, refused.out) == (1, "")
    assert refused.err == (
        f"warmer: the predictions are kept in {spool.folder()} until all are there: No space left "
        "on device; name another folder with TMPDIR\n"
    )
    assert not Path("p.csv").exists()


@pytest.mark.parametrize("command", ["train alpha-scaled t.csv --target y", "predict m t.csv"])
def test_progress(command, warmer, monkeypatch):
    """On a terminal a line says how far a large file is read, and it is wiped in the end."""
    warmer("train", "alpha-scaled", "t.csv", "--target", "y", *MORE, "--save", "m")
    drawn = io.StringIO()
    drawn.isatty = lambda: True
    monkeypatch.setattr(progress_line, "AFTER", 0.0)
    monkeypatch.setattr(progress_line, "EVERY", 0.0)
    monkeypatch.setattr(sys, "stderr", drawn)
    warmer(*command.split())
    lines = drawn.getvalue().split(progress_line.WIPE)

    assert "reading t.csv: 0 of 0 MB (100%)" in lines
    assert "reading" not in lines[-1]


SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.mark.sampled(
    2, command=["train alpha-scaled big.csv --target z", "predict m big.csv"], number=SIGNALS
)
def test_signals(command, number, warmer, tmp_path):
    """A signal while a table is read ends the command at once, and nothing is left behind."""
    warmer("train", "alpha-scaled", "norris.csv", "--target", "y", "--steps", "2", "--save", "m")
    with open("big.csv", "w", encoding="utf-8") as file:
        file.write('x,y,z\n"1",2,3\n')  # in quotes, so that it is read row by row
        for _ in range(50):
            file.write("1,2,3\n" * 20_000)
    (tmp_path / "tmp").mkdir()
    process = start(
        *command.split(), "--memory", "1MB", env={**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    )
    place = Path(f"/proc/{process.pid}/fd")
    while not any(link.endswith("(deleted)") for link in links(place)):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(number)
    began = time.monotonic()

    assert process.communicate(timeout=60) == ("", "warmer: interrupted\n")
    assert time.monotonic() - began < 10  # and within a second where nobody else works
    assert process.returncode == 128 + number
    assert os.listdir(tmp_path / "tmp") == []


def links(place):
    """The links of a folder that still lead somewhere."""
    with contextlib.suppress(OSError):
        for each in place.iterdir():
            with contextlib.suppress(OSError):
                yield os.readlink(each)
