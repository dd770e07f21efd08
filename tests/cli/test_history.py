"""`warmer train --history FILE`: every step, written whole or not at all."""

import contextlib
import csv
import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import warmer as api
from warmer.cli import historyfile
from warmer.exceptions import WarmerError

TRAIN = ("train", "alpha-scaled", "norris.csv", "--target", "y", "--steps", "50")


def read_csv(path: str) -> list[dict[str, float]]:
    with open(path, encoding="utf-8", newline="") as file:
        return [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]


def read_jsonl(path: str) -> list[dict[str, float]]:
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


READERS = {".csv": read_csv, ".jsonl": read_jsonl}


@pytest.mark.parametrize("extension", READERS)
def test_rows(warmer, extension):
    """A row for every step, as the rule saw it, to the last bit."""
    prepared = api.prepare(api.read_table("norris.csv"), ["y"])
    run = api.train(prepared.inputs, prepared.targets[:, 0], "alpha-scaled", steps=50, history=1)

    assert warmer(*TRAIN, "--history", f"h{extension}").code == 0

    rows = READERS[extension](f"h{extension}")
    assert list(rows[0]) == [
        "step", "error", "weight x", "weight bias", "weight_delta x", "weight_delta bias",
    ]  # fmt: skip
    recorded = [
        run.history.step, run.history.error, *run.history.weights.T, *run.history.weight_deltas.T,
    ]  # fmt: skip
    assert [list(row.values()) for row in rows] == [
        list(values) for values in zip(*(column.tolist() for column in recorded), strict=True)
    ]


def test_several_targets(warmer):
    """With several targets every column but the step begins with the target's name."""
    Path("t.csv").write_text("a,bias,u,v\n1,2,5,-1\n2,1,4,0.5\n3,5,13,-4\n", encoding="utf-8")

    warmer(*"train hot-and-cold t.csv --target u --target v --history h.csv --steps 3".split())

    rows = read_csv("h.csv")
    assert len(rows) == 3
    assert list(rows[0]) == ["step"] + [
        f"{target} {column}"
        for target in "uv"
        for column in (
            "error",
            *("weight a", "weight bias", "weight bias_"),
            *("weight_delta a", "weight_delta bias", "weight_delta bias_"),
        )
    ]


def test_reads_back(warmer):
    """The file is a table that warmer reads."""
    warmer(*TRAIN, "--history", "h.csv")

    assert api.read_table("h.csv").numbers("step").tolist() == list(range(1, 51))


def test_diverged(warmer):
    """A run that diverged leaves the steps that were taken."""
    result = warmer(
        *"train raw-gradient noint1.csv --target y --scale none --history h.csv --json".split()
    )

    assert result.code == 3
    assert len(read_csv("h.csv")) == result.json["outcome"]["steps"]


def test_replaces(warmer):
    """A file of that name is replaced, and nothing else is left beside it."""
    Path("h.csv").write_text("old", encoding="utf-8")
    before = set(os.listdir())

    warmer(*TRAIN, "--history", "h.csv")

    assert len(read_csv("h.csv")) == 50
    assert set(os.listdir()) == before


def test_follows_links(warmer, tmp_path):
    """A link stays a link; the file that it names is replaced."""
    (tmp_path / "there").mkdir()
    os.symlink("there/real.csv", "h.csv")

    warmer(*TRAIN, "--history", "h.csv")

    assert os.path.islink("h.csv")
    assert len(read_csv("there/real.csv")) == 50


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_whole_or_not_at_all(warmer, monkeypatch, fault):
    """Where writing fails the old file stays, and nothing is left beside it."""
    Path("h.csv").write_text("old", encoding="utf-8")
    before = set(os.listdir())

    def fail(descriptor):
        if isinstance(fault, KeyboardInterrupt):
            signal.default_int_handler(signal.SIGINT, None)
        raise fault

    monkeypatch.setattr(historyfile.os, "fsync", fail)
    result = warmer(*TRAIN, "--history", "h.csv", "--json")

    assert Path("h.csv").read_text(encoding="utf-8") == "old"
    assert set(os.listdir()) == before
    *notes, told = result.err.splitlines()
    assert told.startswith("warmer: ")
    assert not any("h.csv" in note for note in notes)
    if isinstance(fault, OSError):
        assert result.code == WarmerError.exit_code
        assert "h.csv: No space left on device" in result.err
        assert result.json["outcome"]["steps"] == 50
    else:
        assert result.code == 130


def test_mode(warmer):
    """The mode of a file that is replaced stays, and a new one has the usual mode."""
    Path("usual").touch()
    Path("h.csv").touch(mode=0o600)

    warmer(*TRAIN, "--history", "h.csv")
    warmer(*TRAIN, "--history", "new.csv")

    assert os.stat("h.csv").st_mode & 0o777 == 0o600
    assert os.stat("new.csv").st_mode == os.stat("usual").st_mode


def test_a_strangers_file(warmer, monkeypatch):
    """A file that has the temporary name already is neither written nor removed."""
    monkeypatch.setattr(historyfile.os, "urandom", lambda count: b"\0")
    Path(".warmer-00.tmp").write_text("a stranger's", encoding="utf-8")

    result = warmer(*TRAIN, "--history", "h.csv")

    assert (result.code, result.err.count("\n")) == (1, 1)
    assert Path(".warmer-00.tmp").read_text(encoding="utf-8") == "a stranger's"


@contextlib.contextmanager
def stdin(path):
    """Lay a file on descriptor 0, as `<` does in a shell."""
    before = os.dup(0)
    with open(path) as file:
        os.dup2(file.fileno(), 0)
    try:
        yield
    finally:
        os.dup2(before, 0)
        os.close(before)


@pytest.mark.parametrize("link", ["", "symbolic", "hard"])
@pytest.mark.parametrize("data", ["norris.csv", "-", "/dev/stdin"])
def test_never_the_table(warmer, link, data):
    """The table is never overwritten, whichever way both are named."""
    before = Path("norris.csv").read_bytes()
    if link:
        (os.symlink if link == "symbolic" else os.link)("norris.csv", "h.csv")
    with stdin("norris.csv"):
        result = warmer(
            *("train", "alpha-scaled", data, "--target", "y"),
            *("--history", "h.csv" if link else "norris.csv"),
        )

    assert (result.code, result.out) == (2, "")
    assert "is the table itself" in result.err
    assert Path("norris.csv").read_bytes() == before


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_never_the_output(stream):
    """The file that the output goes to is refused: it would take the result with it."""
    other = "stderr" if stream == "stdout" else "stdout"
    with open("h.csv", "w+") as file:
        done = subprocess.run(
            [sys.executable, "-m", "warmer", *TRAIN, "--history", "h.csv"],
            timeout=60, check=False, **{stream: file, other: subprocess.DEVNULL},
        )  # fmt: skip

    assert done.returncode == 2
    assert Path("h.csv").stat().st_size == 0 or stream == "stderr"


@contextlib.contextmanager
def disk_of(room):
    """Let no file grow beyond so many bytes: "File too large"."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("room", [0, 3000, 100_000])
def test_full_disk(warmer, room):
    """Where the rows do not fit, the result is printed, the old file stays, nothing is stray."""
    Path("h.csv").write_text("old", encoding="utf-8")
    before = set(os.listdir())
    with disk_of(room):
        result = warmer(*TRAIN[:-1], "5000", "--history", "h.csv", "--json")

    assert (result.code, result.json["outcome"]["steps"]) == (1, 5000)
    assert result.json["notes"] == ["--history h.csv: File too large"]
    assert result.err == "warmer: --history h.csv: File too large\n"
    assert Path("h.csv").read_text(encoding="utf-8") == "old"
    assert set(os.listdir()) == before


def test_nobody_reads_the_result(process):
    """Where the result cannot be printed, the history is there all the same."""
    process = subprocess.Popen(
        [sys.executable, "-m", "warmer", *TRAIN, "--history", "h.csv"], stdout=subprocess.PIPE
    )
    process.stdout.close()

    assert process.wait(timeout=60) == 141
    assert len(read_csv("h.csv")) == 50


def test_no_permission(warmer, monkeypatch):
    """A folder that may not be written to is refused before the data are read."""
    monkeypatch.setattr(historyfile.os, "access", lambda path, mode: False)

    result = warmer("train", "alpha-scaled", "no.csv", "--target", "y", "--history", "h.csv")

    assert result.code == 2
    assert "no permission" in result.err


@pytest.mark.parametrize("path", ["nowhere/h.csv", "link.csv"])
def test_no_folder(warmer, path):
    """A folder that is not there is named, also where a link leads to it."""
    os.symlink("nowhere/h.csv", "link.csv")

    result = warmer(*TRAIN, "--history", path)

    assert result.code == 2
    assert result.err.startswith(f"warmer: --history {path}: there is no folder ")
    assert result.err.endswith("nowhere\n")


@pytest.mark.parametrize("observer", ["csv", "json-lines"])
def test_an_observer_of_the_table(warmer, observer):
    """An observer that would write over the table is refused, and nothing is lost."""
    before = Path("norris.csv").read_bytes()
    refused = warmer(
        "train", "alpha-scaled", "norris.csv", "--target", "y",
        "--observe", f"{observer}:path=./norris.csv",
    )  # fmt: skip

    assert (refused.code, refused.out) == (2, "")
    assert refused.err == f"warmer: --observe {observer}: ./norris.csv is the table itself\n"
    assert Path("norris.csv").read_bytes() == before
