"""`--data NAME` and every format, through the command line."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

import warmer as api
from warmer.tables.shipped import NAMES

TARGETS = {"streetlights": "walk", "toes": "won", "iris": "sepal_length"}


@pytest.mark.parametrize("name", NAMES)
def test_each_by_its_name(warmer, name):
    """Every table that comes with warmer trains without a file; the summary names it."""
    target = TARGETS.get(name, "y")
    columns = [c for c in api.data(name).columns if c not in (target, "species")]
    command = ("train", "alpha-scaled", "--data", name, "--target", target)
    result = warmer(*command, "--features", ",".join(columns), "--steps", "3")

    assert result.code == 0
    assert f"rows of {name}\n" in result.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "DATA is missing: name a file, or a table with --data, such as norris"),
        (("--data", "noris"), "no table is named 'noris' (did you mean 'norris'?)"),
        (("norris.csv", "--data", "norris"), "DATA is 'norris.csv', and --data names another"),
    ],
)
def test_neither_or_both(warmer, arguments, words):
    """DATA or --data, one of them: else one line says what to give."""
    result = warmer("train", "alpha-scaled", *arguments, "--target", "y")

    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert words in result.err


def test_one_table_in_any_format(warmer):
    """The same table gives the same coefficients in every format, bit for bit."""
    table = api.data("norris")
    x, y = table.numbers("x"), table.numbers("y")
    rows = [*zip(x.tolist(), y.tolist(), strict=True)]
    text = "".join(f"{a!r},{b!r}\n" for a, b in rows)
    Path("n.tsv").write_text(("x,y\n" + text).replace(",", "\t"), encoding="utf-8")
    Path("n.txt").write_text(("x,y\n" + text).replace(",", ";"), encoding="utf-8")
    lines = "".join(json.dumps({"x": a, "y": b}) + "\n" for a, b in rows)
    Path("n.jsonl").write_text(lines, encoding="utf-8")
    Path("n.csv.gz").write_bytes(gzip.compress(("x,y\n" + text).encode()))
    np.save("n.npy", np.array(rows, [("x", "f8"), ("y", ">f8")]))
    np.savez("n.npz", x=x, y=y)
    found = set()
    for name in ("norris.csv", "n.tsv", "n.txt", "n.jsonl", "n.csv.gz", "n.npy", "n.npz"):
        result = warmer("train", "alpha-scaled", name, "--target", "y")
        assert result.code == 0
        head, _, rest = result.out.partition("\n")
        found.add(rest)
        form = {"n.tsv": ", separated by tabs", "n.txt": ", separated by semicolons"}.get(name, "")
        assert head.endswith(f"36 rows of {name}{form}")
    assert len(found) == 1
