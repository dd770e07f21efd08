"""Commands on a Dask cluster, `--cluster`: as on one file."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest

import warmer
import warmer.cli
from tests.ports.on_dask import ROWS, rows


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pandas.DataFrame:
    """A table as one file, all.parquet, and as several, part-*.parquet."""
    monkeypatch.chdir(tmp_path)
    inputs, targets = rows()
    frame = pandas.DataFrame(inputs * [1, 1e3, 1e-3] + 7, columns=["a", "b", "c"])
    frame = frame.assign(y=targets, once=4.0, n=np.arange(ROWS) % 5)
    frame.to_parquet("all.parquet", index=False)
    for number, start in enumerate(range(0, ROWS, 1100)):
        frame[start : start + 1100].to_parquet(f"part-{number}.parquet", index=False)
    return frame


class TestCommands:
    """`--cluster`."""

    @pytest.fixture
    def run(self, cluster: Any, capsys: pytest.CaptureFixture[str]) -> Any:
        """Run a command, on the cluster where its data are parts."""

        def run(*words: str) -> tuple[int, str, str]:
            more = ["--cluster", cluster.scheduler_address] if "part-*.parquet" in words else []
            code = warmer.cli.run([*words, *more])
            return code, *capsys.readouterr()

        return run

    @pytest.mark.parametrize(
        "options",
        [
            "",
            "--no-bias",
            "--scale none --alpha 1e-7",
            "--features b,n --batch-size 500",
            "--without c",
        ],
    )
    def test_as_in_one_process(self, parts: Any, run: Any, options: str) -> None:
        """A table in parts on a cluster gives the numbers and the notes of one in a file."""
        words = ["--target", "y", "--steps", "4", "--json", *options.split()]

        code, there, _ = run("train", "alpha-scaled", "part-*.parquet", *words)
        _, here, _ = run("train", "alpha-scaled", "all.parquet", *words)

        assert code == 0
        there, here = json.loads(there), json.loads(here)
        assert there.pop("engine")["name"] == "dask"
        assert here.pop("engine")
        assert there == here

    def test_kept(self, parts: Any, run: Any) -> None:
        """A run that was begun on a cluster goes on in one process; its model predicts."""
        kept = "--checkpoint run.warmer --save model.warmer --history steps.csv --plot run.svg"
        run("train", "alpha-scaled", "part-*.parquet", "--target", "y", "--steps", "4",
            *kept.split())  # fmt: skip

        assert run("resume", "run.warmer")[2].endswith("say --cluster, or name one file\n")
        _, there, _ = run("resume", "run.warmer", "part-*.parquet", "--json")
        code, here, _ = run("resume", "run.warmer", "all.parquet", "--json")

        assert code == 0
        assert json.loads(there)["coefficients"] == json.loads(here)["coefficients"]
        code, predicted, _ = run("predict", "model.warmer", "all.parquet")
        assert (code, len(predicted.splitlines())) == (0, 1 + ROWS)

    @pytest.mark.parametrize(
        "words, said",
        [
            ("part-*.parquet --target z", "there is no column 'z'"),
            ("part-*.parquet --target y --test 0.2", "--test needs the rows here"),
            ("part-*.parquet --target y --batch-size 1", "one row at a time is no work for"),
            ("part-*.parquet --target y --seed 1 --batch-size 99", "are not shuffled"),
            ("part-*.parquet --target word", "is no column of numbers"),
            ("part-*.parquet --target hole", "column 'hole' has 3 empty cells"),
        ],
    )
    def test_refusals(self, parts: Any, run: Any, words: str, said: str) -> None:
        """What cannot be is told in one line."""
        column = words.split()[2]
        if column in ("word", "hole"):
            worse = parts.assign(word="yes", hole=parts["a"].where(parts["a"].index > 2))
            worse[["a", column]].to_parquet("part-0.parquet")
            for number in (1, 2):
                worse[["a", column]][3:].to_parquet(f"part-{number}.parquet")
        code, out, err = run("train", "alpha-scaled", *words.split())

        assert (code, out) == (2, "")
        assert said in err
        assert [line for line in err.splitlines() if "note:" not in line] == err.splitlines()[-1:]

    def test_local(self, parts: Any) -> None:
        """A cluster on this machine begins and ends with the command."""
        words = "train alpha-scaled part-*.parquet --target y --cluster local --json --steps 5"

        done = subprocess.run(
            [sys.executable, "-m", "warmer", *words.split()], capture_output=True, text=True
        )

        assert (done.returncode, json.loads(done.stdout)["engine"]["name"]) == (0, "dask")
        assert done.stderr.count("\n") == 1  # the note about a column
